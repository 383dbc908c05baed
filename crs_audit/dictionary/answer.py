"""What `crs-audit schema` puts on stdout: the dictionary, or what it says of one table."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

from crs_audit.answers import as_json
from crs_audit.console import WIDTH, unfolded
from crs_audit.dictionary.entries import Column, Kind, Table, Word
from crs_audit.dictionary.given_out import given_out
from crs_audit.dictionary.taken_in import taken_in
from crs_audit.dictionary.words import NOTES
from crs_audit.setting_forms import unknown

WAYS = {"in": "WHAT GOES IN", "out": "WHAT COMES OUT (data/<table>.parquet and .csv)"}


def schema_answer(name: str | None, as_document: bool) -> str:
    """The answer of `schema`, text or JSON: all tables, or those of one name; UsageError where there is none."""
    tables = [*taken_in(), *given_out()]
    if name is not None:
        known = dict.fromkeys(table.name for table in tables)
        if name.lower() not in known:
            raise unknown("table", name, known)
        tables = [table for table in tables if table.name == name.lower()]
    if as_document:
        return as_json({way: [asdict(table) for table in tables if table.way == way] for way in WAYS})
    parts = []
    for way, title in WAYS.items():
        found = [table for table in tables if table.way == way]
        parts += [title, _notes(way), *map(_table, found)] if found else []
    return "\n\n".join(parts)


def _notes(way: str) -> str:
    return unfolded([((word,), [told]) for word, told in NOTES[way]])


def _table(table: Table) -> str:
    texts = [table.holds]
    if table.sorted_by:
        texts.append(f"Sorted by {', '.join(table.sorted_by)}.")
    needed = {True: " (needed)", False: " (optional)", None: ""}[table.needed]
    parts = [f"{table.name}{needed}\n" + "\n".join(_paragraph(text, indent="  ") for text in texts)]
    columns = [(_cells(column), _column(column, table)) for column in table.columns]
    head = ["column", "type"] if table.needed is None else ["column", "needed", "type"]
    parts.append(unfolded([(head, ["holds"]), *columns], indent="  "))
    if table.kind_column:
        kinds = [
            ([kind.name, kind.unit, kind.plausible.text if kind.plausible else ""],
             _kind(kind))
            for kind in table.kinds
        ]  # fmt: skip
        parts.append(unfolded([([table.kind_column, "unit", "plausible"], ["holds"]), *kinds], indent="  "))
    return "\n\n".join(parts)


def _cells(column: Column) -> list[str]:
    needed = [] if column.needed is None else ["yes" if column.needed else "no"]
    return [column.name, *needed, column.type]


def _paragraph(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _column(column: Column, table: Table) -> list[str]:
    texts = [column.holds]
    if column.name == table.kind_column:
        texts.append("one of those listed below")
    else:
        texts += _words(column.words)
    if column.units:
        texts.append("unit: " + "; ".join(unit.text for unit in column.units))
    if column.plausible:
        texts.append("plausible: " + "; ".join(band.told for band in column.plausible))
    if column.rejected_when:
        texts.append("rejected: " + ", ".join(column.rejected_when))
    return texts


def _kind(kind: Kind) -> list[str]:
    texts = [kind.holds, *_words(kind.words)]
    if kind.measured and kind.measured.converted:
        texts.append("converted: " + kind.measured.conversions)
    return [*texts, *kind.doubts]


def _words(words: tuple[Word, ...]) -> list[str]:
    if any(word.holds for word in words):
        return [word.text for word in words]
    return ["one of: " + ", ".join(word.name for word in words)] if words else []
