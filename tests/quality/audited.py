"""A small extract audited in this process, and the profile it leaves under data/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from crs_audit import audit
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.functional.extract import AS_OF, Rows, write

PROFILE = (
    "profile_tables", "profile_columns", "profile_values", "profile_units", "profile_names", "profile_flags", "checks",
    "coverage", "coverage_over_time",
)  # fmt: skip


def audited(folder: Path, out: Path, **flags: Any) -> dict[str, pl.DataFrame]:
    """Runs the audit; the tables of PROFILE and rejects."""
    protocol = load_protocol()
    settings = load_settings(folder, {"out": out, "jobs": 1, "as_of": AS_OF, **flags}, protocol.measures)
    audit.run(settings, protocol, lambda text: None)
    return {name: pl.read_parquet(out / "data" / f"{name}.parquet") for name in (*PROFILE, "rejects")}


def profile_of(tmp_path: Path, tables: dict[str, Rows], **flags: Any) -> dict[str, pl.DataFrame]:
    """The profile of an extract of these canonical tables."""
    return audited(write(tmp_path / "extract", tables), tmp_path / "report", **flags)


def one(frame: pl.DataFrame, **keys: Any) -> dict[str, Any]:
    """The one row with these cells."""
    (row,) = frame.filter(*(pl.col(name).eq_missing(pl.lit(value)) for name, value in keys.items())).to_dicts()
    return row
