"""Cells by position → a table's canonical columns, as a map tells: filtered, renamed, reworded, made long."""

from __future__ import annotations

import polars as pl

from crs_audit.intake.aside import without_unknown
from crs_audit.intake.columns import CANONICAL, NAME_COLUMN, NUMBERS, TIMES
from crs_audit.intake.header import Layout
from crs_audit.intake.raw import BROKEN, FILLED, PART, Tally, chosen, folded, folded_cells, is_one_of
from crs_audit.intake.table_map import TableMap, Texts

SPLIT = "/"
"""What stands between the parts of a cell that holds two values, such as 120/80."""

_LAST_IN_BRACKETS = r"^([^()\[\]]*[^()\[\]\s])\s*[(\[]([^()\[\]]*)[)\]]\s*$"
"""120/80 (93): the last part may stand in brackets."""

_NUMBER = r"^((?:<=|>=|=<|=>|<|>|≤|≥)?\s*[+-]?[.,]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]{1,3})?)"
_AMOUNT = _NUMBER + r"(?:\s*([^\s0-9.,<>=≤≥^*+-].*)|\s+(10[*^].*))$"
"""A number, or a bound of one, and behind it a unit: 10 mg, <0.5mg/L, 6 10^3/uL. A range (400-800 mg) is none."""

_SIGN = r"^\s*(<=|>=|=<|=>|<|>|≤|≥)"
_COMPARES = r"(?i)[<>≤≥]|\b(?:less|greater|more|below|above|under|over|exceeds?|least|most|limits?)\b"

_MIDNIGHT = r"[ Tt]00:00(?::00(?:\.0+)?)?$"


def reshape(frame: pl.DataFrame, layout: Layout, map_: TableMap, source: int, tally: Tally) -> pl.DataFrame:
    """Canonical columns of `map_.table` as String, source UInt16, row UInt32, broken String; row order kept.

    frame: cells named by position, row, broken. Broken rows pass every filter: they are for acceptance to reject.
    """
    tally.records += frame.height
    if map_.blanks:
        frame = frame.with_columns(_without_blanks(str(at), map_.blanks) for at in layout.used)
    if layout.dates:
        frame = frame.with_columns(pl.col(str(at)).str.strip_chars().str.replace(_MIDNIGHT, "") for at in layout.dates)
    kept = _filter(frame, layout)
    tally.filtered += frame.height - kept.height
    if layout.words:
        kept = kept.with_columns(_in_words(str(at), texts) for at, texts in layout.words)
    long = _melt(kept, layout, map_, tally) if layout.wide else kept.select(*_canonical(layout, map_), *_part(kept))
    name = NAME_COLUMN.get(map_.table)
    long = long.with_columns(_reworded(column, texts) for column, texts in map_.values.items())
    if name and map_.split:
        long = _split(long, name, map_)
    if map_.blank_if_same:
        long = long.with_columns(_unless_same(column, other) for column, other in map_.blank_if_same.items())
    if map_.skip_unknown:
        long = without_unknown(map_.table, long, tally)
    if name and map_.units:
        long = long.with_columns(pl.coalesce("unit", _looked_up(name, map_.units, pl.lit(None, pl.String))))
    return long.select(
        *CANONICAL[map_.table],
        pl.lit(source, pl.UInt16).alias("source"),
        "row",
        BROKEN,
        *_part(long),
    )


def _part(frame: pl.DataFrame) -> list[str]:
    return [PART] if PART in frame.columns else []


def _without_blanks(column: str, blanks: tuple[str, ...]) -> pl.Expr:
    blank = is_one_of(pl.col(column), blanks)
    return pl.when(~blank).then(pl.col(column)).alias(column)


def _in_words(column: str, texts: Texts) -> pl.Expr:
    other = pl.col(column)
    if FILLED in texts:
        other = pl.when(folded_cells(other).fill_null("") != "").then(pl.lit(texts[FILLED] or None, pl.String))
    return _looked_up(column, texts, other).alias(column)


def _unless_same(column: str, other: str) -> pl.Expr:
    same = pl.col(column).str.strip_chars() == pl.col(other).str.strip_chars()
    return pl.when(~same.fill_null(False)).then(pl.col(column)).alias(column)


