"""How long after the computed onset the first grade was documented."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

LEAST = 11
"""So many infusions make a median and quartiles that tell of no patient: as the default of a shared report."""


@dataclass(frozen=True)
class Onsets:
    """Hours from the computed onset to the first documented grade of 1 or more, of the `n` infusions that have both
    with their hour. Less than 0: documented first."""

    n: int
    dated: int
    """Infusions that have both, but whose first documented grade has, or may have, a date alone."""
    only_documented: int
    only_computed: int
    median_hours: float | None
    lower_quartile_hours: float | None
    upper_quartile_hours: float | None
    earliest_hours: float | None
    latest_hours: float | None

    @property
    def of_many(self) -> bool:
        """Whether median and quartiles are of so many that they tell of no patient."""
        return self.n >= LEAST


def onsets(told: pl.DataFrame, episodes: pl.DataFrame) -> Onsets:
    """told: of `documented`; episodes: infusion_id, onset."""
    ill = told.filter(pl.col("documented") > 0)
    first = ill.group_by("infusion_id").agg(
        written=pl.col("time").filter(~pl.col("dated")).min(), date=pl.col("time").filter("dated").min()
    )
    computed = episodes.group_by("infusion_id").agg(onset=pl.col("onset").min())
    # Only infusions in which somebody documents grades can have missed the onset.
    every = told.select("infusion_id").unique()
    every = every.join(first, on="infusion_id", how="left").join(computed, on="infusion_id", how="left")
    written, onset = pl.any_horizontal(pl.col("written", "date").is_not_null()), pl.col("onset").is_not_null()
    # A date whose midnight comes before the first hour may hold the first grade.
    sure = pl.col("written").is_not_null() & (pl.col("date").is_null() | (pl.col("written") < pl.col("date")))
    both = every.filter(written & onset)
    timed = both.filter(sure).select((pl.col("written") - pl.col("onset")).dt.total_seconds() / 3600).to_series()
    return Onsets(
        n=timed.len(),
        dated=both.height - timed.len(),
        only_documented=every.filter(written & ~onset).height,
        only_computed=every.filter(onset & ~written).height,
        median_hours=_quantile(timed, 0.5),
        lower_quartile_hours=_quantile(timed, 0.25),
        upper_quartile_hours=_quantile(timed, 0.75),
        earliest_hours=_quantile(timed, 0.0),
        latest_hours=_quantile(timed, 1.0),
    )


def _quantile(hours: pl.Series, share: float) -> float | None:
    return hours.quantile(share, "linear")
