"""Hours, as the cohort tells them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.medication.steroids import DECIMALS


def hours(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Hours from `start` to `end`, negative if it comes before."""
    return in_hours(end - start)


def in_hours(span: pl.Expr) -> pl.Expr:
    """A duration in hours."""
    return (span / timedelta(hours=1)).round(DECIMALS)


def timed(time: str = "time") -> pl.Expr:
    """The column `time`, null where only its date is known."""
    return pl.when(~pl.col("day_only")).then(pl.col(time))
