"""What the program refuses, and what it must not show while it does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.functional.extract import crs_audit, tables, write


def _refused(folder: Path, code: int, *said: str, flags: tuple[object, ...] = ()) -> None:
    done = crs_audit("run", folder, "--out", folder.parent / "report", *flags)
    assert done.returncode == code, done.stderr
    for text in said:
        assert text in done.stderr
    assert not (folder.parent / "report").exists()


def test_validate_shows_the_rows_that_run_refuses(tmp_path: Path) -> None:
    content = tables()
    content["vitals"] = [content["vitals"][0]] + [[row[0], "yesterday", *row[2:]] for row in content["vitals"][1:]]
    folder = write(tmp_path / "x", content)
    done = crs_audit("validate", folder)
    assert done.returncode == 3
    assert "2, 3, 4, 5, 6" in done.stdout
    assert "vitals were rejected" in done.stderr
    (reject,) = json.loads(crs_audit("validate", folder, "--json").stdout)["rejects"]
    assert (reject["column"], reject["reason"]) == ("time", "not a time")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("timezone = 5", "timezone"),
        ("preset = 3", "preset"),
        ("site_key = 5", "site_key"),
        ("measures = 3", "measures"),
        ("measures = []", "measures"),
        ("fail_on = 3", "fail_on"),
        ('fail_on = ""', "fail_on"),
        ('measures = "G2-01"\nfail_on = "G2-02<90%"', "G2-02<90%"),
    ],
)
def test_a_setting_of_the_wrong_kind_or_that_guards_nothing(tmp_path: Path, line: str, name: str) -> None:
    folder = write(tmp_path / "x", tables())
    (folder / "crs-audit.toml").write_text(line)
    _refused(folder, 2, name)


def test_a_measure_left_blank_is_not_all_of_them_nor_none(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    _refused(folder, 2, "measures names none", flags=("--measures", ""))
    _refused(folder, 2, "fail_on names no condition", flags=("--fail-on", ""))


def test_patients_are_not_shown_where_names_should_stand(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    for table, column in (("mar", "drug"), ("vitals", "vital")):
        (folder / "crs-audit.toml").write_text(f'[tables.{table}]\ncolumns = {{ {column} = "patient_id" }}')
        for flags in ([], ["--json"]):
            done = crs_audit("validate", folder, *flags)
            assert not re.search("P-1|P-2", done.stdout + done.stderr)
            assert f"patient ids stand in {column} of {table}" in done.stdout


def test_a_first_row_of_dates_is_no_header_to_show(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    for written in ("03-Jan-2026 10:00 AM", "Jan 3 2026 10:00", "3/Jan/26"):
        (folder / "adt.csv").write_text(f"P-SECRET,{written},{written},icu\n")
        _refused(folder, 3, "a header is needed")
        assert "P-SECRET" not in crs_audit("validate", folder).stderr
