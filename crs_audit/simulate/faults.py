"""Faults put into an extract on purpose, in rows of their own, and the list of what must come of each."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from .files import Sheet

Row = list[str]
FAULT_COLUMNS = ("file", "kind", "rows", "effect", "note")


class Faults:
    """Rows put behind others of a sheet, and the list of what was done."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.listed: list[Row] = []

    def tell(self, file: str, kind: str, rows: int, effect: str, note: str) -> None:
        self.listed.append([file, kind, str(rows), effect, note])

    def add(
        self, sheet: Sheet, kind: str, count: int, effect: str, note: str, change: Callable[[Row], Row],
        of: Callable[[Row], bool] = lambda row: True,
    ) -> Sheet:  # fmt: skip
        """`count` of the rows that `of` picks, each written once more as `change` makes it."""
        chosen = [n for n, row in enumerate(sheet.rows) if of(row)]
        picked = sorted(self.rng.sample(chosen, min(count, len(chosen))))
        behind = defaultdict(list)
        for n in picked:
            behind[n].append(change(list(sheet.rows[n])))
        rows = []
        for n, row in enumerate(sheet.rows):
            rows.append(row)
            rows += behind.get(n, [])
        self.tell(sheet.file, kind, len(picked), effect, note)
        return replace(sheet, rows=rows)


def with_cell(column: int, text: str) -> Callable[[Row], Row]:
    """For `Faults.add`: the row with another text in one column."""

    def change(row: Row) -> Row:
        row[column] = text
        return row

    return change


def sound(*names: str) -> Callable[[Row], bool]:
    """Rows of these names whose time and value are still sound, so that one fault at a time stands in a row."""
    return lambda row: row[2] in names and "T" in row[1] and row[3].lstrip("<>").replace(".", "", 1).isdigit()
