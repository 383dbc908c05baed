"""The worklist: fallouts and a sample of what was met, as a workbook that reviewers fill in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.report import words
from crs_audit.report.clock import SiteClock
from crs_audit.report.verdicts import anchor
from crs_audit.review.verdicts import REASONS, VERDICTS
from crs_audit.undated import save_undated

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

SHEET, LISTS = "worklist", "lists"
FILE = "worklist.xlsx"
_CELL_LIMIT = 32_000

COLUMNS: dict[str, int] = {
    "Infusion": 18, "Measure": 10, "Rule": 34, "Time": 17, "Finding": 60, "Why": 26, "Value": 12, "Limit": 12,
    "Audit": 10, "Review": 14, "Reason": 26, "Comment": 34, "Reviewer": 14, "Date": 12, "result_id": 8,
    "fingerprint": 8,
}  # fmt: skip
"""Columns with their widths; the last two are hidden."""
HIDDEN = ("result_id", "fingerprint")
SHOWN = ("Infusion", "Measure", "Time")
"""Columns that tell a reader which finding a row is; they must agree with the hidden ones."""
FILLED_IN = ("Review", "Reason", "Comment", "Reviewer", "Date")


def choose(results: pl.DataFrame, seed: str, sample_met: int) -> pl.DataFrame:
    """All fallouts, and of each measure with a rate up to `sample_met` met opportunities drawn by chance.

    The draw depends on `seed` and the finding's id alone: the same run draws the same, and a finding stays drawn when
    others come in that rank behind it. results: RESULTS.
    """
    missed = results.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    met = results.filter((pl.col("status") == "met") & pl.col("kind").is_in(["R", "C"]) & (pl.col("opportunity") > 0))
    rank = met.get_column("result_id").map_elements(
        lambda id_: hashlib.sha256(f"{seed}|{id_}".encode()).hexdigest(), return_dtype=pl.String
    )
    drawn = met.with_columns(rank=rank).sort("measure_id", "rank")
    sample = drawn.filter(pl.int_range(pl.len()).over("measure_id") < sample_met).select(results.columns)
    return pl.concat([missed, sample]).sort(
        "status", "measure_id", "infusion_id", "opportunity", descending=[True, *[False] * 3]
    )


def write_worklist(
    path: Path,
    chosen: pl.DataFrame,
    titles: Mapping[str, str],
    tokens: Mapping[str, str],
    fingerprints: Mapping[str, str],
    timezone: str,
    stamp: datetime | None,
) -> None:
    """Writes the workbook. chosen: RESULTS rows; titles: measure → title; tokens: infusion → page."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    clock = SiteClock(timezone)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "B2"
    letters = {name: _letter(at) for at, name in enumerate(COLUMNS)}
    for name, width in COLUMNS.items():
        sheet.column_dimensions[letters[name]].width = width
        sheet.column_dimensions[letters[name]].hidden = name in HIDDEN
    # The hidden columns too: sorting by the filter moves what it covers, and nothing else.
    sheet.auto_filter.ref = f"A1:{list(letters.values())[-1]}{chosen.height + 1}"
    for name, at, length in (("Review", "A", len(VERDICTS)), ("Reason", "B", len(REASONS))):
        rule = DataValidation(type="list", formula1=f"{LISTS}!${at}$1:${at}${length}", allow_blank=True)
        rule.showErrorMessage = True
        rule.error, rule.errorTitle = "Choose one of the list.", name
        rule.add(f"{letters[name]}2:{letters[name]}{max(chosen.height + 1, 2)}")
        sheet.data_validations.append(rule)
    sheet.append([_cell(sheet, name, bold=True) for name in COLUMNS])
    for row in chosen.with_columns(pl.col("time").dt.epoch("us")).iter_rows(named=True):
        sheet.append(_row(sheet, row, titles, tokens, fingerprints, clock))
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for pair in zip_longest(VERDICTS, REASONS):
        lists.append(pair)
    save_undated(book, path, stamp, "crs-audit")


def _row(
    sheet: WriteOnlyWorksheet,
    row: dict[str, Any],
    titles: Mapping[str, str],
    tokens: Mapping[str, str],
    fingerprints: Mapping[str, str],
    clock: SiteClock,
) -> list[WriteOnlyCell]:
    from openpyxl.styles import Font

    link = f"patients/{tokens[row['infusion_id']]}.html#{anchor(row['measure_id'], row['opportunity'])}"
    cells = {
        "Measure": row["measure_id"],
        "Rule": titles.get(row["measure_id"], ""),
        "Time": clock.text(row["time"]),
        "Finding": row["sentence"] or "",
        "Why": words.reason(row["reason"]),
        "Audit": words.STATUS[words.shown_status(row["status"], row["reason"], row["kind"])],
        "result_id": row["result_id"],
        "fingerprint": fingerprints[row["result_id"]],
    }
    first = _cell(sheet, row["infusion_id"])
    first.hyperlink = link
    first.font = Font(color=_LINK, underline="single")
    numbers = {
        "Value": _measured(sheet, row["value"], row["unit"]),
        "Limit": _limit(sheet, row["threshold"], row["unit"]),
    }
    return [first, *(numbers.get(name) or _cell(sheet, str(cells.get(name, ""))) for name in list(COLUMNS)[1:])]


def _measured(sheet: WriteOnlyWorksheet, value: float | None, unit: str | None) -> WriteOnlyCell | None:
    """The value as a number, so that the column sorts; its unit stands in the cell's format."""
    return None if value is None else _number(sheet, value, words.tenths(value), unit)


def _limit(sheet: WriteOnlyWorksheet, threshold: str | None, unit: str | None) -> WriteOnlyCell | None:
    """The limit as a number behind its sign, or as text where it is more than that."""
    found = _BARE.fullmatch(threshold or "")
    if not found:
        return _cell(sheet, words.limit(threshold, unit))
    return _number(sheet, float(found["number"]), found["number"], unit, found["sign"], found["rest"] or "")


_LINK = "0563C1"
"""The colour that spreadsheets give a link."""
_BARE = re.compile(r"(?P<sign>[≤≥<>]? ?)(?P<number>\d+(\.\d+)?)(?P<rest> ± \d+ %)?")


def _number(
    sheet: WriteOnlyWorksheet, value: float, shown: str, unit: str | None, sign: str = "", rest: str = ""
) -> WriteOnlyCell:
    """A number that looks like `≤ 120 min`. shown: the value as it is to be seen, for its decimals."""
    decimals = "." + "0" * len(shown.partition(".")[2]) if "." in shown else ""
    before = f"{sign}{unit} " if unit == "grade" else sign
    after = ("" if not unit or unit == "grade" else f" {words.unit_of(value, unit)}") + rest
    cell = _styled(sheet)
    cell.value = value
    cell.number_format = "".join((_quoted(before), "0", decimals, _quoted(after)))
    return cell


def _quoted(text: str) -> str:
    """Text of a number format."""
    return '"' + text.replace('"', "") + '"' if text else ""


def _cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """A cell of text and nothing else: what looks like a formula or a number stays as it is written."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    cell = _styled(sheet)
    if text:
        cell._value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_CELL_LIMIT]
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _styled(sheet: WriteOnlyWorksheet) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    cell = WriteOnlyCell(sheet, value=None)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))
