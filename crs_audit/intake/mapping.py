"""How an extract is written: which file or sheet is which table, under which names, and what its words mean.

A preset gives the maps of known formats, and may extend another one; a table named in crs-audit.toml replaces the
preset's maps of that table whole, as does one of a preset those of the preset it extends, so that what is in force can
be read in one place. Names alone can be added to them: `values`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from crs_audit.errors import UsageError, nearest
from crs_audit.intake import toml_forms as forms
from crs_audit.intake.columns import CANONICAL
from crs_audit.intake.table_map import TableMap, Texts, table_map
from crs_audit.tables import TABLES

_KEYS = ("tables", "values", "time_formats", "units", "time_shift_minutes", "decimal")
_PRESET_KEYS = (*_KEYS, "timezone", "description", "extends")


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
    """The preset's mapping with `config` laid over it: keys tables, time_formats, units, time_shift_minutes, decimal;
    and values, table → canonical column → source text → canonical text, in every map of that table.

    Raises UsageError for an unknown preset, key, table or column (with the nearest known one) or a wrong type.
    """
    base = _preset(preset or "canonical")
    given = dict(config or {})
    forms.known("crs-audit.toml", given, _KEYS)
    merged = {**base, **given}
    maps: dict[str, list[Any]] = {table: [{}] for table in TABLES}
    for document in (base, given):
        maps.update(_maps(document.get("tables", {})))
    for table, values in _values(given):
        maps[table] = [_with_values(one, values) for one in maps[table]]
    tables = {table: tuple(table_map(table, one) for one in several) for table, several in maps.items()}
    decimal = forms.decimal("decimal", merged.get("decimal", "."))
    shift = merged.get("time_shift_minutes", 0)
    if not isinstance(shift, int) or isinstance(shift, bool):
        raise UsageError("crs-audit.toml: time_shift_minutes must be a whole number of minutes")
    return Mapping(
        tables=MappingProxyType(tables),
        configured=frozenset(given.get("tables", {})),
        time_formats=forms.text_list("time_formats", merged.get("time_formats", ())),
        units=forms.texts("units", merged.get("units", {})),
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
    forms.known(f"preset {name}", document, _PRESET_KEYS)
    below = _preset(document["extends"]) if "extends" in document else {}
    return {**below, **document, "tables": {**below.get("tables", {}), **document.get("tables", {})}}


def _maps(given: Any) -> dict[str, list[Any]]:
    forms.need(isinstance(given, dict), "tables", "must hold tables such as [tables.vitals]")
    forms.known("tables", given, TABLES)
    found = {table: entries if isinstance(entries, list) else [entries] for table, entries in given.items()}
    for table, maps in found.items():
        forms.need(bool(maps), f"tables.{table}", "is empty; leave it out")
    return found


def _values(given: AnyMapping[str, Any]) -> list[tuple[str, dict[str, dict[str, str]]]]:
    """Table → canonical column → texts that are added to every map of the table."""
    added = forms.part("crs-audit.toml", given, "values")
    forms.known("values", [table for table, _ in added], TABLES)
    for table, columns in added:
        forms.need(isinstance(columns, dict), f"values.{table}", "must hold tables such as [values.vitals.vital]")
        forms.known(f"values.{table}", columns, CANONICAL[table])
    return [
        (table, {column: forms.texts(f"values.{table}.{column}", texts) for column, texts in columns.items()})
        for table, columns in added
    ]


def _with_values(one: Any, added: dict[str, dict[str, str]]) -> Any:
    values = one.get("values", {}) if isinstance(one, dict) else None
    if not isinstance(values, dict):
        return one
    laid_over = {column: {**values.get(column, {}), **texts} for column, texts in added.items()}
    return {**one, "values": {**values, **laid_over}}
