"""`validate` names the vitals and labs behind rejects and flags, and no value."""

from __future__ import annotations

import json
from pathlib import Path

from tests.functional.extract import crs_audit, tables, write


def _odd(tmp_path: Path) -> Path:
    content = tables()
    day = "2026-01-03T0"
    content["vitals"] += [
        ["P-1", f"{day}1:00:00Z", "temperature", "98.6123", ""],
        ["P-2", f"{day}1:00:00Z", "temperature", "99.6123", "°C"],
        ["P-1", f"{day}1:00:00Z", "map", "777.125", ""],
        ["P-1", f"{day}1:00:00Z", "weight", "176.4321", "kg"],
    ]
    return write(tmp_path / "x", content)


def test_as_text(tmp_path: Path) -> None:
    done = crs_audit("validate", _odd(tmp_path))
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    last = len(tables()["vitals"])
    assert f"2 vitals vitals.csv value fahrenheit as celsius suspect temperature 2 {last + 1}, {last + 2}" in lines
    assert f"1 vitals vitals.csv value outside plausible range map 1 {last + 3}" in lines
    assert f"1 vitals weight weight lb suspect accepted vitals.csv {last + 4}" in lines
    for value in ("98.6", "99.6", "777", "176.4", "P-1"):
        assert value not in done.stdout + done.stderr


def test_as_json(tmp_path: Path) -> None:
    document = json.loads(crs_audit("validate", _odd(tmp_path), "--json").stdout)
    names = {row["reason"]: row["names"] for row in document["rejects"]}
    assert names["fahrenheit as celsius suspect"] == {"temperature": 2}
    assert names["outside plausible range"] == {"map": 1}
    flags = {(row["flag"], row["name"], row["standing"]): row["rows"] for row in document["flags"]}
    assert flags["fahrenheit_suspect", "temperature", "rejected"] == 2
    assert flags["weight_lb_suspect", "weight", "accepted"] == 1
