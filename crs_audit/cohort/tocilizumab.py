"""Tocilizumab of the window: how much, how much for the weight, how long after what."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours, timed
from crs_audit.measures.case import Case
from crs_audit.medication.steroids import DECIMALS


def tocilizumab(case: Case, course: pl.DataFrame) -> pl.DataFrame:
    """infusion, tocilizumab_doses, tocilizumab_amount_unknown (doses without an amount; they add nothing to the sums),
    tocilizumab_mg, tocilizumab_mg_per_kg (sums), tocilizumab_first, tocilizumab_first_mg, tocilizumab_first_mg_per_kg,
    hours_to_tocilizumab (from T0), tocilizumab_hours_from_onset, tocilizumab_hours_from_grade_2 (of the first dose;
    negative before it). All null where the infusion has no MAR row.

    course: infusion, onset, first_grade_2, of `grades`.
    """
    doses = case.tocilizumab.sort("infusion", "time", "dose")
    told = doses.group_by("infusion", maintain_order=True).agg(
        pl.len().alias("tocilizumab_doses"),
        pl.col("amount").is_null().sum().alias("tocilizumab_amount_unknown"),
        pl.col("amount").sum().round(DECIMALS).alias("tocilizumab_mg"),
        pl.col("per_kg").sum().round(DECIMALS).alias("tocilizumab_mg_per_kg"),
        pl.when(pl.col("per_kg").is_not_null().any()).then(True).alias("_weighed"),
        timed().first().alias("tocilizumab_first"),
        pl.col("amount").first().alias("tocilizumab_first_mg"),
        pl.col("per_kg").first().round(DECIMALS).alias("tocilizumab_first_mg_per_kg"),
    )
    first = pl.col("tocilizumab_first")
    every = case.infusions.select("infusion", "t0", "has_mar").join(course, on="infusion").join(
        told, on="infusion", how="left"
    )  # fmt: skip
    none = pl.when("has_mar").then(0)
    return every.select(
        "infusion",
        *(pl.coalesce(name, none).cast(pl.UInt32) for name in ("tocilizumab_doses", "tocilizumab_amount_unknown")),
        pl.coalesce("tocilizumab_mg", none.cast(pl.Float64)),
        # A sum of doses of which none could be held against a weight is not nothing.
        pl.when(pl.col("_weighed") | pl.col("tocilizumab_doses").is_null()).then(
            pl.coalesce("tocilizumab_mg_per_kg", none.cast(pl.Float64))
        ).alias("tocilizumab_mg_per_kg"),
        "tocilizumab_first",
        "tocilizumab_first_mg",
        "tocilizumab_first_mg_per_kg",
        hours_to_tocilizumab=hours(pl.col("t0"), first),
        tocilizumab_hours_from_onset=hours(pl.col("onset"), first),
        tocilizumab_hours_from_grade_2=hours(pl.col("first_grade_2"), first),
    )  # fmt: skip
