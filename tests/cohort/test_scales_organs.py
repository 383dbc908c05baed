"""PROTOCOL 7, sentence by sentence: organ toxicity in Lee 2014 and Penn, and Penn’s fever with neutropenia."""

from __future__ import annotations

import pytest

from tests.cohort.row import grades, ill, row, scale, without


@pytest.mark.parametrize(
    ("lab", "value", "organ", "lee", "penn"),
    [
        ("alt", 121, 2, 2, 1), ("ast", 201, 3, 3, 2), ("alt", 801, 4, 3, 3),
        ("bilirubin", 1.9, 2, 2, 1), ("bilirubin", 3.7, 3, 3, 2), ("bilirubin", 12.1, 4, 4, 2),
        ("creatinine", 1.9, 2, 2, 2), ("creatinine", 3.7, 3, 3, 3), ("creatinine", 7.3, 4, 4, 3),
    ],
)  # fmt: skip
def test_organ_toxicity(lab: str, value: float, organ: int, lee: int, penn: int) -> None:
    """Of `organ` by CTCAE v5; CTCAE's own scale of CRS does not ask for it."""
    assert grades(ill().lab("12h", lab, value)) == (lee, 1, penn), organ


def test_an_organ_value_before_the_onset_at_the_end_or_of_a_date_alone_is_not_of_the_episode() -> None:
    assert row(ill().lab("-1h", "bilirubin", 13))["lee_grade"] == 1
    assert row(ill().lab("24h", "bilirubin", 13))["lee_grade"] == 1
    assert row(ill().lab("12h", "bilirubin", 13, day_only=True))["lee_grade"] == 1


def test_fever_with_neutropenia_in_hospital_is_penn_2() -> None:
    assert scale(ill().lab("4h", "anc", 499), "penn") == (2, False)
    assert scale(ill().lab("4h", "anc", 500), "penn") == (1, False)
    assert scale(ill().lab("25h", "anc", 100), "penn") == (1, False)


def test_without_a_neutrophil_count_the_white_cells_decide() -> None:
    p = ill().lab("0h", "wbc", 300)
    assert scale(p, "penn") == (1, False)
    p = without(p, "anc")
    assert scale(p, "penn") == (2, False)


def test_neutropenia_at_home_is_not_in_hospital_and_without_stays_nobody_knows() -> None:
    p = without(ill(), "anc").lab("-2h", "anc", 100)
    p.rows["adt"].clear()
    assert scale(p, "penn") == (1, True)
    assert scale(p.stay("ward", "-2d", "0h"), "penn") == (1, False)


def test_without_a_count_nobody_knows() -> None:
    p = without(ill(), "anc")
    assert scale(p, "penn") == (1, True)
