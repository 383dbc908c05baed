"""Commands on finished runs: what is missing or damaged is named, what stands at --out is left alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.functional.extract import AS_OF, Rows, crs_audit, tables, write

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    content: dict[str, Rows] = tables()
    content["assessments"] = [
        ["patient_id", "time", "assessment", "value"],
        ["P-1", "2026-01-03T11:30:00Z", "crs_grade", "2"],
    ]
    done = crs_audit("run", write(folder / "in", content), "--out", folder / "out", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(folder / "out" / "worklist.xlsx")
    line = next(book["worklist"].iter_rows(min_row=2))
    names = [cell.value for cell in book["worklist"][1]]
    for name, text in {"Review": "agree", "Reviewer": "AB"}.items():
        line[names.index(name)].value = text
    book.save(folder / "ab.xlsx")
    return folder


def without_column(table: str, column: str) -> Spoil:
    def spoil(run: Path) -> None:
        file = run / "data" / f"{table}.parquet"
        pl.read_parquet(file).drop(column).write_parquet(file)

    return spoil


def without_table(table: str) -> Spoil:
    return lambda run: (run / "data" / f"{table}.parquet").unlink()


def cut(table: str) -> Spoil:
    def spoil(run: Path) -> None:
        file = run / "data" / f"{table}.parquet"
        file.write_bytes(file.read_bytes()[:-100])

    return spoil


def overwritten(table: str) -> Spoil:
    def spoil(run: Path) -> None:
        file = run / "data" / f"{table}.parquet"
        whole = file.read_bytes()
        file.write_bytes(whole[:4] + b"\xff" * 200 + whole[204:])

    return spoil


def summary(text: str | None) -> Spoil:
    """None: without the hash of the rules."""

    def spoil(run: Path) -> None:
        file = run / "summary.json"
        document = json.loads(file.read_text())
        document.pop("parameters_sha256")
        file.write_text(json.dumps(document) if text is None else text)

    return spoil


COMPARE, REVIEW, EXPLAIN, CONCORDANCE = "compare", "review", "explain", "concordance"


@pytest.mark.parametrize(
    ("command", "spoil", "said"),
    [
        (COMPARE, without_column("results", "kind"), "results.parquet: column 'kind' is missing"),
        (REVIEW, without_column("results", "kind"), "results.parquet: column 'kind' is missing"),
        (COMPARE, without_column("infusions", "token"), "infusions.parquet: column 'token' is missing"),
        (COMPARE, without_table("evidence"), "evidence.parquet: is not there"),
        (REVIEW, without_table("evidence"), "evidence.parquet: is not there"),
        (EXPLAIN, without_table("evidence"), "evidence.parquet: is not there"),
        (CONCORDANCE, without_table("results"), "results.parquet: is not there"),
        (COMPARE, cut("results"), "results.parquet: cannot be read"),
        (REVIEW, cut("results"), "results.parquet: cannot be read"),
        (EXPLAIN, overwritten("results"), "results.parquet: cannot be read"),
        (COMPARE, summary(None), "summary.json: 'parameters_sha256' is missing"),
        (COMPARE, summary("{}"), "summary.json: 'parameters_sha256' is missing"),
        (EXPLAIN, summary("[]"), "is not a report of crs-audit"),
    ],
)
def test_what_a_run_lacks_is_named(published: Path, tmp_path: Path, command: str, spoil: Spoil, said: str):
    run = tmp_path / "run"
    shutil.copytree(published / "out", run)
    spoil(run)
    more: dict[str, list[object]] = {
        COMPARE: [published / "out", "--out", tmp_path / "x.html"],
        REVIEW: [published / "ab.xlsx"],
        EXPLAIN: ["P-1/1|G2-02|1"],
        CONCORDANCE: ["--out", tmp_path / "x.html"],
    }
    done = crs_audit(command, run, *more[command])
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "P-1" not in done.stderr


@pytest.mark.parametrize("command", [COMPARE, CONCORDANCE])
def test_a_page_takes_the_place_of_such_a_page_and_of_nothing_else(published: Path, tmp_path: Path, command: str):
    runs = [published / "out"] * (2 if command == COMPARE else 1)
    for _ in range(2):
        done = crs_audit(command, *runs, "--out", tmp_path / "x.html")
        assert done.returncode == 0, done.stderr
    own = tmp_path / "notes.html"
    own.write_text("<title>Mine – CRS management audit</title>")
    for other in (own, published / "out" / "index.html", published / "out" / "summary.json", published / "out"):
        before = other.read_bytes() if other.is_file() else b""
        done = crs_audit(command, *runs, "--out", other)
        assert done.returncode == 5, done.stderr
        assert "is left as it is" in done.stderr
        assert not other.is_file() or other.read_bytes() == before


def reviewers(run: Path) -> dict[str, str]:
    file = run / "data" / "reviews.csv"
    lines = [line.split(",") for line in file.read_text().splitlines()[1:]] if file.is_file() else []
    return {line[-2]: line[2] for line in lines}


def test_reviews_that_are_taken_in_lose_none_of_the_report(published: Path, tmp_path: Path):
    both = [tmp_path / "a", tmp_path / "b"]
    for run, who, day, verdict in zip(
        both, ("AB", "CD"), ("2026-01-20", "2026-01-25"), ("agree", "exclude"), strict=True
    ):
        shutil.copytree(published / "out", run)
        said = pl.read_excel(published / "ab.xlsx", sheet_name="worklist", infer_schema_length=0).row(0, named=True)
        lines = ["result_id,fingerprint,verdict,reason,comment,reviewer,date"]
        lines += [
            f"{said['result_id']},{said['fingerprint']},{verdict},other,,{name},{at}"
            for name, at in ((who, day), ("EF", day))
        ]
        (run / "data" / "reviews.csv").write_text("\n".join(lines) + "\n")

    def again(out: Path, reviews: Path) -> dict[str, str]:
        done = crs_audit("run", published / "in", "--out", out, "--reviews", reviews, "--as-of", AS_OF)
        assert done.returncode == 0, done.stderr
        return reviewers(out)

    # Of EF's two verdicts the newer one stands, whichever report it comes from.
    assert again(both[0], both[1]) == {"AB": "agree", "CD": "exclude", "EF": "exclude"}
    assert again(both[1], both[0]) == {"AB": "agree", "CD": "exclude", "EF": "exclude"}


def test_reviews_of_what_is_no_report_are_refused_and_the_report_stays(published: Path, tmp_path: Path):
    out, empty = tmp_path / "out", tmp_path / "empty"
    shutil.copytree(published / "out", out)
    assert crs_audit("review", out, published / "ab.xlsx", "--as-of", AS_OF).returncode == 0
    before = (out / "data" / "reviews.csv").read_bytes()
    empty.mkdir()
    done = crs_audit("run", published / "in", "--out", out, "--reviews", empty, "--as-of", AS_OF)
    assert done.returncode == 3
    assert "empty: is not a report of crs-audit" in done.stderr
    assert (out / "data" / "reviews.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("P-1/1|G2-02|1,f,disagreeX,other,,AB,2026-01-20", "review 1: its verdict is none of"),
        ("P-1/1|G2-02|1,f,agree,,, ,2026-01-20", "review 1: it has no reviewer"),
        ("P-1/1|G2-02|1,f,agree,,,AB,20260120", "review 1: its date is not written as 2026-10-31"),
        ("P-1/1|G2-02|1,f,agree", "review 1: it has too few columns"),
    ],
)
def test_a_list_of_reviews_that_is_unsound_is_refused(published: Path, tmp_path: Path, line: str, said: str):
    kept = tmp_path / "reviews.csv"
    kept.write_text(f"result_id,fingerprint,verdict,reason,comment,reviewer,date\n{line}\n")
    done = crs_audit("run", published / "in", "--out", tmp_path / "out", "--reviews", kept, "--as-of", AS_OF)
    assert done.returncode == 3
    assert said in done.stderr
    assert "P-1" not in done.stderr
