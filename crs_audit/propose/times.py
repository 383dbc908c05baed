"""Which column of a file is which time of a table, and what is done where date and clock stand apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from crs_audit.propose.column import MIDNIGHT, Column
from crs_audit.propose.known import GENERIC, is_time_role, says_time
from crs_audit.propose.limits import document, limit
from crs_audit.propose.look import Looked

_DIGITS = r"^(?:[01]?[0-9]|2[0-3])[0-5][0-9]$"


@dataclass(frozen=True)
class TimePick:
    """The columns of one time. joined: date and clock, to be put together; else the first filled one counts. dates:
    those of them that are dates with a midnight behind. doubt: why it is not to be taken by itself, or null; without
    columns none is to be offered."""

    name: str
    columns: tuple[Column, ...]
    joined: bool
    dates: tuple[Column, ...]
    reason: str
    doubt: str | None = None


def time_columns(looked: Looked) -> list[Column]:
    """Columns whose cells are times, dates or clocks, and those whose header says so and whose cells may be."""
    return [column for column in looked.columns if _is_time(column)]


def _is_time(column: Column) -> bool:
    share = limit("column", "shape")
    if column.times >= share or column.clocks >= share:
        return True
    named = bool(column.roles) and is_time_role(column.roles[0])
    like = column.times + column.clocks > 0 or column.numbers >= share or not column.filled
    return named and (like or says_time(column.header or column.name))


def pick_times(looked: Looked, table: str) -> list[TimePick]:
    """The times of `table` this file holds, by the roles its headers name; a file with one time column alone has no
    other choice."""
    columns = [column for column in time_columns(looked) if not column.again]
    picks: list[TimePick] = []
    taken: set[int] = set()
    for name, rule in document("times.toml")[table].items():
        free = [column for column in columns if column.at not in taken]
        pick = _pick(name, rule, free, columns)
        if pick is not None:
            picks.append(pick)
            taken |= {column.at for column in pick.columns if pick.doubt is None}
    return picks


def _pick(name: str, rule: dict[str, Any], free: list[Column], every: list[Column]) -> TimePick | None:
    found = _by_roles(rule["sure"], free)
    if found:
        return _decided(name, found, every, str(rule["why"]))
    others = _by_roles(rule["doubtful"], free)
    if others:
        return _in_doubt(name, others[0], rule, free)
    dated = [column for column in free if column.times >= limit("column", "shape")]
    if rule["doubtful"] and len(dated) == 1 and len(every) <= 2:
        return _decided(name, dated, every, "the only column whose cells are times")
    if rule["doubtful"] and dated:
        names = ", ".join(repr(column.name) for column in dated)
        doubt = f"no header tells which is {rule['why'].split(',')[0]}: {names}"
        return TimePick(name, tuple(dated[:1]), False, (), doubt, doubt)
    return None


def _in_doubt(name: str, first: Column, rule: dict[str, Any], free: list[Column]) -> TimePick:
    """A time that seems to be another one, told with all that stand beside it. When something was due is never
    offered for when it was done: each delay would be none."""
    role = next(role for role in first.roles if role in rule["doubtful"])
    doubt = f"{first.name!r} seems to be the time {role}; the table needs {rule['why'].split(',')[0]}"
    beside = [column for column in free if column.at != first.at and not (_is_clock(column) or column.roles == _BIRTH)]
    if beside:
        doubt += f"; times beside it: {', '.join(repr(column.name) for column in beside)}"
    return TimePick(name, () if role == DUE else (first,), False, (), doubt, doubt)


DUE = "scheduled"
_BIRTH = ("birth",)


def _by_roles(roles: list[str], columns: list[Column]) -> list[Column]:
    """The columns of the first role that any has, those that have it first of all first, then the fullest."""
    for role in roles:
        found = [column for column in columns if role in column.roles and column.filled]
        if found:
            return sorted(found, key=lambda column: (column.roles.index(role), -column.filled, column.at))
    return []


def _decided(name: str, found: list[Column], every: list[Column], why: str) -> TimePick:
    first = found[0]
    dates = tuple(column for column in found if _is_dates(column))
    full = [column for column in found if column not in dates and not _is_clock(column)]
    if full:
        first, alike = full[0], [column for column in full[1:] if column.roles[:1] == full[0].roles[:1]]
        if alike and first.roles:
            names = ", ".join(repr(column.name) for column in (first, *alike))
            doubt = f"several columns may be it: {names}"
            return TimePick(name, (first, *alike), False, (), doubt, doubt)
        behind = dates[:1] if dates and first.filled < first.rows and dates[0].filled > first.filled else ()
        reason = _reason(first, every, why)
        return TimePick(name, (first, *behind), False, _midnights(behind), reason)
    if dates:
        clocks = [column for column in found if _is_clock(column)]
        clocks = clocks or [column for column in every if _is_clock(column) and GENERIC in column.roles]
        if clocks:
            reason = "date and clock stand in two columns"
            return TimePick(name, (dates[0], clocks[0]), True, _midnights(dates[:1]), reason)
        return TimePick(name, dates[:1], False, _midnights(dates[:1]), f"{why}; dates without a time of day")
    doubt = f"{first.name!r} holds clock times without a date"
    return TimePick(name, (first,), False, (), doubt, doubt)


def _reason(first: Column, every: list[Column], why: str) -> str:
    others = [column.name for column in every if column.at != first.at and column.roles]
    return why if others else why.split(",")[0]


def _is_dates(column: Column) -> bool:
    """Whether no cell tells a time of day: none at all, or midnight in each of many."""
    if column.times < limit("column", "shape"):
        return False
    clocked = column.counts.filter(pl.col("text").str.contains(r"[0-9]:[0-9]|[0-9]{12}"))
    return clocked.is_empty() or (_at_midnight(column) and clocked.height == column.counts.height)


def _at_midnight(column: Column) -> bool:
    enough = column.counts.height >= limit("dates", "cells") or column.roles[:1] in (("birth",), ("followup_end",))
    return enough and bool(column.counts["text"].str.contains(MIDNIGHT).all())


def _is_clock(column: Column) -> bool:
    return max(column.clocks, column.share(_DIGITS)) >= limit("column", "shape")


def _midnights(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.filled and _at_midnight(column))


def cells_of(looked: Looked, pick: TimePick) -> pl.DataFrame:
    """text, count of a time as it will be read: date and clock put together, midnights of dates taken off."""
    if not pick.columns:
        return looked.frame.select(text=pl.lit(None, pl.String), count=pl.lit(0, pl.Int64)).clear()
    if not pick.joined:
        parts = [
            column.counts.with_columns(pl.col("text").str.replace(MIDNIGHT, ""))
            if column in pick.dates
            else column.counts
            for column in pick.columns
        ]
        return (
            pl.concat(parts).group_by("text").agg(pl.col("count").sum()).sort("count", "text", descending=[True, False])
        )
    date, clock = (looked.frame[str(column.at)].str.strip_chars() for column in pick.columns)
    if pick.dates:
        date = date.str.replace(MIDNIGHT, "")
    joined = pl.DataFrame({"date": date, "clock": clock}).filter(pl.col("date").is_not_null() & (pl.col("date") != ""))
    texts = joined.select(text=pl.concat_str("date", "clock", separator=" ", ignore_nulls=True))
    return texts.group_by("text").agg(count=pl.len().cast(pl.Int64)).sort("count", "text", descending=[True, False])
