"""LibreOffice makes workbooks for the tests, from flat spreadsheets written here cell by cell."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

NAMES = ("soffice", "libreoffice")
SECONDS = 120
CSV_IN_UTF8 = "CSV:44,34,76"
_SPACES = ("office", "style", "text", "table", "meta", "number", "fo")
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_URIS = {name: f"{_OASIS}{name}:1.0" for name in _SPACES} | {
    "number": f"{_OASIS}datastyle:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "of": f"{_OASIS}of:1.2",
}


def office() -> str:
    """LibreOffice's program. Skips where there is none, or fails where CRS_AUDIT_REQUIRE_OFFICE says it must be."""
    path = os.environ.get("CRS_AUDIT_OFFICE") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is not None:
        return path
    what = "no LibreOffice was found: put soffice on the PATH or set CRS_AUDIT_OFFICE to its file"
    if os.environ.get("CRS_AUDIT_REQUIRE_OFFICE") == "1":
        pytest.fail(f"CRS_AUDIT_REQUIRE_OFFICE=1, but {what}")
    pytest.skip(what)


def to_xlsx(into: Path, *files: Path, reading: str = "") -> None:
    """Saves the files as .xlsx in folder `into`, by a LibreOffice with a profile of its own. reading: how they are
    opened, in LibreOffice's words for it."""
    profile = into / "profile"
    options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", *([f"--infilter={reading}"] * bool(reading))]
    done = subprocess.run(
        [office(), *options, "--convert-to", "xlsx", "--outdir", str(into), *map(str, files)],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert all((into / f"{file.stem}.xlsx").is_file() for file in files), done.stdout + done.stderr
    shutil.rmtree(profile, ignore_errors=True)


@dataclass(frozen=True)
class Cell:
    """A cell of a flat spreadsheet: `text` of a string, `value` of another type (float, date, time, boolean,
    percentage), or a `formula` that LibreOffice works out. `rows`, `columns`: how far it is merged."""

    text: str = ""
    value: str = ""
    type: str = "string"
    style: str = ""
    formula: str = ""
    rows: int = 1
    columns: int = 1

    def xml(self) -> str:
        given = {"table:style-name": self.style, "table:formula": self.formula}
        if self.rows > 1 or self.columns > 1:
            given |= {
                "table:number-rows-spanned": str(self.rows),
                "table:number-columns-spanned": str(self.columns),
            }
        if self.type != "string":
            held = self.type + "-value" if self.type in ("date", "time", "boolean") else "value"
            given |= {"office:value-type": self.type, f"office:{held}": self.value}
        elif self.text:
            given["office:value-type"] = "string"
        attributes = "".join(f" {name}={quoteattr(text)}" for name, text in given.items() if text)
        return f"<table:table-cell{attributes}><text:p>{escape(self.text)}</text:p></table:table-cell>"


COVERED = "<table:covered-table-cell/>"
Row = list[object]


def number(value: object, style: str = "") -> Cell:
    return Cell(value=str(value), type="float", style=style)


def date(value: str, style: str = "day") -> Cell:
    return Cell(value=value, type="date", style=style)


def time(hours: int, minutes: int, style: str = "clock") -> Cell:
    return Cell(value=f"PT{hours:02d}H{minutes:02d}M00S", type="time", style=style)


def formula(text: str, style: str = "") -> Cell:
    return Cell(formula=f"of:={text}", type="float", value="0", style=style)


@dataclass
class Flat:
    """A flat spreadsheet (.fods). sheets: name → rows of Cell, str, None (empty) or COVERED."""

    sheets: dict[str, list[Row]]
    hidden_sheets: frozenset[str] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    """Numbers of the rows hidden in every sheet, from 1."""
    null_date: str = "1899-12-30"
    styles: dict[str, str] = field(default_factory=lambda: dict(STYLES))

    def write(self, path: Path) -> Path:
        spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in _URIS.items())
        formats = "".join(self.styles.values())
        cells = "".join(
            f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="n-{name}"/>'
            for name in self.styles
        )
        hide = '<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/>'
        body = "".join(self._sheet(name, rows) for name, rows in self.sheets.items())
        null = f'<table:null-date table:date-value="{self.null_date}"/>'
        path.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><office:document{spaces} office:version="1.3" '
            'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
            f"<office:automatic-styles>{formats}{cells}{hide}</style:style></office:automatic-styles>"
            f"<office:body><office:spreadsheet><table:calculation-settings>{null}</table:calculation-settings>"
            f"{body}</office:spreadsheet></office:body></office:document>",
            encoding="utf-8",
        )
        return path

    def _sheet(self, name: str, rows: list[Row]) -> str:
        style = ' table:style-name="hidden"' if name in self.hidden_sheets else ""
        lines = []
        for at, row in enumerate(rows, 1):
            filtered = ' table:visibility="filter"' if at in self.hidden_rows else ""
            lines.append(f"<table:table-row{filtered}>{''.join(map(_cell, row)) or _cell(None)}</table:table-row>")
        return f"<table:table table:name={quoteattr(name)}{style}>{''.join(lines)}</table:table>"


def _cell(cell: object) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Cell):
        return cell.xml()
    return COVERED if cell is COVERED else Cell(str(cell)).xml()


_DAY = (
    '<number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>'
    '<number:text>-</number:text><number:day number:style="long"/>'
)
_CLOCK = '<number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/>'


def _digits(least: int) -> str:
    return f'<number:number number:decimal-places="0" number:min-integer-digits="{least}"/>'


STYLES = {
    "day": f'<number:date-style style:name="n-day">{_DAY}</number:date-style>',
    "german": (
        '<number:date-style style:name="n-german" number:language="de" number:country="DE"><number:day/>'
        '<number:text>. </number:text><number:month number:textual="true" number:style="long"/>'
        '<number:text> </number:text><number:year number:style="long"/></number:date-style>'
    ),
    "moment": (
        f'<number:date-style style:name="n-moment">{_DAY}<number:text> </number:text>{_CLOCK}'
        "<number:text> </number:text><number:am-pm/></number:date-style>"
    ),
    "clock": f'<number:time-style style:name="n-clock">{_CLOCK}</number:time-style>',
    "elapsed": (
        f'<number:time-style style:name="n-elapsed" number:truncate-on-overflow="false">{_CLOCK}</number:time-style>'
    ),
    "percent": (
        f'<number:percentage-style style:name="n-percent">{_digits(1)}<number:text>%</number:text>'
        "</number:percentage-style>"
    ),
    "padded": f'<number:number-style style:name="n-padded">{_digits(6)}</number:number-style>',
}
"""Cell style → its number format."""
