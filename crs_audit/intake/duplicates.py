"""Exact duplicates: rows whose raw cells are equal in every canonical column."""

from __future__ import annotations

import polars as pl

_NOT_CELLS = ("source", "row", "broken")
_MASK = 2**64 - 1


def digests(text: pl.DataFrame) -> pl.DataFrame:
    """Text frame → digest, digest2 (UInt64): two hashes over all canonical cells as they were read, blank or not.

    They tell duplicates within one run and go nowhere else: polars' hash may change with its version.
    """
    cells = sorted(set(text.columns) - set(_NOT_CELLS))
    hashes = [pl.col(cell).hash(seed=number) for number, cell in enumerate(cells)]
    return text.select(digest=_sum(hashes, 0x9E3779B97F4A7C15), digest2=_sum(hashes, 0xC2B2AE3D27D4EB4F))


def drop_duplicates(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Accepted rows (of whole patients) → the rows without exact duplicates, and how many were dropped.

    Of equal rows the first by source and row stays, in whatever order they come; the order of the frame is kept.
    """
    digest = frame.get_column("digest")
    if digest.n_unique() == digest.len():
        return frame, 0
    # One digest finds the few candidates, quickly; both decide.
    dropped = (
        frame.select("digest", "digest2", "source", "row")
        .with_row_index("at")
        .filter(digest.is_duplicated())
        .sort("source", "row")
        .filter(~pl.struct("digest", "digest2").is_first_distinct())
        .get_column("at")
    )
    stays = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True).scatter(dropped, False)
    return frame.filter(stays), dropped.len()


def _sum(hashes: list[pl.Expr], step: int) -> pl.Expr:
    """Σ hash * odd number, modulo 2^64; a number of its own for each column, so that swapped cells differ."""
    total, factor = pl.lit(0, dtype=pl.UInt64), 1
    for hash_ in hashes:
        factor = factor * step & _MASK | 1
        total = total + hash_ * pl.lit(factor, dtype=pl.UInt64)
    return total
