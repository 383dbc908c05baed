"""Systemic corticosteroids above physiologic in dexamethasone-equivalents, day by day and in all."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.amounts import known_sum
from crs_audit.cohort.hours import hours, timed
from crs_audit.measures.case import Case, once_per_case
from crs_audit.medication.steroids import DECIMALS


@once_per_case
def steroid_days(case: Case) -> pl.DataFrame:
    """infusion, date (of the site's calendar), day (0 = the date of the infusion), doses, amount_unknown (doses that
    add nothing to the sums), dex_mg, cumulative_dex_mg (null where no amount is known so far): the dates of the window
    with a dose above physiologic."""
    zone = case.facts.timezone
    t0 = case.infusions.select("infusion", first=pl.col("t0").dt.convert_time_zone(zone).dt.date())
    return (
        case.treatment.with_columns(date=pl.col("time").dt.convert_time_zone(zone).dt.date())
        .group_by("infusion", "date")
        .agg(
            pl.len().alias("doses"),
            pl.col("dex_mg").is_null().sum().alias("amount_unknown"),
            known_sum("dex_mg").alias("dex_mg"),
        )
        .join(t0, on="infusion")
        .sort("infusion", "date")
        .select(
            "infusion",
            "date",
            (pl.col("date") - pl.col("first")).dt.total_days().cast(pl.Int16).alias("day"),
            "doses",
            "amount_unknown",
            "dex_mg",
            pl.col("dex_mg").cum_sum().forward_fill().over("infusion").round(DECIMALS).alias("cumulative_dex_mg"),
        )
    )


def steroids(case: Case, course: pl.DataFrame) -> pl.DataFrame:
    """infusion, steroid_doses, steroid_amount_unknown, steroid_days (dates with a dose), steroid_dex_mg (in all),
    steroid_max_day_dex_mg (highest of one date), steroid_first, hours_to_steroid (from T0), steroid_hours_from_onset
    (negative before it). All of doses above physiologic in the window; null where the infusion has no MAR row. The
    sums are of the amounts that are known, null where none is.

    course: infusion, onset, of `grades`.
    """
    days = steroid_days(case).group_by("infusion").agg(
        pl.col("doses").sum().alias("steroid_doses"),
        pl.col("amount_unknown").sum().alias("steroid_amount_unknown"),
        pl.len().alias("steroid_days"),
        known_sum("dex_mg").alias("steroid_dex_mg"),
        pl.col("dex_mg").max().alias("steroid_max_day_dex_mg"),
    )  # fmt: skip
    first = case.treatment.sort("infusion", "time", "dose").group_by("infusion", maintain_order=True).agg(
        timed().first().alias("steroid_first")
    )  # fmt: skip
    every = case.infusions.select("infusion", "t0", "has_mar").join(course, on="infusion")
    every = every.join(days, on="infusion", how="left").join(first, on="infusion", how="left")
    none = pl.when(pl.col("has_mar") & pl.col("steroid_doses").is_null()).then(0)
    given = pl.col("steroid_first")
    return every.select(
        "infusion",
        *(
            pl.coalesce(name, none).cast(pl.UInt32)
            for name in ("steroid_doses", "steroid_amount_unknown", "steroid_days")
        ),
        *(pl.coalesce(name, none.cast(pl.Float64)) for name in ("steroid_dex_mg", "steroid_max_day_dex_mg")),
        "steroid_first",
        hours_to_steroid=hours(pl.col("t0"), given),
        steroid_hours_from_onset=hours(pl.col("onset"), given),
    )
