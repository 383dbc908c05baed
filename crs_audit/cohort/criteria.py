"""Which infusions a study takes: inclusions and then exclusions, one after the other, each with its reason.

    [[include]]
    column = "max_grade"
    op = ">="
    value = 2
    why = "CRS of grade 2 or more"

    [[exclude]]
    column = "follow_up_hours"
    op = "<"
    value = 168
    why = "less than a week of follow-up"

A value that is unknown meets no inclusion and no exclusion: it leaves the infusion out of the first, and in at the
second. Both are counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from crs_audit.errors import UsageError, nearest
from crs_audit.tables import TIME

KINDS = ("include", "exclude")
KEYS = ("column", "op", "value", "why")
ORDERED = ("<", "<=", ">", ">=")
KNOWN = ("is_known", "is_unknown")
OPERATIONS = ("==", "!=", *ORDERED, "in", *KNOWN)
IDENTIFIERS = ("patient_id", "infusion_id")
"""Columns whose values are told nowhere, not even as a criterion."""

ATTRITION = {
    "step": pl.UInt16(), "kind": pl.String(), "criterion": pl.String(), "why": pl.String(), "before": pl.UInt32(),
    "left_out": pl.UInt32(), "left_out_unknown": pl.UInt32(), "kept_unknown": pl.UInt32(), "after": pl.UInt32(),
    "patients_after": pl.UInt32(),
}  # fmt: skip
"""before = left_out + left_out_unknown + after; kept_unknown are among those after."""


@dataclass(frozen=True)
class Criterion:
    """One inclusion or exclusion. `place`: where it stands, for messages."""

    kind: str
    column: str
    op: str
    value: Any
    why: str
    place: str

    def text(self, hidden: Sequence[str] = ()) -> str:
        """`max_grade >= 2`; without the value where the column is one of `hidden` or names patients."""
        if self.op in KNOWN:
            return f"{self.column} {self.op}"
        if self.column in (*IDENTIFIERS, *hidden):
            return f"{self.column} {self.op} (not told)"
        value = ", ".join(map(_said, self.value)) if isinstance(self.value, list) else _said(self.value)
        return f"{self.column} {self.op} {value}"


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_criteria(path: Path) -> list[Criterion]:
    """The criteria of a file, inclusions first. UsageError where it cannot be read or says what no criterion is."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error}); mend the file") from None
    for key in document:
        if key not in KINDS:
            raise UsageError(f"{path}: key {key!r} is unknown; write [[include]] and [[exclude]]")
    criteria = []
    for kind in KINDS:
        entries = document.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise UsageError(f"{path}: {kind} is no list of tables; write [[{kind}]]")
        for number, entry in enumerate(entries, start=1):
            criteria.append(_criterion(kind, entry, f"{path}: {kind} {number}"))
    return criteria


