"""One way in which rows of a table are written, as [tables.<table>] of a mapping tells it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any

from crs_audit.intake import toml_forms as forms
from crs_audit.intake.columns import AMOUNT_COLUMNS, CANONICAL, NAME_COLUMN, NAMED, REQUIRED
from crs_audit.tables import ASSESSMENTS, LABS, VITALS

_NAMES = {"vitals": VITALS, "labs": LABS, "assessments": ASSESSMENTS}
MAP_KEYS = (
    "file", "sheet", "header_row", "columns", "constants", "values", "wide", "split", "where", "units", "blanks",
    "join", "amounts", "dates", "lookups", "words", "blank_if_same", "skip_unknown", "time_formats",
    "decimal",
)  # fmt: skip
_LOOKUP_KEYS = ("name", "file", "sheet", "header_row", "from", "key", "where", "many", "required", "optional", "quotes")
LAST_HEADER_ROW = 30
OPTIONAL = "?"
"""Behind a source column of `columns` or `where`: not every file has it. Where it is missing it is passed over."""

Texts = AnyMapping[str, str]
Wanted = AnyMapping[str, frozenset[str]]
"""Source column → texts of the rows that count; "" is a blank cell, "*" any other, "!x" takes x out."""


@dataclass(frozen=True)
class Lookup:
    """Another file whose columns stand beside a table's own, as `<name>.<column>`, where two keys are equal."""

    name: str
    from_: str
    """Column of the table, or `<name>.<column>` of a lookup before this one."""
    key: str
    """Column of the other file."""
    file: str | None = None
    sheet: str | None = None
    header_row: int = 1
    where: Wanted = field(default_factory=dict)
    many: bool = False
    """Whether a record may match several rows there, and becomes as many; else keys must be unique."""
    required: bool = False
    """Whether a record without a match is rejected; else its cells are blank."""
    optional: bool = False
    """Whether the other file, or the table's column `from_`, may be absent; the lookup's columns then are, too."""
    quotes: bool = True
    """Whether a cell of the other file may stand in quotes; if not, and between tabs, they are part of its text."""


@dataclass(frozen=True)
class TableMap:
    """Source columns and texts are matched trimmed, without case."""

    table: str
    file: str | None = None
    """Glob or beginning of the file's name; None: the name begins with the table's."""
    sheet: str | None = None
    """Glob or beginning of the sheet's name; None: the name begins with the table's."""
    header_row: int = 1
    columns: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical column → source columns, the first that is filled counts; after a `join` where that is blank. Of a
    column that must be there, and whose sources are all optional, one is needed."""
    join: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical column → source columns whose texts make it together, one blank between them. Of a number the last
    is the number, the others say its sign: only what they begin with, such as <, is taken."""
    words: AnyMapping[str, Texts] = field(default_factory=dict)
    """Source column → text → the text that stands for it everywhere but in `where`; "*": any other filled cell."""
    blank_if_same: Texts = field(default_factory=dict)
    """Canonical column → canonical column: equal to it, the first is blank (an end that repeats the start)."""
    amounts: AnyMapping[str, tuple[str, str]] = field(default_factory=dict)
    """Source column with a number and its unit in one cell → value column, unit column."""
    dates: tuple[str, ...] = ()
    """Source columns that hold a date, whatever midnight is written behind it."""
    constants: Texts = field(default_factory=dict)
    """Canonical column → one text for every row; empty = blank."""
    values: AnyMapping[str, Texts] = field(default_factory=dict)
    """Canonical column → source text → canonical text; other texts pass as they are."""
    wide: Texts = field(default_factory=dict)
    """Source column → vital, lab or assessment (or a name of `split`): one long row for each filled cell."""
    split: AnyMapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name in the name column → names of its parts, divided by "/": BP 120/80 → sbp 120, dbp 80."""
    where: Wanted = field(default_factory=dict)
    """All other rows are counted as filtered."""
    units: Texts = field(default_factory=dict)
    """Vital or lab → the unit of its rows whose unit is blank."""
    blanks: tuple[str, ...] = ()
    """Texts that stand for a blank cell, such as NULL."""
    time_formats: tuple[str, ...] | None = None
    """In place of the mapping's own."""
    decimal: str | None = None
    """In place of the mapping's own."""
    lookups: tuple[Lookup, ...] = ()
    skip_unknown: bool = False
    """Whether rows of a name the audit does not know are left aside, counted as filtered, their names listed; else
    they are rejected."""

    def may_miss(self, source: str) -> bool:
        """Whether a source column in `columns` need not be there."""
        return any(source + OPTIONAL in many for many in self.columns.values())

    def asked(self) -> Iterator[str]:
        """Every source column the map names, those of lookups as `<name>.<column>`."""
        for several in (*self.columns.values(), *self.join.values()):
            yield from (source.removesuffix(OPTIONAL) for source in several)
        yield from (*self.amounts, *self.dates, *self.wide, *self.where, *self.words)
        yield from (lookup.from_ for lookup in self.lookups)


