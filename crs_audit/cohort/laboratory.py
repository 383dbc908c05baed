"""CRP and ferritin: before the infusion and at their peaks."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours, timed
from crs_audit.measures.case import Case

MARKERS = ("crp", "ferritin")
BELOW, ABOVE = ["<", "<="], [">", ">="]


def laboratory(case: Case) -> pl.DataFrame:
    """infusion; for crp and ferritin <lab>_before (last value of the `window.history` before T0), <lab>_before_bound,
    <lab>_peak (highest of the window), <lab>_peak_bound, <lab>_peak_time, hours_to_<lab>_peak (from T0; null where only
    the date is known), <lab>_values (values of the window; null without any laboratory row). A bound is `>` or `<`: it
    was told as above or below the number. A value told as below a number is a peak only where there is no other."""
    told = case.infusions.select("infusion", "t0", "has_labs")
    history = case.span("window.history")
    values = case.chart.labs.filter(pl.col("lab").is_in(MARKERS) & pl.col("value").is_not_null())
    values = case.in_window(values, from_t0=False).join(case.infusions.select("infusion", "t0"), on="infusion")
    rank = pl.when(pl.col("bound").is_in(ABOVE)).then(2).when(pl.col("bound").is_in(BELOW)).then(0).otherwise(1)
    values = values.with_columns(told_below=rank == 0, rank=rank.fill_null(1))
    names = []
    for lab in MARKERS:
        of_lab = values.filter(pl.col("lab") == lab)
        before = of_lab.filter((pl.col("time") < pl.col("t0")) & (pl.col("time") >= pl.col("t0") - history))
        baseline = before.sort("infusion", "time", "value", "rank").group_by("infusion", maintain_order=True).agg(
            pl.col("value").last().alias(f"{lab}_before"),
            pl.col("bound").last().alias(f"{lab}_before_bound"),
        )  # fmt: skip
        since = of_lab.filter(pl.col("time") >= pl.col("t0")).sort(
            "infusion", "told_below", "value", "rank", "time", descending=[False, False, True, True, False],
            nulls_last=True,
        )  # fmt: skip
        peak = since.group_by("infusion", maintain_order=True).agg(
            pl.col("value").first().alias(f"{lab}_peak"),
            pl.col("bound").first().alias(f"{lab}_peak_bound"),
            timed().first().alias(f"{lab}_peak_time"),
            pl.len().alias(f"{lab}_values"),
        )
        told = told.join(baseline, on="infusion", how="left").join(peak, on="infusion", how="left")
        told = told.with_columns(
            hours(pl.col("t0"), pl.col(f"{lab}_peak_time")).alias(f"hours_to_{lab}_peak"),
            pl.coalesce(f"{lab}_values", pl.when("has_labs").then(0)).cast(pl.UInt32),
        )
        names += [f"{lab}_before", f"{lab}_before_bound", f"{lab}_peak", f"{lab}_peak_bound", f"{lab}_peak_time",
                  f"hours_to_{lab}_peak", f"{lab}_values"]  # fmt: skip
    return told.select("infusion", *names)
