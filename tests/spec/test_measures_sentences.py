"""What a clinician reads of a verdict must be true of the patient, also where nothing was found or known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import febrile, followed, hypotensive, on_norepinephrine, ventilated, verdicts
from tests.spec.patient import Patient


def told(p: Patient, measure: str) -> str:
    (row,) = verdicts(p, measure)
    return str(row["sentence"])


def row_of(p: Patient, measure: str) -> dict[str, Any]:
    (row,) = verdicts(p, measure)
    return row


# No weight, no amount, no end: nothing is expected of them -----------------------------------------------------------


def test_without_a_weight_no_amount_is_expected() -> None:
    row = row_of(hypotensive(weight_kg=None).tocilizumab("3h", 560), "G2-03")
    assert row["threshold"] is None
    assert row["sentence"].startswith("Tocilizumab 560 mg, weight unknown: cannot be judged")


def test_of_a_weight_that_cannot_be_true_no_amount_is_expected() -> None:
    row = row_of(hypotensive(weight_kg=320.0).tocilizumab("3h", 560), "G2-03")
    assert row["threshold"] is None
    assert row["sentence"].startswith("Tocilizumab 560 mg, charted weight 320 kg: cannot be judged")


def test_below_the_label_the_amount_of_the_text_is_not_expected() -> None:
    row = row_of(hypotensive(weight_kg=25.0).tocilizumab("3h", 300), "G2-03")
    assert row["threshold"] is None
    assert row["sentence"].startswith("Tocilizumab 300 mg at 25 kg: excluded")


def test_a_weighed_dose_says_what_was_expected() -> None:
    row = row_of(hypotensive(weight_kg=70.0).tocilizumab("3h", 560), "G2-03")
    assert (row["threshold"], row["sentence"]) == (
        "560 ± 10 %", "Tocilizumab 560 mg, 560 mg expected at 70 kg: met."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "begins"),
    [
        ("G2-03", "Tocilizumab of unknown amount, 560 mg expected at 70 kg: cannot"),
        ("G2-04", "Tocilizumab of unknown amount (limit 800 mg): cannot"),
        ("G2-05", "Tocilizumab of unknown duration (limits 45 and 90 min): cannot"),
    ],
)
def test_an_unknown_is_called_unknown(measure: str, begins: str) -> None:
    assert told(hypotensive(weight_kg=70.0).mar("3h", "tocilizumab", "given"), measure).startswith(begins)


# What was not found is said with the time it was looked for in --------------------------------------------------------


@pytest.mark.parametrize("measure", ["G2-01", "G2-02"])
def test_tocilizumab_too_long_before_grade_2_is_not_denied(measure: str) -> None:
    """Given in the episode, 9 h before its grade 2."""
    p = febrile("0h", "24h").tocilizumab("1h", 560).sbp("10h", 85).sbp("11h30m", 120)
    sentence = told(p, measure)
    assert sentence.startswith("No IV tocilizumab (or of unknown route) charted after the infusion from 8 h before")
    assert "never" not in sentence


def test_a_steroid_too_long_before_grade_3_is_not_denied() -> None:
    sentence = told(on_norepinephrine().give("3h59m", "dexamethasone", 10), "G3-03")
    assert sentence.startswith(
        "No steroid dose charted after the infusion as worth 9 mg dexamethasone-equivalent or more from 6 h"
    )
    assert "never" not in sentence


def test_a_course_begun_late_is_not_denied() -> None:
    p = ventilated(40)
    for hour in range(12, 84, 12):
        p.give(f"{hour}h", "methylprednisolone", 500)
    sentence = told(p, "G4-02")
    assert sentence.startswith(
        "No systemic methylprednisolone charted after the infusion at 450 mg or more from 12 h before to 60 min after"
    )
    assert "never" not in sentence


def test_a_course_says_when_it_began() -> None:
    p = ventilated(40)
    for hour in range(9, 81, 12):
        p.give(f"{hour}h", "methylprednisolone", 500)
    assert told(p, "G4-02") == (
        "6 methylprednisolone doses of 450 mg or more in a row, the first 60 min before grade 4 (at least 5): met."
    )


def test_no_gmcsf_is_said_as_none() -> None:
    assert told(followed(), "PIT-02") == "No GM-CSF charted as given in the window: met."


# Numbers ----------------------------------------------------------------------------------------------------------


def test_a_value_has_no_noise_of_binary_fractions() -> None:
    p = hypotensive().tocilizumab("3h", 560).tocilizumab("11h", 560).tocilizumab("18h24m", 560)
    assert [row["value"] for row in verdicts(p, "G2-06")] == [8.0, 7.4]
