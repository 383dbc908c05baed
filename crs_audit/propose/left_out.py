"""Names of measures that the maps' `where` leaves out, counted over the whole input: nobody would miss them else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from crs_audit.intake.header import clean
from crs_audit.intake.mapping import Mapping
from crs_audit.intake.raw import folded, folded_cells
from crs_audit.intake.sources import open_extract
from crs_audit.intake.table_map import TableMap
from crs_audit.propose.guard import Guard
from crs_audit.propose.limits import limit

_NAMES = {"vitals": "vital", "labs": "lab", "assessments": "assessment", "procedures": "procedure"}


def left_out(path: Path, mapping: Mapping) -> list[tuple[int, str, str]]:
    """rows, file, name: of tables whose `where` chooses by the column of names. A name that any map takes from
    such a column is not left out. What may tell of a patient is counted under one name."""
    bare: dict[str, tuple[TableMap, ...]] = dict.fromkeys(mapping.tables, ())
    taken: dict[str, set[str]] = {}
    for table, maps in mapping.tables.items():
        for map_ in maps:
            for column in _by_name(map_):
                taken.setdefault(clean(column), set()).update(map(folded, map_.where[column]))
                bare[table] += (replace(map_, where={}, values={}, split={}, units={}),)
    if not taken:
        return []
    extract = open_extract(path, replace(mapping, tables=bare, configured=frozenset()))
    counts: dict[str, pl.DataFrame] = {}
    patients: set[str] = set()
    known = sorted(set().union(*taken.values()))
    places: set[str] = set()
    for source in extract.sources:
        if source.place in places:  # several tables choose in one column: what all leave out is told once
            continue
        places.add(source.place)
        name = _NAMES[source.table]
        parts = []
        for frame in extract.batches(source):
            out = frame.filter(~folded_cells(pl.col(name)).is_in(known) & (pl.col(name).str.strip_chars() != ""))
            parts.append(out.group_by(text=pl.col(name).str.strip_chars()).len())
            patients.update(frame["patient_id"].drop_nulls().unique())
        if parts:
            counts[source.place] = pl.concat(parts).group_by("text").agg(pl.col("len").sum())
    return [row for where, found in counts.items() for row in _told(where, found, Guard(patients))]


def _by_name(map_: TableMap) -> list[str]:
    """The source column of names, if the map's `where` chooses by it."""
    names = {clean(source) for source in map_.columns.get(_NAMES.get(map_.table, ""), ())}
    return [column for column in map_.where if clean(column) in names][:1]


def _told(where: str, found: pl.DataFrame, guard: Guard) -> list[tuple[int, str, str]]:
    rows = int(found["len"].sum())
    repeated = found.height <= limit("names", "repeated") * rows or rows < limit("names", "rows")
    names = found.sort("len", "text", descending=[True, False])
    told = [(n, where, text) for text, n in names.iter_rows() if repeated and guard.may_tell(text)]
    shown = told[: int(limit("names", "shown"))]
    rest = rows - sum(n for n, *_ in shown)
    return [*shown, *([(rest, where, f"({found.height - len(shown):,} more, not shown)")] if rest else [])]
