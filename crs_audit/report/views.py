"""A shard's frames → one `PatientView` per infusion.

Each column is turned into a Python list once per shard and then sliced, so that no page touches a data frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from crs_audit.report.clock import DAY
from crs_audit.report.result import PatientView

SHOWN: dict[str, tuple[str, ...]] = {
    "vitals": ("time", "day_only", "vital", "value", "device", "raw_value", "raw_unit", "flags", "source", "row"),
    "labs": ("time", "day_only", "lab", "value", "bound", "raw_value", "raw_unit", "flags", "source", "row"),
    "mar": (
        "time", "day_only", "drug", "drug_text", "action", "action_text", "dose", "dose_unit", "raw_dose",
        "raw_dose_unit", "route", "route_text", "rate", "rate_unit", "end_time", "bolus_text", "flags", "source", "row",
    ),
    "adt": ("in_time", "out_time", "location_type", "source", "row"),
    "assessments": ("time", "day_only", "assessment", "value", "raw_value", "source", "row"),
    "procedures": ("time", "day_only", "procedure", "end_time", "source", "row"),
    "timeline": ("start", "end", "grade", "observed", "drivers"),
    "episodes": (
        "episode", "onset", "end", "max_grade", "first_grade_2", "first_grade_3", "first_grade_4", "hours_grade_1",
        "hours_grade_2", "hours_grade_3", "hours_grade_4", "hours_unobserved", "strict_max_grade",
    ),
    "results": (
        "result_id", "episode", "measure_id", "kind", "opportunity", "time", "status", "reason", "value", "unit",
        "threshold", "sentence",
    ),
    "evidence": ("result_id", "clause", "outcome", "source", "row", "time", "raw_value"),
    "flags": ("episode", "flag", "time", "source", "row"),
    "steroid_doses": (
        "drug", "route", "time", "end", "amount", "dex_mg", "physiologic", "hours_since", "day_mg", "indication",
    ),
    "tocilizumab_doses": ("drug", "route", "time", "end", "amount", "hours_since", "in_day", "kg", "per_kg"),
    "coverage": ("name", "unit", "window", "charted", "followed", "charted_followed", "longest_gap"),
    "cells": ("name", "start", "end", "level"),
    "fluid_boluses": ("time", "end", "source", "row"),
}  # fmt: skip
"""The columns the page uses, by table; a table may lack optional ones or be absent."""

_SINCE = {
    "vitals": DAY, "labs": 7 * DAY, "mar": 3 * DAY, "procedures": 3 * DAY, "assessments": DAY,
    "steroid_doses": 3 * DAY, "tocilizumab_doses": 3 * DAY,
}  # fmt: skip
"""How far before T0 the page shows charted rows and doses, in microseconds."""

_KEYS = ("time", "in_time", "start", "onset")


def patient_views(frames: Mapping[str, pl.DataFrame], tokens: Mapping[str, str]) -> Iterator[PatientView]:
    """Views in the order of `frames["infusions"]`.

    frames: `infusions` (INFUSIONS; also `infusion`, the code, where a frame is keyed by it) and the tables of SHOWN,
    each with `infusion_id` or `infusion` (evidence: `result_id` is enough). tokens: infusion_id → token of every
    infusion of the run, in the order of the patients table; the neighbours come from it.
    """
    infusions = frames["infusions"]
    ids = infusions.get_column("infusion_id").to_list()
    order = list(tokens.values())
    place = {token: i for i, token in enumerate(order)}
    tables = {name: _sliced(_keyed(name, frames[name], infusions), name, ids) for name in SHOWN if name in frames}
    for i, infusion in enumerate(_integers(infusions).iter_rows(named=True)):
        token = tokens[infusion["infusion_id"]]
        at = place[token]
        yield PatientView(
            token=token,
            infusion=infusion,
            tables={name: parts[i] for name, parts in tables.items()},
            previous=order[at - 1] if at else None,
            next=order[at + 1] if at + 1 < len(order) else None,
        )


def _integers(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.datetime().dt.epoch("us"))


def _keyed(name: str, frame: pl.DataFrame, infusions: pl.DataFrame) -> pl.DataFrame:
    """The frame with `infusion_id`, cut to what the page shows."""
    if "infusion_id" not in frame.columns:
        if "infusion" in frame.columns:
            frame = frame.join(infusions.select("infusion", "infusion_id"), on="infusion", how="inner")
        else:
            owner = pl.col("result_id").str.replace(r"\|[^|]*\|[^|]*$", "")
            frame = frame.with_columns(infusion_id=owner)
    if name not in _SINCE and name != "adt":
        return frame
    bounds = infusions.select("infusion_id", _t0=pl.col("t0").dt.epoch("us"), _w=pl.col("w").dt.epoch("us"))
    time = pl.col("in_time" if name == "adt" else "time").dt.epoch("us")
    since = pl.lit(True) if name == "adt" else time >= pl.col("_t0") - _SINCE[name]
    kept = frame.join(bounds, on="infusion_id", how="inner").filter(since & (time < pl.col("_w")))
    if name == "mar":
        # Other drugs are the patient's business, not the audit's.
        kept = kept.filter(pl.col("drug").is_not_null())
    return kept


def _sliced(frame: pl.DataFrame, name: str, ids: list[str]) -> list[dict[str, list[Any]]]:
    """Columns of the table for every infusion of `ids`, in time order where the table has one."""
    columns = [column for column in SHOWN[name] if column in frame.columns]
    sort = next((key for key in _KEYS if key in columns), None)
    by = ["infusion_id", sort] if sort and name not in ("results", "evidence") else ["infusion_id"]
    ordered = _integers(frame.select("infusion_id", *columns)).sort(by, maintain_order=True)
    runs = ordered.get_column("infusion_id").rle().struct.unnest()
    starts: dict[str, tuple[int, int]] = {}
    at = 0
    for length, value in runs.iter_rows():
        starts[value] = (at, at + length)
        at += length
    lists = {column: ordered.get_column(column).to_list() for column in columns}
    return [{column: cells[slice(*starts.get(id_, (0, 0)))] for column, cells in lists.items()} for id_ in ids]
