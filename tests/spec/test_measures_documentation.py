"""PROTOCOL 5, monitoring: how often the grade was documented. `febrile()` is an episode of 24 h from T0 on."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, verdict, verdicts
from tests.spec.patient import Patient

CRS = frozenset({"crs_grade"})


def graded(p: Patient, *at: str, grade: float = 1) -> Patient:
    for when in at:
        p.documented(when, grade)
    return p


def staying(out: str) -> Patient:
    """Febrile for 24 h, followed until the ward was left."""
    return febrile(until=None).stay("ward", "-1d", out)


@pytest.mark.parametrize(
    ("at", "result", "hours"),
    [
        (["12h"], ("met", None), 12.0),
        (["11h"], ("met", None), 13.0),
        (["10h59m"], ("not_met", "late"), 13 + 1 / 60),
        (["13h"], ("met", None), 13.0),
        (["13h1m"], ("not_met", "late"), 13 + 1 / 60),
        (["6h", "18h"], ("met", None), 12.0),
        (["1h", "23h"], ("not_met", "late"), 22.0),
        ([], ("not_met", "not_done"), 24.0),
        (["0h"], ("not_met", "late"), 24.0),
        (["-1m", "24h"], ("not_met", "not_done"), 24.0),
    ],
)
def test_gaps(at: list[str], result: tuple[str, str | None], hours: float) -> None:
    (row,) = verdicts(graded(febrile(), *at), "MON-05", assessments=CRS)
    assert (row["status"], row["reason"]) == result
    assert row["value"] == pytest.approx(hours, abs=1e-5)


@pytest.mark.parametrize(("end", "result"), [("13h", ("met", None)), ("12h59m", ("not_applicable", None))])
def test_short_episodes(end: str, result: tuple[str, str | None]) -> None:
    p = followed().every("4h", "0h", "12h", temperature=38.5).well(end, "3d")
    assert verdict(p, "MON-05", assessments=CRS) == result


def test_an_episode_a_minute_longer() -> None:
    p = followed().every("4h", "0h", "12h", temperature=38.5).well("13h1m", "3d")
    assert verdict(p, "MON-05", assessments=CRS) == ("not_met", "not_done")


@pytest.mark.parametrize(
    ("at", "out", "status"),
    [
        ([], "13h", "excluded"),
        ([], "13h1m", "not_met"),
        (["5h"], "18h", "excluded"),
        (["5h"], "18h1m", "not_met"),
        (["12h"], "13h", "met"),
    ],
)
def test_follow_up(at: list[str], out: str, status: str) -> None:
    assert verdict(graded(staying(out), *at), "MON-05", assessments=CRS)[0] == status


def test_an_early_gap_is_a_failure_whatever_comes_later() -> None:
    """Two gaps of 14 h; follow-up ends in the second."""
    p = followed(until=None).every("4h", "0h", "28h", temperature=38.5).well("28h", "3d").stay("ward", "-1d", "20h")
    assert verdict(graded(p, "14h"), "MON-05") == ("not_met", "late")
    assert verdict(graded(staying("12h"), "14h"), "MON-05") == ("excluded", "censored")


def test_grades_were_not_extracted() -> None:
    assert verdict(febrile(), "MON-05") == ("indeterminate", "assessments: crs_grade")
    assert verdict(febrile().icans("1h", 0), "MON-05") == ("indeterminate", "assessments: crs_grade")
    (clause,) = {outcome for name, outcome in clauses(febrile(), "MON-05") if name.startswith("never")}
    assert clause == "unknown"


def test_each_episode_has_its_own() -> None:
    p = followed().every("4h", "0h", "16h", temperature=38.5).well("16h", "41h")
    p.every("4h", "41h", "57h", temperature=38.5).well("57h", "5d")
    assert [row["status"] for row in verdicts(graded(p, "8h"), "MON-05")] == ["met", "not_met"]


def test_no_opportunity_and_no_vitals() -> None:
    assert verdict(graded(followed().well("0h", "2d"), "1h"), "MON-05") == ("not_applicable", None)
    assert verdict(graded(followed(), "1h"), "MON-05") == ("indeterminate", "vitals")


def test_what_is_told_and_cited() -> None:
    p = graded(febrile(), "-1h", "10h59m", "23h")
    (row,) = verdicts(p, "MON-05")
    assert (row["time"], row["unit"], row["threshold"]) == (p.t0, "h", "≤ 13")
    assert (
        row["sentence"]
        == "2 documented grades in an episode of 24 h, at longest 12 h 1 min without one (limit 13 h): met."
    )
    clause = "never longer than 13 h without a documented grade"
    assert clauses(p, "MON-05") == {(clause, "true"), ("onset", "true")}
    assert evaluated(p, "MON-05").evidence.filter(clause=clause).get_column("row").to_list() == [3, 4]
    assert (clause, "false") in clauses(graded(febrile(), "1h"), "MON-05")
