"""The body weight in force at a dose."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.protocol.load import Protocol


def weights_at(chart: Chart, times: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Each row of `times` (infusion, dose, time) with kg (null = unknown), and weight_source, weight_row,
    weight_time, weight_raw of the row it comes from: the last weight charted up to `shared.weight_age` before (of two
    at one instant the higher), else the one of the infusions table."""
    charted = chart.vitals.filter(pl.col("vital") == "weight").select(
        "infusion",
        "time",
        charted="value",
        weight_source="source",
        weight_row="row",
        weight_time="time",
        weight_raw=pl.concat_str("raw_value", "raw_unit", separator=" ", ignore_nulls=True),
    )
    found = times.sort("time").join_asof(
        charted.sort("time", "charted", "weight_source", "weight_row"),
        on="time",
        by="infusion",
        tolerance=protocol.span("shared.weight_age"),
        check_sortedness=False,
    )
    told = chart.infusions.select(
        "infusion", told=pl.col("weight_kg"), told_source=pl.col("source"), told_row=pl.col("row"), t0="t0"
    )
    from_infusion = pl.col("charted").is_null() & pl.col("told").is_not_null()
    return (
        found.join(told, on="infusion", how="left")
        .with_columns(
            kg=pl.coalesce("charted", "told"),
            weight_source=pl.when(from_infusion).then("told_source").otherwise("weight_source"),
            weight_row=pl.when(from_infusion).then("told_row").otherwise("weight_row"),
            weight_time=pl.when(from_infusion).then("t0").otherwise("weight_time"),
            weight_raw=pl.when(from_infusion).then(pl.format("weight_kg {}", "told")).otherwise("weight_raw"),
        )
        .drop("charted", "told", "told_source", "told_row", "t0")
        .sort("infusion", "time", "dose")
    )
