"""Which file is which table, where its header stands, and how it is named so that it alone is meant."""

from __future__ import annotations

import gzip
import json
import shutil
import tomllib
from datetime import date, time
from pathlib import Path

import pytest

from crs_audit.propose.propose import propose
from tests.functional.extract import ROOT
from tests.propose.doubts import MAR, VITALS, maps
from tests.propose.foreign import Rows, accepted, epic, proposed, write

LABS: Rows = [
    ["MRN", "Component", "Result", "Unit", "Collected"],
    ["A1", "CRP", "5", "mg/L", "2026-01-01 08:00"],
    ["A2", "Ferritin", "300", "ng/mL", "2026-01-01 08:00"],
]


def served(folder: Path) -> dict[str, tuple[str, ...]]:
    return {report.place: report.tables for report in propose(folder, lambda _: None).files}


def test_the_name_of_a_file_says_nothing(tmp_path: Path):
    write(tmp_path / "vitals.csv", LABS)
    write(tmp_path / "labs.csv", MAR)
    write(tmp_path / "x.csv", VITALS)
    assert served(tmp_path) == {"labs.csv": ("mar",), "vitals.csv": ("labs",), "x.csv": ("vitals",)}


def test_a_file_that_cannot_be_read_stops_no_other(tmp_path: Path):
    write(tmp_path / "good.csv", VITALS)
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 9999)[:-20])
    (tmp_path / "old.xls").write_bytes(b"x")
    (tmp_path / "broken.xlsx").write_bytes(b"x")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "no header.csv").write_text("1,2026-01-01,3\n2,2026-01-02,4\n")
    (tmp_path / "text.pdf").write_bytes(b"x")
    reports = {report.place: report for report in propose(tmp_path, lambda _: None).files}
    assert [place for place, report in reports.items() if report.tables] == ["good.csv"]
    assert "cut off" in reports["cut.csv.gz"].reason
    assert "no header" in reports["no header.csv"].reason
    assert all(report.reason and "\n" not in report.reason for place, report in reports.items() if place != "good.csv")


def test_titles_and_blank_rows_stand_above_a_header(tmp_path: Path):
    document, _ = maps(tmp_path, a=[["Flowsheet of the unit"], ["printed 2026-01-31"], [], *VITALS])
    assert document["tables"]["vitals"][0]["header_row"] == 4


def test_names_of_any_signs_are_written_so_that_they_are_read(tmp_path: Path):
    head = ["MRN", "Recorded\nTime", "Flowsheet  Row", 'Meas "Value" \\ [ä]']
    rows = [[*row[:2], 'PAIN "now" \\' if row[2] == "TEMP" else row[2], row[3]] for row in VITALS[1:]]
    write(tmp_path / "odd [1].csv", [head, *rows])
    document, text = maps(tmp_path)
    columns = document["tables"]["vitals"][0]["columns"]
    assert (columns["time"], columns["vital"], columns["value"]) == ("Recorded Time", "Flowsheet Row", head[3])
    assert len(accepted(tmp_path)["vitals"]) == 8
    completed = tomllib.loads(text.replace("# values.vital", "values.vital"))
    assert completed["tables"]["vitals"][0]["values"]["vital"]['PAIN "now" \\'] == ""


def test_months_of_one_file_are_one_map(tmp_path: Path):
    for month in ("2026-09", "2026-10"):
        write(tmp_path / f"Flow {month}.csv", VITALS)
    write(tmp_path / "Flow.csv", MAR)
    document, _ = maps(tmp_path)
    assert [one["file"] for one in document["tables"]["vitals"]] == ["Flow *-*.csv"]


def test_months_of_one_name_and_sheets_of_months_are_one_map(tmp_path: Path):
    from openpyxl import Workbook

    for month in ("Sep", "october"):
        write(tmp_path / f"flow {month} 2026.csv", VITALS)
    book = Workbook()
    for name in ("Labs Q1", "Labs Q2", "About"):
        sheet = book.create_sheet(name)
        for row in LABS if name != "About" else [["read me"]]:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "labs.xlsx")
    document, _ = maps(tmp_path)
    assert [one["file"] for one in document["tables"]["vitals"]] == ["flow * *.csv"]
    assert [(one["file"], one["sheet"]) for one in document["tables"]["labs"]] == [("labs.xlsx", "Labs Q*")]
    assert {table: len(rows) for table, rows in accepted(tmp_path).items()} == {"vitals": 32, "labs": 4}


