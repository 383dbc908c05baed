"""From the worklist to adjudicated rates, as a reviewer and an analyst meet it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.functional.extract import AS_OF, Rows, crs_audit, tables, write

Row = dict[str, str | None]


def audit(folder: Path, content: dict[str, Rows] | None = None, *more: str) -> Path:
    write(folder / "in", content or tables())
    done = crs_audit("run", folder / "in", "--out", folder / "out", "--as-of", AS_OF, *more)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def rows(workbook: Path) -> list[Row]:
    lines = list(openpyxl.load_workbook(workbook)["worklist"].iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]  # type: ignore[arg-type]


def fill(workbook: Path, to: Path, say: Callable[[Row], dict[str, str]]) -> Path:
    book = openpyxl.load_workbook(workbook)
    sheet = book["worklist"]
    names = [cell.value for cell in sheet[1]]
    for line in sheet.iter_rows(min_row=2):
        known = {name: cell.value for name, cell in zip(names, line, strict=True)}
        for name, text in say(known).items():  # type: ignore[arg-type]
            line[names.index(name)].value = text
    book.save(to)
    return to


def review(out: Path, workbook: Path) -> subprocess.CompletedProcess[str]:
    return crs_audit("review", out, workbook, "--as-of", AS_OF, "--json")


def says(measure: str, **cells: str) -> Callable[[Row], dict[str, str]]:
    return lambda row: {"Reviewer": "AB", **cells} if row["Measure"] == measure else {}


OVERTURN = {"Review": "disagree", "Reason": "given, charted elsewhere"}


def test_the_worklist_holds_all_fallouts_and_a_sample_of_what_was_met(tmp_path: Path):
    out = audit(tmp_path, None, "--sample-met", "1")
    listed = rows(out / "worklist.xlsx")
    results = pl.read_parquet(out / "data" / "results.parquet")
    fallouts = results.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    missed = [row for row in listed if row["Audit"] in ("not met", "amber")]
    assert sorted(str(row["result_id"]) for row in missed) == sorted(fallouts["result_id"])
    met = [row["Measure"] for row in listed if row["Audit"] == "met"]
    assert met
    assert len(met) == len(set(met))
    book = openpyxl.load_workbook(out / "worklist.xlsx")
    sheet = book["worklist"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:P{len(listed) + 1}")
    assert {rule.formula1 for rule in sheet.data_validations.dataValidation} == {
        "lists!$A$1:$A$4",
        "lists!$B$1:$B$9",
    }
    assert all(rule.showErrorMessage for rule in sheet.data_validations.dataValidation)
    assert [sheet.column_dimensions[letter].hidden for letter in "NOP"] == [False, True, True]
    assert (out / str(sheet["A2"].hyperlink.target).partition("#")[0]).is_file()


def test_the_same_run_writes_the_same_worklist(tmp_path: Path):
    first = (audit(tmp_path) / "worklist.xlsx").read_bytes()
    assert (audit(tmp_path) / "worklist.xlsx").read_bytes() == first


def test_a_verdict_changes_the_rate_and_stands_beside_the_finding_in_later_reports(tmp_path: Path):
    out = audit(tmp_path)
    done = review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    assert (done.returncode, done.stderr) == (0, "")
    (measure,) = json.loads(done.stdout)["adjudication"]["measures"]
    assert (measure["measure_id"], measure["overturned"]) == ("G2-02", 1)
    assert (measure["raw"]["rate"], measure["adjudicated"]["rate"]) == (0.0, 1.0)

    audit(tmp_path)
    index = (out / "index.html").read_text()
    assert "After review" in index
    pages = "".join(page.read_text() for page in (out / "patients").glob("*.html"))
    assert "AB, 2026-02-01, says “disagree”: given, charted elsewhere." in pages
    assert "no longer stands" not in pages


def test_a_verdict_on_facts_that_changed_is_flagged_and_no_longer_counts(tmp_path: Path):
    out = audit(tmp_path)
    review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    later = tables()
    dose = next(row for row in later["mar"] if row[0] == "P-1")
    dose[1] = dose[1].replace("12:30", "12:40")
    audit(tmp_path, later)
    assert "no longer stand" in (out / "index.html").read_text()
    pages = "".join(page.read_text() for page in (out / "patients").glob("*.html"))
    assert "The facts have changed since: this review no longer stands." in pages


def test_the_same_facts_in_other_files_are_the_same(tmp_path: Path):
    out = audit(tmp_path)
    review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    turned = {name: [rows_[0], *reversed(rows_[1:])] for name, rows_ in tables().items()}
    write(tmp_path / "in", {"vitals_2": turned.pop("vitals"), **turned})
    (tmp_path / "in" / "vitals.csv").unlink()
    done = crs_audit("run", tmp_path / "in", "--out", out, "--as-of", AS_OF)
    assert done.returncode == 0
    pages = "".join(page.read_text() for page in (out / "patients").glob("*.html"))
    assert "AB, 2026-02-01" in pages
    assert "no longer stands" not in pages


def test_stale_and_foreign_rows_are_refused_by_name_and_the_others_taken(tmp_path: Path):
    out = audit(tmp_path)

    def say(row: Row) -> dict[str, str]:
        sound = {"Review": "agree", "Reviewer": "AB"}
        change = {
            "G2-01": {"Infusion": "P-9/1", "result_id": "P-9/1|G2-01|1"},
            "G2-02": {"fingerprint": f"{0:064}-{1:064}"},
        }
        return {**sound, **change.get(str(row["Measure"]), {})}

    done = review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", say))
    assert done.returncode == 4
    said = done.stderr.splitlines()
    assert [line.split(": ", 2)[2] for line in said] == [
        f"row {number}: refused: {why}"
        for number, why in sorted(
            (number, why)
            for number, row in enumerate(rows(tmp_path / "ab.xlsx"), 2)
            for measure, why in (
                ("G2-01", "G2-01: foreign, the report has no such finding"),
                ("G2-02", "G2-02: stale, its facts changed since the worklist was written"),
            )
            if row["Measure"] == measure
        )
    ]
    assert "P-1" not in done.stderr
    answer = json.loads(done.stdout)
    assert answer["taken"] == len(rows(out / "worklist.xlsx")) - len(said)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Review": "yes"}, "column Review is none of agree, disagree, exclude, second review"),
        ({"Review": "disagree"}, "column Reason is empty; disagree needs one"),
        ({"Review": "agree", "Reviewer": ""}, "column Reviewer is empty"),
        ({"Review": "agree", "Date": "soon"}, "column Date is not a date"),
        ({"Review": "exclude", "Reason": "because"}, "column Reason is none of the list"),
        ({"Comment": "hm"}, "column Review is empty; choose a verdict"),
        ({"Review": "agree", "fingerprint": ""}, "its hidden cells are empty"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(tmp_path: Path, cells: dict[str, str], said: str):
    out = audit(tmp_path)
    done = review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **cells)))
    assert done.returncode == 4
    assert said in done.stderr
    assert not (out / "data" / "reviews.csv").exists()


def test_two_reviewers_who_differ_leave_a_finding_open(tmp_path: Path):
    out = audit(tmp_path)
    review(out, fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    other = fill(out / "worklist.xlsx", tmp_path / "cd.xlsx", says("G2-02", Reviewer="CD", Review="agree"))
    adjudication = json.loads(review(out, other).stdout)["adjudication"]
    (measure,) = adjudication["measures"]
    assert (measure["open"], measure["adjudicated"]["rate"]) == (1, measure["raw"]["rate"])
    assert adjudication["reviewers"] == {"n": 1, "same": 0, "kappas": [0.0]}
    assert adjudication["pairs_of_reviewers"] == [
        {"first": "AB", "second": "CD", "agreement": {"n": 1, "same": 0, "kappa": 0.0}}
    ]


@pytest.mark.parametrize("content", [b"", b"no workbook", None])
def test_what_is_no_worklist_is_refused(tmp_path: Path, content: bytes | None):
    out = audit(tmp_path)
    if content is None:
        openpyxl.Workbook().save(tmp_path / "x.xlsx")
    else:
        (tmp_path / "x.xlsx").write_bytes(content)
    done = review(out, tmp_path / "x.xlsx")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("crs-audit: x.xlsx: ")
    assert len(done.stderr.splitlines()) == 1
