"""The tables that come out: the frames of `data/` as a run without a single row gives them, so none is told twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from crs_audit.assemble import data_tables, with_grades
from crs_audit.cohort.research import cohort_frames
from crs_audit.dictionary.entries import Column, Measured, Table, of_column, of_table
from crs_audit.dictionary.words import word_lists
from crs_audit.evaluate import evaluate
from crs_audit.intake.plausible import bands
from crs_audit.intake.rejects import gather_rejects
from crs_audit.protocol.load import load_protocol
from crs_audit.quality.run import Quality
from crs_audit.report.result import ATTRITION
from crs_audit.report.tables import KEYS
from crs_audit.tables import TABLES, Facts, Tables

WORDS = {
    ("infusions", "product"): "product", ("infusions", "filter_used"): "filter_used",
    ("infusions", "e_source"): "e_source", ("infusions", "flags"): "infusion_flag", ("results", "kind"): "kind",
    ("results", "status"): "status", ("results", "reason"): "reason", ("evidence", "outcome"): "outcome",
    ("flags", "flag"): "flag", ("rejects", "table"): "table", ("rejects", "reason"): "reject",
    ("cohort", "product"): "product", ("cohort", "follow_up_source"): "e_source",
}  # fmt: skip
"""Columns that hold words of a list, with the list."""


def given_out() -> tuple[Table, ...]:
    """All tables of `data/`, in the order in which a run makes them."""
    return tuple(_table(name, schema) for name, schema in schemas().items())


@cache
def schemas() -> Mapping[str, pl.Schema]:
    """Table of `data/` → its schema; times are UTC here, and in the site's zone in a report."""
    nothing = evaluate(Tables(), load_protocol(), Facts(tables=frozenset(TABLES)), only=frozenset())
    found = {**nothing.frames, **cohort_frames(nothing.case)}
    attrition = pl.DataFrame(schema=ATTRITION)
    made = data_tables(found, with_grades(found, {}), gather_rejects([]), attrition, Quality.empty(), sources=())
    return {name: frame.schema for name, frame in made.items()}


def _table(table: str, schema: pl.Schema) -> Table:
    return Table(
        name=table,
        way="out",
        holds=of_table("out", table),
        columns=tuple(_column(table, name, dtype) for name, dtype in schema.items()),
        sorted_by=tuple(KEYS[table]),
    )


def _column(table: str, column: str, dtype: pl.DataType) -> Column:
    holds, unit = of_column("out", table, column)
    # A number that is handed through has the unit it was taken in with.
    unit = unit or bands().get(table, {}).get(column, {}).get("unit", "")
    words = word_lists()[WORDS[table, column]] if (table, column) in WORDS else ()
    return Column(
        name=column,
        type="name" if words else type_of(dtype),
        holds=holds,
        dtype="Datetime" if isinstance(dtype, pl.Datetime) else str(dtype),
        units=(Measured(unit),) if unit else (),
        words=words,
    )


def type_of(dtype: pl.DataType) -> str:
    """The type of a column in words."""
    if dtype == pl.Date:
        return "date"
    if isinstance(dtype, pl.Datetime):
        return "time"
    if dtype == pl.Boolean:
        return "true or false"
    return "whole number" if dtype.is_integer() else "number" if dtype.is_float() else "text"
