"""What a charted cell that evidence cites is of: `57` → `MAP 57 mmHg`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from crs_audit.intake.units import known_units
from crs_audit.report import words

if TYPE_CHECKING:
    from crs_audit.report.result import PatientView

Key = tuple[Any, ...]
"""source, row; of a report that tells no rows: source, time, charted text."""
_TABLES = (("vitals", "vital"), ("labs", "lab"), ("assessments", "assessment"))
_BOUND = "<>≤≥ "


def key(source: int | None, row: int | None, time: int | None, raw: str | None) -> Key:
    return (source, row) if row is not None else (source, time, raw)


def named_cells(view: PatientView, cited: Iterable[Key]) -> Mapping[Key, tuple[str, str]]:
    """Cited cell → its charted text, and that with name and unit; without the cells that two names would fit."""
    wanted, doubtful = set(cited), set()
    found: dict[Key, tuple[str, str]] = {}
    for table, kind in _TABLES:
        columns = view.tables.get(table, {})
        if not columns:
            continue
        none = [None] * len(columns["time"])
        names = ("source", "row", "time", "raw_value", kind, "value", "raw_unit")
        for source, row, time, raw, name, value, unit in zip(*(columns.get(n, none) for n in names), strict=True):
            at = key(source, row, time, raw)
            if at not in wanted or raw is None:
                continue
            told = f"{words.name(name)} {raw} {unit or _unit(table, name, raw, value)}".strip()
            if at in found and found[at] != (raw, told):
                doubtful.add(at)
            found[at] = (raw, told)
    return {at: told for at, told in found.items() if at not in doubtful}


def _unit(table: str, name: str, raw: str, value: float | None) -> str:
    """The canonical unit, where the charted number is the canonical value."""
    try:
        same = value is not None and float(raw.strip(_BOUND)) == value
    except ValueError:
        return ""
    return _canonical(table, name) if same else ""


@cache
def _canonical(table: str, name: str) -> str:
    unit = "" if table == "assessments" else next((unit for unit, *_ in known_units(table, name).values()), "")
    return "" if unit == "1" else unit.replace("uL", "µL")
