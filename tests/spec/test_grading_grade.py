"""PROTOCOL 3: the grade from the states, onset, what counts without fever, strict mode."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import Patient, patient


def febrile(**cells: object) -> Patient:
    """38.5 °C at 1 h, no more temperatures."""
    return patient(**cells).temp("1h", 38.5)


def test_fever_alone_is_grade_1() -> None:
    g = graded(febrile())
    assert [g.grade(t) for t in ("59m", "1h", "6h59m", "7h")] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("told", "grade"),
    [
        (lambda p: p.sbp("2h", 85), 2),
        (lambda p: p.oxygen("2h", "nasal cannula", 6), 2),
        (lambda p: p.oxygen("2h", "nasal cannula", 6.5), 3),
        (lambda p: p.start("2h", "norepinephrine"), 3),
        (lambda p: p.oxygen("2h", "invasive"), 4),
        (lambda p: p.start("2h", "norepinephrine").start("2h", "epinephrine"), 4),
        (lambda p: p.sbp("2h", 85).oxygen("2h", "mask"), 3),
        (lambda p: p.lab("2h", "alt", 5000).lab("2h", "creatinine", 12), 1),
    ],
)
def test_the_highest_of_hypotension_oxygen_and_vasopressors_decides(told: object, grade: int) -> None:
    """Organ toxicity never does."""
    assert graded(told(febrile())).grade("2h") == grade  # type: ignore[operator]


def test_the_grade_is_the_value_after_all_changes_at_an_instant() -> None:
    g = graded(febrile().sbp("1h", 85).oxygen("1h", "invasive").device("3h", "none").sbp("3h", 100).temp("3h", 38.5))
    assert [g.grade(t) for t in ("1h", "2h59m", "3h")] == [4, 4, 1]


def test_fever_that_holds_at_the_infusion_counts_from_it_and_is_flagged() -> None:
    g = graded(patient().temp("-2h", 38.5))
    assert g.timeline()[0] == ("0h", "4h", 1)
    assert g.flags("fever_at_infusion") == ["0h"]


def test_a_fever_charted_at_the_very_infusion_holds_at_it() -> None:
    assert graded(patient().temp("0h", 38.5)).flags("fever_at_infusion") == ["0h"]


def test_a_fever_after_the_infusion_is_not_flagged() -> None:
    assert graded(patient().temp("1m", 38.5)).flags("fever_at_infusion") == []


def test_support_before_onset_does_not_count() -> None:
    g = graded(patient().sbp("1h", 85).temp("3h", 38.5).sbp("7h", 85))
    assert [g.grade(t) for t in ("1h", "2h59m", "3h")] == [0, 0, 2]
    assert g.episodes() == [("3h", "13h", 2)]


def test_support_before_onset_does_not_count_even_where_a_drug_hid_the_fever() -> None:
    g = graded(patient().sbp("1h", 85).acetaminophen("1h").temp("3h", 38.5))
    assert [g.grade(t) for t in ("2h59m", "3h")] == [0, 2]


# Without fever: fever less than 24 h ago -----------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "grade"), [("1d6h59m", 2), ("1d7h", 0)])
def test_without_fever_support_counts_while_fever_held_in_the_last_24_hours(when: str, grade: int) -> None:
    """The fever held until 7 h."""
    g = graded(febrile().oxygen("5h", "nasal cannula", 3).flow("16h", 3).flow("1d3h", 3))
    assert g.segment(when)["oxygen"] == 2
    assert g.grade(when) == grade


def test_fever_before_the_infusion_is_no_fever_of_the_last_24_hours() -> None:
    """It ended at the infusion; the hypotension has no cluster with fever."""
    g = graded(patient().temp("-6h", 38.5).sbp("1h", 85))
    assert g.grade("1h") == 0
    assert g.episodes() == []


def test_unknown_temperature_is_no_fever_but_the_memory_goes_on() -> None:
    g = graded(febrile().sbp("8h", 85))
    assert g.fever("8h") is None
    assert g.grade("8h") == 2


def test_grade_1_needs_fever() -> None:
    g = graded(febrile().temp("3h", 37.0))
    assert g.grade("3h") == 0


# Without fever: fever-sparing drugs ----------------------------------------------------------------------------------


def late_support(**cells: object) -> Patient:
    """Fever 1–2 h, then oxygen 2 L for two days, charted twice a day."""
    p = patient(**cells).temp("1h", 38.5).temp("2h", 36.5)
    return p.every("10h", "2h", "2d", o2_flow=2.0)


def test_fever_gone_after_tocilizumab_and_still_two_litres_is_grade_2() -> None:
    g = graded(late_support().tocilizumab("4h"))
    assert [g.grade(t) for t in ("1h", "2h", "1d1h", "2d")] == [1, 2, 2, 2]


def test_without_a_drug_it_ends_24_hours_after_the_fever() -> None:
    g = graded(late_support())
    assert [g.grade(t) for t in ("1d1h59m", "1d2h")] == [2, 0]


@pytest.mark.parametrize(("given", "grade"), [("-5h", 2), ("-5h1m", 0)])
def test_the_drug_may_have_been_given_six_hours_before_onset(given: str, grade: int) -> None:
    assert graded(late_support().tocilizumab(given)).grade("1d12h") == grade


def test_the_drug_counts_from_the_moment_it_is_given() -> None:
    g = graded(late_support().acetaminophen("1d8h"))
    assert [g.grade(t) for t in ("1d7h59m", "1d8h")] == [0, 2]


@pytest.mark.parametrize(
    ("told", "spares"),
    [
        (lambda p: p.acetaminophen("4h"), True),
        (lambda p: p.give("4h", "ibuprofen", 400, route="po"), True),
        (lambda p: p.give("4h", "aspirin", 325, route="po"), False),
        (lambda p: p.give("4h", "aspirin", 326, route="po"), True),
        (lambda p: p.give("4h", "siltuximab", 700), True),
        (lambda p: p.give("4h", "anakinra", 100, route="sc"), True),
        (lambda p: p.dexamethasone("4h", 10), True),
        (lambda p: p.dexamethasone("4h", 1.125), False),
        (lambda p: p.dexamethasone("4h", 1.2), True),
        (lambda p: p.dexamethasone("4h", 10, route="topical"), False),
        (lambda p: p.give("4h", "hydrocortisone", 20, route="po"), False),
        (lambda p: p.mar("4h", "tocilizumab", "not_given", 560), False),
        (lambda p: p.mar("4h", "dexamethasone", "not_given", 10), False),
        (lambda p: p.give("4h", "sargramostim", 250), False),
        (lambda p: p.mar("4h", "acetaminophen", "given", 650, route="po", day_only=True), False),
    ],
)
def test_what_spares_the_fever(told: object, spares: bool) -> None:
    assert graded(told(late_support())).grade("1d12h") == (2 if spares else 0)  # type: ignore[operator]


def test_strict_mode_does_not_let_antipyretics_spare() -> None:
    g = graded(late_support().acetaminophen("4h"))
    assert (g.grade("1d12h"), g.strict("1d12h")) == (2, 0)
    assert g.strict("1d1h") == 2  # fever less than 24 h ago is strict enough


def test_in_strict_mode_tocilizumab_and_steroids_still_spare() -> None:
    assert graded(late_support().tocilizumab("4h")).strict("1d12h") == 2
    assert graded(late_support().dexamethasone("4h")).strict("1d12h") == 2


def test_strict_sparing_begins_with_the_stricter_drug() -> None:
    g = graded(late_support().acetaminophen("4h").dexamethasone("1d8h"))
    assert [(g.grade(t), g.strict(t)) for t in ("1d7h59m", "1d8h")] == [(2, 0), (2, 2)]


def test_an_episode_has_its_strict_highest_grade_beside() -> None:
    p = late_support().acetaminophen("4h").oxygen("1d12h", "mask")
    g = graded(p)
    assert (g.episode()["max_grade"], g.episode()["strict_max_grade"]) == (3, 2)


# Intubation and ICANS ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("icans", "at", "flagged"),
    [
        (3, "1h", True),
        (4, "8h", True),
        (2, "8h", False),
        (3, "20h", True),
        (3, "20h1m", False),
        (3, "-4h", True),
        (3, "-4h1m", False),
    ],
)
def test_intubation_beside_icans_3_within_12_hours_is_flagged_and_the_grade_stands(
    icans: int, at: str, flagged: bool
) -> None:
    g = graded(febrile().device("8h", "invasive").icans(at, icans))
    assert g.grade("8h") == 4
    assert g.flags("airway") == (["8h"] if flagged else [])
    assert g.segment("8h")["airway"] is flagged


def test_a_date_only_icans_grade_does_not_flag() -> None:
    g = graded(febrile().device("12h", "invasive").assessed("12h", "icans_grade", 4, day_only=True))
    assert g.flags("airway") == []
