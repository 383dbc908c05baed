"""What calamine does not tell about a worksheet's cells, read from the sheet's XML.

calamine gives an error cell, a formula without a stored value and an empty cell all as nothing, a date and a midnight
both as a date with 00:00:00, a time of day as a time of the calendar's first day, and a number of 18 digits as it was
rounded by the spreadsheet; of hidden rows and merged cells it tells nothing.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from crs_audit.intake.number_formats import AS_IT_IS, Format, Kind
from crs_audit.intake.workbook_xml import WorkbookXml, local

_CHUNK, _OVERLAP = 1 << 20, 64
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_FAR = re.compile(rb"""\br=["'][A-Z]{3}\d""")
_PREFIXED = re.compile(rb"<\w+:worksheet\b")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref=["']([A-Z]+\d+:)?([A-Z]+)(\d+)""")
MOST_CELLS = 100_000_000
"""calamine holds the rectangle around all filled cells, 32 bytes a cell: this is 3 GB. A table that fills a sheet's
1,048,576 rows may have 95 columns."""
DIGITS_KEPT = 15
"""A spreadsheet's numbers are floating-point numbers of which it keeps so many digits."""
_MS_PER_DAY = 86_400_000
_AS_TIMES = (Kind.DATE, Kind.TIME, Kind.ELAPSED)
_OTHERWISE = (Kind.SCALED, Kind.PADDED, Kind.WORDED)


@dataclass
class Column:
    """Rows, from 1, of a column's cells worth knowing."""

    errors: dict[int, str] = field(default_factory=dict)
    """Error cells and their text, such as #N/A."""
    unstored: list[int] = field(default_factory=list)
    """Formulas without a stored value."""
    dates: list[int] = field(default_factory=list)
    """Numbers shown as a date without a time."""
    times: dict[int, str] = field(default_factory=dict)
    """Numbers shown as a time of day or a duration, and their text HH:MM:SS."""
    long: list[int] = field(default_factory=list)
    """Numbers (not texts) of more than 15 digits."""
    shown: dict[Kind, list[int]] = field(default_factory=lambda: defaultdict(list))
    """SCALED, PADDED, WORDED: numbers that are shown otherwise than they are stored."""
    bare: dict[int, float] = field(default_factory=dict)
    """Numbers not shown as dates or times; only where they are asked for."""


@dataclass
class Cells:
    """What a sheet's XML tells. Columns and rows from 1."""

    columns: dict[int, Column] = field(default_factory=lambda: defaultdict(Column))
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column of cells merged into one."""
    first_column: int = 0
    """The first column in which a cell holds something: calamine's columns begin there; 0 = no cell does."""
    last_column: int = 0
    last_row: int = 0


@dataclass(frozen=True)
class Survey:
    """What may be in a sheet, by a look at its bytes, ten times as fast as reading its cells."""

    odd: bool
    """Error cells, formulas, hidden rows, merged cells, numbers shown otherwise than they are stored."""
    as_times: bool
    """Numbers shown as a date or as a time alone."""
    vast: bool
    """Cells so far apart that their rectangle may hold more than MOST_CELLS."""


class SheetXml:
    """The XML of one sheet in a workbook. A layout it does not know raises KeyError or expat.ExpatError."""

    def __init__(self, workbook: WorkbookXml, sheet: str) -> None:
        self.workbook = workbook
        self.member = workbook.members[sheet]

    def survey(self) -> Survey:
        marks: dict[str, list[bytes]] = {}
        seen: set[str] = set()
        vast = measured = False
        tail = b""
        for block in self._blocks():
            text = tail + block
            if not marks:
                marks = self._marks(text)
                corner = _DIMENSION.search(text)
                measured = corner is not None and corner[1] is not None  # some writers leave it at A1
                vast = corner is not None and _column(corner[2].decode()) * int(corner[3]) > MOST_CELLS
            vast = vast or (not measured and bool(_FAR.search(text)))
            seen |= {name for name in marks.keys() - seen if any(mark in text for mark in marks[name])}
            tail = text[-_OVERLAP:]
        return Survey("odd" in seen, "as_times" in seen, vast)

    def _marks(self, start: bytes) -> dict[str, list[bytes]]:
        """Flag of the survey → bytes of which one is there if it is so, in the XML that begins with `start`.

        Plain bytes, for a search for them is many times as fast as one for a pattern.
        """
        quote = "'" if b" r='" in start else '"'
        element = ":" if _PREFIXED.search(start) else "<"
        formats = self.workbook.formats.items()
        times = {style for style, format_ in formats if format_.kind in _AS_TIMES}
        otherwise = {style for style, format_ in formats if format_.kind in _OTHERWISE}
        flags = [("t", "e"), ("hidden", "1"), ("hidden", "true"), *(("s", style) for style in otherwise)]
        odd = [f"{element}f>", f"{element}f ", f"{element}f/", f"{element}mergeCell "]
        odd += [f" {name}={quote}{value}{quote}" for name, value in flags]
        as_times = [f" s={quote}{style}{quote}" for style in times]
        return {"odd": [mark.encode() for mark in odd], "as_times": [mark.encode() for mark in as_times]}

    def cells(self, *, bare: bool) -> Cells:
        """Reads every cell's kind, format and value; with `bare` keeps all numbers."""
        reader = _Reader(self.workbook.formats, bare)
        for block in self._blocks():
            reader.parser.Parse(block, False)
        reader.parser.Parse(b"", True)
        return reader.found

    def _blocks(self) -> Iterator[bytes]:
        with zipfile.ZipFile(self.workbook.path) as archive, archive.open(self.member) as content:
            while block := content.read(_CHUNK):
                yield block


