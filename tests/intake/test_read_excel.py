"""Excel: the sheet's own row numbers, and what a cell holds told from what it seems to hold."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

from crs_audit.errors import InputError
from tests.intake.reading import extract, read

HEADER = ["patient_id", "time", "vital", "value", "unit", "site"]


def book(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def changed(path: Path, change: Callable[[Worksheet], None], sheet: str = "vitals") -> Path:
    workbook = openpyxl.load_workbook(path)
    change(workbook[sheet])
    workbook.save(path)
    return path


def rewritten(path: Path, member: str, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content[member] = change(content[member].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def one(*cells: object) -> list[object]:
    return ["P1", "2026-10-01 08:00", "sbp", *cells]


def test_cells_become_the_text_that_is_seen(tmp_path: Path):
    day, moment = dt.date(2026, 10, 1), dt.datetime(2026, 10, 1, 8, 5, 30)  # noqa: DTZ001 (Excel has no zones)
    rows = [
        HEADER,
        ["00123", moment, "sbp", 80, "mmHg", True],
        [123, day, "sbp", 38.5, None, "  "],
        [1.5, dt.datetime(2026, 10, 1), "sbp", 1e-7, "", "<0.5"],  # noqa: DTZ001
        ["x", 46296.5, "sbp", 0.1 + 0.2, None, "a\nb"],
    ]
    found = read(book(tmp_path / "extract.xlsx", vitals=rows))
    assert found["patient_id"].to_list() == ["00123", "123", "1.5", "x"]
    assert found["time"].to_list() == ["2026-10-01 08:05:30", "2026-10-01", "2026-10-01 00:00:00", "46296.5"]
    assert found["value"].to_list() == ["80", "38.5", "0.0000001", "0.3"]
    assert found["unit"].to_list() == ["mmHg", None, None, None]
    assert found["row"].to_list() == [2, 3, 4, 5]


def test_a_text_below_many_numbers_is_not_lost(tmp_path: Path):
    rows = [HEADER, *(one(80) for _ in range(1500)), one("<35")]
    assert read(book(tmp_path / "extract.xlsx", vitals=rows))["value"].to_list()[-1] == "<35"


def test_blank_rows_and_columns_keep_the_numbers_of_the_sheet(tmp_path: Path):
    rows = [[], [], [None, "Vitals, October"], [None, *HEADER], [None, *one(80)], [], [None, *one(81)]]
    path = book(tmp_path / "extract.xlsx", vitals=rows)
    config = {"tables": {"vitals": {"header_row": 4}}}
    found = extract(path, config)
    (frame,) = found.batches(found.sources[0])
    assert frame.select("row", "value").rows() == [(5, "80"), (7, "81")]
    assert found.blank(found.sources[0]) == 1


def test_a_title_above_the_header_is_pointed_out(tmp_path: Path):
    rows = [["Vitals, October"], [], HEADER, one(80)]
    with pytest.raises(InputError, match=r"extract.xlsx \[vitals\]: .*set header_row = 3"):
        extract(book(tmp_path / "extract.xlsx", vitals=rows))


@pytest.mark.parametrize("indent", [0, 2])
def test_error_cells_and_formulas_without_a_value_are_no_blanks(tmp_path: Path, indent: int):
    left = [None] * indent
    rows = [left + HEADER, *(left + one(n, "mmHg") for n in range(80, 84))]
    path = book(tmp_path / "extract.xlsx", vitals=rows)

    def change(sheet: Worksheet) -> None:
        sheet.cell(2, 4 + indent, "#N/A").data_type = "e"
        sheet.cell(3, 4 + indent, "=1+1")
        sheet.cell(4, 4 + indent).value = None

    found = read(changed(path, change))
    assert found["value"].to_list() == ["#N/A", None, None, "83"]
    assert found["broken"].to_list() == ["error cell", "formula without a stored value", None, None]


def test_a_formula_with_its_stored_value_is_its_value(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80), one("=40+41")])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r"<v\s*/>|<v></v>", "<v>81</v>", xml))
    found = read(path)
    assert found["value"].to_list() == ["80", "81"]
    assert found["broken"].null_count() == 2


def test_rows_of_formulas_alone_do_not_vanish(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80), [], ["=A2", "=B2", "=C2", "=D2"]])
    found = read(path)
    assert found.select("row", "broken").rows() == [(2, None), (4, "formula without a stored value")]


def test_an_error_in_a_column_that_is_not_read_does_no_harm(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[[*HEADER, "note"], [*one(80, None, None), "x"]])

    def change(sheet: Worksheet) -> None:
        sheet.cell(2, 7, "#REF!").data_type = "e"

    found = read(changed(path, change))
    assert found["broken"].to_list() == [None]


def test_long_numbers_as_identifiers_are_warned_of(tmp_path: Path):
    rows = [HEADER, [1234567890123456789, *one(80)[1:]], ["1234567890123456789", *one(80)[1:]]]
    found = extract(book(tmp_path / "extract.xlsx", vitals=rows))
    assert [frame.height for frame in found.batches(found.sources[0])] == [2]
    (warning,) = found.warnings
    assert "column patient_id: numbers of more than 15 digits" in warning
    assert "1234567" not in warning


def test_a_prefixed_namespace_changes_nothing(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[HEADER, one("=1+1", "mmHg")])

    def prefixed(xml: str) -> str:
        return re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")

    rewritten(path, "xl/worksheets/sheet1.xml", prefixed)
    assert read(path)["broken"].to_list() == ["formula without a stored value"]


def test_workbooks_of_a_folder(tmp_path: Path):
    book(tmp_path / "labs_2026-10.xlsx", Sheet1=[["patient_id", "time", "lab", "value"], ["P1", "t", "crp", 5]])
    book(tmp_path / "Book1.xlsx", Vitals_north=[HEADER, one(80)], VITALS_south=[HEADER, one(81)], Pivot=[["x"]])
    book(tmp_path / "~$Book1.xlsx", vitals=[HEADER])
    found = extract(tmp_path)
    assert [(s.table, s.place) for s in found.sources] == [
        ("labs", "labs_2026-10.xlsx [Sheet1]"),
        ("vitals", "Book1.xlsx [VITALS_south]"),
        ("vitals", "Book1.xlsx [Vitals_north]"),
    ]
    assert found.skipped == ("Book1.xlsx [Pivot]",)


def test_empty_second_sheets_are_passed_over(tmp_path: Path):
    book(tmp_path / "vitals.xlsx", Sheet1=[HEADER, one(80)], Sheet2=[], Sheet3=[])
    assert read(tmp_path)["value"].to_list() == ["80"]


def test_a_chart_is_no_sheet_of_a_table(tmp_path: Path):
    path = book(tmp_path / "vitals.xlsx", Sheet1=[HEADER, one(80)])
    workbook = openpyxl.load_workbook(path)
    workbook.create_chartsheet("vitals by hour").add_chart(BarChart())
    workbook.save(path)
    found = extract(path)
    assert [source.sheet for source in found.sources] == ["Sheet1"]


def test_several_sheets_without_a_table_s_name_are_not_guessed(tmp_path: Path):
    book(tmp_path / "vitals.xlsx", April=[HEADER, one(80)], May=[HEADER, one(81)])
    with pytest.raises(InputError, match="2 sheets and none is named for the table"):
        extract(tmp_path)
    config = {"tables": {"vitals": {"file": "vitals*", "sheet": "*"}}}
    assert read(tmp_path, config=config)["value"].to_list() == ["80", "81"]


def test_hidden_sheets_are_read_only_when_named(tmp_path: Path):
    path = book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80)], vitals_old=[HEADER, one(99)])

    def hide(sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"

    changed(path, hide, "vitals_old")
    found = extract(path)
    assert [source.sheet for source in found.sources] == ["vitals"]
    assert found.skipped == ("extract.xlsx [vitals_old] (hidden)",)
    config = {"tables": {"vitals": {"sheet": "vitals_old"}}}
    assert read(path, config=config)["value"].to_list() == ["99"]


def test_a_sheet_read_twice_gives_the_same(tmp_path: Path):
    found = extract(book(tmp_path / "extract.xlsx", vitals=[HEADER, one(80)]))
    first, second = (next(found.batches(found.sources[0])) for _ in range(2))
    assert first.equals(second)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("vitals.xlsx", b"PK\x03\x04 not really", "is no workbook that can be read"),
        ("vitals.xlsx", b"patient_id,time\n", "is no workbook that can be read"),
        ("vitals.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("vitals.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "old Excel file"),
        ("vitals.xls", b"", "in a form that is not read"),
    ],
)
def test_what_is_no_workbook_is_said(tmp_path: Path, name: str, data: bytes, said: str):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=said) as error:
        extract(tmp_path)
    assert str(error.value).startswith(name)


@pytest.mark.parametrize("rows", [[], [[], [None]]])
def test_an_empty_sheet_is_said_and_a_header_alone_is_enough(tmp_path: Path, rows: list[list[object]]):
    with pytest.raises(InputError, match=r"extract.xlsx \[vitals\]: is empty"):
        extract(book(tmp_path / "extract.xlsx", vitals=rows))
    found = extract(book(tmp_path / "extract.xlsx", vitals=[HEADER]))
    assert list(found.batches(found.sources[0])) == []