def table_map(table: str, given: Any) -> TableMap:
    """The map of a [tables.<table>]. Raises UsageError for an unknown key, column or name, or a wrong type."""
    place = f"tables.{table}"
    forms.need(isinstance(given, dict), place, "must be a table")
    forms.known(place, given, MAP_KEYS)
    canonical = CANONICAL[table]
    lookups = _lookups(place, given)
    left_out = tuple(f"{lookup.name}." for lookup in lookups if lookup.optional)
    written = {
        name: forms.one_or_more(f"{place}.columns.{name}", source)
        for name, source in forms.part(place, given, "columns")
    }
    columns = {
        name: tuple(one.removesuffix(OPTIONAL) + OPTIONAL if one.startswith(left_out) else one for one in sources)
        for name, sources in written.items()
    }
    join = {name: forms.one_or_more(f"{place}.join.{name}", parts) for name, parts in forms.part(place, given, "join")}
    constants = forms.texts(f"{place}.constants", given.get("constants", {}))
    values = {name: forms.texts(f"{place}.values.{name}", texts) for name, texts in forms.part(place, given, "values")}
    blank_if_same = forms.texts(f"{place}.blank_if_same", given.get("blank_if_same", {}))
    for key, named in (
        ("columns", columns),
        ("join", join),
        ("constants", constants),
        ("values", values),
        ("blank_if_same", (*blank_if_same, *blank_if_same.values())),
    ):
        forms.known(f"{place}.{key}", named, canonical)
    wide = forms.texts(f"{place}.wide", given.get("wide", {}))
    split = {name: forms.text_list(f"{place}.split.{name}", parts) for name, parts in forms.part(place, given, "split")}
    units = forms.texts(f"{place}.units", given.get("units", {}))
    for key, some in (("wide", wide), ("split", split), ("units", units)):
        forms.need(not some or table in NAME_COLUMN, f"{place}.{key}", f"only {', '.join(NAME_COLUMN)} can have it")
    names = _NAMES.get(table, ())
    for key, used, known in (
        ("wide", wide.values(), (*names, *split)),
        ("split", [part for parts in split.values() for part in parts], names),
        ("units", units, names),
    ):
        forms.known(f"{place}.{key}", used, known)
    if table in ("vitals", "assessments"):
        # Labs may be reworded into any name their vocabulary reads; these two know only their own.
        words = values.get(NAME_COLUMN[table], {}).values()
        forms.known(f"{place}.values.{NAME_COLUMN[table]}", [w for w in map(str.lower, words) if w], names)
    skip_unknown = forms.flag(f"{place}.skip_unknown", given.get("skip_unknown", False))
    forms.need(not skip_unknown or table in NAMED, f"{place}.skip_unknown", f"only {', '.join(NAMED)} can have it")
    return TableMap(
        table=table,
        file=forms.text_or_none(f"{place}.file", given.get("file")),
        sheet=forms.text_or_none(f"{place}.sheet", given.get("sheet")),
        header_row=_header_row(place, given),
        columns=columns,
        join=join,
        words={name: forms.texts(f"{place}.words.{name}", texts) for name, texts in forms.part(place, given, "words")},
        blank_if_same=blank_if_same,
        time_formats=_formats(place, given),
        decimal=forms.decimal(f"{place}.decimal", given["decimal"]) if "decimal" in given else None,
        skip_unknown=skip_unknown,
        amounts=_amounts(place, table, given),
        dates=forms.text_list(f"{place}.dates", given.get("dates", ())),
        constants=constants,
        values=values,
        wide=wide,
        split=split,
        where=_where(place, given),
        units=units,
        blanks=forms.text_list(f"{place}.blanks", given.get("blanks", ())),
        lookups=lookups,
    )


