"""`crs-audit map` as a user starts it: what it writes, what it refuses, what --check says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.functional import extract
from tests.functional.extract import crs_audit
from tests.propose.doubts import MAR, VITALS
from tests.propose.foreign import canonical, epic, write


def test_it_writes_beside_the_tables_and_never_over_a_file(tmp_path: Path):
    folder = epic(tmp_path / "in")
    done = crs_audit("map", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"written: {folder / 'crs-audit.toml'}" in done.stdout
    again = crs_audit("map", folder)
    assert again.returncode == 2
    assert "is not overwritten" in again.stderr
    assert crs_audit("map", folder, "--force", "--quiet").stdout == ""
    elsewhere = crs_audit("map", folder, "--out", tmp_path / "other.toml", "--json")
    assert json.loads(elsewhere.stdout)["written"] == str(tmp_path / "other.toml")
    assert (tmp_path / "other.toml").read_text("utf-8") == (folder / "crs-audit.toml").read_text("utf-8")
    assert crs_audit("map", folder, "--out", tmp_path / "no" / "x.toml").returncode == 5


def test_from_files_to_an_audit(tmp_path: Path):
    folder = epic(tmp_path / "in")
    assert crs_audit("map", folder).returncode == 0
    checked = crs_audit("map", folder, "--check")
    assert checked.returncode == 0, checked.stderr
    assert "run would go on, with 2 infusions" in checked.stdout
    assert "without a match, each in rows of fewer than 3 patients" in checked.stdout
    assert crs_audit("run", folder, "--out", tmp_path / "report").returncode == 0


def test_a_name_that_is_new_next_month_is_listed(tmp_path: Path):
    folder = extract.write(tmp_path / "in", canonical())
    pain = [[f"P-{n}", "2026-01-21T06:00:00Z", "pain", "3", ""] for n in (1, 2, 3)]
    write(folder / "vitals.csv", [*canonical()["vitals"], *pain])
    assert crs_audit("map", folder).returncode == 0
    write(
        folder / "vitals.csv",
        [*canonical()["vitals"], *pain, *([*row[:2], "Temp New Probe", "39", ""] for row in pain)],
    )
    found = json.loads(crs_audit("map", folder, "--check", "--json").stdout)
    assert [[3, "vitals", "vital", name] for name in ("Temp New Probe", "pain")] == sorted(found["names"])
    assert not found["cells"]


def test_check_counts_what_is_not_read(tmp_path: Path):
    content = canonical()
    content["vitals"] += [["P-1", "yesterday", "sbp", "120", "mmHg"]]
    content["vitals"] += [[f"P-{n}", "", "pain", "3", ""] for n in (1, 2, 3)]
    content["labs"] += [["P-1", "2026-01-21T06:00:00Z", "ferritin", "12", "furlong"]]
    folder = extract.write(tmp_path / "in", content)
    write(folder / "notes.csv", [["a", "b"], ["1", "2"]])
    found = json.loads(crs_audit("map", folder, "--check", "--json").stdout)
    assert found["unclaimed"] == [["notes.csv"]]
    assert found["names"] == [[3, "vitals", "vital", "pain"]]
    assert found["units"] == [[1, "labs", "furlong"]]
    assert [1, "vitals", "vitals.csv", "time", "not a time"] in found["cells"]
    assert [table for table, _ in found["missing_tables"]] == ["adt", "procedures"]
    assert "yesterday" not in json.dumps(found)


def test_check_says_when_a_run_would_not_go_on(tmp_path: Path):
    write(tmp_path / "vitals x.csv", VITALS)
    assert crs_audit("map", tmp_path).returncode == 0
    missing = crs_audit("map", tmp_path, "--check")
    assert missing.returncode == 3
    assert "run would not go on: no file or sheet is mapped to labs, mar" in missing.stdout
    at = MAR[0].index("MAR Action")
    write(tmp_path / "given.csv", [[*row[:at], *row[at + 1 :]] for row in MAR])
    assert crs_audit("map", tmp_path, "--force").returncode == 0
    unmapped = crs_audit("map", tmp_path, "--check")
    assert unmapped.returncode == 3
    assert "'action' of table mar is missing" in unmapped.stderr


def test_nothing_is_written_where_nothing_can_be_read(tmp_path: Path):
    (tmp_path / "labs.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 9999)[:-20])
    refused = crs_audit("map", tmp_path)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert "labs.csv.gz" in refused.stderr
    assert not (tmp_path / "crs-audit.toml").exists()


def test_what_comes_next_can_be_copied(tmp_path: Path):
    write(tmp_path / "in" / "vitals x.csv", VITALS)
    mine = tmp_path / "my.toml"
    said = crs_audit("map", tmp_path / "in", "--out", mine).stdout
    steps = [f"crs-audit {step} {tmp_path / 'in'} --config {mine}" for step in ("map", "validate", "run")]
    assert f"{steps[0]} --check; {steps[1]}; {steps[2]}\n" in said


def test_an_example_of_a_zone_is_none(tmp_path: Path):
    write(tmp_path / "vitals x.csv", VITALS)
    crs_audit("map", tmp_path)
    config = tmp_path / "crs-audit.toml"
    config.write_text(config.read_text("utf-8").replace("# timezone", "timezone"), encoding="utf-8")
    refused = crs_audit("map", tmp_path, "--check")
    assert refused.returncode == 2
    assert "Region/City" in refused.stderr


def test_wrong_flags_are_told(tmp_path: Path):
    write(tmp_path / "vitals x.csv", VITALS)
    assert crs_audit("map", tmp_path, "--preset", "clif").returncode == 2
    assert crs_audit("map", tmp_path, "--check", "--force").returncode == 2
    assert crs_audit("map", tmp_path / "nowhere").returncode == 3
