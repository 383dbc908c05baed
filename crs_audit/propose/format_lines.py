"""Which formats of times are declared: once for all files, or for each, where one list cannot hold for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crs_audit.propose.clock_formats import Written, twins
from crs_audit.propose.maps import Draft
from crs_audit.propose.proposal import Line, Remark, counted


@dataclass(frozen=True)
class Seen:
    """How the cells of one time of one file are written."""

    place: str
    column: str
    written: Written


@dataclass
class _Found:
    """What some times need. needed: format → cells. evidence: a format's date → cells that no other order reads.
    open: (month first, day first) → columns that do not tell which, with their cells."""

    needed: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, int] = field(default_factory=dict)
    open: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def both(self) -> list[str]:
        """Dates of which both orders have evidence, each pair once."""
        return [day for day in sorted(self.evidence) if twins().get(day) in self.evidence and day < twins()[day]]


def format_lines(seen: Sequence[Seen], drafts: Sequence[Draft]) -> list[Line | Remark]:
    """Lines for the top of the mapping file. Where one file has another order of day and month than the next, or does
    not tell its own, each map is given the formats of its file: then one list would read a date as another."""
    lines: list[Line | Remark] = [remark for one in seen if (remark := _unread(one)) is not None]
    whole = _found(seen)
    if not whole.both and not (whole.open and whole.evidence):
        return [*_needed(whole), *lines, *_open(whole)]
    for draft in drafts:
        own = _found([one for one in seen if one.place == draft.looked.place])
        if own.both:
            draft.block.lines += _contradicted(own)
        else:
            others = "" if not whole.evidence or whole.both else f"; other files: {_orders(whole)}"
            draft.block.lines += _open(own, others) if own.open else _needed(own)
    return lines


def _found(seen: Sequence[Seen]) -> _Found:
    found = _Found()
    for one in seen:
        for form, n in one.written.formats.items():
            found.needed[form] = found.needed.get(form, 0) + n
        for form, n in one.written.against.items():
            if n:
                found.evidence[_day(form)] = found.evidence.get(_day(form), 0) + n
    by_file: dict[str, set[str]] = {}
    for one in seen:
        by_file.setdefault(one.place, set()).update(_day(form) for form, n in one.written.against.items() if n)
    for one in seen:
        for month, day, n in one.written.undecided:
            proof = [form for form in (month, day) if _day(form) in by_file[one.place]]
            if len(proof) == 1:
                found.needed[proof[0]] = found.needed.get(proof[0], 0) + n
            else:
                found.open.setdefault((month, day), []).append(f"{one.column!r} of {one.place} ({counted(n, 'cell')})")
    return found


def _unread(one: Seen) -> Remark | None:
    if not one.written.unread:
        return None
    said = f"of {one.column!r} ({one.place}) {counted(one.written.unread, 'cell')} in no known form of time"
    return Remark(f"{said}: declare theirs in time_formats, or they are rejected", doubt=True)


def _needed(found: _Found) -> list[Line | Remark]:
    if not found.needed:
        return []
    ranked = sorted(found.needed, key=lambda form: (-found.needed[form], form))
    reasons = [f"{form} reads {counted(found.needed[form], 'cell')}" for form in ranked]
    return [Line(("time_formats",), ranked, "; ".join([*reasons, *([_orders(found)] if found.evidence else [])]))]


def _orders(found: _Found) -> str:
    return "; ".join(
        f"{_ORDERS[day[:2]]} first: {counted(n, 'cell')} with the other above 12"
        for day, n in sorted(found.evidence.items())
    )


def _contradicted(found: _Found) -> list[Line | Remark]:
    lines: list[Line | Remark] = []
    for day in found.both:
        other = twins()[day]
        said = f"{day} is the only reading of {counted(found.evidence[day], 'cell')}, {other} of"
        said += f" {found.evidence[other]:,}: no list of formats can tell the other cells apart; export one form"
        lines.append(Remark(said, doubt=True))
    return lines


def _open(found: _Found, others: str = "") -> list[Line | Remark]:
    lines: list[Line | Remark] = []
    for (month, day), columns in found.open.items():
        said = f"month first or day first? No cell has a number above 12 in the first two places: {', '.join(columns)}"
        for form, what in ((month, "month first"), (day, "day first")):
            lines.append(Line(("time_formats",), [*found.needed, form], doubt=f"{said}{others}; {what}"))
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
