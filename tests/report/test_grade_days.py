"""The grades of a cohort from day to day, on cohorts small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from crs_audit.report.grade_days import grade_days
from crs_audit.report.pictures.grade_course import grade_course
from crs_audit.tables import TIME
from tests.report.test_pictures import SVG, parse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Row = tuple[float, float, int, bool]
"""start and end in hours from noon of day 0, grade, observed"""


def counted(*infusions: tuple[float, list[Row]], timezone: str = "UTC") -> dict[int, dict[str, Any]]:
    """Day → its row. infusions: hours followed, timeline."""
    hours = timedelta(hours=1)
    known = [(f"P{n}", NOON, NOON + followed * hours) for n, (followed, _) in enumerate(infusions)]
    rows = [
        (f"P{n}", NOON + start * hours, NOON + end * hours, grade, observed)
        for n, (_, timeline) in enumerate(infusions)
        for start, end, grade, observed in timeline
    ]
    frame = grade_days(
        pl.DataFrame(known, schema={"infusion_id": pl.String, "t0": TIME, "e": TIME}, orient="row"),
        pl.DataFrame(
            rows,
            schema={"infusion_id": pl.String, "start": TIME, "end": TIME, "grade": pl.UInt8, "observed": pl.Boolean},
            orient="row",
        ),
        timezone,
    )
    return {row.pop("day"): row for row in frame.to_dicts()}


def of(row: dict[str, Any]) -> dict[str, int]:
    """What of a row is not nought."""
    return {name: n for name, n in row.items() if n}


def test_the_worst_grade_of_each_day() -> None:
    """Noon to noon of day 2: grade 1 in the evening of day 0, grade 3 over midnight, grade 2 in the morning."""
    days = counted((48, [(0, 6, 0, True), (6, 11, 1, True), (11, 13, 3, True), (13, 48, 2, True)]))
    assert {day: of(row) for day, row in days.items()} == {
        0: {"followed": 1, "grade_3": 1},
        1: {"followed": 1, "grade_3": 1},
        2: {"followed": 1, "grade_2": 1},
    }


def test_what_ends_at_midnight_does_not_touch_the_next_day() -> None:
    days = counted((24, [(0, 12, 4, True), (12, 24, 0, True)]))
    assert [of(days[day]) for day in (0, 1)] == [{"followed": 1, "grade_4": 1}, {"followed": 1, "grade_0": 1}]


def test_only_those_still_followed_are_counted() -> None:
    rows = [(0.0, 720.0, 0, True)]
    days = counted((5, rows), (30, rows), (720, rows))
    assert [days[day]["followed"] for day in (0, 1, 2, 30)] == [3, 2, 1, 1]
    assert max(days) == 30


def test_a_grade_after_the_end_of_follow_up_does_not_count() -> None:
    days = counted((13, [(0, 13, 0, True), (13, 48, 3, True)]))
    assert {day: of(row) for day, row in days.items()} == {
        0: {"followed": 1, "grade_0": 1}, 1: {"followed": 1, "grade_0": 1},
    }  # fmt: skip


def test_not_observed_is_neither_well_nor_ill() -> None:
    unseen, partly, oxygen = [(0, 12, 0, False)], [(0, 1, 0, True), (1, 12, 0, False)], [(0, 12, 2, False)]
    assert of(counted((12, unseen), (12, partly), (12, oxygen))[0]) == {
        "followed": 3, "unobserved": 1, "grade_0": 1, "grade_2": 1,
    }  # fmt: skip


def test_days_are_those_of_the_site() -> None:
    """Noon in UTC is 7 in the evening in Bangkok: its day 0 ends five hours later."""
    days = counted((24, [(0, 5, 0, True), (5, 24, 1, True)]), timezone="Asia/Bangkok")
    assert [of(days[day]) for day in (0, 1)] == [{"followed": 1, "grade_0": 1}, {"followed": 1, "grade_1": 1}]


def test_the_picture_shows_each_share_and_each_number() -> None:
    rows = {"day": [0, 1], "followed": [4, 2], "grade_4": [1, 0], "grade_3": [0, 0], "grade_2": [0, 0],
            "grade_1": [0, 1], "grade_0": [2, 1], "unobserved": [1, 0]}  # fmt: skip
    root = parse(grade_course(pl.DataFrame(rows)))
    drawn = [(r.get("class"), r.findtext(f"{SVG}title"), float(r.get("height", 0))) for r in root.iter(f"{SVG}rect")]
    assert [(cls, title) for cls, title, _ in drawn] == [
        ("g4", "day 0, grade 4: 1 of 4"), ("g0", "day 0, grade 0: 2 of 4"), ("gap", "day 0, not observed: 1 of 4"),
        ("g1", "day 1, grade 1: 1 of 2"), ("g0", "day 1, grade 0: 1 of 2"),
    ]  # fmt: skip
    heights = [height for *_, height in drawn]
    assert heights[0] * 2 == heights[1] == heights[3]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert (texts.count("4"), texts.count("1")) == (2, 2)
    assert texts[-2:] == ["day", "n"]
