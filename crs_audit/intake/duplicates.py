"""Exact duplicates: rows whose raw cells are equal in every canonical column."""

from __future__ import annotations

import polars as pl

_NOT_CELLS = ("source", "row", "broken")
_MASK = 2**64 - 1
_STEP = 0x9E3779B97F4A7C15


def digest(text: pl.DataFrame) -> pl.Series:
    """Text frame → digest (UInt64): a hash over all canonical cells as they were read, blank or not.

    It tells duplicates within one run and goes nowhere else: polars' hash may change with its version. Only rows of
    one patient are compared, so that two different rows taken for one are not to be expected in a lifetime of audits
    (a patient of 100,000 rows: 1 in 4,000 million).
    """
    cells = sorted(set(text.columns) - set(_NOT_CELLS))
    hashes = [_hash(text[cell], number) for number, cell in enumerate(cells)]
    # Beside the cells, not alone: where no column has a cell all hashes are literals, which alone would be one row.
    return text.with_columns(digest=_sum(hashes)).get_column("digest")


def drop_duplicates(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Accepted rows (of whole patients) → the rows without exact duplicates, and how many were dropped.

    Of equal rows the first by source and row stays, in whatever order they come; the order of the frame is kept.
    """
    found = frame.get_column("digest")
    if found.n_unique() == found.len():
        return frame, 0
    dropped = (
        frame.select("patient_id", "digest", "source", "row")
        .with_row_index("at")
        .filter(found.is_duplicated())
        .sort("source", "row")
        .filter(~pl.struct("patient_id", "digest").is_first_distinct())
        .get_column("at")
    )
    stays = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True).scatter(dropped, False)
    return frame.filter(stays), dropped.len()


def _hash(cells: pl.Series, seed: int) -> pl.Expr:
    """The hash of each cell; a column without any, as optional ones mostly are, is hashed as its first cell."""
    if cells.len() and cells.null_count() == cells.len():
        return pl.lit(cells.head(1).hash(seed=seed)[0], dtype=pl.UInt64)
    return pl.col(cells.name).hash(seed=seed)


def _sum(hashes: list[pl.Expr]) -> pl.Expr:
    """Σ hash * odd number, modulo 2^64; a number of its own for each column, so that swapped cells differ."""
    total, factor = pl.lit(0, dtype=pl.UInt64), 1
    for hash_ in hashes:
        factor = factor * _STEP & _MASK | 1
        total = total + hash_ * pl.lit(factor, dtype=pl.UInt64)
    return total
