"""A simulated extract as the program audits and accounts for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from crs_audit import audit
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import Settings, load_settings
from crs_audit.validation import validate


def settings_of(folder: Path, out: Path) -> Settings:
    return load_settings(folder, {"out": out, "jobs": 1, "as_of": "2026-06-01"}, load_protocol().measures)


def audited(folder: Path, out: Path) -> dict[str, pl.DataFrame]:
    """The published results, timeline and episodes."""
    audit.run(settings_of(folder, out), load_protocol(), lambda text: None)
    return {name: pl.read_parquet(out / "data" / f"{name}.parquet") for name in ("results", "timeline", "episodes")}


def accounts(folder: Path, out: Path) -> dict[str, Any]:
    """What `validate` says of it."""
    return validate(settings_of(folder, out), load_protocol(), lambda text: None).document
