"""A workbook as a reporting tool saves it: a merged title, a blank row, the table, and a hidden sheet with notes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

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
    saved = io.BytesIO()
    made.save(saved)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / book.file).write_bytes(_undated(saved))


def _undated(saved: io.BytesIO) -> bytes:
    """The same workbook without the time at which it was saved: members and properties bear `SAVED`."""
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.xml.functions import tostring

    properties = tostring(DocumentProperties(creator="Reporting", created=SAVED, modified=SAVED).to_tree())
    undated = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = properties if name == "docProps/core.xml" else old.read(name)
            info = zipfile.ZipInfo(name, SAVED.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return undated.getvalue()
