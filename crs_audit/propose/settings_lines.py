"""What holds for all files: formats and zone of clock times, the decimal sign."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crs_audit.propose.clock_formats import written
from crs_audit.propose.format_lines import Seen, format_lines
from crs_audit.propose.maps import Draft
from crs_audit.propose.proposal import Line, Remark
from crs_audit.propose.times import cells_of

ZONE = "Region/City"
"""How a zone is written; none is called so, for an example left as it is would move every time."""

_COMMA = r"^[<>]?\s*[+-]?[0-9]+,[0-9]+$"
_POINT = r"^[<>]?\s*[+-]?[0-9]*\.[0-9]+$"
_THOUSANDS = r"^[<>]?\s*[+-]?[1-9][0-9]{0,2},[0-9]{3}$"


def settings_lines(drafts: Sequence[Draft]) -> list[Line | Remark]:
    """Lines for the top of the mapping file. What files contradict each other in is written into their own maps."""
    seen = _times(drafts)
    return [*_zone(seen), *format_lines(seen, drafts), *_decimal(drafts)]


def _times(drafts: Sequence[Draft]) -> list[Seen]:
    found: dict[tuple[str, tuple[str, ...]], Seen] = {}
    for draft in drafts:
        for pick in draft.times:
            names = tuple(column.name for column in pick.columns)
            key = (draft.looked.place, names)
            if key not in found:
                found[key] = Seen(key[0], " + ".join(names), written(cells_of(draft.looked, pick)))
    return list(found.values())


def _zone(seen: Sequence[Seen]) -> list[Line | Remark]:
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


def _decimal(drafts: Sequence[Draft]) -> list[Line | Remark]:
    """One sign for all files; where some have a comma and others a point, each says its own."""
    found = {
        draft.looked.place: _signs([d for d in drafts if d.looked.place == draft.looked.place]) for draft in drafts
    }
    commas, points, thousands = (sum(one[n] for one in found.values()) for n in range(3))
    if not commas:
        return []
    if not points:
        return [_comma(commas, points, thousands)]
    for draft in drafts:
        if found[draft.looked.place][0]:
            draft.block.lines.append(_comma(*found[draft.looked.place]))
    return []


def _comma(commas: int, points: int, thousands: int) -> Line:
    if commas > thousands and not points:
        return Line(("decimal",), ",", f"{commas:,} numbers have a comma, none a point")
    said = f"{commas:,} numbers have a comma, {points:,} a point, {thousands:,} may be thousands: which is the sign?"
    return Line(("decimal",), ",", doubt=said)


def _signs(drafts: Sequence[Draft]) -> tuple[int, int, int]:
    """Numbers of one file with a comma, with a point, and of those with a comma that may be thousands."""
    used = set().union(*(draft.used for draft in drafts))
    columns = [column for column in drafts[0].looked.columns if column.at in used and column.numbers > 0]
    commas, points, thousands = (
        sum(_cells(column.counts, pattern) for column in columns) for pattern in (_COMMA, _POINT, _THOUSANDS)
    )
    return commas, points, thousands


def _cells(counts: pl.DataFrame, pattern: str) -> int:
    return int(counts.filter(pl.col("text").str.contains(pattern))["count"].sum())
