"""Local dates as opportunities: the first days after the infusion and every day of CRS."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.local_dates import date_of, midnight
from crs_audit.measures.case import Case, once_per_case

DAY = timedelta(days=1)


@once_per_case
def local_days(case: Case) -> pl.DataFrame:
    """One opportunity per date of the site's calendar that lies wholly between T0 and the end of follow-up: the first
    (`shared.watched_days`) after T0's own, and each one that touches grade 1 or more.

    Anchored at local 00:00; also `until` (the next 00:00: 23, 24 or 25 h later), `day` (0 = T0's date) and `graded`
    (where the first stretch of grade 1 or more that touches it begins, maybe before it; null where none does). Its
    episode is the first that touches it, if any.
    """
    zone = case.facts.timezone
    first = case.infusions.select("infusion", since=date_of(pl.col("t0"), zone))
    near = first.with_columns(
        since=pl.col("since") + DAY, last=pl.col("since") + case.value("shared.watched_days") * DAY
    )
    graded = case.grading.segments.filter(pl.col("grade") >= 1).select(
        "infusion",
        graded="start",
        since=date_of(pl.col("start"), zone),
        # The end is no longer part of it: midnight belongs to the date before.
        last=date_of(pl.col("end") - timedelta(microseconds=1), zone),
    )
    dates = (
        pl.concat([near, graded], how="diagonal")
        .select("infusion", "graded", date=pl.date_ranges("since", "last"))
        .explode("date")
        .group_by("infusion", "date")
        .agg(pl.col("graded").min())
        .join(first, on="infusion")
        .sort("infusion", "date")
    )
    days = dates.select(
        "infusion",
        anchor=midnight(pl.col("date"), zone),
        until=midnight(pl.col("date") + DAY, zone),
        day=(pl.col("date") - pl.col("since")).dt.total_days(),
        graded="graded",
    )
    bounds = case.infusions.select("infusion", "t0", "e")
    whole = days.join(bounds, on="infusion").filter(
        (pl.col("anchor") >= pl.col("t0")) & (pl.col("until") <= pl.col("e"))
    )
    return case.opened(_with_episode(whole.drop("t0", "e"), case))


def _with_episode(days: pl.DataFrame, case: Case) -> pl.DataFrame:
    spans = case.grading.episodes.select("infusion", "episode", "onset", "end")
    touched = days.join(spans, on="infusion").filter(
        (pl.col("onset") < pl.col("until")) & (pl.col("end") > pl.col("anchor"))
    )
    first = touched.group_by("infusion", "anchor").agg(pl.col("episode").min())
    return days.join(first, on=["infusion", "anchor"], how="left", maintain_order="left")
