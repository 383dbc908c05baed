"""Hemophagocytic lymphohistiocytosis: when it is suspected."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.case import Case
from crs_audit.measures.organs import organ_grades


def very_high_ferritin(case: Case) -> pl.Expr:
    """Of a ferritin row: above the limit. One told as ">x" is above x, so the limit itself counts with it; where a
    bound leaves it open, unknown (null)."""
    limit = case.value("shared.hlh_ferritin")
    value, bound = pl.col("value"), pl.col("bound").fill_null("")
    above = (value > limit) | ((bound == ">") & (value >= limit))
    return (
        pl.when(bound.is_in([">", ">="]))
        .then(pl.when(above).then(pl.lit(True)))
        .when(bound.is_in(["<", "<="]))
        .then(pl.when(value <= limit).then(pl.lit(False)))
        .otherwise(value > limit)
    )


def hlh_suspected(case: Case) -> pl.DataFrame:
    """infusion, hlh_at, source, row, raw_value: the first very high ferritin of the window with severe organ toxicity
    close to it."""
    ferritin = case.in_window(case.chart.labs.filter((pl.col("lab") == "ferritin") & pl.col("value").is_not_null()))
    high = ferritin.filter(very_high_ferritin(case)).select("infusion", "time", "source", "row", "raw_value")
    severe = organ_grades(case).filter(pl.col("grade") >= case.value("shared.hlh_organ_grade"))
    near = case.span("shared.hlh_organ_window")
    pairs = high.join(severe.select("infusion", organ_time="time"), on="infusion")
    close = pairs.filter((pl.col("time") - pl.col("organ_time")).abs() <= near)
    return (
        close.sort("infusion", "time", "source", "row")
        .unique("infusion", keep="first", maintain_order=True)
        .select("infusion", "source", "row", "raw_value", hlh_at="time")
    )
