"""A text where a name should stand may be a patient's name: told on the screen only where three patients have it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.extract import Rows, crs_audit, tables, write

OF_ALL, OF_TWO = "Mysteriomab 5 mg", "Given to Quibble, Maria"


def _named(patients: dict[str, int]) -> dict[str, Rows]:
    """Rows of unknown drugs: so many patients, five rows of each."""
    found = tables()
    for name, n in patients.items():
        for patient in range(1, n + 1):
            if patient > 2 and [f"P-{patient}"] != [row[0] for row in found["infusions"] if row[0] == f"P-{patient}"]:
                found["infusions"].append([f"P-{patient}", "2026-01-01T12:00:00Z", "Kymriah", "70"])
            found["mar"] += [
                [f"P-{patient}", f"2026-01-04T0{hour}:00:00Z", name, "Given", "1", "mg", "IV", ""] for hour in range(5)
            ]
    return found


@pytest.mark.parametrize("command", [("validate",), ("map", "--check")])
def test_names_of_fewer_than_three_patients_are_counted_and_not_shown(tmp_path: Path, command: tuple[str, ...]) -> None:
    extract = write(tmp_path / "x", _named({OF_ALL: 3, OF_TWO: 2}))
    for flags in ((), ("--json",)):
        done = crs_audit(command[0], extract, *command[1:], *flags)
        assert done.returncode == 0, done.stderr
        assert OF_ALL in done.stdout
        assert "Quibble" not in done.stdout + done.stderr
        assert "1 other name without a match, each in rows of fewer than 3 patients" in done.stdout
    if command == ("validate",):
        assert json.loads(done.stdout)["unmatched_not_shown"] == 1
    done = crs_audit("run", extract, "--out", tmp_path / "r")
    assert (done.returncode, "Quibble" in done.stdout + done.stderr) == (0, False)
    assert OF_TWO in (tmp_path / "r" / "data-quality.html").read_text("utf-8")
