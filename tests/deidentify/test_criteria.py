"""Criteria of a cohort on a report in which nobody is named: what was moved or hidden cannot be chosen by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deidentify.extracts import MARK
from tests.functional.extract import crs_audit

CRITERION = '[[include]]\ncolumn = "{}"\nop = "{}"\nvalue = {}\nwhy = "for the study"\n'


@pytest.mark.parametrize(
    ("column", "op", "value"),
    [
        ("infusion_time", "<=", "2026-01-31"),
        ("onset", ">", "2026-01-01"),
        ("site", "==", '"South"'),
        ("patient_id", "==", '"P-1"'),
        ("age_years", ">=", "92"),
    ],
)
def test_what_was_moved_or_hidden_is_refused(
    both: tuple[Path, Path], tmp_path: Path, column: str, op: str, value: str
) -> None:
    study = tmp_path / "study.toml"
    study.write_text(CRITERION.format(column, op, value), encoding="utf-8")
    done = crs_audit("cohort", both[1], "--criteria", study, "--out", tmp_path / "c")
    assert (done.returncode, done.stdout, (tmp_path / "c").exists()) == (2, "", False)
    assert f"no criterion on {column} can be judged" in done.stderr
    assert MARK not in done.stderr


def test_what_stands_as_it_was_is_chosen_by(both: tuple[Path, Path], tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(CRITERION.format("max_grade", ">=", "2"), encoding="utf-8")
    done = crs_audit("cohort", both[1], "--criteria", study, "--out", tmp_path / "c")
    assert done.returncode == 0, done.stderr
