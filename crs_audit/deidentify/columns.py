"""`columns.toml`: what becomes of each column. Default deny: a column that it does not name is dropped."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import polars as pl

TOKEN, MOVED, CUT, YEARS, WORDS, BLANK, KEPT = FATES = ("token", "moved", "cut", "years", "words", "blank", "kept")
LEFT = (WORDS, KEPT)
"""Fates of columns whose cells can stand as they are once the vocabulary's words are in place."""


@cache
def fates() -> Mapping[str, Mapping[str, str]]:
    """Table → column → one of FATES."""
    document = tomllib.loads(files("crs_audit.deidentify").joinpath("columns.toml").read_text(encoding="utf-8"))
    return {
        table: {column: fate for fate, columns in found.items() for column in columns}
        for table, found in document.items()
    }


def allowed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The frame without the columns that `columns.toml` does not name, and without a value in those it blanks."""
    of = fates()[table]
    return frame.select(
        pl.lit(None, dtype=dtype).alias(name) if of[name] == BLANK else pl.col(name)
        for name, dtype in frame.schema.items()
        if name in of
    )
