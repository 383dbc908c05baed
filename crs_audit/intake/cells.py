"""What calamine does not tell about a worksheet's cells, read from the sheet's XML.

calamine gives an error cell, a formula without a stored value and an empty cell all as nothing, a date and a midnight
both as a date with 00:00:00, and a number of 18 digits as it was rounded by the spreadsheet.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_datetime

_CHUNK = 1 << 20
_SUSPECT = rb'\bt="e"|<(?:\w+:)?f[\s/>]'
_PLACE = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Cells:
    """Cells worth knowing, by (row, column), both from 1."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Error cells and their text, such as #N/A."""
    unstored: set[tuple[int, int]] = field(default_factory=set)
    """Formulas without a stored value."""
    dates: set[tuple[int, int]] = field(default_factory=set)
    """Numbers shown as a date without a time."""
    numbers: set[tuple[int, int]] = field(default_factory=set)
    """Numbers (not texts) of more than 15 digits."""
    first_column: int = 1
    """The first column in which a cell holds something: calamine's columns begin there."""


class SheetXml:
    """The XML of one sheet in a workbook. A layout it does not know raises KeyError, ElementTree.ParseError or
    expat.ExpatError."""

    def __init__(self, path: Path, sheet: str) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.member = _member(archive, sheet)

    def suspect(self, *, midnights: bool) -> bool:
        """Whether some cell may be an error or a formula, or with `midnights` a date without a time.

        A look at the bytes, five times as fast as reading the cells.
        """
        with zipfile.ZipFile(self.path) as archive:
            styles = _date_styles(archive) if midnights else frozenset()
            shown_as_date = rb'|\bs="(?:' + "|".join(sorted(styles)).encode() + rb')"' if styles else b""
            pattern = re.compile(_SUSPECT + shown_as_date)
            with archive.open(self.member) as content:
                tail = b""
                while block := content.read(_CHUNK):
                    if pattern.search(tail + block):
                        return True
                    tail = block[-64:]
        return False

    def cells(self) -> Cells:
        """Reads every cell's kind, format and value."""
        with zipfile.ZipFile(self.path) as archive:
            reader = _Reader(_date_styles(archive))
            with archive.open(self.member) as content:
                while block := content.read(_CHUNK):
                    reader.parser.Parse(block, False)
                reader.parser.Parse(b"", True)
        reader.found.first_column = reader.leftmost or 1
        return reader.found


class _Reader:
    """Walks over the cells: <row r><c r s t><f/><v>value</v></c></row>, with <is><t>text</t></is> for a text within.

    Places are counted where `r` is left out.
    """

    def __init__(self, date_styles: frozenset[str]) -> None:
        self.found = Cells()
        self.date_styles = date_styles
        self.row = self.column = self.leftmost = 0
        self.kind, self.style = "n", "0"
        self.formula = self.in_value = False
        self.value: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, given: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.row, self.column = int(given.get("r", self.row + 1)), 0
            case "c":
                self.column += 1
                if place := _PLACE.fullmatch(given.get("r", "")):
                    self.column, self.row = _column(place[1]), int(place[2])
                self.kind, self.style = given.get("t", "n"), given.get("s", "0")
                self.formula, self.value = False, []
            case "f":
                self.formula = True
            case "v" | "t":
                self.in_value = True

    def text(self, data: str) -> None:
        if self.in_value:
            self.value.append(data)

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "v" | "t":
                self.in_value = False
            case "c":
                self.judge((self.row, self.column), "".join(self.value))

    def judge(self, place: tuple[int, int], value: str) -> None:
        if value and (not self.leftmost or place[1] < self.leftmost):
            self.leftmost = place[1]
        if self.kind == "e":
            self.found.errors[place] = value or "#ERROR"
        elif self.formula and not value and self.kind != "str":
            self.found.unstored.add(place)
        elif self.kind == "n" and value:
            if self.style in self.date_styles:
                self.found.dates.add(place)
            elif len(value) > 15 and _digits(value) > 15:
                self.found.numbers.add(place)


def _digits(value: str) -> int:
    try:
        return len(str(abs(int(float(value)))))
    except (ValueError, OverflowError):
        return 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _member(archive: zipfile.ZipFile, sheet: str) -> str:
    """The archive's member that holds `sheet`."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            id_ = next(value for name, value in element.attrib.items() if name.endswith("}id"))
            return posixpath.normpath(posixpath.join("xl", targets[id_])).removeprefix("/")
    raise KeyError(sheet)


def hidden_sheets(path: Path) -> frozenset[str]:
    """Names of the sheets that a person opening the workbook does not see."""
    with zipfile.ZipFile(path) as archive:
        elements = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter()
    sheets = (element for element in elements if element.tag.rpartition("}")[2] == "sheet")
    return frozenset(sheet.get("name", "") for sheet in sheets if sheet.get("state", "visible") != "visible")


def _date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Numbers of the cell styles that show a date without a time."""
    formats = dict(BUILTIN_FORMATS)
    styles: list[int] = []
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    for group in root:
        name = group.tag.rpartition("}")[2]
        if name == "numFmts":
            formats |= {int(item.get("numFmtId", 0)): item.get("formatCode", "") for item in group}
        elif name == "cellXfs":
            styles = [int(item.get("numFmtId", 0)) for item in group]
    return frozenset(str(at) for at, style in enumerate(styles) if is_datetime(formats.get(style, "")) == "date")
