"""How an extract is written: which file or sheet is which table, under which names, and what its words mean.

A preset gives the maps of known formats; a table named in crs-audit.toml replaces the preset's maps of that table
whole, so that what is in force can be read in one place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from crs_audit.errors import UsageError, nearest
from crs_audit.intake.columns import CANONICAL, NAME_COLUMN, REQUIRED
from crs_audit.tables import ASSESSMENTS, LABS, TABLES, VITALS

_NAMES = {"vitals": VITALS, "labs": LABS, "assessments": ASSESSMENTS}
_MAP_KEYS = (
    "file", "sheet", "header_row", "columns", "constants", "values", "wide", "split", "where", "units", "blanks",
)  # fmt: skip
_KEYS = ("tables", "time_formats", "units", "time_shift_minutes", "decimal")
LAST_HEADER_ROW = 30
_PRESET_KEYS = (*_KEYS, "timezone", "description")

Texts = AnyMapping[str, str]


@dataclass(frozen=True)
class TableMap:
    """One way in which rows of a table are written. Source columns and texts are matched trimmed, without case."""

    table: str
    file: str | None = None
    """Glob or beginning of the file's name; None: the name begins with the table's."""
    sheet: str | None = None
    """Glob or beginning of the sheet's name; None: the name begins with the table's."""
    header_row: int = 1
    columns: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical column → source columns, the first that is filled counts."""
    constants: Texts = field(default_factory=dict)
    """Canonical column → one text for every row; empty = blank."""
    values: AnyMapping[str, Texts] = field(default_factory=dict)
    """Canonical column → source text → canonical text; other texts pass as they are."""
    wide: Texts = field(default_factory=dict)
    """Source column → vital, lab or assessment: one long row for each filled cell."""
    split: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name in the name column → names of its parts, divided by "/": BP 120/80 → sbp 120, dbp 80."""
    where: AnyMapping[str, frozenset[str]] = field(default_factory=dict)
    """Source column → texts of the rows that are read; all others are counted as filtered."""
    units: Texts = field(default_factory=dict)
    """Vital or lab → the unit of its rows whose unit is blank."""
    blanks: tuple[str, ...] = ()
    """Texts that stand for a blank cell, such as NULL."""


@dataclass(frozen=True)
class Mapping:
    """The whole mapping. `tables` holds a map for every table; `configured` names those of crs-audit.toml."""

    tables: AnyMapping[str, tuple[TableMap, ...]]
    configured: frozenset[str] = frozenset()
    time_formats: tuple[str, ...] = ()
    units: Texts = field(default_factory=dict)
    time_shift_minutes: int = 0
    decimal: str = "."


def load_mapping(preset: str | None = None, config: AnyMapping[str, Any] | None = None) -> Mapping:
    """The preset's mapping with `config` laid over it: keys tables, time_formats, units, time_shift_minutes, decimal.

    Raises UsageError for an unknown preset, key, table or column (with the nearest known one) or a wrong type.
    """
    base = _preset(preset or "canonical")
    given = dict(config or {})
    _known("crs-audit.toml", given, _KEYS)
    merged = {**base, **given}
    tables: dict[str, tuple[TableMap, ...]] = {table: (TableMap(table),) for table in TABLES}
    for document in (base, given):
        tables.update(_tables(document.get("tables", {})))
    decimal = merged.get("decimal", ".")
    if decimal not in (".", ","):
        raise UsageError("crs-audit.toml: decimal must be '.' or ','")
    shift = merged.get("time_shift_minutes", 0)
    if not isinstance(shift, int) or isinstance(shift, bool):
        raise UsageError("crs-audit.toml: time_shift_minutes must be a whole number of minutes")
    return Mapping(
        tables=MappingProxyType(tables),
        configured=frozenset(given.get("tables", {})),
        time_formats=_text_list("time_formats", merged.get("time_formats", ())),
        units=_texts("units", merged.get("units", {})),
        time_shift_minutes=shift,
        decimal=decimal,
    )


def preset_names() -> list[str]:
    """The presets that are shipped, sorted."""
    folder = resources.files("crs_audit.intake") / "presets"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def preset_timezone(preset: str | None) -> str | None:
    """The time zone a preset states for its format, if it states one."""
    zone = _preset(preset or "canonical").get("timezone")
    return None if zone is None else str(zone)


@cache
def _preset(name: str) -> dict[str, Any]:
    names = preset_names()
    if name not in names:
        raise UsageError(f"preset {name!r} is unknown; {nearest(name, names)}")
    text = (resources.files("crs_audit.intake") / "presets" / f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    _known(f"preset {name}", document, _PRESET_KEYS)
    return document


def _tables(given: Any) -> dict[str, tuple[TableMap, ...]]:
    _need(isinstance(given, dict), "tables", "must hold tables such as [tables.vitals]")
    _known("tables", given, TABLES)
    found = {}
    for table, entries in given.items():
        maps = entries if isinstance(entries, list) else [entries]
        found[table] = tuple(_table_map(table, entry) for entry in maps)
        _need(bool(found[table]), f"tables.{table}", "is empty; leave it out")
    return found


def _table_map(table: str, given: Any) -> TableMap:
    place = f"tables.{table}"
    _need(isinstance(given, dict), place, "must be a table")
    _known(place, given, _MAP_KEYS)
    row = given.get("header_row", 1)
    whole = isinstance(row, int) and not isinstance(row, bool)
    _need(whole and 1 <= row <= LAST_HEADER_ROW, f"{place}.header_row", f"must be from 1 to {LAST_HEADER_ROW}")
    for key in ("file", "sheet"):
        _need(isinstance(given.get(key, ""), str), f"{place}.{key}", "must be text")
    columns = {name: _one_or_more(f"{place}.columns.{name}", source) for name, source in _dict(place, given, "columns")}
    constants = _texts(f"{place}.constants", given.get("constants", {}))
    values = {name: _texts(f"{place}.values.{name}", texts) for name, texts in _dict(place, given, "values")}
    for key, named in (("columns", columns), ("constants", constants), ("values", values)):
        _known(f"{place}.{key}", named, CANONICAL[table])
    wide = _texts(f"{place}.wide", given.get("wide", {}))
    split = {name: _text_list(f"{place}.split.{name}", parts) for name, parts in _dict(place, given, "split")}
    units = _texts(f"{place}.units", given.get("units", {}))
    for key, some in (("wide", wide), ("split", split), ("units", units)):
        _need(not some or table in NAME_COLUMN, f"{place}.{key}", f"only {', '.join(NAME_COLUMN)} can have it")
    parts_of_cells = [part for parts in split.values() for part in parts]
    for key, names in (("wide", wide.values()), ("split", parts_of_cells), ("units", units)):
        _known(f"{place}.{key}", names, _NAMES.get(table, ()))
    if table in ("vitals", "assessments"):
        # Labs may be reworded into any name their vocabulary reads; these two know only their own.
        words = values.get(NAME_COLUMN[table], {}).values()
        _known(f"{place}.values.{NAME_COLUMN[table]}", [w for w in map(str.lower, words) if w], _NAMES[table])
    where = {name: _one_or_more(f"{place}.where.{name}", texts) for name, texts in _dict(place, given, "where")}
    return TableMap(
        table=table,
        file=given.get("file"),
        sheet=given.get("sheet"),
        header_row=row,
        columns=columns,
        constants=constants,
        values=values,
        wide=wide,
        split=split,
        where={name: frozenset(texts) for name, texts in where.items()},
        units=units,
        blanks=_text_list(f"{place}.blanks", given.get("blanks", ())),
    )


def required_columns(map_: TableMap) -> tuple[str, ...]:
    """Canonical columns that the source itself must hold: the table's required ones less what the map supplies."""
    supplied = set(map_.constants)
    if map_.wide:
        supplied |= {NAME_COLUMN[map_.table], "value"}
    return tuple(name for name in REQUIRED[map_.table] if name not in supplied)


def _known(place: str, names: Collection[str] | AnyMapping[str, Any], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f"{place}: {name!r} is unknown; {nearest(name, known)}")


def _need(holds: bool, place: str, what: str) -> None:
    if not holds:
        raise UsageError(f"crs-audit.toml: {place} {what}")


def _dict(place: str, given: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    part = given.get(key, {})
    _need(isinstance(part, dict), f"{place}.{key}", "must be a table of names")
    return list(part.items())


def _texts(place: str, given: Any) -> dict[str, str]:
    texts = isinstance(given, dict) and all(isinstance(text, str) for text in given.values())
    _need(texts, place, "must be a table of texts")
    return dict(given)


def _text_list(place: str, given: Any) -> tuple[str, ...]:
    texts = isinstance(given, list | tuple) and all(isinstance(text, str) for text in given)
    _need(texts, place, "must be a list of texts")
    return tuple(given)


def _one_or_more(place: str, given: Any) -> tuple[str, ...]:
    several = _text_list(place, [given] if isinstance(given, str) else given)
    _need(bool(several), place, "must not be empty")
    return several
