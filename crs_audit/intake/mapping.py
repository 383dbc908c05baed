"""How an extract is written: which file or sheet is which table, under which names, and what its words mean.

A preset gives the maps of known formats, and may extend another one; a table named in crs-audit.toml replaces the
preset's maps of that table whole, as does one of a preset those of the preset it extends, so that what is in force can
be read in one place.
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
from crs_audit.intake.table_map import TableMap, Texts, table_map
from crs_audit.tables import TABLES

_KEYS = ("tables", "time_formats", "units", "time_shift_minutes", "decimal")
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
    """The preset's mapping with `config` laid over it: keys tables, time_formats, units, time_shift_minutes, decimal.

    Raises UsageError for an unknown preset, key, table or column (with the nearest known one) or a wrong type.
    """
    base = _preset(preset or "canonical")
    given = dict(config or {})
    forms.known("crs-audit.toml", given, _KEYS)
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


def _tables(given: Any) -> dict[str, tuple[TableMap, ...]]:
    forms.need(isinstance(given, dict), "tables", "must hold tables such as [tables.vitals]")
    forms.known("tables", given, TABLES)
    found = {}
    for table, entries in given.items():
        maps = entries if isinstance(entries, list) else [entries]
        found[table] = tuple(table_map(table, entry) for entry in maps)
        forms.need(bool(found[table]), f"tables.{table}", "is empty; leave it out")
    return found
