"""Cells that repeat the one above are read once: extracts come sorted, and a set of vitals shares patient and time."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def once_per_run(texts: pl.Series, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """`read(texts)`, for a `read` that looks at every cell by itself; rows as they come."""
    if texts.len() < 2:
        return read(texts)
    run = texts.rle_id()
    if 2 * run[-1] > texts.len():
        return read(texts)
    begins = (run != run.shift(1)).scatter(0, True)
    return pl.DataFrame([_spread(column, run) for column in read(texts.filter(begins))])


def _spread(column: pl.Series, run: pl.Series) -> pl.Series:
    """The cell of its run for every row; a column of one value, as most are, is not looked up row by row."""
    first = column.head(1)
    alike = column.null_count() == column.len() or (
        column.dtype == pl.Boolean and not column.any() and not column.null_count()
    )
    return first.new_from_index(0, run.len()) if alike else column.gather(run)
