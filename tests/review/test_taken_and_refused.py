"""Which rows of a filled-in worklist are taken, and what later reports make of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.functional.extract import AS_OF, crs_audit
from tests.review.test_review import OVERTURN, Row, audit, fill, review, rows, says


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worklist")
    audit(folder)
    return folder


@pytest.fixture
def out(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published / "out", tmp_path / "out")
    return tmp_path / "out"


def counts(stdout: str, measure: str = "G2-02") -> dict[str, object]:
    return next(one for one in json.loads(stdout)["adjudication"]["measures"] if one["measure_id"] == measure)


def taken(out: Path, say: Callable[[Row], dict[str, str]]) -> tuple[int, str]:
    done = review(out, fill(out / "worklist.xlsx", out.parent / "ab.xlsx", say))
    return json.loads(done.stdout)["taken"], done.stderr


def test_rows_whose_hidden_cells_were_left_behind_by_sorting_are_refused(out: Path, tmp_path: Path):
    book = openpyxl.load_workbook(fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", Review="agree")))
    sheet = book["worklist"]
    hidden = [[cell.value for cell in line[14:16]] for line in sheet.iter_rows(min_row=2)]
    for line, moved in zip(sheet.iter_rows(min_row=2), [*hidden[1:], hidden[0]], strict=True):
        line[14].value, line[15].value = moved
    book.save(tmp_path / "moved.xlsx")
    done = review(out, tmp_path / "moved.xlsx")
    assert (done.returncode, json.loads(done.stdout)["taken"]) == (4, 0)
    assert "what it shows is not the finding that its hidden cells name" in done.stderr
    assert not (out / "data" / "reviews.csv").exists()


def test_two_findings_of_one_measure_and_patient_are_told_apart_by_their_time(out: Path):
    listed = [row for row in rows(out / "worklist.xlsx") if row["Measure"] == "MON-01"]
    first, second = (row for row in listed if row["Infusion"] == "P-1/1" and row["result_id"] in
                     ("P-1/1|MON-01|1", "P-1/1|MON-01|2"))  # fmt: skip

    def swapped(row: Row) -> dict[str, str]:
        if row["result_id"] != first["result_id"]:
            return {}
        hidden = {name: str(second[name]) for name in ("result_id", "fingerprint")}
        return {"Review": "agree", "Reviewer": "AB", **hidden}

    n, said = taken(out, swapped)
    assert n == 0
    assert "MON-01: what it shows is not the finding" in said


@pytest.mark.parametrize(
    ("date", "said"), [("2026-02-02", "column Date lies in the future"), ("1999-01-01", "lies before the finding")]
)
def test_a_date_that_cannot_be_is_refused(out: Path, date: str, said: str):
    n, told = taken(out, says("G2-02", Review="agree", Date=date))
    assert n == 0
    assert said in told


def test_an_older_verdict_does_not_replace_a_newer_one(out: Path):
    assert taken(out, says("G2-02", **OVERTURN, Date="2026-01-20"))[0] == 1
    before = (out / "data" / "reviews.csv").read_bytes()
    n, told = taken(out, says("G2-02", Review="agree", Date="2026-01-10", Reviewer="ab"))
    assert n == 0
    assert "a later verdict of this reviewer is kept already" in told
    assert (out / "data" / "reviews.csv").read_bytes() == before


def test_a_wish_for_a_second_review_after_a_verdict_leaves_the_finding_open(out: Path):
    taken(out, says("G2-02", **OVERTURN, Date="2026-01-10"))
    wish = says("G2-02", Review="second review", Reviewer="CD", Date="2026-01-15")
    done = review(out, fill(out / "worklist.xlsx", out.parent / "cd.xlsx", wish))
    found = counts(done.stdout)
    assert (found["open"], found["overturned"]) == (1, 0)
    assert found["adjudicated"] == found["raw"]


def test_words_of_the_lists_count_in_any_case(out: Path):
    assert taken(out, says("G2-02", Review="Disagree", Reason="GIVEN, charted elsewhere"))[0] == 1
    assert "given, charted elsewhere" in (out / "data" / "reviews.csv").read_text()


def test_an_unsound_copy_of_a_row_does_not_block_the_sound_one(out: Path, tmp_path: Path):
    book = openpyxl.load_workbook(fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    sheet = book["worklist"]
    at = next(line[0].row for line in sheet.iter_rows(min_row=2) if line[1].value == "G2-02")
    sheet.append([cell.value for cell in sheet[at]])
    sheet.cell(at, 10).value = "yes"
    book.save(tmp_path / "twice.xlsx")
    done = review(out, tmp_path / "twice.xlsx")
    assert json.loads(done.stdout)["taken"] == 1
    assert len(done.stderr.splitlines()) == 1


def test_two_columns_of_one_name_are_refused(out: Path, tmp_path: Path):
    book = openpyxl.load_workbook(fill(out / "worklist.xlsx", tmp_path / "ab.xlsx", says("G2-02", **OVERTURN)))
    book["worklist"].cell(1, 17).value = "Review"
    book.save(tmp_path / "twice.xlsx")
    done = review(out, tmp_path / "twice.xlsx")
    assert (done.returncode, done.stdout) == (3, "")
    assert "there are two columns 'Review'" in done.stderr


def test_a_met_finding_that_is_overturned_is_counted_as_that(out: Path):
    met = next(row for row in rows(out / "worklist.xlsx") if row["Audit"] == "met")

    def say(row: Row) -> dict[str, str]:
        return {"Reviewer": "AB", **OVERTURN} if row["result_id"] == met["result_id"] else {}

    book = fill(out / "worklist.xlsx", out.parent / "ab.xlsx", say)
    found = counts(review(out, book).stdout, str(met["Measure"]))
    assert (found["met_reviewed"], found["met_confirmed"], found["met_overturned"]) == (1, 0, 1)
    text = crs_audit("review", out, book, "--as-of", AS_OF).stdout
    heads, line = (cells_of(one) for one in text.splitlines()[2:4])
    assert dict(zip(heads, line, strict=True))["met confirmed"] == "0/1"
    assert line[heads.index("met confirmed") + 1] == "1"


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_a_limit_that_changed_is_told_from_facts_that_did(published: Path, out: Path):
    book = fill(out / "worklist.xlsx", out.parent / "ab.xlsx", says("G2-02", **OVERTURN))
    review(out, book)
    rules = out.parent / "rules.toml"
    rules.write_text('[protocol.parameters]\n"G2-02.target" = 100\n')
    done = crs_audit("run", published / "in", "--out", out, "--as-of", AS_OF, "--config", rules)
    assert done.returncode == 0, done.stderr
    pages = "".join(page.read_text() for page in (out / "patients").glob("*.html"))
    assert "A limit or rule has changed since, over the same facts: this review no longer stands." in pages
    assert "The facts have changed since" not in pages
    assert "a limit or rule having changed over the same facts" in (out / "index.html").read_text()
    done = review(out, book)
    assert "G2-02: stale, a limit or rule changed since the worklist was written, over the same facts" in done.stderr
    assert json.loads(done.stdout)["adjudication"]["stale_by_rules"] == 1


def test_adjudicated_rates_and_verdicts_stand_in_summaries_and_on_the_measures_page(published: Path, out: Path):
    taken(out, says("G2-02", **OVERTURN))
    done = crs_audit("run", published / "in", "--out", out, "--as-of", AS_OF, "--json")
    (told,) = json.loads(done.stdout)["adjudication"]["measures"]
    assert (told["raw"]["rate"], told["adjudicated"]["rate"], told["overturned"]) == (0.0, 1.0, 1)
    page = (out / "measures" / "G2-02.html").read_text()
    assert "Rate after review" in page
    assert "AB, 2026-02-01, says “disagree”: given, charted elsewhere." in page
    assert "AB, 2026" not in (out / "measures" / "G2-01.html").read_text()
    mail = (out / "summary.md").read_text()
    assert "## After review" in mail
    line = next(line for line in mail.partition("## After review")[2].splitlines() if line.startswith("| G2-02"))
    assert [cell.strip() for cell in line.split("|")[2:6]] == ["0 / 1", "0.0 %", "1 / 1", "100.0 %"]
    assert "AB" not in mail.split()
