"""Workbooks saved without the clock: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

_FIRST_YEAR = 1980
"""The first year that a zip archive can write."""


def save_undated(book: Workbook, path: Path, stamp: datetime | None, creator: str) -> None:
    """Writes `book` to `path`; its properties and members bear `stamp` (clock time) in place of the present time;
    without one the first day of that format."""
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.xml.functions import tostring

    saved = io.BytesIO()
    book.save(saved)
    naive = (stamp or datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)).replace(tzinfo=None, microsecond=0)
    properties = tostring(DocumentProperties(creator=creator, created=naive, modified=naive).to_tree())
    date = max(naive, naive.replace(year=_FIRST_YEAR)).timetuple()[:6]
    undated = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = properties if name == "docProps/core.xml" else old.read(name)
            info = zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    path.write_bytes(undated.getvalue())
