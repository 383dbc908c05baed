"""The text of a sheet, mended by what its cells' formats tell; where that cannot be done the row is marked broken.

No value is guessed: a time of day becomes its text, a date loses the midnight it does not show, and what a person sees
on the screen but the cell does not hold is warned of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from crs_audit.intake.cells import Cells, Column, Survey
from crs_audit.intake.columns import IDENTIFIERS, TIMES
from crs_audit.intake.number_formats import Kind
from crs_audit.intake.raw import BROKEN, CARRIED, Tally
from crs_audit.intake.time_forms import SERIALS

ERROR_CELL, NO_VALUE = "error cell", "formula without a stored value"
MERGED = "merged with another cell"
SERIAL_1904 = "serial of a workbook that counts from 1904"

_MIDNIGHT = " 00:00:00"
_AS_TIMES = f"{_MIDNIGHT}$|^1(?:899|90[0-9])-"
"""Dates without a time, times of day and durations, as calamine tells them."""
_LONG, _NUMBER, _FRACTION = r"^\d{16,}$", r"^\d+(?:\.\d+)?$", r"^-?\d+\.\d+$"


@dataclass(frozen=True)
class Sheet:
    """What is asked of a sheet: `used` are the positions that are read, with the canonical name or ""."""

    place: str
    header: int
    """Row of the header, from 1."""
    used: dict[int, str]
    from_1904: bool
    decimal: str
    """The sign that texts of numbers have in this extract."""

    @property
    def asks_for_numbers(self) -> bool:
        """Whether numbers must be told from texts."""
        return self.from_1904 or self.decimal != "."


def asks_for_cells(frame: pl.DataFrame, sheet: Sheet, survey: Survey) -> bool:
    """Whether the cells' own XML must be read, which takes several times as long as calamine's whole reading."""
    body = frame.slice(sheet.header)

    def some(pattern: str, positions: Collection[int]) -> bool:
        return any(bool(body[str(at)].str.contains(pattern).any()) for at in positions)

    return (
        survey.odd
        or (survey.as_times and some(_AS_TIMES, sheet.used))
        or some(_LONG, _named(sheet, IDENTIFIERS))
        or (sheet.from_1904 and some(_NUMBER, _named(sheet, TIMES)))
        or (sheet.decimal != "." and some(_FRACTION, _amounts(sheet)))
    )


def mend(frame: pl.DataFrame, sheet: Sheet, cells: Cells, tally: Tally) -> pl.DataFrame:
    """frame: all rows of the sheet, columns "0"… and broken; gives the same, mended in the used columns below the
    header. Adds to `tally.warnings`."""
    last = max((row for column in cells.columns.values() for row in column.unstored), default=0)
    if last > frame.height:  # calamine leaves out what stands below the last cell with a value
        frame = pl.concat([frame, frame.clear(n=last - frame.height)])
    titles = frame.row(sheet.header - 1)
    broken: list[str | None] = frame[BROKEN].to_list()
    amounts = _amounts(sheet)
    mended: dict[int, list[str | None]] = {}
    for at, name in sheet.used.items():
        if name == CARRIED:
            continue
        column = cells.columns.get(at + cells.first_column, Column())
        texts = mended[at] = frame[str(at)].to_list()
        _mend_column(texts, broken if name else None, column, sheet.header)
        if at in amounts:
            for row in column.bare:
                if row > sheet.header:
                    texts[row - 1] = (texts[row - 1] or "").replace(".", sheet.decimal)
        title = str(titles[at]).strip()
        tally.warnings += [f"{sheet.place}: column {title}: {line}" for line in _otherwise(column, name, sheet.header)]
        if sheet.from_1904 and name in TIMES and (serials := _serials(column, sheet.header)):
            for row in serials:
                broken[row - 1] = broken[row - 1] or SERIAL_1904
            tally.warnings.append(
                f"{sheet.place}: column {title}: bare numbers in place of times, in a workbook that counts days from "
                f"1904; their rows were rejected: give the column a date format (cells: {len(serials)})"
            )
    filled = frame.select(pl.any_horizontal((pl.exclude(BROKEN) != "").fill_null(False))).to_series().to_list()
    covered = _covered(frame, mended, filled, sheet, cells)
    for row in {row for rows in covered.values() for row in rows}:
        broken[row - 1] = broken[row - 1] or MERGED
    if covered:
        tally.warnings.append(
            f"{sheet.place}: below the header cells are merged with a filled one, in column "
            f"{', '.join(str(titles[at]).strip() for at in sorted(covered))}; their rows were rejected: unmerge the "
            f"cells and fill each (cells: {sum(map(len, covered.values()))})"
        )
    hidden = [row for row in cells.hidden_rows if sheet.header < row <= frame.height and filled[row - 1]]
    if hidden:
        tally.warnings.append(f"{sheet.place}: hidden or filtered rows were read like all others (rows: {len(hidden)})")
    columns = [pl.Series(str(at), texts, pl.String) for at, texts in mended.items()]
    return frame.with_columns(*columns, pl.Series(BROKEN, broken, pl.String))


def _named(sheet: Sheet, names: Collection[str]) -> list[int]:
    return [at for at, name in sheet.used.items() if name in names]


def _amounts(sheet: Sheet) -> list[int]:
    """Positions of numbers that are read with the extract's decimal sign."""
    return [at for at, name in sheet.used.items() if name not in (*IDENTIFIERS, *TIMES, CARRIED)]