def _criterion(kind: str, entry: Mapping[str, Any], place: str) -> Criterion:
    for key in entry:
        if key not in KEYS:
            raise UsageError(f"{place}: key {key!r} is unknown; {nearest(key, KEYS)}")
    for key in ("column", "op", "why"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise UsageError(f'{place}: says no {key}; write {key} = "..."')
    op = entry["op"]
    if op not in OPERATIONS:
        raise UsageError(f"{place}: op {op!r} is unknown; known: {', '.join(OPERATIONS)}")
    if (op in KNOWN) == ("value" in entry):
        raise UsageError(f"{place}: {op} takes {'no value' if op in KNOWN else 'a value'}")
    return Criterion(kind, entry["column"], op, entry.get("value"), entry["why"], place)


def chosen(
    cohort: pl.DataFrame, criteria: Sequence[Criterion], zone: str, hidden: Sequence[str] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of `cohort` that meet all criteria, and `ATTRITION`: a row for what was audited and one a criterion.

    zone: of dates and times without an offset. hidden: columns whose values the attrition does not tell. UsageError
    for an unknown column or a value of another type than the column.
    """
    conditions = [_condition(criterion, cohort.schema, zone) for criterion in criteria]
    told = cohort.select(
        "infusion_id",
        "patient_id",
        *(condition.alias(str(number)) for number, condition in enumerate(conditions)),
    )
    steps = [_step(0, "audited", "infusions audited", "", None, (0, 0, 0), told)]
    for number, criterion in enumerate(criteria):
        met, before = told[str(number)], told.height
        unknown = met.null_count()
        including = criterion.kind == "include"
        told = told.filter(met.fill_null(False) if including else ~met.fill_null(False))
        lost = before - told.height
        counts = (lost - unknown, unknown, 0) if including else (lost, 0, unknown)
        text = criterion.text(hidden)
        steps.append(_step(number + 1, criterion.kind, text, criterion.why, before, counts, told))
    rows = cohort.join(told.select("infusion_id"), on="infusion_id", how="semi", maintain_order="left")
    return rows, pl.DataFrame(steps, schema=ATTRITION)


def _step(
    step: int, kind: str, text: str, why: str, before: int | None, counts: tuple[int, int, int], left: pl.DataFrame
) -> dict[str, Any]:
    cells = (step, kind, text, why, before, *counts, left.height, left["patient_id"].n_unique())
    return dict(zip(ATTRITION, cells, strict=True))


def _condition(criterion: Criterion, schema: Mapping[str, pl.DataType], zone: str) -> pl.Expr:
    """Whether a row meets a criterion; null where that is unknown."""
    if criterion.column not in schema:
        raise UsageError(f"{criterion.place}: column {criterion.column!r} is unknown; "
                         f"{nearest(criterion.column, sorted(schema))}")  # fmt: skip
    dtype, op, column = schema[criterion.column], criterion.op, pl.col(criterion.column)
    if op in KNOWN:
        return column.is_not_null() if op == "is_known" else column.is_null()
    if op == "in" and (not isinstance(criterion.value, list) or not criterion.value):
        raise UsageError(f"{criterion.place}: in takes a list of values, like value = [1, 2]")
    if op in ORDERED and (dtype == pl.Boolean or dtype == pl.String):
        raise UsageError(f"{criterion.place}: {criterion.column} is {_TYPES[_kind(dtype)][0]}, which has no order; "
                         "write ==, != or in")  # fmt: skip
    values = [_value(criterion, one, dtype, zone) for one in (criterion.value if op == "in" else [criterion.value])]
    if isinstance(dtype, pl.Datetime):
        column = column.dt.convert_time_zone("UTC")
    literals = [pl.lit(one, dtype=TIME) if isinstance(dtype, pl.Datetime) else pl.lit(one) for one in values]
    first = literals[0]
    match op:
        case "in":
            return pl.any_horizontal(column == one for one in literals)
        case "==":
            return column == first
        case "!=":
            return column != first
        case "<":
            return column < first
        case "<=":
            return column <= first
        case ">":
            return column > first
        case _:
            return column >= first


_TYPES: dict[str, tuple[str, str]] = {
    "bool": ("true or false", "true"),
    "number": ("a number", "2"),
    "text": ("text", '"axi-cel"'),
    "time": ("a time", "2026-01-31 or 2026-01-31T08:00:00Z"),
}


def _kind(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "bool"
    if dtype.is_numeric():
        return "number"
    return "time" if dtype.is_temporal() else "text"


def _value(criterion: Criterion, value: Any, dtype: pl.DataType, zone: str) -> Any:
    kind = _kind(dtype)
    fits = {
        "bool": isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "text": isinstance(value, str),
        "time": isinstance(value, date),
    }[kind]
    if not fits:
        name, example = _TYPES[kind]
        raise UsageError(f"{criterion.place}: {criterion.column} is {name}; write value = {example}")
    if kind != "time":
        return float(value) if kind == "number" else value
    moment = value if isinstance(value, datetime) else datetime.combine(value, datetime.min.time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
