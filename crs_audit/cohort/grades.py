"""When CRS began, how high it rose and how long each grade lasted, by ASTCT."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours
from crs_audit.grading.episodes import GRADES
from crs_audit.measures.case import Case
from crs_audit.medication.steroids import DECIMALS


def grades(case: Case) -> pl.DataFrame:
    """infusion, episodes, max_grade, strict_max_grade (both null where fever and pressure were never known together),
    onset, hours_to_onset, last_end (end of the last episode), first_grade_1 … 4 (first instant at or above),
    hours_to_grade_1 … 4, hours_at_grade_1 … 4 (at exactly), hours_unobserved (in episodes). Hours count from T0."""
    observed = case.grading.timeline.group_by("infusion").agg(pl.col("observed").any())
    of_episodes = case.grading.episodes.group_by("infusion").agg(
        pl.len().cast(pl.UInt16).alias("episodes"),
        pl.col("max_grade", "strict_max_grade").max(),
        pl.col("onset").min(),
        pl.col("end").max().alias("last_end"),
        *(pl.col(f"first_grade_{g}").min() for g in GRADES),
        *(pl.col(f"hours_grade_{g}").sum().round(DECIMALS).alias(f"hours_at_grade_{g}") for g in GRADES),
        pl.col("hours_unobserved").sum().round(DECIMALS),
    )
    zero = pl.when("observed").then(0)
    t0 = pl.col("t0")
    return (
        case.infusions.select("infusion", "t0")
        .join(observed, on="infusion", how="left")
        .join(of_episodes, on="infusion", how="left")
        .select(
            "infusion",
            *(pl.coalesce(name, zero).cast(pl.UInt16) for name in ("episodes",)),
            *(pl.coalesce(name, zero).cast(pl.UInt8) for name in ("max_grade", "strict_max_grade")),
            "onset",
            hours(t0, pl.col("onset")).alias("hours_to_onset"),
            "last_end",
            *(f"first_grade_{g}" for g in GRADES),
            *(hours(t0, pl.col(f"first_grade_{g}")).alias(f"hours_to_grade_{g}") for g in GRADES),
            *(pl.coalesce(f"hours_at_grade_{g}", zero.cast(pl.Float64)) for g in GRADES),
            "hours_unobserved",
        )
    )
