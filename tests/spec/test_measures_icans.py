"""PROTOCOL 5, ICANS-01: steroid and no tocilizumab. Grade 1 from T0 to 24 h and ICANS 2 at 10 h unless told
otherwise."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, febrile, followed, hypotensive, verdict, verdicts
from tests.spec.patient import Patient, patient


def confused(at: str = "10h", grade: float = 2, **cells: object) -> Patient:
    return febrile(**cells).icans(at, grade)


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("8h", ("met", None)), ("7h59m", ("not_met", "never_given")), ("20h", ("met", None)), ("32h", ("met", None)),
        ("32h1m", ("not_met", "late")),
    ],
)  # fmt: skip
def test_the_steroid(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(confused("20h").dexamethasone(at, 4), "ICANS-01") == result


def test_no_steroid() -> None:
    (row,) = verdicts(confused(), "ICANS-01")
    assert (row["status"], row["reason"], row["time"], row["episode"]) == (
        "not_met", "never_given", patient().at("10h"), 1,
    )  # fmt: skip
    assert row["sentence"] == (
        "ICANS grade 2 with grade 1 within 12 h; after the infusion 0 steroid doses above physiologic within 12 h "
        "and 0 IV tocilizumab doses in the 12 h after it: not met, not given in that time."
    )


@pytest.mark.parametrize(
    ("drug", "mg", "route", "status"),
    [
        ("hydrocortisone", 30, "iv", "not_met"), ("hydrocortisone", 30.1, "iv", "met"),
        ("dexamethasone", None, "iv", "met"), ("prednisone", 20, "po", "met"),
        ("dexamethasone", 10, "ophthalmic", "not_met"), ("fludrocortisone", 10, "po", "not_met"),
    ],
)  # fmt: skip
def test_which_steroid(drug: str, mg: float | None, route: str, status: str) -> None:
    assert verdict(confused().give("10h", drug, mg, route=route), "ICANS-01")[0] == status


def test_a_held_steroid_was_not_given() -> None:
    assert verdict(confused().mar("10h", "dexamethasone", "not_given", 10), "ICANS-01") == ("not_met", "never_given")


def test_a_steroid_before_the_infusion_never_counts() -> None:
    assert verdict(confused("5h").dexamethasone("-1h"), "ICANS-01") == ("not_met", "never_given")
    assert verdict(confused("5h").dexamethasone("0h"), "ICANS-01") == ("met", None)


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("9h59m", ("met", None)), ("10h", ("not_met", "tocilizumab")), ("22h", ("not_met", "tocilizumab")),
        ("22h1m", ("met", None)),
    ],
)  # fmt: skip
def test_tocilizumab(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(confused().dexamethasone("10h").tocilizumab(at), "ICANS-01") == result


def test_tocilizumab_comes_first_among_reasons() -> None:
    assert verdict(confused().tocilizumab("12h"), "ICANS-01") == ("not_met", "tocilizumab")


def test_tocilizumab_under_the_skin_is_none() -> None:
    assert verdict(confused().dexamethasone("10h").tocilizumab("12h", route="sc"), "ICANS-01") == ("met", None)


# grade 1 beside it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("grade", "status"), [(1, "not_applicable"), (2, "not_met"), (4, "not_met")])
def test_which_icans(grade: float, status: str) -> None:
    assert verdict(confused(grade=grade), "ICANS-01")[0] == status


@pytest.mark.parametrize(
    ("at", "status"),
    [("-2h", "not_met"), ("-2h 1m", "not_applicable"), ("35h59m", "not_met"), ("36h", "not_applicable")],
)
def test_grade_1_within_twelve_hours(at: str, status: str) -> None:
    """Grade 1 from 10 h up to 24 h."""
    p = febrile("10h", "22h").temp("22h", 38.5).icans(at, 2).icans("-3d", 0)
    assert [row["time"] for row in verdicts(p.temp("24h", 36.8), "ICANS-01") if row["time"]] == (
        [p.at(at)] if status == "not_met" else []
    )
    assert verdict(p, "ICANS-01")[0] == status


@pytest.mark.parametrize(("at", "status"), [("22h", "met"), ("21h59m", "excluded")])
def test_a_higher_grade_before(at: str, status: str) -> None:
    """Grade 2 from 2 h up to 10 h, then grade 1 to 24 h."""
    assert verdict(hypotensive().icans(at, 2).dexamethasone("24h"), "ICANS-01")[0] == status


@pytest.mark.parametrize(("at", "status"), [("8h", "excluded"), ("7h59m", "met")])
def test_a_higher_grade_after(at: str, status: str) -> None:
    """Grade 3 from 20 h on."""
    p = confused(at).dexamethasone(at).start("20h", "norepinephrine", end="22h")
    assert verdict(p, "ICANS-01")[0] == status


def test_a_higher_grade_excludes_what_was_broken_too() -> None:
    p = confused().tocilizumab("11h").sbp("12h", 85).sbp("14h", 85)
    assert verdict(p, "ICANS-01") == ("excluded", "grade_2")


def test_a_higher_grade_without_grade_1_is_no_opportunity() -> None:
    p = followed().every("2h", "0h", "24h", temperature=38.5, sbp=85).well("24h", "3d").icans("10h", 2)
    assert verdict(p, "ICANS-01") == ("not_applicable", None)


def test_the_first_of_an_episode() -> None:
    p = confused("5h").icans("15h", 3).dexamethasone("6h")
    assert [(row["time"], row["status"]) for row in verdicts(p, "ICANS-01")] == [(p.at("5h"), "met")]


def test_the_first_that_lies_close_enough() -> None:
    p = confused("-20h").icans("5h", 2)
    assert [row["time"] for row in verdicts(p, "ICANS-01")] == [p.at("5h")]


def test_each_episode_has_its_own() -> None:
    p = followed().every("4h", "0h", "8h", temperature=38.5, sbp=120).well("8h", "40h")
    p.every("4h", "40h", "48h", temperature=38.5, sbp=120).well("48h", "4d").icans("10h", 2).icans("45h", 3)
    assert [(row["episode"], row["status"]) for row in verdicts(p.dexamethasone("50h"), "ICANS-01")] == [
        (1, "not_met"), (2, "met"),
    ]  # fmt: skip


# censoring, missing, evidence ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "result"), [("22h", ("excluded", "censored")), ("22h1m", ("not_met", "never_given"))]
)
def test_follow_up(until: str, result: tuple[str, str]) -> None:
    assert verdict(confused(until=until), "ICANS-01") == result
    assert verdict(confused(until=until).tocilizumab("11h"), "ICANS-01") == ("not_met", "tocilizumab")
    assert verdict(confused(until=until).dexamethasone("11h"), "ICANS-01") == ("met", None)


def test_without_icans_in_the_extract() -> None:
    (row,) = verdicts(febrile(), "ICANS-01")
    assert (row["status"], row["reason"], row["time"], row["episode"]) == (
        "indeterminate", "assessments: icans_grade", patient().t0, None,
    )  # fmt: skip
    assert verdict(followed().well("0h", "2d"), "ICANS-01") == ("not_applicable", None)
    assert verdict(febrile(), "ICANS-01", assessments=frozenset({"icans_grade"})) == ("not_applicable", None)


def test_without_vitals_or_a_mar() -> None:
    (row,) = verdicts(followed().icans("10h", 2), "ICANS-01")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "vitals", patient().t0)
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5, sbp=120).icans("10h", 2)
    (row,) = verdicts(p, "ICANS-01")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", p.at("10h"))


def test_evidence() -> None:
    steroid, no_tocilizumab = "steroid above physiologic within 12 h of ICANS", "no tocilizumab in the 12 h after ICANS"
    assert clauses(confused().dexamethasone("10h"), "ICANS-01") == {
        (steroid, "true"), (no_tocilizumab, "true"), ("ICANS", "true"), ("grade 1 beside it", "true"),
        ("indication=ambiguous", "true"),
    }  # fmt: skip
    assert clauses(hypotensive().icans("15h", 2).tocilizumab("16h"), "ICANS-01") == {
        (steroid, "false"), (no_tocilizumab, "false"), ("ICANS", "true"), ("grade 1 beside it", "true"),
        ("higher grade beside it", "true"), ("excluded", "true"),
    }  # fmt: skip


def test_the_hour_of_a_dated_icans_decides() -> None:
    """T0 is 12:00: the date of T0, at its first second before grade 1 came near, at its last within it."""
    p = febrile("2h", "12h").icans("-12h", 0).dexamethasone("13h")
    p.assessed("-12h", "icans_grade", 2, day_only=True)
    assert verdict(p, "ICANS-01") == ("indeterminate", "date_only_time")
    p = febrile().assessed("-12h", "icans_grade", 2, day_only=True).dexamethasone("0h")
    assert verdict(p, "ICANS-01") == ("met", None)
