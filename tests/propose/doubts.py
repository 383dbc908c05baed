"""Small tables of a hospital and what `map` makes of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from crs_audit.propose.propose import propose
from crs_audit.propose.toml_text import toml_text
from tests.propose.foreign import Rows, proposed, write

VITALS: Rows = [
    ["MRN", "Recorded Time", "Flowsheet Row", "Meas Value"],
    *([f"A{n}", f"2026-01-{n:02d} 08:00", "TEMP", "37"] for n in range(1, 9)),
    *([f"A{n}", f"2026-01-{n:02d} 08:00", "PULSE", "80"] for n in range(1, 9)),
]
MAR: Rows = [
    ["MRN", "Medication", "MAR Action", "Dose", "Dose Unit", "Taken Time"],
    ["A1", "Tocilizumab 400 mg", "Given", "400", "mg", "2026-01-02 08:00"],
    ["A2", "Acetaminophen", "Held", "650", "mg", "2026-01-02 09:00"],
]


def maps(folder: Path, **files: Rows) -> tuple[dict[str, Any], str]:
    """The proposal for some files, as a run would read it, and its text."""
    for name, rows in files.items():
        write(folder / f"{name}.csv", rows)
    _, text = proposed(folder)
    return tomllib.loads(text), text


def with_times(rows: Rows, *times: str) -> Rows:
    """The rows of VITALS with other times, in turn."""
    at = rows[0].index("Recorded Time")
    return [rows[0], *([*row[:at], times[n % len(times)], *row[at + 1 :]] for n, row in enumerate(rows[1:]))]


def unloaded(folder: Path, **files: Rows) -> tuple[dict[str, Any], str]:
    """The proposal for some files as TOML."""
    for name, rows in files.items():
        write(folder / f"{name}.csv", rows)
    text = toml_text(propose(folder, lambda _: None))
    return tomllib.loads(text)["tables"] | tomllib.loads(text), text