class _Reader:
    """Walks over the cells: <row r><c r s t><f/><v>value</v></c></row>, with <is><t>text</t></is> for a text within,
    and after them <mergeCell ref>.

    Places are counted where `r` is left out.
    """

    def __init__(self, formats: dict[str, Format], bare: bool) -> None:
        self.found = Cells()
        self.formats = formats
        self.bare = bare
        self.names: dict[str, str] = {}
        self.letters: dict[str, int] = {}
        self.row = self.column = 0
        self.kind, self.style = "n", "0"
        self.formula = False
        self.value: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, name: str, given: dict[str, str]) -> None:
        element = self.names.get(name) or self.names.setdefault(name, local(name))
        if element == "c":
            self.place(given.get("r"))
            self.kind, self.style = given.get("t", "n"), given.get("s", "0")
            self.formula, self.value = False, []
        elif element in ("v", "t"):
            self.parser.CharacterDataHandler = self.value.append
        elif element == "f":
            self.formula = True
        elif element == "row":
            self.row, self.column = int(given.get("r", self.row + 1)), 0
            if given.get("hidden") in ("1", "true"):
                self.found.hidden_rows.append(self.row)
        elif element == "mergeCell":
            self.found.merged.append(_range(given["ref"]))

    def place(self, ref: str | None) -> None:
        if ref is None:
            self.column += 1
            return
        letters = ref.rstrip("0123456789")
        self.row = int(ref[len(letters) :])
        self.column = self.letters.get(letters) or self.letters.setdefault(letters, _column(letters))

    def end(self, name: str) -> None:
        element = self.names[name]
        if element in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif element == "c":
            self.judge("".join(self.value))

    def judge(self, value: str) -> None:
        found, row, column = self.found, self.row, self.column
        if value:
            if column < found.first_column or not found.first_column:
                found.first_column = column
            if column > found.last_column:
                found.last_column = column
            found.last_row = row
        if self.kind == "n" and value:
            format_ = self.formats.get(self.style, AS_IT_IS)
            if format_ is not AS_IT_IS or self.bare or len(value) > DIGITS_KEPT or "E" in value or "e" in value:
                _judge_number(found.columns[column], row, value, format_, self.bare)
        elif self.kind == "e":
            found.columns[column].errors[row] = value or "#ERROR"
        elif self.formula and not value and self.kind != "str":
            found.columns[column].unstored.append(row)


def _judge_number(column: Column, row: int, value: str, format_: Format, bare: bool) -> None:
    try:
        number = float(value)
    except ValueError:
        return
    if not math.isfinite(number):
        return
    if abs(number) >= 10**DIGITS_KEPT:
        column.long.append(row)
    if bare and format_.kind not in (Kind.MOMENT, *_AS_TIMES):
        column.bare[row] = number
    match format_.kind:
        case Kind.DATE:
            column.dates.append(row)
        case Kind.ELAPSED | Kind.TIME:
            if number >= 0 and (number < 1 or format_.kind is Kind.ELAPSED):
                column.times[row] = clock_text(number)
        case Kind.SCALED | Kind.WORDED:
            column.shown[format_.kind].append(row)
        case Kind.PADDED if len(str(int(abs(number)))) < format_.digits:
            column.shown[format_.kind].append(row)


def clock_text(days: float) -> str:
    """A time of day or a duration in days → HH:MM:SS, with milliseconds if it has any."""
    seconds, ms = divmod(round(days * _MS_PER_DAY), 1000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{ms:03d}" if ms else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _range(ref: str) -> tuple[int, int, int, int]:
    (left, top), *rest = _PLACE.findall(ref)
    right, bottom = rest[0] if rest else (left, top)
    return int(top), _column(left), int(bottom), _column(right)
