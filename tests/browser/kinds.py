"""A page of every kind that the commands make, written by the commands themselves from the synthetic sample."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl

from tests.functional.extract import AS_OF, ROOT, crs_audit

SAMPLE = ROOT / "sample_data" / "synthetic"
OTHER = '\n[protocol.parameters]\n"G2-02.target" = { value = 240, why = "to have other rules" }\n'
KINDS = {
    "index": "report/index.html",
    "index after reviews in few infusions": "second/index.html",
    "measure of episodes, with its course": "report/measures/G2-02.html",
    "measure of days": "report/measures/MON-04.html",
    "measure of infusions": "report/measures/BAS-01.html",
    "measure considered": "report/measures/G3-06.html",
    "measure that only informs, with its spread": "report/measures/PIT-01.html",
    "patient with an episode": "report/patients/with.html",
    "patient without an episode": "report/patients/without.html",
    "data quality": "report/data-quality.html",
    "methods": "report/methods.html",
    "methods under changed rules": "second/methods.html",
    "dictionary": "report/dictionary.html",
    "shared index": "share/index.html",
    "shared measure": "share/measures/G2-02.html",
    "shared data quality": "share/data-quality.html",
    "trend": "trend.html",
    "trend by quarters": "quarters.html",
    "compare": "compare.html",
    "concordance": "concordance.html",
}
"""Kind of page → its file under the folder of `write_kinds`."""


def write_kinds(folder: Path) -> Path:
    """All files of KINDS under `folder`: a reviewed run, one under other rules, one to share, what is made of them."""
    inside, second, history = folder / "report", folder / "second", folder / "crs.db"
    other = folder / "other.toml"
    other.write_text((SAMPLE / "crs-audit.toml").read_text("utf-8") + OTHER, "utf-8")
    year = ("--period", "2025", "--history", history)
    _done("run", SAMPLE, "--out", inside, "--as-of", AS_OF, *year)
    _done("review", inside, _reviewed(inside / "worklist.xlsx", folder / "reviewed.xlsx"), "--as-of", AS_OF)
    _done("run", SAMPLE, "--out", inside, "--as-of", AS_OF, *year)
    half = ("--period", "2025-07-01..2025-12-31", "--history", history)
    _done("run", SAMPLE, "--out", second, "--as-of", AS_OF, "--config", other, "--reviews", inside, *half)
    _done("run", SAMPLE, "--out", folder / "share", "--as-of", AS_OF, "--audience", "share")
    _done("trend", history, "--out", folder / "trend.html")
    _done("trend", history, "--out", folder / "quarters.html", "--quarters")
    _done("compare", inside, second, "--out", folder / "compare.html", "--other-rules")
    _done("concordance", inside, "--out", folder / "concordance.html")
    for name, token in _two_patients(inside).items():
        (inside / "patients" / f"{name}.html").write_bytes((inside / "patients" / f"{token}.html").read_bytes())
    return folder


def _done(*arguments: object) -> None:
    done = crs_audit(*arguments, "--quiet")
    assert done.returncode == 0, done.stderr


def _reviewed(worklist: Path, filled: Path) -> Path:
    """Every second finding agreed with, every second overturned."""
    book = openpyxl.load_workbook(worklist)
    sheet = book["worklist"]
    at = {cell.value: i for i, cell in enumerate(sheet[1])}
    for number, line in enumerate(sheet.iter_rows(min_row=2)):
        line[at["Review"]].value = ("agree", "disagree")[number % 2]
        line[at["Reason"]].value = (None, "given, charted elsewhere")[number % 2]
        line[at["Reviewer"]].value = "AB"
    book.save(filled)
    return filled


def _two_patients(report: Path) -> dict[str, str]:
    """Tokens of the first infusion with the highest grade and of the first without an episode."""
    found = pl.read_parquet(report / "data" / "infusions.parquet")
    with_ = found.sort("max_grade", "token", descending=[True, False], nulls_last=True)["token"][0]
    return {"with": with_, "without": found.filter(pl.col("episodes") == 0)["token"][0]}
