"""The comparison itself: it must be silent on agreement and name every disagreement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tests.simulate.compare import planted_differences, timeline_differences

T0 = datetime(2025, 1, 6, 12, tzinfo=UTC)


def truth(*rows: tuple[str, int, int | None, str, str | None]) -> pl.DataFrame:
    columns = ["measure_id", "opportunity", "episode", "status", "reason"]
    named: list[dict[str, Any]] = [{"infusion_id": "P/1", **dict(zip(columns, row, strict=True))} for row in rows]
    return pl.DataFrame(named, schema_overrides={"episode": pl.Int64, "reason": pl.String})


def pieces(*cuts: tuple[float, float, int]) -> pl.DataFrame:
    rows = [("P/1", T0 + timedelta(hours=start), T0 + timedelta(hours=end), grade) for start, end, grade in cuts]
    return pl.DataFrame(rows, schema=["infusion_id", "start", "end", "grade"], orient="row")


def test_agreement_is_silent() -> None:
    planted = truth(("G2-01", 1, 1, "met", None), ("G2-02", 1, 1, "not_met", "amber"))
    assert planted_differences(planted, planted) == []


def test_measures_that_are_not_planted_are_not_compared() -> None:
    planted = truth(("G2-01", 1, 1, "met", None))
    found = truth(("G2-01", 1, 1, "met", None), ("BAS-01", 1, None, "not_met", None))
    assert planted_differences(found, planted) == []


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
