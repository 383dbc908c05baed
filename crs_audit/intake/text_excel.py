"""Excel workbooks → text: calamine's reading, with the sheet's own row numbers, mended by what the XML tells."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.cells import SheetXml, hidden_sheets
from crs_audit.intake.columns import IDENTIFIERS
from crs_audit.intake.encoding import hash_file
from crs_audit.intake.raw import BROKEN, HEAD, Origin, Tally, names, number

if TYPE_CHECKING:
    import fastexcel

MODERN_EXCEL = (".xlsx", ".xlsm")
ERROR_CELL, NO_VALUE = "error cell", "formula without a stored value"
KEPT = 64 << 20
"""A sheet up to this size stays in memory between the look at its header and its reading."""

_OLE = bytes.fromhex("D0CF11E0")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MIDNIGHT = " 00:00:00"


class Workbook:
    """An open workbook and its sheets' names."""

    def __init__(self, path: Path, file: str) -> None:
        import fastexcel

        self.path, self.file = path, file
        self.sha256, self.bytes = hash_file(path, file)
        with path.open("rb") as content:
            old = content.read(len(_OLE)) == _OLE
        if old:
            secret = _ENCRYPTED in path.read_bytes()
            raise InputError(
                f"{file}: is protected by a password; save it without one"
                if secret
                else f"{file}: is an old Excel file under a new name; save it as .xlsx"
            )
        try:
            self.reader: fastexcel.ExcelReader = fastexcel.read_excel(str(path))
            self.sheets: tuple[str, ...] = tuple(self.reader.sheet_names)
            self.hidden: frozenset[str] = hidden_sheets(path)
        except (fastexcel.FastExcelError, zipfile.BadZipFile, KeyError, ParseError):
            raise InputError(f"{file}: is no workbook that can be read; open it in Excel and save it again") from None

    def is_empty(self, sheet: str) -> bool:
        """Whether the sheet holds no cell at all (a chart sheet holds none)."""
        return SheetTable(self, sheet).frame().is_empty()


class SheetTable:
    """One sheet."""

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self.workbook, self.sheet = workbook, sheet
        self.origin = Origin(file=workbook.file, sha256=workbook.sha256, bytes=workbook.bytes, sheet=sheet)
        self._kept: pl.DataFrame | None = None
        self._size: int | None = None

    @cached_property
    def head(self) -> list[tuple[int, list[str]]]:
        records = self.frame().head(HEAD).iter_rows()
        texts = [(at, [cell or "" for cell in cells]) for at, cells in enumerate(records, 1)]
        found = [(at, cells) for at, cells in texts if any(map(str.strip, cells))]
        if not found:
            raise InputError(f"{self.origin.place}: is empty; a table needs at least its header")
        return found

    @property
    def text_bytes(self) -> int:
        if self._size is None:
            self.frame()
        return self._size or 0

    def frame(self) -> pl.DataFrame:
        """All cells as text from the sheet's first row on, columns "0"…; the first column is the first one used."""
        import fastexcel

        if self._kept is not None:
            return self._kept
        try:
            sheet = self.workbook.reader.load_sheet(self.sheet, header_row=None, skip_rows=0, dtypes="string")
        except fastexcel.FastExcelError:
            raise InputError(f"{self.origin.place}: the sheet cannot be read; open it in Excel and save it") from None
        frame = sheet.to_polars()
        frame.columns = names(frame.width)
        self._size = int(frame.estimated_size())
        if self._size <= KEPT:
            self._kept = frame
        return frame

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        frame = self.frame()
        self._kept = None
        mended = self._mend(frame.with_columns(pl.lit(None, pl.String).alias(BROKEN)), header, used, tally)
        body = mended.slice(header).with_columns(pl.when(pl.all() != "").then(pl.all()))
        yield number(body.select(*names(width), BROKEN), header + 1, tally)

    def _mend(self, frame: pl.DataFrame, header: int, used: dict[int, str], tally: Tally) -> pl.DataFrame:
        """Error cells as text, dates without the midnight, both only in the `used` columns and below the header."""
        body = frame.slice(header)
        try:
            xml = SheetXml(self.workbook.path, self.sheet)
            long = any(_some(body[str(at)], r"^\d{16,}$") for at, name in used.items() if name in IDENTIFIERS)
            midnights = any(_some(body[str(at)], f"{_MIDNIGHT}$") for at in used)
            if not long and not xml.suspect(midnights=midnights):
                return frame
            cells = xml.cells()
        except (KeyError, StopIteration, ParseError, ExpatError, OSError):
            raise InputError(f"{self.origin.place}: the sheet cannot be read; open it in Excel and save it") from None
        last = max((row for row, _ in cells.unstored), default=0)
        if last > frame.height:  # calamine leaves out what stands below the last cell with a value
            frame = pl.concat([frame, frame.clear(n=last - frame.height)])
        broken = frame[BROKEN].to_list()
        for at, name in used.items():
            texts = frame[str(at)].to_list()
            column = at + cells.first_column
            for row in _rows(cells.unstored, column, header):
                texts[row], broken[row] = None, NO_VALUE
            for row in _rows(cells.errors, column, header):
                texts[row], broken[row] = cells.errors[row + 1, column], ERROR_CELL
            for row in _rows(cells.dates, column, header):
                texts[row] = (texts[row] or "").removesuffix(_MIDNIGHT)
            rounded = len(_rows(cells.numbers, column, header)) if name in IDENTIFIERS else 0
            if rounded:
                tally.warnings.append(
                    f"{self.origin.place}: column {name} holds {rounded} numbers of more than 15 digits, of which a "
                    "spreadsheet keeps 15; store them as text"
                )
            frame = frame.with_columns(pl.Series(str(at), texts, pl.String))
        return frame.with_columns(pl.Series(BROKEN, broken, pl.String))


def _rows(places: Iterable[tuple[int, int]], column: int, header: int) -> list[int]:
    """Indices of the rows below the header that have a place in `column`."""
    return sorted(row - 1 for row, at in places if at == column and row > header)


def _some(cells: pl.Series, pattern: str) -> bool:
    return bool(cells.str.contains(pattern).any())
