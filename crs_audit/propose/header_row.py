"""Where the header of a file or sheet stands: below titles and blank rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crs_audit.intake.table_map import LAST_HEADER_ROW
from crs_audit.propose.known import header_roles, measure
from crs_audit.propose.limits import limit

_DATA = re.compile(
    r"[<>]?=?\s*[+-]?\d+(?:[.,:/-]\d+)*\s*%?|\d{1,4}[-/. ]\w{1,9}[-/. ]\d{2,4}(?:[ T].*)?|\d{1,2}:\d{2}.*"
)


def find_header(head: Sequence[tuple[int, list[str]]]) -> int | None:
    """The record number of the header, of records that are not blank; null where none looks like one.

    A header fills at least half as many cells as the fullest row, holds no number or time, and no name twice in most
    cells; of several such rows the one with the most known names, else the first.
    """
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in head]
    if rows and rows[0][0] == 0:
        return 0
    fullest = max((sum(map(bool, cells)) for _, cells in rows), default=0)
    best, known = None, -1
    for number, cells in rows:
        filled = [cell for cell in cells if cell]
        enough = len(filled) >= max(1, limit("header", "filled") * fullest)
        if number > LAST_HEADER_ROW or not enough or any(_DATA.fullmatch(cell) for cell in filled):
            continue
        if 2 * len(set(filled)) <= len(filled):
            continue
        names = sum(bool(header_roles(cell) or measure(cell)) for cell in filled)
        if names > known:
            best, known = number, names
    return best
