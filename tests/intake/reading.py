"""What the tests of reading share: a folder of tables on disk, read back as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.sources import Extract, open_extract

VITALS = "patient_id,time,vital,value,unit,site\n"


def extract(path: Path, config: Mapping[str, Any] | None = None, preset: str | None = None) -> Extract:
    return open_extract(path, load_mapping(preset, config))


def read(path: Path, table: str = "vitals", config: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """All rows of a table of the extract at `path`."""
    found = extract(path, config)
    frames = [frame for source in found.sources if source.table == table for frame in found.batches(source)]
    return pl.concat(frames)


def vitals(folder: Path, body: str | bytes, name: str = "vitals.csv") -> Path:
    """Writes a vitals file, a str with the canonical header before it; gives the folder."""
    (folder / name).write_bytes((VITALS + body).encode() if isinstance(body, str) else body)
    return folder
