"""What the columns of a cohort hold: `columns.toml` beside their types."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

CHANGED = {
    "infusion_id": "token", "patient_id": "token", "site": "token", "age_years": "whole years; 90 = 90 or more",
}  # fmt: skip
MOVED = "moved back by a number of days of the patient's own; clock of the patient's first infusion"


@cache
def sentences() -> Mapping[str, Any]:
    """`columns.toml`, parsed."""
    return tomllib.loads(files("crs_audit.cohort").joinpath("columns.toml").read_text(encoding="utf-8"))


def dictionary(frames: Mapping[str, pl.DataFrame], deidentified: bool) -> pl.DataFrame:
    """table, column, type, unit, meaning, deidentified (what was done to it, empty = nothing) of every column."""
    rows = []
    for table, frame in frames.items():
        for column, dtype in frame.schema.items():
            told = sentences()["out"][table][column]
            meaning, unit = (told["holds"], told["unit"]) if isinstance(told, dict) else (told, "")
            changed = MOVED if dtype.is_temporal() else CHANGED.get(column, "")
            rows.append((table, column, _type(dtype), unit, meaning, changed if deidentified else ""))
    names = ("table", "column", "type", "unit", "meaning", "deidentified")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def as_markdown(told: pl.DataFrame) -> str:
    """The dictionary as a page: a table of Markdown for each table."""
    parts = ["# Data dictionary"]
    for (table,), rows in told.group_by("table", maintain_order=True):
        names = [name for name in rows.columns if name != "table"]
        lines = [" | ".join(names), " | ".join("---" for _ in names)]
        lines += [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows.select(names).iter_rows()]
        head = f"## {table}\n\n{sentences()['tables']['out'][table]}"
        parts.append(head + "\n\n" + "\n".join(f"| {line} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def _type(dtype: pl.DataType) -> str:
    if dtype == pl.Date:
        return "date"
    if isinstance(dtype, pl.Datetime):
        return "time"
    if dtype == pl.Boolean:
        return "true or false"
    return "whole number" if dtype.is_integer() else "number" if dtype.is_float() else "text"
