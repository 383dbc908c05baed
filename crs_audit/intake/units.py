"""Units as charted → factors to the canonical unit, after `units.toml`. An unknown unit is never guessed at."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from crs_audit.errors import UsageError
from crs_audit.intake.rejects import PROBLEM, UNKNOWN_UNIT
from crs_audit.tables import LABS, VITALS

_SAME = str.maketrans({"µ": "u", "μ": "u", "³": "3", "⁶": "6", "⁹": "9", "²": "2", "×": "x", "∕": "/", "⁄": "/"})
_REWRITTEN = (
    (r"[\s\[\]{}()_,]", ""),
    (r"\*\*|\*", "^"),
    (r"(?:litre|liter)s?", "l"),
    (r"mcg", "ug"),
    (r"(?:cu\.?mm|cmm|mm\^?3)", "ul"),
    (r"^x(?=10)", ""),
    (r"\.+$", ""),
)

SIGNIFICANT = 12
"""Digits a converted number keeps: 5.1 x 1000 shall be 5100 and 100.4 °F shall be 38 °C."""


def normalised(text: str) -> str:
    """A unit's text without the differences that mean nothing: case, blanks, brackets, the two micro signs."""
    text = text.translate(_SAME).lower()
    for pattern, instead in _REWRITTEN:
        text = re.sub(pattern, instead, text)
    return text


@cache
def _document() -> Mapping[str, Any]:
    return tomllib.loads(files("crs_audit.intake").joinpath("units.toml").read_text(encoding="utf-8"))


@cache
def known_units(table: str, name: str) -> Mapping[str, tuple[str, float, float]]:
    """Normalised unit → (unit, factor, offset) for one vital sign, lab or kind of dose; the first is canonical."""
    known: dict[str, tuple[str, float, float]] = {}
    for unit, rule in _document()[table].get(name, {}).items():
        factor, offset = (rule["factor"], rule["offset"]) if isinstance(rule, dict) else (rule, 0.0)
        for spelling in (normalised(unit), *_document()["spellings"].get(unit, ())):
            known.setdefault(spelling, (unit, float(factor), float(offset)))
    return known


def conversions(table: str, names: pl.Series, units: pl.Series, defaults: Mapping[str, str]) -> pl.DataFrame:
    """What turns each row's number into the canonical unit of its name.

    names: Enum, null = unknown. units: texts; a blank one stands for `defaults[name]`, else for the canonical unit.
    Returns factor, offset (0 and 1 where nothing is known), blank (no unit charted), problem.
    """
    assert isinstance(names.dtype, pl.Enum)
    words = names.dtype.categories.to_list()
    distinct = units.unique(maintain_order=True) if units.null_count() < units.len() else units.head(1)
    texts = distinct.to_list()
    found = [_conversion(table, name, text, defaults.get(name)) for name in words for text in texts]
    if len(texts) <= 1:
        code = names.to_physical().cast(pl.UInt32)
    else:
        numbers = pl.DataFrame({"unit": distinct}).with_row_index("number")
        number = pl.DataFrame({"unit": units}).join(
            numbers, on="unit", how="left", nulls_equal=True, maintain_order="left"
        )["number"]
        code = names.to_physical().cast(pl.UInt32) * len(texts) + number
    factors = pl.Series([factor for factor, _, _, _ in found], dtype=pl.Float64)
    offsets = pl.Series([offset for _, offset, _, _ in found], dtype=pl.Float64)
    blanks = pl.Series([blank for _, _, blank, _ in found], dtype=pl.Boolean)
    problems = pl.Series([UNKNOWN_UNIT if unknown else None for _, _, _, unknown in found], dtype=PROBLEM)
    found_rules = {"factor": factors, "offset": offsets, "blank": blanks, "problem": problems}
    return pl.DataFrame({name: _by_code(rules, code) for name, rules in found_rules.items()})