def _filter(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    for at, texts in layout.where:
        frame = frame.filter(chosen(pl.col(str(at)), texts) | pl.col(BROKEN).is_not_null())
    return frame


def _canonical(layout: Layout, map_: TableMap) -> list[pl.Expr]:
    """Canonical columns, row and broken, from cells by position."""
    columns = {name: _column(name, layout, map_) for name in CANONICAL[map_.table]}
    for at, value, unit in layout.amounts:
        cell = pl.col(str(at)).str.strip_chars()
        columns[value] = pl.coalesce(cell.str.extract(_AMOUNT, 1), cell)
        columns[unit] = pl.coalesce(cell.str.extract(_AMOUNT, 2), cell.str.extract(_AMOUNT, 3), columns[unit])
    return [*(column.alias(name) for name, column in columns.items()), pl.col("row"), pl.col(BROKEN)]


def _column(name: str, layout: Layout, map_: TableMap) -> pl.Expr:
    positions = layout.picks.get(name, ())
    if name in layout.joins:
        return pl.coalesce(_joined(name, layout.joins[name]), *(pl.col(str(at)) for at in positions))
    if len(positions) == 1:
        return pl.col(str(positions[0]))
    if positions:
        return pl.coalesce(str(at) for at in positions)
    return pl.lit(map_.constants.get(name) or None, pl.String)


def _joined(name: str, positions: tuple[int, ...]) -> pl.Expr:
    """Texts in one, with a blank between them: of a time the date at least, of a number the last part and the sign
    that any before it begins with, of everything else all parts."""
    parts = [pl.col(str(at)).str.strip_chars() for at in positions]
    parts = [pl.when(part != "").then(part) for part in parts]
    if name in NUMBERS:
        return _signed(parts[:-1], parts[-1])
    needed = parts[:1] if name in TIMES else parts
    together = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(pl.all_horizontal(part.is_not_null() for part in needed)).then(together)


def _signed(signs: list[pl.Expr], number: pl.Expr) -> pl.Expr:
    """The number behind its sign. Two signs that differ both stand before it, and so does a text that compares in
    another way ("less than 0.5"): then it is not read."""
    told = [pl.coalesce(text.str.extract(_SIGN, 1), pl.when(text.str.contains(_COMPARES)).then(text)) for text in signs]
    once = [
        pl.when(~pl.any_horizontal(pl.lit(False), *(sign.eq_missing(before) for before in told[:n]))).then(sign)
        for n, sign in enumerate(told)
    ]
    return pl.when(number.is_not_null()).then(pl.concat_str([*once, number], separator=" ", ignore_nulls=True))


def _melt(frame: pl.DataFrame, layout: Layout, map_: TableMap, tally: Tally) -> pl.DataFrame:
    """One row for each filled wide cell, in the order of the map; a broken record stays one row."""
    name = NAME_COLUMN[map_.table]
    whole = pl.col(BROKEN).is_null()
    cells = [pl.col(str(at)) for at, _ in layout.wide]
    wide = (cell.alias(f"wide {n}") for n, cell in enumerate(cells))
    long = frame.select(*_canonical(layout, map_), *_part(frame), *wide)
    parts = [long.filter(~whole)]
    for n, (_, vital) in enumerate(layout.wide):
        filled = long.filter(whole & pl.col(f"wide {n}").is_not_null())
        parts.append(filled.with_columns(pl.lit(vital).alias(name), pl.col(f"wide {n}").alias("value")))
    tally.unfilled += frame.filter(whole & pl.all_horizontal(cell.is_null() for cell in cells)).height
    return pl.concat(parts).sort("row", maintain_order=True)


def _split(frame: pl.DataFrame, name: str, map_: TableMap) -> pl.DataFrame:
    """Each cell of several values as rows of their own; one that has not all its parts keeps its text, undivided."""
    for whole, parts in map_.split.items():
        named = (folded_cells(pl.col(name)) == folded(whole)).fill_null(False)
        pieces = pl.col("value").str.replace(_LAST_IN_BRACKETS, f"${{1}}{SPLIT}${{2}}").str.split(SPLIT)
        # Of three parts, as in 120/80 (93), the last may be missing; a single number has no second one.
        complete = pieces.list.len().is_between(min(2, len(parts)), len(parts)).fill_null(False)
        rows = [frame.filter(~named), frame.filter(named & ~complete).with_columns(pl.lit(parts[0]).alias(name))]
        for at, part in enumerate(parts):
            piece = pieces.list.get(at, null_on_oob=True)
            there = named & complete & (pieces.list.len() > at)
            rows.append(frame.filter(there).with_columns(pl.lit(part).alias(name), piece.alias("value")))
        frame = pl.concat(rows).sort("row", maintain_order=True)
    return frame


def _reworded(column: str, texts: Texts) -> pl.Expr:
    return _looked_up(column, texts, pl.col(column)).alias(column)


def _looked_up(column: str, texts: Texts, default: pl.Expr) -> pl.Expr:
    words = {folded(old): new or None for old, new in texts.items()}
    return folded_cells(pl.col(column)).replace_strict(
        list(words), pl.Series([*words.values()], dtype=pl.String), default=default, return_dtype=pl.String
    )
