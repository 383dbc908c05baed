"""A workbook as a reporting tool saves it: a merged title, a blank row, the table, and a hidden sheet with notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crs_audit.undated import save_undated

Cell = str | datetime
SAVED = datetime(2026, 2, 2, 6, 15)  # noqa: DTZ001 (a workbook's properties have no zone)
"""When every workbook says that it was saved: the clock would give other bytes each time."""
_SHOWN = "mm/dd/yyyy hh:mm"


@dataclass(frozen=True)
class Book:
    """`rows` stand under `columns`, which stand in row 3; empty text leaves a cell empty."""

    file: str
    title: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]
    notes: tuple[str, ...]


def write_book(folder: Path, book: Book) -> None:
    """Writes `folder / book.file`. Dates are cells of dates, all else is text."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    made = Workbook()
    sheet = made.active
    sheet.title = "Results"
    sheet["A1"] = book.title
    sheet.merge_cells(f"A1:{get_column_letter(len(book.columns))}1")
    table: list[list[Cell]] = [[*book.columns], *book.rows]
    for row, cells in enumerate(table, start=3):
        for column, value in enumerate(cells, start=1):
            if value == "":
                continue
            cell = sheet.cell(row, column, value)
            if isinstance(value, datetime):
                cell.number_format = _SHOWN
    hidden = made.create_sheet("Notes")
    hidden.sheet_state = "hidden"
    for line in book.notes:
        hidden.append([line])
    folder.mkdir(parents=True, exist_ok=True)
    save_undated(made, folder / book.file, SAVED, "Reporting")
