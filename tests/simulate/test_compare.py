"""The comparison itself: it must be silent on agreement and name every disagreement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.simulate.compare import planted_differences, timeline_differences

T0 = datetime(2025, 1, 6, 12, tzinfo=UTC)


Row = tuple[str, int, int | None, str, str | None]


def truth(*rows: Row, listed: str = "every", kind: str = "R") -> pl.DataFrame:
    """Rows of the truth, and of the results too: `listed` is the truth's, `kind` the results'."""
    columns = ["measure_id", "opportunity", "episode", "status", "reason"]
    beside = {"infusion_id": "P/1", "listed": listed, "kind": kind}
    named: list[dict[str, Any]] = [{**beside, **dict(zip(columns, row, strict=True))} for row in rows]
    types = {"measure_id": pl.String, "opportunity": pl.Int64, "episode": pl.Int64, "status": pl.String}
    schema = {"infusion_id": pl.String, **types, "reason": pl.String, "listed": pl.String, "kind": pl.String}
    return pl.DataFrame(named, schema=schema)


def pieces(*cuts: tuple[float, float, int]) -> pl.DataFrame:
    rows = [("P/1", T0 + timedelta(hours=start), T0 + timedelta(hours=end), grade) for start, end, grade in cuts]
    return pl.DataFrame(rows, schema=["infusion_id", "start", "end", "grade"], orient="row")


def test_agreement_is_silent() -> None:
    planted = truth(("G2-01", 1, 1, "met", None), ("G2-02", 1, 1, "not_met", "amber"))
    assert planted_differences(planted, planted) == []


PLANTED = truth(("MON-01", 3, 1, "not_met", "missing"), listed="planted")


@pytest.mark.parametrize("status", ["met", "not_applicable"])
def test_where_only_what_was_planted_is_listed_the_rest_may_be_met(status: str) -> None:
    found = truth(("MON-01", 3, 1, "not_met", "missing: crp"), ("MON-01", 4, 1, status, None))
    assert planted_differences(found, PLANTED) == []


@pytest.mark.parametrize("measure", ["MON-01", "BAS-01"])
@pytest.mark.parametrize("status", ["not_met", "indeterminate", "excluded"])
def test_a_verdict_that_was_not_planted_is_named_of_any_measure(measure: str, status: str) -> None:
    found = truth(("MON-01", 3, 1, "not_met", "missing: crp"), (measure, 4, 1, status, "cap"))
    assert planted_differences(found, PLANTED) == [f"P/1 {measure} 4: not planted, found {status} (cap)"]


def test_a_planted_verdict_that_is_met_or_lacking_is_named() -> None:
    assert planted_differences(truth(), PLANTED) == ["P/1 MON-01 3: planted not_met, not found"]
    found = truth(("MON-01", 3, 1, "met", None))
    assert planted_differences(found, PLANTED) == ["P/1 MON-01 3: planted not_met, found met (None)"]


def test_what_is_not_listed_may_be_censored_only_where_the_plan_cuts_follow_up() -> None:
    found = truth(("MON-02", 1, 1, "excluded", "censored"))
    none = PLANTED.clear()
    assert planted_differences(found, none, frozenset({"P/1"})) == []
    assert planted_differences(found, none, frozenset({"P/2"})) != []
    assert planted_differences(found, none) != []


def test_presence_that_was_not_planted_is_named_but_a_documented_grade_that_agrees() -> None:
    none = PLANTED.clear()
    assert planted_differences(truth(("HLH-01", 1, None, "met", None), kind="I"), none) == [
        "P/1 HLH-01 1: not planted, found met (None)"
    ]
    assert planted_differences(truth(("MON-07", 1, None, "met", "under"), kind="I"), none) != []
    assert planted_differences(truth(("MON-07", 1, None, "met", "agree"), kind="I"), none) == []


def test_status_reason_episode_lack_and_surplus_are_named() -> None:
    planted = truth(
        ("G2-01", 1, 1, "met", None),
        ("G2-02", 1, 1, "not_met", "amber"),
        ("G2-03", 1, None, "met", None),
        ("G3-02", 1, 2, "met", None),
    )
    found = truth(
        ("G2-01", 1, 1, "excluded", "cap"),
        ("G2-02", 1, 1, "not_met", "late"),
        ("G2-03", 2, None, "met", None),
        ("G3-02", 1, 1, "met", None),
    )
    assert planted_differences(found, planted) == [
        "P/1 G2-01 1: planted met, found excluded (cap)",
        "P/1 G2-02 1: planted reason amber, found late",
        "P/1 G2-03 1: planted met, not found",
        "P/1 G2-03 2: not planted, found met (None)",
        "P/1 G3-02 1: planted episode 2, found 1",
    ]


def test_a_planted_reason_may_stand_among_other_words_but_not_inside_one() -> None:
    planted = truth(("G2-01", 1, 1, "excluded", "cap"))
    assert planted_differences(truth(("G2-01", 1, 1, "excluded", "cap: 4 doses")), planted) == []
    assert planted_differences(truth(("G2-01", 1, 1, "excluded", "after_cap")), planted) == []
    assert planted_differences(truth(("G2-01", 1, 1, "excluded", "capsule")), planted) != []


def test_timelines_cut_differently_are_the_same() -> None:
    assert timeline_differences(pieces((0, 3, 0), (3, 5, 1), (5, 9, 1)), pieces((0, 3, 0), (3, 9, 1))) == []


def test_a_shifted_edge_is_one_stretch() -> None:
    found = timeline_differences(pieces((0, 3, 0), (3, 9, 1)), pieces((0, 4, 0), (4, 9, 1)))
    assert found == ["P/1 2025-01-06T15:00:00+00:00 to 2025-01-06T16:00:00+00:00: true 0, found 1"]


def test_a_timeline_that_ends_early_is_a_difference() -> None:
    found = timeline_differences(pieces((0, 3, 0)), pieces((0, 4, 0)))
    assert found == ["P/1 2025-01-06T15:00:00+00:00 to 2025-01-06T16:00:00+00:00: true 0, found None"]
