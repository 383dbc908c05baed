"""Tocilizumab of the window: how much, how much for the weight, how long after what."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.amounts import SHOWN, known_sum
from crs_audit.cohort.hours import hours, timed
from crs_audit.measures.case import Case


def tocilizumab(case: Case, course: pl.DataFrame) -> pl.DataFrame:
    """infusion, tocilizumab_doses, tocilizumab_amount_unknown (doses without an amount), tocilizumab_mg,
    tocilizumab_unweighed (doses without an amount or a weight), tocilizumab_mg_per_kg, tocilizumab_first,
    tocilizumab_first_mg, tocilizumab_first_mg_per_kg, hours_to_tocilizumab (from T0), tocilizumab_hours_from_onset,
    tocilizumab_hours_from_grade_2 (of the first dose; negative before it). All null where the infusion has no MAR row.

    The sums are of the doses they are known of (`known_sum`): lower bounds where the count beside them is above 0.
    course: infusion, onset, first_grade_2, of `grades`.
    """
    doses = case.tocilizumab.sort("infusion", "time", "dose")
    told = doses.group_by("infusion", maintain_order=True).agg(
        pl.len().alias("tocilizumab_doses"),
        pl.col("amount").is_null().sum().alias("tocilizumab_amount_unknown"),
        known_sum("amount").alias("tocilizumab_mg"),
        pl.col("per_kg").is_null().sum().alias("tocilizumab_unweighed"),
        known_sum("per_kg").round(SHOWN).alias("tocilizumab_mg_per_kg"),
        timed().first().alias("tocilizumab_first"),
        pl.col("amount").first().alias("tocilizumab_first_mg"),
        pl.col("per_kg").first().round(SHOWN).alias("tocilizumab_first_mg_per_kg"),
    )
    first = pl.col("tocilizumab_first")
    every = case.infusions.select("infusion", "t0", "has_mar").join(course, on="infusion").join(
        told, on="infusion", how="left"
    )  # fmt: skip
    none = pl.when(pl.col("has_mar") & pl.col("tocilizumab_doses").is_null()).then(0)
    return every.select(
        "infusion",
        *(pl.coalesce(name, none).cast(pl.UInt32) for name in ("tocilizumab_doses", "tocilizumab_amount_unknown")),
        pl.coalesce("tocilizumab_mg", none.cast(pl.Float64)),
        pl.coalesce("tocilizumab_unweighed", none).cast(pl.UInt32),
        pl.coalesce("tocilizumab_mg_per_kg", none.cast(pl.Float64)),
        "tocilizumab_first",
        "tocilizumab_first_mg",
        "tocilizumab_first_mg_per_kg",
        hours_to_tocilizumab=hours(pl.col("t0"), first),
        tocilizumab_hours_from_onset=hours(pl.col("onset"), first),
        tocilizumab_hours_from_grade_2=hours(pl.col("first_grade_2"), first),
    )  # fmt: skip