def _by_code(rules: pl.Series, code: pl.Series) -> pl.Series:
    """`rules[code]`, row by row only where the rules differ."""
    if rules.n_unique() == 1 and not code.null_count():
        return rules.new_from_index(0, code.len())
    return rules.gather(code)


def converted(value: pl.Series, conversion: pl.DataFrame) -> pl.Series:
    """Numbers in the canonical unit; unchanged, to the last bit, where it was charted in it."""
    factor, offset = conversion["factor"], conversion["offset"]
    other = (factor != 1).fill_null(False)
    if not other.any():
        return value
    return (value * factor + offset).round_sig_figs(SIGNIFICANT).zip_with(other, value)


def check_declared(declared: Mapping[str, str]) -> None:
    """Raises UsageError where a unit declared for blank units is of no known name, or no unit of that name."""
    known = {name: known_units("labs", name) for name in LABS} | {name: known_units("vitals", name) for name in VITALS}
    known["weight_kg"] = known["weight"]
    known["dose"] = {**known_units("doses", "mg"), **known_units("doses", "mL")}
    for name, unit in declared.items():
        if name not in known:
            raise UsageError(f"units.{name}: no vital or lab of that name (nor weight_kg, dose)")
        if normalised(unit) not in known[name]:
            units = dict.fromkeys(canonical for canonical, _, _ in known[name].values())
            raise UsageError(f"units.{name}: unit {unit!r} is unknown; known: {', '.join(units) or 'none'}")


FLOW_IN_TEXT = r"(?i)\d\s*(?:l|lpm|liters?|litres?)\b"
"""A flow named in the text of an oxygen device: NC 8L, HFNC 40 L/min."""

PER_TIME = r"(?i)(?:/|\bper)\s*(?:min|minute|h|hr|hour)\b"
"""How the unit of a rate ends: mcg/kg/min, mL per hour."""


def dose_conversions(units: pl.Series, default: str | None) -> pl.DataFrame:
    """Distinct texts of dose units → unit (text), dose_unit (canonical, or as charted where unknown), factor, kind
    (`mg`, `mL` or null where no amount follows from the unit)."""
    rows = []
    for text in units.unique().to_list():
        charted = (text or "").strip() or (default or "")
        kind, unit, factor = None, charted or None, None
        for candidate in ("mg", "mL", "other"):
            if charted and normalised(charted) in known_units("doses", candidate):
                unit, factor, _ = known_units("doses", candidate)[normalised(charted)]
                kind = None if candidate == "other" else candidate
                unit = unit if kind is None else candidate
                break
        rows.append((text, unit, factor, kind))
    schema = {"unit": pl.String, "dose_unit": pl.String, "factor": pl.Float64, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def rate_conversions(units: pl.Series) -> pl.DataFrame:
    """Distinct texts of rate units → unit (text), per_min (factor to µg/min, or to µg/kg/min), per_kg. A text that
    tells no mass per time (mL/h, units/min, nothing) has a null factor: no amount follows from it."""
    rows = []
    for text in units.unique().to_list():
        found = re.search(PER_TIME, text or "")
        of_weight, count = re.subn(r"(?i)(?:/|\bper)\s*kg\b", "", re.sub(PER_TIME, "", text or ""))
        mass = known_units("doses", "mg").get(normalised(of_weight)) if found and count <= 1 else None
        minutes = 60 if found and re.search(r"(?i)\bh", found[0]) else 1
        rows.append((text, None if mass is None else mass[1] * 1000 / minutes, count == 1))
    schema = {"unit": pl.String, "per_min": pl.Float64, "per_kg": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _conversion(table: str, name: str, text: str | None, default: str | None) -> tuple[float, float, bool, bool]:
    """factor, offset, blank, unknown."""
    charted = (text or "").strip()
    known = known_units(table, name)
    if not known or not (charted or default):
        return 1.0, 0.0, not charted, False
    rule = known.get(normalised(charted or default or ""))
    if rule is None:
        return 1.0, 0.0, not charted, True
    return rule[1], rule[2], not charted, False
