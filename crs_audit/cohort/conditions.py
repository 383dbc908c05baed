"""A criterion as a condition on the rows of a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from crs_audit.cohort.criterion import KNOWN, ORDERED, Criterion
from crs_audit.dictionary.words import word_lists
from crs_audit.errors import UsageError, nearest
from crs_audit.tables import TIME
from crs_audit.vocabulary.load import load_vocabulary
from crs_audit.vocabulary.match import concepts_of

_TYPES: dict[str, tuple[str, str]] = {
    "bool": ("true or false", "true"),
    "number": ("a number", "2"),
    "text": ("text", '"axi-cel"'),
    "time": ("a time", "2026-01-31 or 2026-01-31T08:00:00Z"),
}


def condition(criterion: Criterion, schema: Mapping[str, pl.DataType], zone: str) -> pl.Expr:
    """Whether a row meets a criterion; null where that is unknown.

    zone: of dates and times without an offset. UsageError for an unknown column, or a value that it cannot hold.
    """
    if criterion.column not in schema:
        raise UsageError(f"{criterion.place}: column {criterion.column!r} is unknown; "
                         f"{nearest(criterion.column, sorted(schema))}")  # fmt: skip
    dtype, op, column = schema[criterion.column], criterion.op, pl.col(criterion.column)
    if op in KNOWN:
        return column.is_not_null() if op == "is_known" else column.is_null()
    if op == "in" and (not isinstance(criterion.value, list) or not criterion.value):
        raise UsageError(f"{criterion.place}: in takes a list of values, like value = [1, 2]")
    kind = _kind(dtype)
    if op in ORDERED and kind in ("bool", "text"):
        raise UsageError(f"{criterion.place}: {criterion.column} is {_TYPES[kind][0]}, which has no order; "
                         "write ==, != or in")  # fmt: skip
    asked = [_checked(criterion, one, kind) for one in (criterion.value if op == "in" else [criterion.value])]
    if kind == "time":
        spans = [_span(criterion, one, zone) for one in asked]
        return _compared(op, column.dt.convert_time_zone("UTC"), spans)
    return _compared(op, column, [(pl.lit(one), None) for one in asked])


def _compared(op: str, column: pl.Expr, spans: list[tuple[pl.Expr, pl.Expr | None]]) -> pl.Expr:
    """spans: the first value that is meant and the first after it; None where one value alone is meant."""
    first, after = spans[0]
    match op:
        case "==" | "in":
            return pl.any_horizontal(
                column == start if end is None else (column >= start) & (column < end) for start, end in spans
            )
        case "!=":
            return column != first if after is None else (column < first) | (column >= after)
        case "<":
            return column < first
        case "<=":
            return column <= first if after is None else column < after
        case ">":
            return column > first if after is None else column >= after
        case _:
            return column >= first


def _kind(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "bool"
    if dtype.is_numeric():
        return "number"
    return "time" if dtype.is_temporal() else "text"


def _checked(criterion: Criterion, value: Any, kind: str) -> Any:
    """The value, which is one that the column can hold."""
    fits = {
        "bool": isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "text": isinstance(value, str),
        "time": isinstance(value, date),
    }[kind]
    if not fits:
        name, example = _TYPES[kind]
        raise UsageError(f"{criterion.place}: {criterion.column} is {name}; write value = {example}")
    if kind == "number" and not isfinite(value):
        raise UsageError(f"{criterion.place}: {criterion.column} holds finite numbers; for blank cells write "
                         'op = "is_unknown"')  # fmt: skip
    if kind == "text":
        _check_word(criterion, value)
    return float(value) if kind == "number" else value


def _check_word(criterion: Criterion, text: str) -> None:
    """UsageError where a column holds words of a list alone and the text is none of them."""
    if criterion.column == "product":
        words = [word.name for word in word_lists()["product"]]
        # A brand or another spelling is known to the vocabulary.
        likely, blank = load_vocabulary().drugs.product(text), "; where the product is not known the cell is blank: "
    elif criterion.column == "follow_up_source":
        words, likely, blank = [word.name for word in word_lists()["e_source"]], None, ""
    elif criterion.column == "vasopressors":
        words, likely, blank = sorted(concepts_of("vasopressor")), None, "; where none ran the cell is blank: "
    else:
        return
    for part in text.split("; ") if criterion.column == "vasopressors" else [text]:
        if part not in words:
            cure = f"did you mean {likely!r}?" if likely else nearest(part.lower(), words)
            unknown = f'{blank}op = "is_unknown"' if blank and not cure.endswith("?") else ""
            raise UsageError(f"{criterion.place}: {criterion.column} never holds that word; {cure}{unknown}")


def _span(criterion: Criterion, value: date, zone: str) -> tuple[pl.Expr, pl.Expr | None]:
    """The instant; of a date the begin of that day at the site and of the next."""
    try:
        if isinstance(value, datetime):
            return _instant(value, zone), None
        begin = datetime.combine(value, datetime.min.time())
        return _instant(begin, zone), _instant(begin + timedelta(days=1), zone)
    except OverflowError:
        raise UsageError(f"{criterion.place}: the value lies outside the calendar, in another zone if not in this; "
                         "take a year from 2 to 9998") from None  # fmt: skip


def _instant(value: datetime, zone: str) -> pl.Expr:
    moment = value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
    return pl.lit(moment.astimezone(UTC), dtype=TIME)