def test_a_sheet_is_named_so_that_it_alone_is_meant(tmp_path: Path):
    from openpyxl import Workbook

    book = Workbook()
    for name, rows in (("Data", VITALS), ("Data 2", LABS)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "all.xlsx")
    document, _ = maps(tmp_path)
    assert document["tables"]["vitals"][0]["sheet"] == "[D]ata"
    assert set(accepted(tmp_path)) == {"vitals", "labs"}


def test_a_time_of_day_of_a_spreadsheet_is_joined_to_its_date(tmp_path: Path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["MRN", "Date", "Time", "HR", "SBP"])
    for n in range(1, 4):
        sheet.append(["A1", date(2026, 1, n), time(8, n), 80, 120])
    book.save(tmp_path / "ward.xlsx")
    document, _ = maps(tmp_path)
    assert document["tables"]["vitals"][0]["join"] == {"time": ["Date", "Time"]}
    assert len(accepted(tmp_path)["vitals"]) == 6


@pytest.mark.parametrize(("sample", "preset"), [("clif-demo", "clif"), ("mimic-emar", "mimic-emar")])
def test_a_folder_that_a_preset_reads_needs_no_maps(tmp_path: Path, sample: str, preset: str):
    folder = tmp_path / sample
    shutil.copytree(ROOT / "sample_data" / sample, folder)
    _, text = proposed(folder)
    document = tomllib.loads(text)
    assert document["preset"] == preset
    assert set(document["tables"]) == {"infusions"}


def test_names_of_items_are_looked_up(tmp_path: Path):
    events = [["MRN", "itemid", "Collected", "Result", "Unit"]]
    events += [["A1", str(n % 3 + 1), "2026-01-01 08:00", "5", "mg/L"] for n in range(6)]
    write(tmp_path / "events.csv", events)
    write(tmp_path / "items.csv", [["itemid", "label"], ["1", "CRP"], ["2", "Ferritin"], ["3", "Troponin T"]])
    document, _ = maps(tmp_path)
    labs = document["tables"]["labs"][0]
    assert labs["columns"]["lab"] == "item.label"
    assert labs["lookups"] == [{"name": "item", "file": "items.csv", "from": "itemid", "key": "itemid"}]


def test_doses_of_administrations_are_looked_up(tmp_path: Path):
    write(tmp_path / "given.csv", [["subject_id", "emar_id", "charttime", "medication", "event_txt"],
                                   ["A1", "E1", "2026-01-01 08:00", "Tocilizumab", "Administered"],
                                   ["A1", "E2", "2026-01-02 08:00", "Dexamethasone", "Administered"]])  # fmt: skip
    write(tmp_path / "parts.csv", [["emar_id", "dose_given", "dose_given_unit"], ["E1", "", ""], ["E1", "640", "mg"],
                                   ["E2", "10", "mg"]])  # fmt: skip
    maps(tmp_path)
    assert [row[3:7] for row in accepted(tmp_path)["mar"]] == [
        ("tocilizumab", "given", 640.0, "mg"),
        ("dexamethasone", "given", 10.0, "mg"),
    ]


def test_nothing_of_a_patient_is_told(tmp_path: Path):
    folder = tmp_path / "in"
    epic(folder)
    head = ["MRN", "Recorded Time", "Flowsheet Row", "Meas Value", "Note"]
    rows = [
        [f"77{n:04d}", "2026-01-01 08:00", name, "80", f"Jane Doe {n}"] for n in range(40) for name in ("TEMP", "PULSE")
    ]
    odd = ["770003", "DOE, JANE 555123", "born 1/2/1960", "x" * 200]
    write(
        folder / "770003 vitals.csv", [head, *rows, *([rows[0][0], "2026-01-01 08:00", name, "1", ""] for name in odd)]
    )
    proposal, text = proposed(folder)
    from crs_audit.propose.answer import proposal_text

    shown = proposal_text(proposal, "there", "here")
    told = text.replace('file = "770003 vitals.csv"', "").replace("770003 vitals.csv", "")
    for secret in ("770003", "DOE", "Doe", "1960", "xxxx", "2026-01-01", "700100"):
        assert secret not in told
        assert secret not in shown
    assert "(name not shown)" in shown
    assert "PULSE" in text
    assert not [key for key in ("770003", "770004") if key in json.dumps(proposal.document(), default=str)]
