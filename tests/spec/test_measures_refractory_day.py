"""PROTOCOL 5, grade 2 that does not improve: the steroid a day after tocilizumab (G2-13). Grade 2 from 0 h to 60 h,
tocilizumab at 10 h, judged at 34 h."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, febrile, followed, statuses, verdict, verdicts
from tests.spec.patient import patient
from tests.spec.unimproved import ending, unimproved, unseen


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("22h", ("met", None, -720.0)),
        ("21h59m", ("not_met", "never_given", None)),
        ("34h", ("met", None, 0.0)),
        ("38h", ("met", None, 240.0)),
        ("38h1m", ("not_met", "late", 241.0)),
    ],
)
def test_a_steroid_a_day_after_tocilizumab(at: str, result: tuple[str, str | None, float | None]) -> None:
    (row,) = verdicts(unimproved().tocilizumab("10h").dexamethasone(at), "G2-13")
    assert (row["status"], row["reason"], row["value"]) == result
    assert (row["time"], row["episode"]) == (patient().at("34h"), 1)


@pytest.mark.parametrize(
    ("at", "mg", "result"),
    [
        ("30h", 9, ("met", None)), ("30h", 8.9, ("not_met", "never_given")),
        ("30h", None, ("indeterminate", "amount")), ("21h59m", None, ("not_met", "never_given")),
        ("38h1m", None, ("not_met", "never_given")),
    ],
)  # fmt: skip
def test_the_amount_of_g2_13(at: str, mg: float | None, result: tuple[str, str | None]) -> None:
    assert verdict(unimproved().tocilizumab("10h").dexamethasone(at, mg), "G2-13") == result


def test_more_tocilizumab_does_not_help_and_does_not_count_anew() -> None:
    p = unimproved().tocilizumab("10h").tocilizumab("18h").tocilizumab("34h")
    assert statuses(p, "G2-13") == ["not_met"]
    assert verdicts(p, "G2-13")[0]["time"] == p.at("34h")


def test_tocilizumab_ahead_of_grade_2_is_held_against_grade_2() -> None:
    """Tocilizumab at grade 0, eight hours before grade 2; a minute earlier it is not the episode's."""
    p = followed().temp("0h", 36.8).sbp("0h", 120).every("2h", "9h", "60h", temperature=38.5, sbp=85).well("60h", "5d")
    assert verdicts(p.tocilizumab("1h"), "G2-13")[0]["time"] == p.at("25h")
    p = followed().temp("0h", 36.8).sbp("0h", 120).every("2h", "9h", "60h", temperature=38.5, sbp=85).well("60h", "5d")
    assert verdict(p.tocilizumab("59m"), "G2-13") == ("not_applicable", None)


@pytest.mark.parametrize(("until", "status"), [("30h", "not_applicable"), ("30h1m", "not_met")])
def test_improvement_after_a_day(until: str, status: str) -> None:
    assert verdict(unimproved(until).tocilizumab("10h"), "G2-13")[0] == status


@pytest.mark.parametrize(("end", "status"), [("34h", "not_applicable"), ("34h1m", "not_met")])
def test_an_episode_over_after_a_day(end: str, status: str) -> None:
    assert verdict(ending(end).tocilizumab("10h"), "G2-13")[0] == status


@pytest.mark.parametrize("at", ["30h", None])
@pytest.mark.parametrize(("last", "unknown"), [("24h", True), ("24h1m", False)])
def test_unobserved_a_day_after(last: str, unknown: bool, at: str | None) -> None:
    p = unseen("24h", "38h").temp(last, 38.5).sbp(last, 85).tocilizumab("10h")
    if at:
        p.dexamethasone(at)
    known = ("met", None) if at else ("not_met", "never_given")
    assert verdict(p, "G2-13") == (("indeterminate", "unobserved") if unknown else known)


@pytest.mark.parametrize(
    ("until", "steroid_at", "result"),
    [
        ("34h", "30h", ("excluded", "censored")), ("34h1m", "30h", ("met", None)),
        ("34h1m", None, ("excluded", "censored")), ("38h", None, ("excluded", "censored")),
        ("38h1m", None, ("not_met", "never_given")),
    ],
)  # fmt: skip
def test_follow_up_of_g2_13(until: str, steroid_at: str | None, result: tuple[str, str | None]) -> None:
    p = followed(until=until).every("2h", "0h", "60h", temperature=38.5, sbp=85).tocilizumab("10h")
    if steroid_at:
        p.dexamethasone(steroid_at)
    assert verdict(p, "G2-13") == result


def test_no_opportunity_and_no_table_of_g2_13() -> None:
    assert verdict(unimproved(), "G2-13") == ("not_applicable", None)
    assert verdict(febrile().tocilizumab("2h"), "G2-13") == ("not_applicable", None)
    assert verdict(followed(), "G2-13") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("2h", "0h", "60h", temperature=38.5)
    assert verdict(bare, "G2-13") == ("not_applicable", None)
    (row,) = verdicts(bare.every("2h", "3h", "60h", sbp=85), "G2-13")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", patient().t0)


def test_evidence_of_a_day_without_improvement() -> None:
    still = "not improved 24 h after the dose"
    then = "steroid dose worth 9 mg dexamethasone 12 h before to 4 h after the 24 h mark after tocilizumab"
    given = ("first tocilizumab", "true")
    assert clauses(unimproved().tocilizumab("10h").dexamethasone("30h"), "G2-13") == {
        (still, "true"),
        (then, "true"),
        given,
    }
    assert clauses(unimproved().tocilizumab("10h"), "G2-13") == {(still, "true"), (then, "false"), given}
    unknown = unseen("24h", "38h").tocilizumab("10h")
    assert clauses(unknown, "G2-13") == {(still, "unknown"), (then, "unknown"), given}
