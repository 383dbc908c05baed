"""Excel: what is seen on the screen and what the cell holds are two things; where they differ the reader says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from crs_audit.errors import InputError
from crs_audit.intake.number_formats import Format, Kind, read_format
from tests.intake.reading import extract
from tests.intake.test_read_excel import HEADER, book, changed, one, rewritten

DAY, CLOCK = dt.date(2026, 10, 3), dt.time(8, 5)


def read(path: Path, config: dict[str, Any] | None = None) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """All rows of the vitals, and what is warned of."""
    found = extract(path, config)
    frames = [frame for source in found.sources for frame in found.batches(source)]
    return pl.concat(frames), found.warnings


def formatted(path: Path, formats: dict[str, str], rows: list[list[object]]) -> Path:
    """A vitals sheet; formats: place of a cell → its number format."""

    def change(sheet: Worksheet) -> None:
        for place, code in formats.items():
            sheet[place].number_format = code

    return changed(book(path, vitals=[HEADER, *rows]), change)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("General", Format(Kind.AS_IT_IS)),
        ("@", Format(Kind.AS_IT_IS)),
        ("#,##0.00", Format(Kind.AS_IT_IS)),
        ('_-* #,##0.00\\ "€"_-;-* #,##0.00_-', Format(Kind.AS_IT_IS)),
        ("0.00E+00", Format(Kind.AS_IT_IS)),
        ("dd/mm/yyyy hh:mm", Format(Kind.MOMENT)),
        ("[$-407]d. mmmm yyyy;@", Format(Kind.DATE)),
        ("[$-x-sysdate]dddd, mmmm dd, yyyy", Format(Kind.DATE)),
        ("[Red]DD.MM.YYYY", Format(Kind.DATE)),
        ("mmm", Format(Kind.DATE)),
        ("[$-x-systime]h:mm:ss AM/PM", Format(Kind.TIME)),
        ('hh:mm "Uhr"', Format(Kind.TIME)),
        ("[h]:mm", Format(Kind.ELAPSED)),
        ("0.0%", Format(Kind.SCALED)),
        ("#,##0,", Format(Kind.SCALED)),
        ("000000", Format(Kind.PADDED, 6)),
        ('"MRN"0', Format(Kind.WORDED)),
        ("000-00-0000", Format(Kind.WORDED)),
        ('General" kg"', Format(Kind.WORDED)),
    ],
)
def test_the_meaning_of_a_number_format(code: str, meant: Format):
    assert read_format(code) == meant


def test_a_date_and_a_time_of_day_in_columns_of_their_own_make_one_time(tmp_path: Path):
    header = ["patient_id", "day", "clock", "vital", "value"]
    rows = [["P", DAY, CLOCK, "sbp", 80], ["P", DAY, None, "sbp", 81], ["P", DAY, dt.time(0, 0), "sbp", 82]]
    path = book(tmp_path / "extract.xlsx", vitals=[header, *rows])
    found, _ = read(path, {"tables": {"vitals": {"join": {"time": ["day", "clock"]}}}})
    assert found["time"].to_list() == ["2026-10-03 08:05:00", "2026-10-03", "2026-10-03 00:00:00"]


def test_times_of_day_and_durations_are_no_times_of_a_calendar_s_first_day(tmp_path: Path):
    long = dt.timedelta(hours=30, minutes=5)
    moment = dt.datetime(2026, 10, 3, 8, 5)  # noqa: DTZ001 (Excel has no zones)
    rows = [["P", time, "sbp", 80] for time in (CLOCK, long, moment, dt.time(8, 5, 0, 250_000))]
    path = formatted(tmp_path / "extract.xlsx", {"B3": "[h]:mm", "B4": "h:mm"}, rows)
    found, _ = read(path)
    assert found["time"].to_list() == ["08:05:00", "30:05:00", "2026-10-03 08:05:00", "08:05:00.250"]


def test_the_long_date_of_the_system_shows_no_midnight(tmp_path: Path):
    path = formatted(tmp_path / "extract.xlsx", {"B2": "[$-x-sysdate]dddd, mmmm dd, yyyy"}, [["P", DAY, "sbp", 80]])
    assert read(path)[0]["time"].to_list() == ["2026-10-03"]


def test_a_workbook_that_counts_from_1904(tmp_path: Path):
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.active
    sheet.title = "vitals"
    moment = dt.datetime(2026, 10, 3, 8, 5)  # noqa: DTZ001
    for row in (HEADER, *(["P", time, "sbp", 80] for time in (moment, DAY, CLOCK, 44836.3368, "44836.3368"))):
        sheet.append(row)
    workbook.save(tmp_path / "extract.xlsx")
    found, (warning,) = read(tmp_path / "extract.xlsx", {"time_formats": ["excel"]})
    assert found["time"].to_list()[:3] == ["2026-10-03 08:05:00", "2026-10-03", "08:05:00"]
    assert found["broken"].to_list() == [None, None, None, "serial of a workbook that counts from 1904", None]
    assert "column time: bare numbers in place of times" in warning
    assert warning.endswith("give the column a date format (cells: 1)")


def test_numbers_of_a_site_with_a_decimal_comma(tmp_path: Path):
    rows = [["1.5", 46298.25, "temperature", value] for value in (38.5, "38,5", "1.385", 39, -0.5)]
    found, _ = read(book(tmp_path / "extract.xlsx", vitals=[HEADER, *rows]), {"decimal": ","})
    assert found["value"].to_list() == ["38,5", "38,5", "1.385", "39", "-0,5"]
    assert found.select("patient_id", "time").row(0) == ("1.5", "46298.25")


@pytest.mark.parametrize(
    ("place", "code", "value", "said"),
    [
        ("A2", "000000", 123, "patient_id: numbers shown with leading zeros or signs"),
        ("A2", '"MRN"0', 123456, "patient_id: numbers shown with leading zeros or signs"),
        ("A2", "000000", 123456, None),
        ("A2", "000000", "000123", None),
        ("D2", "0%", 0.98, "value: numbers shown as percent"),
        ("D2", '0.0" °F"', 101.3, "value: numbers shown with words, such as a unit"),
        ("D2", "0.00", 38.456, None),
    ],
)
def test_what_is_seen_and_not_stored_is_warned_of(tmp_path: Path, place: str, code: str, value: object, said: str):
    row = ["P", "2026-10-03 08:00", "spo2", 98]
    row["ABCD".index(place[0])] = value
    found, warnings = read(formatted(tmp_path / "extract.xlsx", {place: code, "B1": "0%"}, [row]))
    assert found.height == 1
    assert [line.split(": ", 1)[1].removeprefix("column ").startswith(said) for line in warnings] == [True] * bool(said)
    assert all(line.endswith("(cells: 1)") for line in warnings)


def test_the_key_of_a_crosswalk_is_warned_of_too(tmp_path: Path):
    path = formatted(tmp_path / "extract.xlsx", {}, [["E7", *one(80)[1:]]])

    def add(sheet: Worksheet) -> None:
        for row in (["CSN", "MRN", "note"], ["E7", 123, None]):
            sheet.append(row)
        sheet["B2"].number_format = "000000"
        sheet["C2"] = "#REF!"
        sheet["C2"].data_type = "e"

    workbook = openpyxl.load_workbook(path)
    add(workbook.create_sheet("encounters"))
    workbook.save(path)
    lookup = {"name": "e", "sheet": "encounters", "from": "patient_id", "key": "CSN", "required": True}
    found, (warning,) = read(path, {"tables": {"vitals": {"columns": {"patient_id": "e.MRN"}, "lookups": [lookup]}}})
    assert found.select("patient_id", "broken").rows() == [("123", None)]
    assert warning.startswith("extract.xlsx [encounters]: column MRN: numbers shown with leading zeros")


def test_cells_merged_in_the_body_reject_their_rows(tmp_path: Path):
    title = ["Vitals, October"]
    rows = [title, [], HEADER, one(80, "mmHg"), [None, *one(81)[1:]], one(82), ["Night shift"], [], one(83)]

    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:F1", "A4:A5", "E5:E6", "A7:F7", "A8:F8"):
            sheet.merge_cells(cells)

    found, warnings = read(
        changed(book(tmp_path / "extract.xlsx", vitals=rows), merge), {"tables": {"vitals": {"header_row": 3}}}
    )
    merged = "merged with another cell"
    assert found.select("row", "patient_id", "broken").rows() == [
        (4, "P1", None), (5, None, merged), (6, "P1", None), (7, "Night shift", merged), (9, "P1", None),
    ]  # fmt: skip
    assert warnings == (
        "extract.xlsx [vitals]: below the header cells are merged with a filled one, in column patient_id, time, "
        "vital, value, unit, site; their rows were rejected: unmerge the cells and fill each (cells: 6)",
    )


def test_hidden_rows_are_read_and_told(tmp_path: Path):
    def hide(sheet: Worksheet) -> None:
        for row in (1, 3, 4, 9):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["F"].hidden = True

    found, (warning,) = read(changed(book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80), one(81), []]), hide))
    assert found["value"].to_list() == ["80", "81"]
    assert warning == "extract.xlsx [vitals]: hidden or filtered rows were read like all others (rows: 1)"


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda xml: xml.replace(old, new)


def test_a_cell_far_outside_the_table_does_not_fill_the_memory(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80)])
    far = '<row r="1048576"><c r="XFD1048576"{}</row></sheetData>'
    stray = book(tmp_path / "stray.xlsx", vitals=[HEADER, one(80)])
    for file, cell in ((path, ' s="0"/>'), (stray, "><v>1</v></c>")):
        rewritten(file, "xl/worksheets/sheet1.xml", replaced("</sheetData>", far.format(cell)))
        rewritten(file, "xl/worksheets/sheet1.xml", replaced('<dimension ref="A1:F2" />', ""))
    assert read(path)[0].height == 1
    with pytest.raises(InputError, match=r"stray.xlsx \[vitals\]: its filled cells reach to row 1048576, column 16384"):
        extract(stray)


def test_totals_footers_and_headers_in_the_body_keep_their_rows_to_be_rejected(tmp_path: Path):
    rows = [HEADER, one(80), [], HEADER, one(81), ["Total", None, None, 161], ["Page 1 of 3"], ["2 rows"]]
    found, warnings = read(book(tmp_path / "extract.xlsx", vitals=rows))
    assert found["row"].to_list() == [2, 4, 5, 6, 7, 8]
    assert warnings == ()
