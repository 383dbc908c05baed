"""Amounts, as the cohort tells them."""

from __future__ import annotations

import polars as pl

from crs_audit.medication.steroids import DECIMALS

SHOWN = 2
"""Decimals of kg and mg/kg: a weight in pounds has no more of its own."""


def known_sum(amount: str) -> pl.Expr:
    """The sum of the amounts that are known; null, not 0, where none is."""
    return pl.when(pl.col(amount).is_not_null().any()).then(pl.col(amount).sum().round(DECIMALS))
