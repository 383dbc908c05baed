"""The tables that go in, after the declarations of intake: columns, rules, units, plausible bands."""

from __future__ import annotations

import polars as pl

from crs_audit.dictionary.entries import Band, Column, Conversion, Kind, Measured, Table, of_column, of_table
from crs_audit.dictionary.words import word_lists
from crs_audit.intake.columns import CANONICAL, NAME_COLUMN, REQUIRED
from crs_audit.intake.plausible import bands, years
from crs_audit.intake.rejects import FAHRENHEIT_SUSPECT, GIVEN_TWICE, IMPLAUSIBLE, NOT_A_NUMBER, NOT_A_TIME
from crs_audit.intake.schemas import RULES, Rule
from crs_audit.intake.units import known_units
from crs_audit.tables import REQUIRED_TABLES, SCHEMAS

WORDS_OF_TEXT = ("product", "drug", "filter_used")
"""Columns whose accepted type is text, and which hold words of a list nevertheless."""
JUDGED_BY = {("infusions", "birth_date"): "age_years"}
"""Columns that are judged by the plausible band of another one."""
AFTER_THE_RULES = {("infusions", "infusion_time"): (GIVEN_TWICE,)}
"""Reasons that show only when all rows of a table are there."""
UNITS = {
    ("infusions", "weight_kg"): (("vitals", "weight"),),
    ("mar", "dose_unit"): (("doses", "mg"), ("doses", "mL")),
}
"""Columns that have units, or name them, without a name beside them; with the entries of units.toml."""


def taken_in() -> tuple[Table, ...]:
    """All tables an extract may hold, in the order of the contract."""
    return tuple(_table(name) for name in CANONICAL)


def _table(table: str) -> Table:
    kind_column = NAME_COLUMN.get(table)
    kinds = [] if kind_column is None else [(word.name, word.holds) for word in word_lists()[kind_column]]
    return Table(
        name=table,
        way="in",
        holds=of_table("in", table),
        needed=table in REQUIRED_TABLES,
        columns=tuple(_column(table, column) for column in CANONICAL[table]),
        kind_column=kind_column,
        kinds=tuple(_kind(table, name, holds) for name, holds in kinds),
    )


def _column(table: str, column: str) -> Column:
    rules = [rule for rule in RULES[table] if rule.column == column]
    named = isinstance(SCHEMAS[table].get(column), pl.Enum) or column in WORDS_OF_TEXT
    units = tuple(_measured(*entry) for entry in UNITS.get((table, column), ()))
    return Column(
        name=column,
        type=_type(rules, named),
        holds=of_column("in", table, column)[0],
        needed=column in REQUIRED[table],
        units=tuple(unit for unit in units if unit is not None),
        plausible=tuple(band for rule in rules if (band := _band(table, rule)) is not None),
        words=word_lists()[column] if named else (),
        rejected_when=(*dict.fromkeys(rule.reason for rule in rules), *AFTER_THE_RULES.get((table, column), ())),
    )


def _type(rules: list[Rule], named: bool) -> str:
    reasons = {rule.reason for rule in rules}
    return "time" if NOT_A_TIME in reasons else "number" if NOT_A_NUMBER in reasons else "name" if named else "text"


def _band(table: str, rule: Rule) -> Band | None:
    """The band a rule holds a column against; None where it is another rule, or the band depends on the row's name."""
    if rule.reason != IMPLAUSIBLE or rule.column is None:
        return None
    if not rule.spans_cells:
        low, high = years()
        return Band(low, high, bands()["time"]["unit"], bands()["time"]["reason"])
    return None if table in NAME_COLUMN else _of_toml(table, JUDGED_BY.get((table, rule.column), rule.column))


def _of_toml(table: str, name: str) -> Band | None:
    """The band of a column or of a named value; one without a band takes the table's own, if there is one."""
    band = bands()[table].get(name, bands()[table])
    return Band(band.get("low"), band.get("high"), band["unit"], band["reason"]) if "unit" in band else None


def _measured(table: str, name: str) -> Measured | None:
    units = list(dict.fromkeys(known_units(table, name).values()))
    return Measured(units[0][0], tuple(Conversion(*unit) for unit in units[1:])) if units else None


def _kind(table: str, name: str, holds: str) -> Kind:
    device = name == "o2_device"
    return Kind(
        name=name,
        holds=holds,
        measured=None if table == "assessments" else _measured(table, name),
        plausible=_of_toml(table, name),
        doubts=tuple(_doubts(table, name)),
        words=word_lists()[name] if device else (),
    )


def _doubts(table: str, name: str) -> list[str]:
    found = []
    band = bands()[table].get(name, {})
    if "fahrenheit_from" in band:
        found.append(
            f"{band['fahrenheit_from']} to {band['fahrenheit_to']} charted in the canonical unit, or without unit, is "
            f"rejected: {FAHRENHEIT_SUSPECT}"
        )
    if table == "labs" and name in bands()["unit_suspect"]:
        found.append(f"below {bands()['unit_suspect'][name]['below']} without unit is flagged: unit_suspect")
    return found
