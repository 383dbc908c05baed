"""Steroid and tocilizumab courses: what each dose is beside its own amount, told once for measures and pages."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.chart import Chart
from crs_audit.medication.steroids import DECIMALS
from crs_audit.medication.weights import weights_at
from crs_audit.protocol.load import Protocol

PREMEDICATION, PHYSIOLOGIC, AMBIGUOUS, TREATMENT = "premedication", "physiologic", "CRS or ICANS", "CRS"


def steroid_course(steroids: pl.DataFrame, chart: Chart, protocol: Protocol) -> pl.DataFrame:
    """Adds to the steroid doses (of `steroid_doses`) hours_since (h since the steroid dose before, null = the first),
    day_mg (mg dexamethasone-equivalent in the `medication.course_period` that ends with the dose; doses of unknown
    amount add nothing) and indication: physiologic; premedication (before T0); CRS or ICANS (an ICANS grade that asks
    for steroids was charted close to it, so nobody can say for which it was); CRS."""
    told = _with_interval(steroids)
    period = protocol.span("medication.course_period")
    day = told.rolling("time", period=period, closed="right", group_by="infusion") if told.height else None
    total = (
        pl.Series("day_mg", [], pl.Float64) if day is None else day.agg(t=pl.col("dex_mg").sum())["t"].round(DECIMALS)
    )
    told = told.with_columns(day_mg=total)
    before = pl.col("time") < pl.col("t0")
    return (
        told.join(chart.infusions.select("infusion", "t0"), on="infusion", maintain_order="left")
        .join(_beside_icans(told, chart, protocol), on="dose", how="left", maintain_order="left")
        .with_columns(
            indication=pl.when("physiologic")
            .then(pl.lit(PHYSIOLOGIC))
            .when(before)
            .then(pl.lit(PREMEDICATION))
            .when(pl.col("icans").is_not_null())
            .then(pl.lit(AMBIGUOUS))
            .otherwise(pl.lit(TREATMENT))
        )
        .drop("t0", "icans")
    )


def tocilizumab_course(tocilizumab: pl.DataFrame, chart: Chart, protocol: Protocol) -> pl.DataFrame:
    """Adds to the tocilizumab doses hours_since (h since the dose before, start to start), in_day (doses in the
    `shared.cap_period` that ends with it), kg with the row it comes from (`weights_at`) and per_kg (mg/kg)."""
    told = _with_interval(tocilizumab)
    period = protocol.span("shared.cap_period")
    day = told.rolling("time", period=period, closed="right", group_by="infusion") if told.height else None
    count = pl.Series("in_day", [], pl.UInt32) if day is None else day.agg(n=pl.len())["n"]
    told = told.with_columns(in_day=count.cast(pl.UInt32))
    weighed = weights_at(chart, told, protocol)
    return weighed.with_columns(per_kg=pl.col("amount") / pl.col("kg")).sort("infusion", "time", "dose")


def _with_interval(doses: pl.DataFrame) -> pl.DataFrame:
    ordered = doses.sort("infusion", "time", "dose")
    since = pl.col("time") - pl.col("time").shift(1).over("infusion")
    return ordered.with_columns(hours_since=since / timedelta(hours=1))


def _beside_icans(doses: pl.DataFrame, chart: Chart, protocol: Protocol) -> pl.DataFrame:
    """dose, icans (the highest ICANS grade of the window close to it that asks for steroids)."""
    near, least = protocol.span("shared.icans_window"), protocol.value("shared.icans_concurrent")
    graded = chart.assessments.filter((pl.col("assessment") == "icans_grade") & (pl.col("value") >= least))
    graded = graded.join(chart.infusions.select("infusion", "w"), on="infusion").filter(pl.col("time") < pl.col("w"))
    pairs = doses.select("infusion", "dose", "time").join(
        graded.select("infusion", charted="time", icans="value"), on="infusion"
    )
    close = pairs.filter((pl.col("charted") - pl.col("time")).abs() <= near)
    return close.group_by("dose").agg(pl.col("icans").max())
