"""Workbooks as LibreOffice writes them: its formats, its formulas and their results, and a whole audit of one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.functional.extract import Rows, crs_audit, tables, write
from tests.intake.office import COVERED, CSV_IN_UTF8, Cell, Flat, Row, date, formula, number, time, to_xlsx
from tests.intake.reading import extract

MERGED, LATER = "merged with another cell", {"tables": {"vitals": {"header_row": 3}}}
HEADER: Row = ["patient_id", "time", "vital", "value", "unit", "site", "note"]
VITALS: list[Row] = [
    [Cell("Vitals, October", columns=7), *[COVERED] * 6],
    [],
    HEADER,
    ["00123", date("2026-10-01T08:05:30", "moment"), "sbp", number(80), "mmHg", None, formula("1/0")],
    [],
    [number(123, "padded"), date("2026-10-01"), "spo2", number(0.98, "percent"), "%", time(8, 5)],
    ["P", date("2026-10-01", "german"), "sbp", formula("[.D4]+1"), "mmHg", time(30, 5, "elapsed")],
    ["P", date("2026-10-01", "moment"), "sbp", formula("NA()"), "mmHg", "north"],
    ["P", formula("[.B4]+1", "moment"), "sbp", formula('"<"&[.D4]'), formula('""'), "a & <b>"],
    [Cell("P", rows=2), "2026-10-01 08:00", "sbp", number("1234567.5"), "mmHg", None],
    [COVERED, date("2026-10-01"), "sbp", number(81), "mmHg", None],
    [number(123456789012345678), date("2026-10-01"), "sbp", number(82), "mmHg", None],
]
READ = [
    (4, "00123", "2026-10-01 08:05:30", "80", "mmHg", None, None),
    (6, "123", "2026-10-01", "0.98", "%", "08:05:00", None),
    (7, "P", "2026-10-01", "81", "mmHg", "30:05:00", None),
    (8, "P", "2026-10-01 00:00:00", "#N/A", "mmHg", "north", "error cell"),
    (9, "P", "2026-10-02 08:05:30", "<80", None, "a & <b>", None),
    (10, "P", "2026-10-01 08:00", "1234567.5", "mmHg", None, None),
    (11, None, "2026-10-01", "81", "mmHg", None, MERGED),
    (12, "123456789012346000", "2026-10-01", "82", "mmHg", None, None),
]


WHOLE = """
[tables.vitals]
header_row = 4
join = { time = ["DAY", "TIME"] }
"""


def naive(table: Rows) -> Rows:
    """A canonical table with times as a spreadsheet takes them for times."""
    return [[text.replace("T", " ").removesuffix("Z") if text.endswith("Z") else text for text in row] for row in table]


def typed(table: Rows) -> list[Row]:
    """A canonical table as a person types it: times and numbers as such, the rest as text."""
    return [[_typed(name, text) for name, text in zip(table[0], row, strict=True)] for row in table]


def _typed(name: str, text: str) -> object:
    if text.endswith("Z"):
        return date(text.removesuffix("Z"), "moment")
    return number(text) if name in ("value", "dose", "weight_kg") and text[:1].isdigit() else text


def printed(vitals: list[Row]) -> list[Row]:
    """Vitals as a ward prints them: under titles, date and time apart, page by page, with a total below."""
    title = [Cell("Vital signs", columns=6), *[COVERED] * 5]
    header: Row = ["patient_id", "DAY", "TIME", *vitals[0][2:]]
    body = [[patient, *apart(cell), *rest] for patient, cell, *rest in vitals[1:]]
    half = len(body) // 2
    total: list[Row] = [["Total", None, None, None, formula("SUM([.E5:.E99])")], [], [Cell("Page 2 of 2", columns=6)]]
    return [title, ["January"], [], header, *body[:half], [], header, *body[half:], *total]


def apart(moment: object) -> tuple[Cell, Cell]:
    assert isinstance(moment, Cell)
    day, clock = moment.value.split("T")
    return date(day), time(int(clock[:2]), int(clock[3:5]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """csv/: an extract; xlsx/: the same, opened and saved by LibreOffice; and the workbooks it made vitals.xlsx,
    mac.xlsx (the same, days counted from 1904) and whole.xlsx (the extract, typed in and printed)."""
    made = tmp_path_factory.mktemp("office")
    csv = write(made / "csv", {name: naive(rows) for name, rows in tables().items()})
    to_xlsx(made / "xlsx", *sorted(csv.iterdir()), reading=CSV_IN_UTF8)
    sheets: dict[str, list[Row]] = {"vitals": VITALS, "vitals_old": [HEADER]}
    whole = {name: typed(rows) for name, rows in tables().items()}
    whole["vitals"] = printed(whole["vitals"])
    odd = Flat(sheets, frozenset({"vitals_old"}), frozenset({5, 7, 8}))
    to_xlsx(
        made,
        odd.write(made / "vitals.fods"),
        replace(odd, null_date="1904-01-01").write(made / "mac.fods"),
        Flat({"Read me": [["An extract"]], **whole}).write(made / "whole.fods"),
    )
    return made


@pytest.mark.parametrize("name", ["vitals.xlsx", "mac.xlsx"])
def test_cells_of_libreoffice(folder: Path, name: str):
    found = extract(folder / name, LATER)
    (source,) = found.sources
    (frame,) = found.batches(source)
    assert frame.select("row", "patient_id", "time", "value", "unit", "site", "broken").rows() == READ
    assert (found.blank(source), found.skipped) == (1, (f"{name} [vitals_old] (hidden)",))
    assert [line.removeprefix(f"{name} [vitals]: ").split(";")[0] for line in found.warnings] == [
        "column patient_id: numbers of more than 15 digits, of which a spreadsheet keeps 15",
        "column patient_id: numbers shown with leading zeros or signs that the cells do not hold",
        "column value: numbers shown as percent or in thousands",
        "below the header cells are merged with a filled one, in column patient_id",
        "hidden or filtered rows were read like all others (rows: 2)",
    ]


class Audit:
    """An audit of `name` in `folder`: its results, evidence and rejects as frames, and its summary."""

    def __init__(self, folder: Path, name: str, *options: object) -> None:
        out = folder / "reports" / name
        done = crs_audit("run", folder / name, "--out", out, "--quiet", *options)
        assert done.returncode == 0, done.stderr
        frames = (pl.read_parquet(out / "data" / f"{part}.parquet") for part in ("results", "evidence", "rejects"))
        self.results, self.evidence, self.rejects = frames
        self.summary = json.loads((out / "summary.json").read_text("utf-8"))

    def accounting(self, *words: str) -> list[Any]:
        return [[source[word] for word in words] for source in self.summary["accounting"]]

    def rows(self) -> list[Any]:
        """The rows of vitals that each verdict rests on."""
        vitals = self.evidence.filter(pl.col("source_file").str.contains("vitals") | (pl.col("sheet") == "vitals"))
        return vitals.select("result_id", "clause", "source_row", "time").rows()


@pytest.fixture(scope="module")
def of_csv(folder: Path) -> Audit:
    return Audit(folder, "csv")


def test_an_extract_opened_and_saved_by_libreoffice_gets_the_same_verdicts(folder: Path, of_csv: Audit):
    found = Audit(folder, "xlsx")
    assert found.results.equals(of_csv.results)
    assert found.rows() == of_csv.rows() != []
    counts = ("table", "records", "read", "accepted", "rejected", "duplicates")
    assert found.accounting(*counts) == of_csv.accounting(*counts)


def test_a_printed_extract_gets_the_same_verdicts(folder: Path, of_csv: Audit):
    (folder / "whole.toml").write_text(WHOLE)
    found = Audit(folder, "whole.xlsx", "--config", folder / "whole.toml")
    assert found.results.equals(of_csv.results)
    n = len(tables()["vitals"]) - 1
    moved = [(*id_, row + (3 if row - 2 < n // 2 else 5), time) for *id_, row, time in of_csv.rows()]
    assert found.rows() == moved
    assert found.accounting("table", "read", "accepted", "rejected")[-1] == ["vitals", n + 3, n, 3]
    assert found.rejects.select("source_row", "column", "reason").rows() == [
        (n // 2 + 6, "time", "not a time"), (n + 7, "time", "missing"), (n + 9, None, MERGED),
    ]  # fmt: skip
