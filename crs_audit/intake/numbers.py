"""Texts of numbers → numbers. Only plain decimal notation is a number; a comma is one only where that is declared."""

from __future__ import annotations

import polars as pl

from crs_audit.intake.rejects import MISSING, NOT_A_NUMBER, PROBLEM

DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_BOUND = f"^(<=|>=|=<|=>|<|>|≤|≥)\\s*({DECIMAL})[.*]*$"
"""Laboratories print a full stop or an asterisk behind it: <0.2. or <3*"""
_SIGNS = {"≤": "<=", "=<": "<=", "≥": ">=", "=>": ">="}


def read_numbers(texts: pl.Series, decimal: str = ".") -> pl.DataFrame:
    """Texts → value (Float64, finite or null), problem. `decimal` is the extract's decimal sign, `.` or `,`."""
    value = _plain(texts, decimal)
    if value.null_count() > texts.null_count():
        unread = texts.filter(value.is_null()).unique().drop_nulls()
        value = _with(value, texts, pl.DataFrame({"text": unread, "value": _plain(unread.str.strip_chars(), decimal)}))
    return pl.DataFrame({"value": value, "problem": _problem(texts, value)})


def read_bounded_numbers(texts: pl.Series, decimal: str = ".") -> pl.DataFrame:
    """As `read_numbers`, and `<0.5` → value 0.5, bound `<`; bound is one of `<`, `<=`, `>`, `>=` or null."""
    read = read_numbers(texts, decimal)
    bound = pl.repeat(None, texts.len(), dtype=pl.String, eager=True)
    if read["problem"].null_count() < texts.len():
        unread = texts.filter(read["value"].is_null()).unique().drop_nulls()
        stripped = unread.str.strip_chars()
        if decimal == ",":
            stripped = stripped.str.replace(",", ".", literal=True).set(stripped.str.contains(".", literal=True), None)
        found = pl.DataFrame({"text": unread}).with_columns(
            value=_plain(stripped.str.extract(_BOUND, 2), "."), bound=stripped.str.extract(_BOUND, 1).replace(_SIGNS)
        )
        value = _with(read["value"], texts, found.select("text", "value"))
        bound = _joined(texts, found.drop_nulls("value").select("text", "bound"))
        read = pl.DataFrame({"value": value, "problem": _problem(texts, value)})
    return read.with_columns(bound=bound)


def _plain(texts: pl.Series, decimal: str) -> pl.Series:
    if decimal == ",":
        # A point beside the comma, or in its place, might group thousands: such a text is not read.
        texts = texts.set(texts.str.contains(".", literal=True).fill_null(False), None)
        texts = texts.str.replace(",", ".", literal=True)
    value = texts.cast(pl.Float64, strict=False)
    finite = value.is_finite()
    return value if finite.all() else value.set(~finite.fill_null(True), None)


def _with(value: pl.Series, texts: pl.Series, found: pl.DataFrame) -> pl.Series:
    found = found.drop_nulls("value")
    return value if found.is_empty() else value.fill_null(_joined(texts, found))


def _joined(texts: pl.Series, found: pl.DataFrame) -> pl.Series:
    return pl.DataFrame({"text": texts}).join(found, on="text", how="left", maintain_order="left").to_series(1)


def _problem(texts: pl.Series, value: pl.Series) -> pl.Series:
    if value.null_count() == 0:
        return pl.repeat(None, texts.len(), dtype=PROBLEM, eager=True)
    blank = texts.is_null()
    if value.null_count() > blank.sum():
        blank = blank | (texts.str.strip_chars() == "")
    return pl.select(
        pl.when(value.is_not_null())
        .then(None)
        .when(blank)
        .then(pl.lit(MISSING, dtype=PROBLEM))
        .otherwise(pl.lit(NOT_A_NUMBER, dtype=PROBLEM))
    ).to_series()
