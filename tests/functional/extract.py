"""A small canonical extract that tests bend: two patients, one audited episode with late tocilizumab."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
AS_OF = "2026-02-01T00:00:00+00:00"

Rows = list[list[str]]


def tables() -> dict[str, Rows]:
    """Canonical tables with header rows. Patient P-1 reaches grade 2 at 2026-01-03 10:00, P-2 stays well."""
    day = "2026-01-0"
    vitals = [["patient_id", "time", "vital", "value", "unit"]]
    for patient in ("P-1", "P-2"):
        for d in range(1, 8):
            for hour in range(0, 24, 4):
                time = f"{day}{d}T{hour:02d}:00:00Z"
                ill = (patient, d, hour) == ("P-1", 3, 12)
                vitals += [
                    [patient, time, "temperature", "38.6" if ill else "36.8", "°C"],
                    [patient, time, "sbp", "86" if ill else "120", "mmHg"],
                ]
    vitals += [
        ["P-1", f"{day}3T09:00:00Z", "temperature", "38.5", "°C"],
        ["P-1", f"{day}3T10:00:00Z", "sbp", "84", "mmHg"],
        ["P-1", f"{day}1T06:00:00Z", "weight", "80", "kg"],
    ]
    return {
        "infusions": [
            ["patient_id", "infusion_time", "product", "weight_kg"],
            ["P-1", f"{day}1T12:00:00Z", "Yescarta", "80"],
            ["P-2", f"{day}1T12:00:00Z", "Kymriah", "70"],
        ],
        "vitals": vitals,
        "labs": [
            ["patient_id", "time", "lab", "value", "unit"],
            ["P-1", f"{day}1T06:00:00Z", "crp", "12", "mg/L"],
            ["P-2", f"{day}1T06:00:00Z", "crp", "<3", "mg/L"],
        ],
        "mar": [
            ["patient_id", "time", "drug", "action", "dose", "dose_unit", "route", "end_time"],
            ["P-1", f"{day}3T12:30:00Z", "Tocilizumab (Actemra) 400 mg/20 mL", "Given", "640", "mg", "IV",
             f"{day}3T13:30:00Z"],
            ["P-2", f"{day}2T12:30:00Z", "Acetaminophen 650 mg tab", "Given", "650", "mg", "PO", ""],
        ],
    }  # fmt: skip


def write(folder: Path, content: dict[str, Rows]) -> Path:
    """Writes each table as `<table>.csv` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in content.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


def crs_audit(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The program as a user starts it, in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CRS_AUDIT_")}
    return subprocess.run(
        [sys.executable, "-m", "crs_audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**clean, "PYTHONUTF8": "1", **(env or {})},
        timeout=300,
        check=False,
    )


def many_marked(content: dict[str, Rows], mark: str, year: str) -> dict[str, Rows]:
    """A dozen patients of each, all in another year, with `mark` in every id, in each product and in a column that
    nobody reads."""
    found: dict[str, Rows] = {}
    for table, (header, *body) in content.items():
        many = [[cell.replace("2026-", f"{year}-") for cell in row] for row in body for _ in range(12)]
        seen: dict[tuple[str, ...], int] = {}
        for row in many:
            key = tuple(row)
            seen[key] = seen.get(key, 0) + 1
            row[0] = f"{row[0]}-{mark}{seen[key]:02d}"
        found[table] = [[*header, f"{mark}_column"], *([*row, f"{mark} extra"] for row in many)]
    for row in found["infusions"][1:]:
        row[2] = f"{row[2]} {mark}-lot"
    return found
