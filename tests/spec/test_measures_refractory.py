"""PROTOCOL 5, grade 2 that does not improve: the next dose (G2-09). Grade 2 from 0 h to 60 h, tocilizumab at 10 h,
judged at 18 h."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, febrile, followed, statuses, verdict, verdicts
from tests.spec.patient import Patient, patient
from tests.spec.unimproved import ending, unimproved, unseen


def first(p: Patient, measure: str) -> tuple[str, str | None, float | None]:
    """Status, reason and value of the first opportunity."""
    row = verdicts(p, measure)[0]
    return row["status"], row["reason"], row["value"]


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("10h1m", ("met", None, 1.0)),
        ("22h", ("met", None, 720.0)),
        ("22h1m", ("not_met", "late", 721.0)),
        ("10h", ("not_met", "never_given", None)),
        ("9h", ("not_met", "never_given", None)),
    ],
)
def test_the_next_dose(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert first(unimproved().tocilizumab("10h").dexamethasone(at), "G2-09") == result


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("10h6m", ("met", None, 6.0)),
        ("22h", ("met", None, 720.0)),
        ("22h1m", ("not_met", "late", 721.0)),
        ("10h5m", ("not_met", "never_given", None)),
    ],
)
def test_the_next_tocilizumab(at: str, result: tuple[str, str | None, float | None]) -> None:
    """Up to 5 min later it is a vial of the same dose."""
    assert first(unimproved().tocilizumab("10h").tocilizumab(at), "G2-09") == result


def test_nothing_followed() -> None:
    (row,) = verdicts(unimproved().tocilizumab("10h"), "G2-09")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "never_given", None)
    assert (row["time"], row["episode"]) == (patient().at("10h"), 1)


@pytest.mark.parametrize(
    ("at", "mg", "result"),
    [
        ("15h", 9, ("met", None)), ("15h", 8.9, ("not_met", "never_given")),
        ("15h", None, ("indeterminate", "amount")), ("22h", None, ("indeterminate", "amount")),
        ("22h1m", None, ("not_met", "never_given")), ("10h", None, ("not_met", "never_given")),
    ],
)  # fmt: skip
def test_the_steroid_is_worth_ten_mg(at: str, mg: float | None, result: tuple[str, str | None]) -> None:
    assert verdict(unimproved().tocilizumab("10h").dexamethasone(at, mg), "G2-09") == result


def test_a_second_tocilizumab_outweighs_an_unknown_steroid() -> None:
    p = unimproved().tocilizumab("10h").dexamethasone("11h", None).tocilizumab("12h", None)
    assert first(p, "G2-09") == ("met", None, 120.0)


def test_tocilizumab_under_the_skin_is_none() -> None:
    assert verdict(unimproved().tocilizumab("10h").tocilizumab("18h", route="sc"), "G2-09") == (
        "not_met",
        "never_given",
    )


@pytest.mark.parametrize(("until", "status"), [("14h", "not_applicable"), ("14h1m", "not_met")])
def test_improved_in_the_four_hours_before(until: str, status: str) -> None:
    assert verdict(unimproved(until).tocilizumab("10h"), "G2-09")[0] == status


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [("8h", "14h", "not_applicable"), ("8h", "14h1m", "not_met"), ("12h", "16h", "not_met")],
)
def test_the_grade_at_the_dose_is_what_must_fall(start: str, end: str, status: str) -> None:
    """Grade 3 from `start` to `end`, grade 2 before and after it."""
    p = unimproved().start(start, "norepinephrine").stop(end, "norepinephrine").tocilizumab("10h")
    assert verdict(p, "G2-09")[0] == status


@pytest.mark.parametrize(("at", "status"), [("2h", "not_met"), ("1h59m", "not_applicable")])
def test_grade_2_at_the_dose(at: str, status: str) -> None:
    p = followed().every("2h", "0h", "60h", temperature=38.5).sbp("0h", 120).every("2h", "2h", "60h", sbp=85)
    assert verdict(p.tocilizumab(at), "G2-09")[0] == status


@pytest.mark.parametrize(("end", "status"), [("18h", "not_applicable"), ("18h1m", "not_met")])
def test_an_episode_over_by_then(end: str, status: str) -> None:
    assert verdict(ending(end).tocilizumab("10h"), "G2-09")[0] == status


@pytest.mark.parametrize("at", ["15h", None])
@pytest.mark.parametrize(("last", "unknown"), [("8h", True), ("8h1m", False)])
def test_unobserved_is_not_improved(last: str, unknown: bool, at: str | None) -> None:
    """The last reading holds for 6 h; the four hours begin at 14 h. What was given does not make it known."""
    p = unseen("8h", "22h").temp(last, 38.5).sbp(last, 85).tocilizumab("10h")
    if at:
        p.dexamethasone(at)
    known = ("met", None) if at else ("not_met", "never_given")
    assert verdict(p, "G2-09") == (("indeterminate", "unobserved") if unknown else known)


def test_no_improvement_is_unobserved_where_it_was_looked_at_in_part() -> None:
    """Grade 1 seen at 15 h and for six hours; of the hour before nobody knows."""
    p = unseen("8h", "22h").temp("15h", 38.5).sbp("15h", 120).tocilizumab("10h")
    assert verdict(p, "G2-09") == ("indeterminate", "unobserved")
    p = unseen("8h", "22h").temp("14h", 38.5).sbp("14h", 120).tocilizumab("10h")
    assert verdict(p, "G2-09") == ("not_applicable", None)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("0h", "5h", "10h"), ["met", "excluded", "excluded"]),
        (("0h", "5h", "13h"), ["met", "met", "excluded"]),
        (("0h", "5h", "32h"), ["met", "not_met", "not_met"]),
    ],
)
def test_the_caps_are_counted_when_it_is_judged(times: tuple[str, ...], expected: list[str]) -> None:
    p = unimproved()
    for at in times:
        p.tocilizumab(at)
    assert statuses(p, "G2-09") == expected
    assert {row["reason"] for row in verdicts(p, "G2-09") if row["status"] == "excluded"} <= {"cap"}


@pytest.mark.parametrize(
    ("until", "next_at", "result"),
    [
        ("18h", "12h", ("excluded", "censored")),
        ("18h1m", "12h", ("met", None)),
        ("18h1m", None, ("excluded", "censored")),
        ("22h", None, ("excluded", "censored")),
        ("22h1m", None, ("not_met", "never_given")),
    ],
)
def test_follow_up_of_g2_09(until: str, next_at: str | None, result: tuple[str, str | None]) -> None:
    p = followed(until=until).every("2h", "0h", "60h", temperature=38.5, sbp=85).tocilizumab("10h")
    if next_at:
        p.dexamethasone(next_at)
    assert verdict(p, "G2-09") == result


def test_an_episode_that_ended_under_follow_up_is_no_opportunity() -> None:
    assert verdict(ending("15h", until="16h").tocilizumab("10h"), "G2-09") == ("not_applicable", None)
    assert verdict(ending("15h", until="15h").tocilizumab("10h"), "G2-09") == ("excluded", "censored")


def test_no_opportunity_and_no_table_of_g2_09() -> None:
    assert verdict(unimproved(), "G2-09") == ("not_applicable", None)
    assert verdict(febrile().tocilizumab("2h"), "G2-09") == ("not_applicable", None)
    assert verdict(unimproved().tocilizumab("4d"), "G2-09") == ("not_applicable", None)
    assert verdict(followed(), "G2-09") == ("indeterminate", "vitals")
    assert verdict(patient(until="30d"), "G2-09") == ("indeterminate", "vitals")
    (row,) = verdicts(patient(until="30d").well("0h", "24h"), "G2-09")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", patient().t0)


def test_evidence_of_the_next_dose() -> None:
    still, then = (
        "not improved 8 h after the dose",
        "tocilizumab or steroid dose worth 9 mg dexamethasone at most 12 h after it",
    )
    facts = {("tocilizumab given", "true"), ("grade then", "true")}
    assert (
        clauses(unimproved().tocilizumab("10h").dexamethasone("12h"), "G2-09")
        == {(still, "true"), (then, "true")} | facts
    )
    assert clauses(unimproved().tocilizumab("10h"), "G2-09") == {(still, "true"), (then, "false")} | facts
    unknown = unseen("8h", "22h").tocilizumab("10h")
    assert clauses(unknown, "G2-09") >= {(still, "unknown"), (then, "unknown"), ("tocilizumab given", "true")}
