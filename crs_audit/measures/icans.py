"""Neurotoxicity (ICANS) beside a dose."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import with_nearby
from crs_audit.measures.case import Case
from crs_audit.medication.courses import AMBIGUOUS


def with_icans(rows: pl.DataFrame, case: Case, name: str = "icans") -> pl.DataFrame:
    """Adds `name` to doses (infusion, time, …): an ICANS grade that asks for steroids was charted close to it."""
    near = case.span("shared.icans_window")
    high = case.icans.filter(pl.col("grade") >= case.value("shared.icans_concurrent"))
    keyed = rows.rename({"key": "_key"}, strict=False).with_row_index("key")
    told = with_nearby(keyed, high, name, pl.col("time") - near, pl.col("time") + near)
    return told.drop("key").rename({"_key": "key"}, strict=False)


def icans_beside(doses: pl.DataFrame, case: Case) -> pl.DataFrame:
    """key, source, row, time, raw_value of the ICANS grades that `with_icans` goes by, for the opportunities (key) of
    `doses` (key, infusion, time)."""
    near = case.span("shared.icans_window")
    high = case.icans.filter(pl.col("grade") >= case.value("shared.icans_concurrent"))
    pairs = doses.select("key", "infusion", given="time").join(high, on="infusion")
    close = pairs.filter((pl.col("time") - pl.col("given")).abs() <= near)
    return close.select("key", "source", "row", "time", "raw_value").unique().sort("key", "time", "source", "row")


def ambiguous_doses(case: Case) -> pl.DataFrame:
    """dose: steroid doses of which nobody can say whether they were for CRS or for ICANS."""
    return case.steroids.filter(pl.col("indication") == AMBIGUOUS).select("dose")
