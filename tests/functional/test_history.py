"""`run --history` and `trend` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.extract import AS_OF, crs_audit, tables, write


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    write(folder / "in", tables())
    done = run(folder)
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, *more: str, period: str = "2026-01"):
    history = folder / "crs.db"
    return crs_audit(
        "run", folder / "in", "--out", folder / "out", "--as-of", AS_OF, "--period", period, "--history", history, *more
    )


def trend(folder: Path, *more: str):
    return crs_audit("trend", folder / "crs.db", "--out", folder / "trend.html", *more)


def test_a_month_is_kept_once_however_often_it_is_audited(kept: Path):
    assert run(kept).returncode == 0
    answer = json.loads(trend(kept, "--json").stdout)
    assert answer["months"] == ["2026-01"]
    (late,) = (one for one in answer["measures"] if one["measure_id"] == "G2-02")
    assert [(p["label"], p["met"], p["judged"]) for p in late["run"]["points"]] == [("Jan 2026", 0, 1)]
    page = (kept / "trend.html").read_text()
    assert "G2-02" in page
    assert "P-1" not in page
    assert b"P-1" not in (kept / "crs.db").read_bytes()


def test_the_first_page_shows_the_course_of_the_history(kept: Path):
    page = (kept / "out" / "index.html").read_text()
    assert "From the history of runs" in page


def test_a_run_that_publishes_nothing_keeps_nothing(kept: Path):
    before = (kept / "crs.db").read_bytes()
    assert run(kept, period="2026-02").returncode == 3
    assert (kept / "crs.db").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--period", "2026-01-01..2026-01-20"], "history keeps whole months"),
        (["--measures", "G2-02"], "history keeps all measures of a month"),
    ],
)
def test_what_would_spoil_the_history_is_refused(kept: Path, more: list[str], said: str):
    done = run(kept, *more)
    assert done.returncode == 2
    assert said in done.stderr


def test_trend_says_what_is_wrong_with_its_file(tmp_path: Path):
    done = crs_audit("trend", tmp_path / "crs.db")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no such history" in done.stderr
    (tmp_path / "crs.db").write_text("patient_id,time\n")
    done = crs_audit("trend", tmp_path / "crs.db")
    assert done.returncode == 3
    assert done.stderr == f"crs-audit: {tmp_path / 'crs.db'}: is no history of crs-audit; name another file\n"


def test_the_page_never_takes_the_place_of_the_history(kept: Path):
    before = (kept / "crs.db").read_bytes()
    done = crs_audit("trend", kept / "crs.db", "--out", kept / "crs.db")
    assert done.returncode == 5
    assert "is left as it is" in done.stderr
    assert (kept / "crs.db").read_bytes() == before


def test_a_month_beyond_the_limits_is_kept_with_a_mark_and_said(kept: Path, tmp_path: Path):
    content = tables()
    content["vitals"].append(["P-2", "yesterday", "temperature", "37.0", "°C"])
    write(tmp_path / "in", content)
    done = run(tmp_path, "--max-rejected", "0")
    assert done.returncode == 4
    assert "the history keeps the months of this run marked as such" in done.stderr
    assert json.loads(trend(tmp_path, "--json").stdout)["months_beyond_limits"] == ["2026-01"]
    assert json.loads(trend(kept, "--json").stdout)["months_beyond_limits"] == []