def _mend_column(texts: list[str | None], broken: list[str | None] | None, column: Column, below: int) -> None:
    """broken: None for a column of a wide sheet, where an error is that of one reading and not of its whole row: its
    text stands in the cell, and is no number."""
    for row in column.unstored:
        if row > below:
            texts[row - 1] = None if broken is not None else NO_VALUE
            if broken is not None:
                broken[row - 1] = NO_VALUE
    for row, text in column.errors.items():
        if row > below:
            texts[row - 1] = text
            if broken is not None:
                broken[row - 1] = ERROR_CELL
    for row, text in column.times.items():
        if row > below:
            texts[row - 1] = text
    for row in column.dates:
        if row > below:
            texts[row - 1] = (texts[row - 1] or "").removesuffix(_MIDNIGHT)


def _otherwise(column: Column, name: str, header: int) -> Iterator[str]:
    """What is seen in a column and not in its cells, one line each."""

    def count(rows: Collection[int]) -> int:
        return sum(row > header for row in rows)

    if name in IDENTIFIERS:
        if n := count(column.long):
            yield f"numbers of more than 15 digits, of which a spreadsheet keeps 15; store them as text (cells: {n})"
        if n := count(column.shown[Kind.PADDED]) + count(column.shown[Kind.WORDED]):
            yield (
                "numbers shown with leading zeros or signs that the cells do not hold; store what is seen as text "
                f"(cells: {n})"
            )
        return
    if n := count(column.shown[Kind.SCALED]):
        yield f"numbers shown as percent or in thousands; what the cells hold was read, 0.98 for 98 % (cells: {n})"
    if n := count(column.shown[Kind.WORDED]):
        yield f"numbers shown with words, such as a unit, that the cells do not hold and were not read (cells: {n})"


def _serials(column: Column, header: int) -> list[int]:
    first, last = SERIALS
    return [row for row, number in column.bare.items() if row > header and first <= number <= last]


def _covered(
    frame: pl.DataFrame, mended: dict[int, list[str | None]], filled: list[bool], sheet: Sheet, cells: Cells
) -> dict[int, list[int]]:
    """Used position → rows below the header whose blank cell is part of a merged one that is filled.

    A person sees the merged cell's text there; whether it is meant for the row, the cell does not say.
    """
    found: dict[int, list[int]] = {}
    for top, left, bottom, right in cells.merged:
        at = left - cells.first_column
        if not 0 <= at < frame.width - 1 or top > frame.height or not frame[top - 1, str(at)]:
            continue
        for other in range(at, min(right - cells.first_column, frame.width - 2) + 1):
            for row in range(max(top, sheet.header + 1), min(bottom, frame.height) + 1):
                if other in mended and filled[row - 1] and (row, other) != (top, at) and not mended[other][row - 1]:
                    found.setdefault(other, []).append(row)
    return found
