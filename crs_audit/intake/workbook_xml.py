"""What a workbook says of its sheets as a whole: where each lies, which are hidden, its calendar and its formats."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from crs_audit.intake.number_formats import AS_IT_IS, Format, read_format

_TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class WorkbookXml:
    """The parts of an .xlsx or .xlsm file that are not cells."""

    path: Path
    members: dict[str, str]
    """Sheet of cells → the archive's member that holds it. Charts that are sheets of their own are none."""
    hidden: frozenset[str]
    """Names of the sheets that a person opening the workbook does not see."""
    from_1904: bool
    """Whether days are counted from 1904-01-01 (day 0), as old Macs do, and not from 1900."""
    formats: dict[str, Format]
    """Number of a cell style → its number format, where that shows something else than the number itself."""


def read_workbook(path: Path) -> WorkbookXml:
    """Raises zipfile.BadZipFile, KeyError or ElementTree.ParseError for what is no workbook."""
    with zipfile.ZipFile(path) as archive:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in relations
            if relation.get("Type", "").endswith("/worksheet")
        }
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        has_styles = "xl/styles.xml" in archive.namelist()
        formats = _formats(archive.read("xl/styles.xml")) if has_styles else {}
    members: dict[str, str] = {}
    hidden = set()
    for sheet in _named(root, "sheet"):
        name = sheet.get("name", "")
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        if relation not in targets:
            continue
        members[name] = posixpath.normpath(posixpath.join("xl", targets[relation])).removeprefix("/")
        if sheet.get("state", "visible") != "visible":
            hidden.add(name)
    from_1904 = any(item.get("date1904") in _TRUE for item in _named(root, "workbookPr"))
    return WorkbookXml(path, members, frozenset(hidden), from_1904, formats)


def _named(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (element for element in root.iter() if local(element.tag) == name)


def local(tag: str) -> str:
    """An element's name without its namespace, however that is written."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _formats(styles: bytes) -> dict[str, Format]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes = dict(BUILTIN_FORMATS)
    numbers: list[int] = []
    for group in ElementTree.fromstring(styles):
        if local(group.tag) == "numFmts":
            codes |= {int(item.get("numFmtId", 0)): item.get("formatCode", "") for item in group}
        elif local(group.tag) == "cellXfs":
            numbers = [int(item.get("numFmtId", 0)) for item in group]
    found = {str(at): read_format(codes.get(number, "")) for at, number in enumerate(numbers)}
    return {style: format_ for style, format_ in found.items() if format_ != AS_IT_IS}
