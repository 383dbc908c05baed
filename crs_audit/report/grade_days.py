"""The grades of a cohort from day to day, counted from a run's timeline."""

from __future__ import annotations

import polars as pl

UNOBSERVED = "unobserved"
GRADES = (4, 3, 2, 1, 0)
BANDS = (*(f"grade_{grade}" for grade in GRADES), UNOBSERVED)
"""What an infusion's day is counted under, the worst first."""


def grade_days(infusions: pl.DataFrame, timeline: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """day, followed, BANDS: of each day since the infusion (0 = its date at the site) the infusions followed up on it
    and how many of them had which worst grade.

    infusions: infusion_id, t0, e. timeline: infusion_id, start, end, grade, observed. Up to the end of follow-up alone;
    grade 0 is a day some of which was observed without a grade; unobserved one without a grade of which nothing was.
    """
    known = infusions.select("infusion_id", "t0", "e")
    rows = timeline.select("infusion_id", "start", "end", "grade", "observed").join(known, on="infusion_id")
    rows = rows.filter(pl.col("start") < pl.col("e")).with_columns(end=pl.min_horizontal("end", "e"))

    def date(time: pl.Expr) -> pl.Expr:
        return time.dt.convert_time_zone(timezone).dt.date()

    def day(time: pl.Expr) -> pl.Expr:
        return (date(time) - date(pl.col("t0"))).dt.total_days()

    # What ends at midnight does not touch the next day.
    last = day(pl.col("end").dt.offset_by("-1us")) + 1
    days = rows.with_columns(day=pl.int_ranges(day(pl.col("start")), last)).explode("day").drop_nulls("day")
    worst = days.group_by("infusion_id", "day").agg(pl.col("grade").max(), pl.col("observed").any())
    nothing = (pl.col("grade") == 0) & ~pl.col("observed")
    counts = [((pl.col("grade") == grade) & ~nothing).sum().alias(f"grade_{grade}") for grade in GRADES]
    return worst.group_by("day").agg(pl.len().alias("followed"), *counts, nothing.sum().alias(UNOBSERVED)).sort("day")
