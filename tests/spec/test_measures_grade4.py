"""PROTOCOL 5, grade 4: methylprednisolone 500 mg every 12 h. Grade 4 from 10 h to 30 h unless told otherwise."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, febrile, followed, ventilated, verdict, verdicts
from tests.spec.patient import Patient, patient


def course(p: Patient, first: int, doses: int, every: int = 12, mg: float | None = 500) -> Patient:
    """Doses in minutes: the first at `first`, then every `every` hours."""
    for n in range(doses):
        p.methylprednisolone(f"{first + n * every * 60}m", mg)
    return p


def sick(**cells: object) -> Patient:
    """Grade 4 from 10 h to 110 h: no improvement ends the course."""
    return ventilated(hours=100, **cells).every("4h", "30h", "110h", temperature=38.5)


TEN = 10 * 60


@pytest.mark.parametrize(
    ("first", "status"),
    [(TEN, "met"), (TEN + 60, "met"), (TEN + 61, "not_met"), (TEN - 10 * 60, "met"), (TEN + 59, "met")],
)
def test_the_first_dose(first: int, status: str) -> None:
    assert verdict(course(sick(), first, 6), "G4-02")[0] == status


@pytest.mark.parametrize(("first", "status"), [("2h", "met"), ("1h59m", "not_met")])
def test_twelve_hours_before_grade_4(first: str, status: str) -> None:
    """Grade 4 from 14 h on; the other doses come too late to be the first."""
    p = followed().every("4h", "0h", "80h", temperature=38.5, sbp=120).methylprednisolone(first)
    for hour in range(14, 80, 4):
        p.device(f"{hour}h", "invasive")
    assert verdict(course(p, 16 * 60, 4), "G4-02")[0] == status


@pytest.mark.parametrize(
    ("doses", "result"),
    [(4, ("not_met", "too_few")), (5, ("met", None)), (7, ("met", None)), (8, ("met", "extended"))],
)
def test_how_many(doses: int, result: tuple[str, str | None]) -> None:
    (row,) = verdicts(course(sick(), TEN, doses), "G4-02")
    assert (row["status"], row["reason"], row["value"]) == (*result, float(doses))


@pytest.mark.parametrize(("every", "status"), [(12, "met"), (14, "met"), (6, "met")])
def test_gaps(every: int, status: str) -> None:
    assert verdict(course(sick(), TEN, 5, every), "G4-02")[0] == status


def test_a_gap_too_long_by_a_minute() -> None:
    p = course(sick(), TEN, 2)
    later = TEN + 12 * 60 + 14 * 60
    assert verdict(course(p, later, 4), "G4-02") == ("met", None)
    p = course(sick(), TEN, 2)
    assert verdict(course(p, later + 1, 4), "G4-02") == ("not_met", "too_few")


@pytest.mark.parametrize(("mg", "status"), [(450, "met"), (449, "not_met")])
def test_how_much(mg: float, status: str) -> None:
    assert verdict(course(sick(), TEN, 6, mg=mg), "G4-02")[0] == status


def test_another_steroid_is_none() -> None:
    p = sick()
    for hour in range(10, 80, 12):
        p.dexamethasone(f"{hour}h", 100)
    assert verdict(p, "G4-02") == ("not_met", "never_given")


@pytest.mark.parametrize(("first", "rest"), [(None, 500), (500, None)])
def test_unknown_amounts_leave_it_open(first: float | None, rest: float | None) -> None:
    p = course(sick(), TEN, 1, mg=first)
    assert verdict(course(p, TEN + 12 * 60, 5, mg=rest), "G4-02") == ("indeterminate", "amount")


def test_too_few_whatever_the_unknown_amounts() -> None:
    p = course(sick(), TEN, 2)
    assert verdict(course(p, TEN + 24 * 60, 2, mg=None), "G4-02") == ("not_met", "too_few")


# improvement ---------------------------------------------------------------------------------------------------------


def improving(at: int, **cells: object) -> Patient:
    """Grade 4 from 10 h to `at` (hours), then grade 0, charted for four days; three doses, the gap broke at 48 h."""
    return course(ventilated(hours=at - 10, **cells), TEN, 3)


@pytest.mark.parametrize(("at", "result"), [(46, ("met", "improved")), (48, ("not_met", "too_few"))])
def test_lasting_improvement_ends_the_course(at: int, result: tuple[str, str]) -> None:
    assert verdict(improving(at), "G4-02") == result


@pytest.mark.parametrize(
    ("relapse", "result"),
    [("54h", ("met", "improved")), ("53h59m", ("not_met", "too_few")), (None, ("met", "improved"))],
)
def test_improvement_must_last_a_day(relapse: str | None, result: tuple[str, str]) -> None:
    """Grade 0 from 30 h to the relapse."""
    p = improving(30)
    if relapse:
        p.temp(relapse, 38.5).start(relapse, "norepinephrine")
    assert verdict(p, "G4-02") == result


def test_unobserved_is_not_improved() -> None:
    """Grade 4 to 30 h, no vitals from then on, alive and followed: nobody can say that the patient improved."""
    p = followed().every("4h", "0h", "30h", temperature=38.5, sbp=120)
    for hour in range(10, 30, 4):
        p.device(f"{hour}h", "invasive")
    p.device("30h", "none").well("10d", "11d")
    assert verdict(course(p, TEN, 3), "G4-02") == ("indeterminate", "unobserved")


def test_five_doses_need_no_improvement() -> None:
    p = course(ventilated(hours=20), TEN, 5)
    assert verdict(p, "G4-02") == ("met", None)


# anchor --------------------------------------------------------------------------------------------------------------


def two_drugs(**cells: object) -> Patient:
    """Two vasopressors from 10 h to 40 h."""
    p = followed(**cells).every("4h", "0h", "80h", temperature=38.5, sbp=120)
    for drug in ("norepinephrine", "phenylephrine"):
        p.start("10h", drug, end="40h")
    return p


def test_two_drugs_are_known_an_hour_later() -> None:
    (row,) = verdicts(course(two_drugs(), 12 * 60, 6), "G4-02")
    assert (row["status"], row["time"]) == ("met", patient().at("11h"))
    assert verdict(course(two_drugs(), 12 * 60 + 1, 6), "G4-02") == ("not_met", "late")


def test_with_a_tube_grade_4_is_known_at_once() -> None:
    p = two_drugs()
    for hour in range(10, 40, 4):
        p.device(f"{hour}h", "invasive")
    (row,) = verdicts(course(p, 11 * 60, 6), "G4-02")
    assert (row["status"], row["time"]) == ("met", p.at("10h"))


# airway protection, censoring, missing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "at", "result"),
    [
        (3, "10h", ("excluded", "airway_protection")),
        (3, "-2h", ("excluded", "airway_protection")),
        (3, "22h", ("excluded", "airway_protection")),
        (3, "-2h 1m", ("not_met", "never_given")),
        (3, "22h1m", ("not_met", "never_given")),
        (2, "10h", ("not_met", "never_given")),
    ],
)
def test_an_intubation_for_the_airway(grade: int, at: str, result: tuple[str, str]) -> None:
    assert verdict(ventilated().icans(at, grade), "G4-02") == result


def test_it_excludes_what_was_met_too() -> None:
    assert verdict(course(sick().icans("10h", 3), TEN, 6), "G4-02") == ("excluded", "airway_protection")


def test_not_only_the_tube() -> None:
    niv = ventilated().icans("10h", 4)
    assert verdict(niv.device("34h", "non-invasive").temp("34h", 38.5), "G4-02") == ("not_met", "never_given")
    assert verdict(two_drugs().icans("10h", 4), "G4-02") == ("not_met", "never_given")


def test_icans_was_not_extracted() -> None:
    nothing = frozenset[str]()
    assert verdict(ventilated(), "G4-02", assessments=nothing) == ("not_met", "never_given: exemption_unchecked")
    assert verdict(ventilated(), "G4-02") == ("not_met", "never_given")
    assert verdict(two_drugs(), "G4-02", assessments=nothing) == ("not_met", "never_given")


@pytest.mark.parametrize(
    ("until", "result"),
    [
        ("11h", ("excluded", "censored")),
        ("11h1m", ("not_met", "never_given")),
    ],
)
def test_follow_up_of_the_first_dose(until: str, result: tuple[str, str]) -> None:
    assert verdict(ventilated(until=until), "G4-02") == result


@pytest.mark.parametrize(("until", "status"), [("48h", "excluded"), ("48h1m", "not_met")])
def test_follow_up_of_the_course(until: str, status: str) -> None:
    """Three doses, the last at 34 h: the fourth was due by 48 h."""
    assert verdict(course(sick(until=until), TEN, 3), "G4-02")[0] == status


def test_death_on_day_4_of_untreated_grade_4_is_a_failure() -> None:
    assert verdict(sick(until="4d"), "G4-02")[0] == "not_met"


def test_no_opportunity_and_no_table() -> None:
    assert verdict(febrile(), "G4-02") == ("not_applicable", None)
    assert verdict(followed(), "G4-02") == ("indeterminate", "vitals")
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5, sbp=120).device("10h", "invasive")
    assert verdict(p, "G4-02") == ("indeterminate", "mar")


def test_clauses_both_ways() -> None:
    first = "methylprednisolone ≥ 450 mg by 60 min after grade 4"
    rest = "5 such doses, gaps ≤ 14 h, or lasting improvement"
    assert {(first, "true"), (rest, "true")} <= clauses(course(sick(), TEN, 6), "G4-02")
    assert {(first, "true"), (rest, "false")} <= clauses(course(sick(), TEN, 3), "G4-02")
    assert {(first, "false"), (rest, "false")} <= clauses(sick(), "G4-02")
