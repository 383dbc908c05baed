"""Fever as a function of time (text line 14)."""

from __future__ import annotations

import polars as pl

from crs_audit.grading.hold import hold
from crs_audit.grading.line import micros
from crs_audit.protocol.load import Protocol


def held_fever(temperatures: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Temperature readings (at, value °C, index; one per instant) → at, end, fever, index.

    Values are rounded half up to 0.1 °C before they are compared: 37.95 is a fever. The first rounding takes away
    what °F → °C left behind the sixth decimal, which would turn 37.95 into 37.9499….
    """
    millionths = (pl.col("value") * 1_000_000).round().cast(pl.Int64)
    tenths = (millionths + 50_000) // 100_000
    readings = temperatures.select("at", "index", fever=tenths >= round(protocol.value("grading.fever") * 10, 6))
    return hold(readings, micros(protocol.span("grading.fever_carry")))
