"""What the columns of a cohort hold, from the program's dictionary, and what de-identifying did to each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from crs_audit.dictionary.entries import of_column, of_table
from crs_audit.dictionary.given_out import type_of

ATTRITION = "attrition"
"""The one table of a cohort that does not lie in data/."""
CHANGED = {
    "infusion_id": "token", "patient_id": "token", "site": "token", "age_years": "whole years; 90 = 90 or more",
}  # fmt: skip
MOVED = "moved back by a number of days of the patient's own; clock of the patient's first infusion"


@cache
def of_attrition() -> Mapping[str, Any]:
    """What the attrition and its columns hold."""
    return tomllib.loads(files("crs_audit.cohort").joinpath("columns.toml").read_text(encoding="utf-8"))


def dictionary(frames: Mapping[str, pl.DataFrame], deidentified: bool) -> pl.DataFrame:
    """table, column, type, unit, meaning, deidentified (what was done to it, empty = nothing) of every column."""
    rows = []
    for table, frame in frames.items():
        for column, dtype in frame.schema.items():
            in_data = table != ATTRITION
            meaning, unit = of_column("out", table, column) if in_data else (of_attrition()["columns"][column], "")
            changed = MOVED if dtype.is_temporal() else CHANGED.get(column, "")
            rows.append((table, column, type_of(dtype), unit, meaning, changed if deidentified else ""))
    names = ("table", "column", "type", "unit", "meaning", "deidentified")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def as_markdown(told: pl.DataFrame) -> str:
    """The dictionary as a page: a table of Markdown for each table."""
    parts = ["# Data dictionary"]
    for (table,), rows in told.group_by("table", maintain_order=True):
        names = [name for name in rows.columns if name != "table"]
        lines = [" | ".join(names), " | ".join("---" for _ in names)]
        lines += [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows.select(names).iter_rows()]
        holds = of_attrition()["attrition"] if table == ATTRITION else of_table("out", str(table))
        head = f"## {table}\n\n{holds}"
        parts.append(head + "\n\n" + "\n".join(f"| {line} |" for line in lines))
    return "\n\n".join(parts) + "\n"
