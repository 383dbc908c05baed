"""Units of vitals and labs: what a header or a name states is taken, what only the numbers hint at is a doubt."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crs_audit.intake import plausible
from crs_audit.intake.numbers import read_bounded_numbers
from crs_audit.intake.units import known_units, normalised
from crs_audit.propose.column import Column
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft
from crs_audit.propose.proposal import counted
from crs_audit.tables import LABS

SUSPECT_UNITS = {"wbc": "10^3/uL", "anc": "10^3/uL"}


def say_units(draft: Draft, rows: pl.DataFrame, stated: Mapping[str, str | None], column: Column | None) -> None:
    """Lines for the units of `rows` (text, name, value, unit). stated: text of a name → the unit it states itself."""
    table = draft.claim.table
    _unknown(draft, rows, table)
    blank = rows.filter(pl.col("unit").is_null() | (pl.col("unit") == ""))
    by_name = blank.partition_by("name", as_dict=True, maintain_order=True)
    silent = []
    for (key,), part in sorted(by_name.items(), key=lambda item: str(item[0])):
        name = str(key)
        if not known_units(table, name) or name == "inr":
            continue
        units = {stated.get(text) for text in part["text"].unique()}
        told = units - {None}
        if len(told) == 1 and None not in units:
            unit = str(told.pop())
            draft.block.put(
                "units", name, value=unit, reason="its name states the unit", doubt=_against(part, name, unit)
            )
        elif told:
            draft.block.say(
                f"names of {name} state different units or none: give each its own map, by `where`", doubt=True
            )
        elif not _suspected(draft, part, table, name):
            silent.append(name)
    if silent and table == "labs":
        kind = "no column tells the unit" if column is None else "rows without a unit"
        draft.block.say(
            f"{kind} of {', '.join(silent)}: their canonical units are assumed; say others as units.<lab>", doubt=True
        )


def _unknown(draft: Draft, rows: pl.DataFrame, table: str) -> None:
    """Unit texts that mean nothing for their vital or lab: their rows would be rejected."""
    pairs = (
        rows.filter(pl.col("unit") != "")
        .group_by("name", "unit")
        .agg(n=pl.len())
        .sort("n", "name", "unit", descending=[True, False, False])
    )
    odd: dict[str, list[tuple[str, int]]] = {}
    for name, unit, n in pairs.iter_rows():
        if known_units(table, name) and normalised(unit) not in known_units(table, name):
            odd.setdefault(unit, []).append((name, n))
    for unit, found in odd.items():
        told = ", ".join(f"{counted(n, 'row')} of {name}" for name, n in found)
        shown = repr(unit) if draft.guard.may_tell(unit) else "not shown here"
        cure = 'its rows are rejected; to read them: values.unit."…" = a known unit'
        draft.block.say(f"unknown unit, {shown} ({told}): {cure}", doubt=True)


def _numbers(part: pl.DataFrame) -> pl.Series:
    return read_bounded_numbers(part["value"])["value"].drop_nulls()


def _against(part: pl.DataFrame, name: str, unit: str) -> str | None:
    """Why the numbers contradict a stated unit."""
    if name != "temperature":
        return None
    numbers = _numbers(part)
    share = plausible.fahrenheit_like(numbers).mean()
    if not numbers.len() or not isinstance(share, float):
        return None
    suspect = limit("numbers", "suspect")
    if (unit == "°F" and share < 1 - suspect) or (unit == "°C" and share > suspect):
        return f"the name of {name} states {unit}, its numbers say otherwise ({share:.0%} look like °F)"
    return None


def _suspected(draft: Draft, part: pl.DataFrame, table: str, name: str) -> bool:
    """Says where numbers without a unit are clearly of another one than the canonical."""
    numbers = _numbers(part)
    if numbers.is_empty():
        return False
    suspect = limit("numbers", "suspect")
    fits = []
    if table == "vitals" and _plausible(name, numbers) <= 1 - suspect:
        rules = dict.fromkeys(known_units(table, name).values())
        fits = [unit for unit, factor, offset in rules if _plausible(name, numbers * factor + offset) >= suspect]
    elif table == "labs" and name in SUSPECT_UNITS:
        names = pl.Series([name], dtype=pl.Enum(LABS)).new_from_index(0, numbers.len())
        share = plausible.unit_suspect(numbers, names).mean()
        fits = [SUSPECT_UNITS[name]] if isinstance(share, float) and share >= suspect else []
    if not fits:
        return False
    canonical = next(iter(known_units(table, name).values()))[0]
    # Shares and not the numbers: the lowest and the highest are a patient's.
    doubt = f"{name} has no unit, and its {numbers.len():,} numbers fit {' or '.join(fits)} and not {canonical}"
    draft.block.put("units", name, value=fits[0], doubt=doubt)
    return True


def _plausible(name: str, numbers: pl.Series) -> float:
    """The share of numbers that a vital can have, in its canonical unit."""
    band = plausible.bands()["vitals"].get(name)
    share = 1.0 if band is None else numbers.is_between(band["low"], band["high"]).mean()
    return share if isinstance(share, float) else 1.0
