"""What holds for all files: formats and zone of clock times, the decimal sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crs_audit.propose.clock_formats import Written, twins, written
from crs_audit.propose.look import Looked
from crs_audit.propose.maps import Draft
from crs_audit.propose.proposal import Line, Remark, counted
from crs_audit.propose.times import cells_of

ZONE = "Region/City"
"""How a zone is written; none is called so, for an example left as it is would move every time."""

_COMMA = r"^[<>]?\s*[+-]?[0-9]+,[0-9]+$"
_POINT = r"^[<>]?\s*[+-]?[0-9]*\.[0-9]+$"
_THOUSANDS = r"^[<>]?\s*[+-]?[1-9][0-9]{0,2},[0-9]{3}$"


@dataclass(frozen=True)
class _Seen:
    place: str
    column: str
    written: Written


def settings_lines(drafts: Sequence[Draft]) -> list[Line | Remark]:
    """Lines for the top of the mapping file."""
    seen = _times(drafts)
    return [*_zone(seen), *_formats(seen), *_decimal([draft.looked for draft in drafts], drafts)]


def _times(drafts: Sequence[Draft]) -> list[_Seen]:
    found: dict[tuple[str, tuple[str, ...]], _Seen] = {}
    for draft in drafts:
        for pick in draft.times:
            names = tuple(column.name for column in pick.columns)
            key = (draft.looked.place, names)
            if key not in found:
                found[key] = _Seen(key[0], " + ".join(names), written(cells_of(draft.looked, pick)))
    return list(found.values())


def _zone(seen: Sequence[_Seen]) -> list[Line | Remark]:
    naive = sum(one.written.naive for one in seen)
    offsets = sum(one.written.offsets for one in seen)
    if not naive and not offsets:
        return []
    if not naive:
        said = f"all {offsets:,} times looked at carry an offset; a zone decides which local date each is of"
        return [Line(("timezone",), ZONE, doubt=f"{said}: set the hospital's; UTC is assumed otherwise")]
    both = f" ({offsets:,} others carry an offset)" if offsets else ""
    said = (
        f"{naive:,} clock times looked at have no zone{both}: set timezone to the hospital's; UTC is assumed otherwise"
    )
    return [Line(("timezone",), ZONE, doubt=said)]


def _formats(seen: Sequence[_Seen]) -> list[Line | Remark]:
    needed: dict[str, int] = {}
    evidence: dict[str, int] = {}
    lines: list[Line | Remark] = []
    for one in seen:
        for form, n in one.written.formats.items():
            needed[form] = needed.get(form, 0) + n
        for form, n in one.written.against.items():
            evidence[_day(form)] = evidence.get(_day(form), 0) + n
        if one.written.unread:
            said = f"of {one.column!r} ({one.place}) {counted(one.written.unread, 'cell')} in no known form of time"
            lines.append(Remark(f"{said}: declare theirs in time_formats, or they are rejected", doubt=True))
    for day, n in sorted(evidence.items()):
        other = twins().get(day)
        if other in evidence and day < other:
            said = f"{day} is the only reading of {counted(n, 'cell')}, {other} of {evidence[other]:,}"
            lines.append(Remark(f"{said}: one list of formats cannot tell the other cells apart", doubt=True))
    open_: dict[tuple[str, str], list[str]] = {}
    for one in seen:
        for month, day, n in one.written.undecided:
            proof = [
                form for form in (month, day) if evidence.get(_day(form)) and not evidence.get(_day(twins()[form]))
            ]
            if proof:
                needed[proof[0]] = needed.get(proof[0], 0) + n
            else:
                open_.setdefault((month, day), []).append(f"{one.column!r} of {one.place} ({counted(n, 'cell')})")
    if needed:
        ranked = sorted(needed, key=lambda form: (-needed[form], form))
        reasons = [f"{form} reads {counted(needed[form], 'cell')}" for form in ranked]
        first = [
            f"{_ORDERS[day[:2]]} first: {counted(n, 'cell')} with the other above 12"
            for day, n in sorted(evidence.items())
        ]
        lines.insert(0, Line(("time_formats",), ranked, "; ".join([*reasons, *first])))
    for (month, day), columns in open_.items():
        said = f"month first or day first? No cell has a number above 12 in the first two places: {', '.join(columns)}"
        for form, what in ((month, "month first"), (day, "day first")):
            lines.append(Line(("time_formats",), [*needed, form], doubt=f"{said}; {what}"))
    return lines


def _day(form: str) -> str:
    """The date of a format, without its clock."""
    for day in twins():
        if form.startswith(day) and len(day) == _DAY_SIGNS:
            return day
    return form


_ORDERS = {"%m": "month", "%d": "day"}
_DAY_SIGNS = 8
"""Signs in %m/%d/%Y."""


def _decimal(every: Sequence[Looked], drafts: Sequence[Draft]) -> list[Line | Remark]:
    commas = points = thousands = 0
    for looked, used in {id(one): (one, set[int]()) for one in every}.values():
        used = set().union(*(draft.used for draft in drafts if draft.looked is looked))
        for column in looked.columns:
            if column.at in used and column.numbers > 0:
                commas += _cells(column.counts, _COMMA)
                thousands += _cells(column.counts, _THOUSANDS)
                points += _cells(column.counts, _POINT)
    if not commas:
        return []
    if commas > thousands and not points:
        return [Line(("decimal",), ",", f"{commas:,} numbers have a comma, none a point")]
    said = f"{commas:,} numbers have a comma, {points:,} a point, {thousands:,} may be thousands: which is the sign?"
    return [Line(("decimal",), ",", doubt=said)]


def _cells(counts: pl.DataFrame, pattern: str) -> int:
    return int(counts.filter(pl.col("text").str.contains(pattern))["count"].sum())
