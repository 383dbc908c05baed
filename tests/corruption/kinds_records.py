"""Wrecked records: cells lost, shifted, rows cut off, repeated, or of another table."""

from __future__ import annotations

from tests.corruption.clean import as_csv, clean
from tests.corruption.wreck import At, Cells, Record, Wreck, numbered, wreck

SOME = 4
"""Records touched by kinds that touch some."""


def cell_lost(at: At) -> Wreck:
    """Some records lack the cell of the column, and what follows stands one to the left."""
    position = at.clean.at(at.column)
    return _changed(at, lambda cells: cells[:position] + cells[position + 1 :])


def cell_gained(at: At) -> Wreck:
    """Some records have a cell too many before that of the column."""
    position = at.clean.at(at.column)
    return _changed(at, lambda cells: (*cells[:position], at.text, *cells[position:]))


def shifted_right(at: At) -> Wreck:
    """All cells of some records stand one to the right, the first is empty and the last has fallen off."""
    return _changed(at, lambda cells: ("", *cells[:-1]))


def shifted_left(at: At) -> Wreck:
    """All cells of some records stand one to the left, the last is empty."""
    return _changed(at, lambda cells: (*cells[1:], ""))


def blank_records(at: At) -> Wreck:
    """Records whose cells are all `text`, between the others."""
    records = at.records()
    for _ in range(SOME):
        records.insert(at.middle(), Record((at.text,) * len(at.clean.header), None))
    return wreck(at, records)


def blank_line(at: At) -> Wreck:
    """A line of blanks between the records."""
    records = at.records()
    records.insert(at.middle(), Record(("  ",), None))
    return wreck(at, records)


def repeated(at: At) -> Wreck:
    """Some records stand twice, the second time with their column's cell as `text` says."""
    records, again = at.records(), at.some(SOME, lambda cells: bool(cells[at.clean.at(at.column or "patient_id")]))
    for n in again:
        cells = list(at.clean.records[n])
        if at.column:
            position = at.clean.at(at.column)
            cells[position] = at.text.format(cell=cells[position], CELL=cells[position].upper())
        records.append(Record(tuple(cells), n))
    return wreck(at, records)


def doubled(at: At) -> Wreck:
    """The whole file appended to itself, with `text` between: nothing, or its header once more."""
    between = [Record(at.clean.header, None)] if at.text == "header" else []
    return wreck(at, [*at.records(), *between, *at.records()])


def backwards(at: At) -> Wreck:
    """The records in the opposite order."""
    return wreck(at, at.records()[::-1])


def no_records(at: At) -> Wreck:
    """The header alone."""
    return wreck(at, [])


def months_overlap(at: At) -> Wreck:
    """Two files, of which the second begins before the first ends."""
    records = at.records()
    third = len(records) // 3
    made = wreck(at, records[: 2 * third], file=f"{at.table}_1.csv", touched=set(range(third, 2 * third)))
    made.files[f"{at.table}_2.csv"] = as_csv(at.clean.header, [one.cells for one in records[third:]])
    made.records |= numbered(f"{at.table}_2.csv", records[third:])
    return made


def another_table(at: At) -> Wreck:
    """The whole file of the table that `text` names stands behind the records, with its header."""
    other = clean()[at.text]
    behind = [Record(cells, None) for cells in (other.header, *other.records)]
    return wreck(at, [*at.records(), *behind])


def only_another_table(at: At) -> Wreck:
    """The file holds another table's rows and header."""
    other = clean()[at.text]
    return Wreck(at.table, {f"{at.table}.csv": as_csv(other.header, list(other.records))})


def _changed(at: At, change: object) -> Wreck:
    assert callable(change)
    records = at.records()
    for n in at.some(SOME):
        cells: Cells = change(records[n].cells)
        records[n] = Record(cells, n)
    return wreck(at, records)
