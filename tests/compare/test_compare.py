"""Two runs compared: what is new, resolved, persisting, and whether data or rules made it so."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.functional.extract import AS_OF, Rows, crs_audit, tables, write


def audit(folder: Path, name: str, content: dict[str, Rows], config: str = "") -> Path:
    extract = write(folder / name / "in", content)
    (extract / "crs-audit.toml").write_text(config)
    done = crs_audit("run", extract, "--out", folder / name / "out", "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    return folder / name / "out"


def compared(a: Path, b: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return crs_audit("compare", a, b, "--out", a.parent / "compare.html", "--json", *more)


def changes(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str | None]]:
    assert done.returncode == 0, done.stderr
    return {one["measure_id"]: (one["what"], one["cause"]) for one in json.loads(done.stdout)["findings"]}


def in_time() -> dict[str, Rows]:
    content = tables()
    dose = next(row for row in content["mar"] if row[0] == "P-1")
    dose[1], dose[-1] = "2026-01-03T11:00:00Z", "2026-01-03T12:00:00Z"
    return content


LATE = '[protocol.parameters]\n"G2-02.target" = 180\n'


def test_a_run_and_itself(tmp_path: Path):
    out = audit(tmp_path, "a", tables())
    found = changes(compared(out, out))
    assert found["G2-02"] == ("persisting", None)
    assert {what for what, _ in found.values()} == {"persisting"}


def test_data_that_changed_resolve_a_fallout_and_make_one(tmp_path: Path):
    late, early = audit(tmp_path, "a", tables()), audit(tmp_path, "b", in_time())
    assert changes(compared(late, early))["G2-02"] == ("resolved", "data")
    assert changes(compared(early, late))["G2-02"] == ("new", "data")


def test_rules_that_changed_are_told_apart_from_data(tmp_path: Path):
    strict, lenient = audit(tmp_path, "a", tables()), audit(tmp_path, "b", tables(), LATE)
    refused = compared(strict, lenient)
    assert refused.returncode == 2
    assert "different rules" in refused.stderr
    assert changes(compared(strict, lenient, "--other-rules"))["G2-02"] == ("resolved", "rules")


def test_infusions_of_one_run_alone_are_counted_and_not_compared(tmp_path: Path):
    one = tables()
    one["infusions"] = [row for row in one["infusions"] if row[0] != "P-1"]
    done = compared(audit(tmp_path, "a", tables()), audit(tmp_path, "b", one))
    answer = json.loads(done.stdout)
    assert (answer["infusions_both"], answer["infusions_before"], answer["infusions_after"]) == (1, 1, 0)
    assert answer["fallouts_before_only"] > 0
    assert "G2-02" not in changes(done)


def test_the_page_names_and_links_what_stdout_does_not(tmp_path: Path):
    late, early = audit(tmp_path, "a", tables()), audit(tmp_path, "b", in_time())
    done = compared(late, early)
    assert "P-1" not in done.stdout + done.stderr
    page = (late.parent / "compare.html").read_text()
    assert 'href="../b/out/patients/0001.html#r-G2-02-1"' in page
    text = crs_audit("compare", late, early, "--out", tmp_path / "c.html").stdout
    assert "changed: " in text
    assert "P-1" not in text


def test_the_text_says_what_is_not_compared(tmp_path: Path):
    one = tables()
    for rows in one.values():
        rows[1:] = [[f"Q{row[0]}", *row[1:]] for row in rows[1:]]
    a, b = audit(tmp_path, "a", tables()), audit(tmp_path, "b", one)
    text = crs_audit("compare", a, b, "--out", tmp_path / "c.html").stdout
    n = json.loads(compared(a, b).stdout)["fallouts_before_only"]
    assert f"{n} fallouts of the earlier, {n} of the later" in text
    assert "no infusion is in both runs: nothing is compared" in text
    page = (tmp_path / "c.html").read_text("utf-8")
    assert "No infusion is in both runs: nothing is compared" in page
    assert "None in either run" not in page
    assert ">By measure<" not in page


def test_a_lost_medication_record_is_not_told_as_resolved(tmp_path: Path):
    lost = tables()
    lost["mar"] = lost["mar"][:1]
    whole, without = audit(tmp_path, "a", tables()), audit(tmp_path, "b", lost)
    assert changes(compared(whole, without))["G2-02"] == ("no longer judged", "data")
    text = crs_audit("compare", whole, without, "--out", tmp_path / "c.html").stdout
    assert "new  persisting  no longer judged  resolved" in text
    page = (tmp_path / "c.html").read_text("utf-8")
    assert '<th scope="col" class="n">No longer judged</th>' in page
    assert 'data-what="no longer judged"' in page


@pytest.mark.parametrize("command", ["compare", "concordance"])
def test_what_is_no_report_is_refused(tmp_path: Path, command: str):
    arguments = [tmp_path, tmp_path] if command == "compare" else [tmp_path]
    done = crs_audit(command, *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert "is not a report of crs-audit" in done.stderr
