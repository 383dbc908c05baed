"""Excel workbooks → text: calamine's reading, with the sheet's own row numbers, mended by what the XML tells."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.cells import MOST_CELLS, Cells, SheetXml, Survey
from crs_audit.intake.hashing import FileHash
from crs_audit.intake.mend_sheet import Sheet, asks_for_cells, mend
from crs_audit.intake.raw import BROKEN, HEAD, Origin, Tally, names, number
from crs_audit.intake.workbook_xml import WorkbookXml, read_workbook

if TYPE_CHECKING:
    import fastexcel

MODERN_EXCEL = (".xlsx", ".xlsm")
KEPT = 64 << 20
"""A sheet up to this size stays in memory between the look at its header and its reading."""

_OLE = bytes.fromhex("D0CF11E0")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BAD_XML = (KeyError, ValueError, ExpatError, zipfile.BadZipFile, zlib.error, OSError)


class Workbook:
    """An open workbook and the names of its sheets of cells."""

    def __init__(self, path: Path, file: str) -> None:
        import fastexcel

        self.path, self.file = path, file
        self.hash = FileHash(path, file)
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
            self.xml: WorkbookXml = read_workbook(path)
            self.sheets: tuple[str, ...] = tuple(name for name in self.reader.sheet_names if name in self.xml.members)
        except (fastexcel.FastExcelError, zipfile.BadZipFile, KeyError, ParseError):
            raise InputError(f"{file}: is no workbook that can be read; open it in Excel and save it again") from None

    @property
    def hidden(self) -> frozenset[str]:
        """Names of the sheets that a person opening the workbook does not see."""
        return self.xml.hidden

    def is_empty(self, sheet: str) -> bool:
        """Whether the sheet holds no cell at all."""
        return SheetTable(self, sheet).frame().is_empty()


class SheetTable:
    """One sheet. `decimal`: the sign its texts of numbers have; its numbers get the same."""

    def __init__(self, workbook: Workbook, sheet: str, decimal: str = ".") -> None:
        self.workbook, self.sheet, self.decimal = workbook, sheet, decimal
        self.origin = Origin(file=workbook.file, hash=workbook.hash, sheet=sheet)
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
        self._refuse_vast()
        try:
            sheet = self.workbook.reader.load_sheet(self.sheet, header_row=None, skip_rows=0, dtypes="string")
        except fastexcel.FastExcelError:
            raise self._unreadable() from None
        frame = sheet.to_polars()
        frame.columns = names(frame.width)
        self._size = int(frame.estimated_size())
        if self._size <= KEPT:
            self._kept = frame
        return frame

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        frame = self.frame()
        self._kept = None
        mended = frame.with_columns(pl.lit(None, pl.String).alias(BROKEN))
        sheet = Sheet(self.origin.place, header, used, self.workbook.xml.from_1904, self.decimal)
        if asks_for_cells(frame, sheet, self._survey):
            mended = mend(mended, sheet, self._cells(bare=sheet.asks_for_numbers), tally)
        body = mended.slice(header).with_columns(pl.when(pl.all() != "").then(pl.all()))
        yield number(body.select(*names(width), BROKEN), header + 1, tally)

    @cached_property
    def _survey(self) -> Survey:
        try:
            return self._xml.survey()
        except _BAD_XML:
            raise self._unreadable() from None

    def _cells(self, *, bare: bool) -> Cells:
        try:
            return self._xml.cells(bare=bare)
        except _BAD_XML:
            raise self._unreadable() from None

    @property
    def _xml(self) -> SheetXml:
        return SheetXml(self.workbook.xml, self.sheet)

    def _refuse_vast(self) -> None:
        """Raises InputError for a sheet whose filled cells lie too far apart to be held."""
        if not self._survey.vast:
            return
        cells = self._cells(bare=False)
        if (cells.last_column - cells.first_column + 1) * cells.last_row > MOST_CELLS:
            raise InputError(
                f"{self.origin.place}: its filled cells reach to row {cells.last_row}, column {cells.last_column}; "
                "delete what stands far outside the table"
            )

    def _unreadable(self) -> InputError:
        return InputError(f"{self.origin.place}: the sheet cannot be read; open it in Excel and save it")
