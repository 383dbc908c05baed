"""Whether the files are those of a format that a preset reads already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.intake.mapping import load_mapping, preset_names
from crs_audit.intake.sources import open_extract


@dataclass(frozen=True)
class PresetFit:
    """A preset, the tables it reads of each place, and the places it only looks things up in."""

    name: str
    tables: dict[str, tuple[str, ...]]
    looked_up: frozenset[str]


def fitting_preset(path: Path) -> PresetFit | None:
    """The preset whose maps fit the most files by name and by every column they need, two at least; else null."""
    fits = [fit for name in preset_names() if (fit := _fit(path, name)) is not None]
    return max(fits, key=lambda fit: len(fit.tables), default=None)


def _fit(path: Path, name: str) -> PresetFit | None:
    mapping = load_mapping(name)
    # A map that names no file is none of a format.
    named = {table: tuple(map_ for map_ in maps if map_.file or map_.sheet) for table, maps in mapping.tables.items()}
    try:
        extract = open_extract(path, replace(mapping, tables=named)) if any(named.values()) else None
    except InputError:
        return None
    if extract is None:
        return None
    tables: dict[str, tuple[str, ...]] = {}
    for source in extract.sources:
        tables[source.place] = tuple(dict.fromkeys((*tables.get(source.place, ()), source.table)))
    looked_up = frozenset(source.place for source in extract.looked_up)
    return PresetFit(name, tables, looked_up) if len(tables) > 1 else None
