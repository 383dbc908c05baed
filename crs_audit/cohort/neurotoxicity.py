"""The highest documented grade of neurotoxicity (ICANS)."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours, timed
from crs_audit.measures.case import Case


def neurotoxicity(case: Case) -> pl.DataFrame:
    """infusion, icans_grades (documented in the window; null where the whole extract holds none), icans_max,
    icans_max_first (when it was first documented), hours_to_icans_max (from T0)."""
    rows = case.chart.assessments.filter((pl.col("assessment") == "icans_grade") & pl.col("value").is_not_null())
    rows = case.in_window(rows).sort("infusion", "value", "time", descending=[False, True, False])
    found = rows.group_by("infusion", maintain_order=True).agg(
        pl.len().alias("icans_grades"),
        pl.col("value").first().alias("icans_max"),
        timed().first().alias("icans_max_first"),
    )
    none = None if case.lacks("assessments", "icans_grade") else 0
    told = case.infusions.select("infusion", "t0").join(found, on="infusion", how="left")
    return told.select(
        "infusion",
        pl.coalesce("icans_grades", pl.lit(none)).cast(pl.UInt32).alias("icans_grades"),
        pl.col("icans_max").cast(pl.UInt8),
        "icans_max_first",
        hours_to_icans_max=hours(pl.col("t0"), pl.col("icans_max_first")),
    )