def required_columns(map_: TableMap) -> tuple[str, ...]:
    """Canonical columns that the source itself must hold: the table's required ones less what the map supplies."""
    supplied = {*map_.constants, *map_.join, *(name for pair in map_.amounts.values() for name in pair)}
    if map_.wide:
        supplied |= {NAME_COLUMN[map_.table], "value"}
    return tuple(name for name in REQUIRED[map_.table] if name not in supplied)


def _header_row(place: str, given: AnyMapping[str, Any]) -> int:
    row = given.get("header_row", 1)
    whole = isinstance(row, int) and not isinstance(row, bool)
    forms.need(whole and 1 <= row <= LAST_HEADER_ROW, f"{place}.header_row", f"must be from 1 to {LAST_HEADER_ROW}")
    return int(row)


def _formats(place: str, given: AnyMapping[str, Any]) -> tuple[str, ...] | None:
    return forms.text_list(f"{place}.time_formats", given["time_formats"]) if "time_formats" in given else None


def _where(place: str, given: AnyMapping[str, Any]) -> dict[str, frozenset[str]]:
    wanted = forms.part(place, given, "where")
    return {name: frozenset(forms.one_or_more(f"{place}.where.{name}", texts)) for name, texts in wanted}


def _amounts(place: str, table: str, given: AnyMapping[str, Any]) -> dict[str, tuple[str, str]]:
    pairs = AMOUNT_COLUMNS.get(table, ())
    found = {}
    for source, target in forms.part(place, given, "amounts"):
        pair = forms.text_list(f"{place}.amounts.{source}", target)
        allowed = " or ".join(str(list(one)) for one in pairs)
        forms.need(
            pair in pairs, f"{place}.amounts.{source}", f"must be {allowed or 'left out: no column of it has a unit'}"
        )
        found[source] = (pair[0], pair[1])
    twice = len(set(found.values())) < len(found)
    forms.need(not twice, f"{place}.amounts", "names one column twice")
    forms.need(not (found and given.get("wide")), f"{place}.amounts", "cannot stand beside wide")
    return found


def _lookups(place: str, given: AnyMapping[str, Any]) -> tuple[Lookup, ...]:
    several = given.get("lookups", [])
    forms.need(isinstance(several, list), f"{place}.lookups", f"must be written as [[{place}.lookups]]")
    found: list[Lookup] = []
    for one in several:
        forms.need(isinstance(one, dict), f"{place}.lookups", f"must be written as [[{place}.lookups]]")
        forms.known(f"{place}.lookups", one, _LOOKUP_KEYS)
        for key in ("name", "from", "key"):
            sound = isinstance(one.get(key), str) and bool(one[key])
            forms.need(sound, f"{place}.lookups", f"must have {key!r}, a text")
        name = one["name"]
        here = f"{place}.lookups ({name})"
        own = name not in {other.name for other in found}
        forms.need(own and "." not in name, here, "needs a name of its own, without a point")
        forms.need(bool(one.get("file") or one.get("sheet")), here, "must name its file or its sheet")
        found.append(
            Lookup(
                name=name,
                from_=one["from"],
                key=one["key"],
                file=forms.text_or_none(f"{here}.file", one.get("file")),
                sheet=forms.text_or_none(f"{here}.sheet", one.get("sheet")),
                header_row=_header_row(here, one),
                where=_where(here, one),
                many=forms.flag(f"{here}.many", one.get("many", False)),
                required=forms.flag(f"{here}.required", one.get("required", False)),
                optional=forms.flag(f"{here}.optional", one.get("optional", False)),
                quotes=forms.flag(f"{here}.quotes", one.get("quotes", True)),
            )
        )  # fmt: skip
    return tuple(found)
