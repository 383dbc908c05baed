"""`--audience share`: not a byte of a person leaves the house, and an internal report is not put at risk."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import polars as pl
import pytest

from crs_audit.report.disclosure import PUBLISH_ONE
from tests.functional.extract import AS_OF, Rows, crs_audit, many_marked, tables, write

MARK = "zqvxk"
"""Stands in every text of the extract that could name somebody; in no word of the program."""
YEAR = "2031"
"""Of every time in the extract."""


def _marked() -> dict[str, Rows]:
    """The small extract for two dozen patients, every free text marked, some rows to reject, some names unknown."""
    found = tables()
    found = many_marked(found, MARK, YEAR)
    found["mar"][1][2] = f"{MARK}umab 10 mg"
    found["vitals"][1][3] = f"{MARK}-raw"
    found["labs"].append([f"P-9-{MARK}", f"{YEAR}-01-01T06:00:00Z", "crp", "1", "mg/L", ""])
    return found


def _run(folder: Path, *flags: object) -> subprocess.CompletedProcess[str]:
    extract = folder / f"{MARK}-extract"
    if not extract.exists():
        write(extract, _marked())
        (extract / "vitals.csv").rename(extract / f"vitals_{MARK}.csv")
        (extract / f"{MARK}.txt").write_text("notes", encoding="utf-8")
    return crs_audit("run", extract, "--as-of", AS_OF, *flags)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The internal report, the shared one, and all that the shared run printed."""
    folder = tmp_path_factory.mktemp("share")
    inside = _run(folder, "--out", folder / "inside", "--quiet")
    assert inside.returncode == 0, inside.stderr
    printed = ""
    for flag in ((), ("--json",)):
        done = _run(folder, "--out", folder / "outside", "--audience", "share", *flag)
        assert done.returncode == 0, done.stderr
        printed += done.stdout + done.stderr
    return folder / "inside", folder / "outside", printed


def test_no_byte_of_a_person_is_in_a_shared_report(both: tuple[Path, Path, str]) -> None:
    inside, outside, printed = both
    tokens = pl.read_parquet(inside / "data" / "infusions.parquet")["token"].to_list()
    files = [path for path in outside.rglob("*") if path.is_file()]
    assert len(files) > 50
    for name, text in [("stdout, stderr", printed), *((path.name, path.read_text("utf-8")) for path in files)]:
        assert MARK not in text.lower().replace("outside", ""), name
        assert YEAR not in text, name
        assert not any(f"{token}.html" in text or f">{token}<" in text for token in tokens), name
    # The marks and the year are in the internal report: the search would find them.
    page = (inside / "data-quality.html").read_text("utf-8")
    assert MARK in page
    assert YEAR in page


def test_it_says_that_two_can_be_subtracted(both: tuple[Path, Path, str]) -> None:
    """The report itself, for whoever publishes it, and the run, for whoever makes it; the internal one does not."""
    inside, outside, printed = both
    said = "Publish one shared report of these infusions"
    for name in ("index.html", "summary.md", "summary.json"):
        assert said in (outside / name).read_text("utf-8"), name
        assert said not in (inside / name).read_text("utf-8"), name
    assert PUBLISH_ONE in json.loads((outside / "summary.json").read_text("utf-8"))["notes"]
    assert f"crs-audit: {PUBLISH_ONE}" in printed


def test_a_shared_report_has_no_folder_of_persons(both: tuple[Path, Path, str]) -> None:
    _, outside, _ = both
    assert {path.name for path in outside.iterdir()} == {
        "index.html", "data-quality.html", "methods.html", "dictionary.html", "measures", "summary.json", "summary.md",
    }  # fmt: skip
    summary = json.loads((outside / "summary.json").read_text("utf-8"))
    assert (summary["audience"], summary["suppress_below"], summary["input"]) == ("share", 11, None)
    assert not any(summary[key] for key in ("accounting", "checks", "inputs", "skipped", "unmatched_names"))


def test_what_would_give_a_single_patient_away_is_withheld(both: tuple[Path, Path, str]) -> None:
    """BAS-01 is not met by all 24. G2-02 is not met by all 12: 11 are amber, so that the twelfth could be had."""
    _, outside, _ = both
    measures = {one["measure_id"]: one for one in json.loads((outside / "summary.json").read_text())["measures"]}
    assert (measures["BAS-01"]["not_met"], measures["BAS-01"]["met"]) == (24, 0)
    assert (measures["G2-02"]["not_met"], measures["G2-02"]["amber"]) == (12, None)
    assert "withheld of them amber" in (outside / "measures" / "G2-02.html").read_text("utf-8")


def test_a_higher_threshold_withholds_more(both: tuple[Path, Path, str], tmp_path: Path) -> None:
    inside, _, _ = both
    done = _run(inside.parent, "--out", tmp_path / "r", "--audience", "share", "--suppress-below", "13", "--json")
    measures = {one["measure_id"]: one for one in json.loads(done.stdout)["measures"]}
    assert measures["BAS-01"]["not_met"] == 24
    assert [measures["G2-02"][name] for name in ("opportunities", "not_met", "rate", "low")] == [None] * 4


def test_too_few_patients_are_not_shared(both: tuple[Path, Path, str], tmp_path: Path) -> None:
    inside, _, _ = both
    done = _run(inside.parent, "--out", tmp_path / "r", "--audience", "share", "--suppress-below", "25")
    assert (done.returncode, "would hold nothing" in done.stderr) == (3, True)
    assert not (tmp_path / "r").exists()


def test_a_shared_report_does_not_replace_an_internal_one(both: tuple[Path, Path, str]) -> None:
    inside, outside, _ = both
    done = _run(inside.parent, "--out", inside, "--audience", "share")
    assert (done.returncode, "choose another --out" in done.stderr) == (5, True)
    assert (inside / "patients").is_dir()
    for command in (("explain", outside, "a|G2-02|1"), ("compare", inside, outside), ("concordance", outside)):
        done = crs_audit(*command)
        assert (done.returncode, "is a shared report" in done.stderr) == (3, True), done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--audience", "shared"), "did you mean 'share'?"),
        (("--audience", "share", "--suppress-below", "4"), "write 5 or more"),
        (("--audience", "share", "--history", "h.db", "--period", "2031-01"), "history is for internal reports"),
        (("--audience", "share", "--reviews", "."), "reviews is for internal reports"),
    ],
)
def test_settings_that_do_not_fit(both: tuple[Path, Path, str], tmp_path: Path, flags: object, said: str) -> None:
    done = _run(both[0].parent, "--out", tmp_path / "r", *flags)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_summary_md_tells_fallouts_first_and_nobody(both: tuple[Path, Path, str]) -> None:
    inside, outside, _ = both
    for report in (inside, outside):
        text = (report / "summary.md").read_text("utf-8")
        assert MARK not in text.lower()
        assert text.index("## Fallouts") < text.index("BAS-01") < text.index("## Rows") < text.index("## Rules")
        tabled = [line for line in text.splitlines() if line.startswith("|")]
        assert len({line.rindex("|", 0, line.rindex("|")) for line in tabled[:3]}) == 1
    text = (inside / "summary.md").read_text("utf-8")
    read, accepted, rejected, twice = (
        json.loads((inside / "summary.json").read_text())["counts"][f"rows_{name}"]
        for name in ("read", "accepted", "rejected", "duplicates")
    )
    assert f"{read:,} read = {accepted:,} accepted + {rejected:,} rejected + {twice:,}".replace(",", " ") in text
    assert rejected == 1
