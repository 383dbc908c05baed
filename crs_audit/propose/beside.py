"""Files that hold what another lacks: a dictionary of its item numbers, or the doses of its administrations.

Their columns are put beside the file's own under the names a lookup of the mapping gives them, so that all that follows
sees one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from crs_audit.intake.header import clean
from crs_audit.propose.column import Column, columns_of
from crs_audit.propose.limits import limit
from crs_audit.propose.look import Looked
from crs_audit.propose.naming import file_pattern, sheet_pattern
from crs_audit.propose.proposal import Line
from crs_audit.propose.tables import claims

DICTIONARY, DOSES = "item", "detail"
"""Names of the lookups."""


def completed(looked: Looked, every: Sequence[Looked]) -> Looked:
    """`looked` with the columns it lacks from another file, if one has them; else as it is."""
    found = claims(looked)[0]
    if not found and looked.columns:
        for here, other, there in _keys(looked, every):
            if there.filled == there.counts.height and not _of_patients(other):
                joined = _beside(looked, here, other, there, DICTIONARY, None, every)
                named = claims(joined)[0]
                if named and named[0].name is not None and named[0].name.header:
                    return joined
    elif [claim.table for claim in found] == ["mar"] and not _doses(looked):
        for here, other, there in _keys(looked, every):
            dose = _doses(other)
            if here.filled == here.counts.height and dose and dose[0].at != there.at:
                return _beside(looked, here, other, there, DOSES, dose[0], every)
    return looked


def _of_patients(looked: Looked) -> bool:
    """Whether rows are of patients: those of a dictionary are not."""
    return any({"patient", "encounter"} & set(column.roles) for column in looked.columns)


def _doses(looked: Looked) -> list[Column]:
    found = [
        column for column in looked.columns if column.roles[:1] == ("dose",) and column.filled and not column.again
    ]
    # Where a system names several, the one that says it was given.
    return sorted(found, key=lambda column: ("given" not in clean(column.name), column.at))


def _keys(looked: Looked, every: Sequence[Looked]) -> Iterator[tuple[Column, Looked, Column]]:
    """Columns of one name in this file and another, of which the other holds nearly all texts of this one."""
    share = limit("column", "shape")
    for other in every:
        if other is looked or not other.whole or not other.columns:
            continue
        for here in looked.columns:
            for there in other.columns:
                if clean(here.name) != clean(there.name) or here.again or there.again or not here.filled:
                    continue
                if {"patient", "encounter"} & set(here.roles) or here.times >= share:
                    continue
                shared = here.counts.join(there.counts, on="text", how="semi")["count"].sum()
                if shared >= limit("keys", "shared") * here.filled:
                    yield here, other, there


def _beside(
    looked: Looked,
    here: Column,
    other: Looked,
    there: Column,
    name: str,
    filled: Column | None,
    every: Sequence[Looked],
) -> Looked:
    width = looked.frame.width
    right = other.frame.select(
        pl.col(str(there.at)).str.strip_chars().alias("key"),
        *(pl.col(str(column.at)).alias(str(width + column.at)) for column in other.columns),
    ).filter(pl.col("key").is_not_null())
    if filled is not None:
        right = right.filter(pl.col(str(width + filled.at)).str.strip_chars() != "")
    left = looked.frame.with_columns(key=pl.col(str(here.at)).str.strip_chars())
    frame = left.join(right, on="key", how="left", maintain_order="left").drop("key")
    names = [""] * (width + other.frame.width)
    for column in other.columns:
        names[width + column.at] = column.name
    added = [
        replace(column, name=f"{name}.{column.name}", header=column.name)
        for column in columns_of(
            names, frame.with_columns(pl.lit(None, pl.String).alias(n) for n in _gaps(names, frame))
        )
        if not column.again and column.at != width + there.at
    ]
    own = columns_of([*_names(looked), *[""] * other.frame.width], frame) if filled is not None else looked.columns
    return replace(
        looked,
        frame=frame,
        columns=(*own, *added),
        lookups=(*looked.lookups, _lines(name, here, other, there, filled, every)),
    )


def _names(looked: Looked) -> list[str]:
    names = [""] * looked.frame.width
    for column in looked.columns:
        names[column.at] = column.name
    return names


def _gaps(names: list[str], frame: pl.DataFrame) -> list[str]:
    return [str(at) for at in range(len(names)) if str(at) not in frame.columns]


def _lines(
    name: str, here: Column, other: Looked, there: Column, filled: Column | None, every: Sequence[Looked]
) -> tuple[Line, ...]:
    what = "names of items" if filled is None else "doses of administrations"
    lines = [Line(("name",), name, f"{other.place} holds {what}"), Line(("file",), file_pattern(other, every))]
    if other.sheet is not None:
        lines.append(Line(("sheet",), sheet_pattern(other, every)))
    if other.header_row > 1:
        lines.append(Line(("header_row",), other.header_row))
    lines += [Line(("from",), here.name), Line(("key",), there.name)]
    if filled is not None:
        lines.append(
            Line(("where", filled.name), ["*"], "only its rows with a dose, or an administration counts twice")
        )
        if there.filled != there.counts.height:
            lines.append(Line(("many",), True, "a record has several rows there"))
    return tuple(lines)
