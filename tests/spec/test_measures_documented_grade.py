"""PROTOCOL 5, monitoring: the documented grade after a rise and beside the computed one. `hypotensive()` is grade 1
from T0, grade 2 from 2 h to 10 h, grade 1 to 24 h."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from crs_audit.evaluate import evaluate
from tests.spec.judged import PROTOCOL, evaluated, febrile, followed, hypotensive, two_episodes, verdict, verdicts
from tests.spec.patient import Patient, facts, tables

CRS = frozenset({"crs_grade"})


def graded(p: Patient, *at: str, grade: float = 1) -> Patient:
    for when in at:
        p.documented(when, grade)
    return p


# MON-06 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "longest"),
    [
        (["3h"], 180.0),
        (["0h", "2h"], 0.0),
        (["1h", "5h"], 180.0),
        (["30m", "2h20m", "9h"], 30.0),
        (["1h"], 60.0),
        (["100h"], 6000.0),
        (["-1h", "90m", "2h30m"], 90.0),
        (["1h59m", "2h"], 119.0),
    ],
)
def test_from_a_rise_to_the_next_documented_grade(at: list[str], longest: float) -> None:
    (row,) = verdicts(graded(hypotensive(), *at), "MON-06")
    assert (row["status"], row["reason"], row["value"], row["unit"]) == ("met", None, longest, "min")
    assert (row["time"], row["episode"], row["threshold"]) == (followed().t0, 1, None)


def test_a_fall_is_no_rise() -> None:
    p = followed().every("2h", "0h", "12h", temperature=38.5).sbp("0h", 85).sbp("4h", 120).well("12h", "3d")
    (row,) = verdicts(graded(p, "0h"), "MON-06")
    assert (row["value"], row["sentence"]) == (
        0.0, "1 rise of the grade; at longest 0 min to the next documented grade."
    )  # fmt: skip


def test_rises_that_nobody_documented_are_told() -> None:
    (row,) = verdicts(graded(hypotensive(), "1h"), "MON-06")
    assert row["sentence"] == (
        "2 rises of the grade; at longest 60 min to the next documented grade, none documented after 1 of them."
    )


def test_none_documented_after_any_rise() -> None:
    assert verdict(graded(hypotensive(), "-1h"), "MON-06") == ("not_applicable", None)
    assert verdict(graded(hypotensive(), "30d"), "MON-06") == ("not_applicable", None)
    assert verdict(hypotensive(), "MON-06", assessments=CRS) == ("not_applicable", None)


def test_rises_of_each_episode() -> None:
    found = verdicts(graded(two_episodes(), "1h", "3h", "41h"), "MON-06")
    assert [(row["episode"], row["value"]) for row in found] == [(1, 60.0), (2, 60.0)]
    found = verdicts(graded(two_episodes(), "1h", "3h"), "MON-06")
    assert [(row["episode"], row["value"]) for row in found] == [(1, 60.0)]


def test_rises_where_grades_were_not_extracted() -> None:
    (row,) = verdicts(hypotensive(), "MON-06")
    assert (row["status"], row["reason"]) == ("indeterminate", "assessments: crs_grade")
    assert (row["time"], row["episode"]) == (followed().t0, None)
    assert verdict(followed().well("0h", "2d"), "MON-06") == ("not_applicable", None)
    assert verdict(graded(followed(), "1h"), "MON-06") == ("indeterminate", "vitals")


def test_evidence_of_rises() -> None:
    found = evaluated(graded(hypotensive(), "1h", "3h", "5h"), "MON-06").evidence
    told = found.filter(pl.col("result_id").str.contains("MON-06"))
    assert told.filter(clause="next documented grade").get_column("row").to_list() == [2, 3]
    risen = told.filter(clause="grade risen").select("time", "raw_value").unique().sort("time", "raw_value")
    p = hypotensive()
    assert risen.rows() == [(p.t0, "38.5"), (p.at("2h"), "85")]


def test_of_grades_of_one_instant_the_first_charted_is_cited() -> None:
    p = hypotensive()
    for row in (9, 7, 8):
        p.assessed("3h", "crs_grade", 1, row=row)
    for seed in range(5):
        found = evaluate(tables(p, shuffle=seed), PROTOCOL, facts(p), frozenset({"MON-06"})).evidence
        assert found.filter(clause="next documented grade").get_column("row").to_list() == [7]


# MON-07 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "grade", "computed", "reason", "episode"),
    [
        ("0h", 1, 1.0, "agree", 1),
        ("1h59m", 1, 1.0, "agree", 1),
        ("2h", 1, 2.0, "under", 1),
        ("2h", 2, 2.0, "agree", 1),
        ("2h", 3, 2.0, "over", 1),
        ("10h", 2, 1.0, "over", 1),
        ("23h59m", 1, 1.0, "agree", 1),
        ("24h", 1, 0.0, "over", None),
        ("5d", 0, 0.0, "agree", None),
        ("29d 23h", 0, 0.0, "agree", None),
    ],
)
def test_documented_beside_computed(at: str, grade: float, computed: float, reason: str, episode: int | None) -> None:
    p = graded(hypotensive(), at, grade=grade)
    (row,) = verdicts(p, "MON-07")
    assert (row["status"], row["reason"], row["value"]) == ("met", reason, computed)
    assert (row["time"], row["episode"], row["threshold"]) == (p.at(at), episode, f"documented {grade:g}")


@pytest.mark.parametrize("at", ["-1m", "30d", "31d"])
def test_only_grades_of_the_window(at: str) -> None:
    assert verdict(graded(hypotensive(), at), "MON-07") == ("not_applicable", None)


def test_all_of_them_in_order() -> None:
    p = graded(graded(hypotensive(), "5h", "2h", grade=2), "30h", grade=0)
    assert [(row["opportunity"], row["time"]) for row in verdicts(p, "MON-07")] == [
        (1, p.at("2h")), (2, p.at("5h")), (3, p.at("30h")),
    ]  # fmt: skip


def test_without_vitals_none_is_computed() -> None:
    found = verdicts(graded(followed(), "1h", "2h"), "MON-07")
    assert [(row["status"], row["reason"]) for row in found] == [("indeterminate", "vitals")] * 2
    assert found[0]["sentence"].startswith("Documented grade 1: cannot be judged")
    assert verdict(followed(), "MON-07", assessments=CRS) == ("not_applicable", None)


def test_grades_that_were_not_extracted() -> None:
    for p in (hypotensive(), followed()):
        (row,) = verdicts(p, "MON-07")
        assert (row["status"], row["reason"]) == ("indeterminate", "assessments: crs_grade")
        assert (row["time"], row["episode"]) == (p.t0, None)


def evidence_of(p: Patient) -> list[Any]:
    found = evaluated(p, "MON-07").evidence.filter(pl.col("result_id").str.contains("MON-07"))
    return found.sort("clause", "time").select("clause", "outcome", "time", "raw_value").rows()


def test_evidence_of_a_documented_grade() -> None:
    p = graded(hypotensive(), "3h")
    assert evidence_of(p) == [
        ("computed grade", "true", p.t0, "38.5"),
        ("computed grade", "true", p.at("2h"), "85"),
        ("computed grade known", "true", None, None),
        ("documented grade", "true", p.at("3h"), "1"),
    ]
    (row,) = verdicts(p, "MON-07")
    assert row["sentence"] == "Documented grade 1, computed grade 2."


def test_a_date_without_a_time() -> None:
    """Documented on a date, of which both ends lie outside the window or the episode, or not."""
    p = febrile().assessed("-12h", "crs_grade", 1, day_only=True)
    assert verdict(p, "MON-07")[0] == "indeterminate"


def test_a_date_alone_is_told_also_where_its_hour_changes_nothing() -> None:
    """The fever lasts from T0 to 24 h, and the date of the day after it is without one."""
    p = febrile().assessed("36h", "crs_grade", 0, day_only=True).assessed("40h", "crs_grade", 0)
    rows = verdicts(p, "MON-07")
    assert [row["status"] for row in rows] == ["met", "met"]
    assert [row["threshold"] for row in rows] == ["documented 0, a date alone", "documented 0"]
