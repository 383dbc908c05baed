"""Wrecked cells: numbers, times, ids and names as no one should write them."""

from __future__ import annotations

import re
from datetime import datetime

from tests.corruption.wreck import At, Cells, Record, Wreck, wreck

SOME = 4
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d):00([+-]\d\d:\d\d)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def cell(at: At) -> Wreck:
    """Some cells of the column are `text`, in which {cell} stands for what was there; parts of a time are {date},
    {year}, {month}, {day}, {clock} and {offset}, {serial} is its Excel serial; {wide} has full-width digits."""
    position = at.clean.at(at.column)
    return _written(at, at.some(SOME, lambda cells: _fits(at, cells[position])))


def every_cell(at: At) -> Wreck:
    """As `cell`, in every record that has one."""
    position = at.clean.at(at.column)
    return _written(at, [n for n, cells in enumerate(at.clean.records) if _fits(at, cells[position])])


def cell_of_named(at: At) -> Wreck:
    """As `cell`, in records that hold the name before the first blank of `text`."""
    name, text = at.text.split(" ", 1)
    position = at.clean.at(at.column)
    return _written(at, at.some(SOME, lambda cells: name in cells and bool(cells[position])), text)


def of_another_patient(at: At) -> Wreck:
    """Some records bear the id of another patient."""
    ids = sorted({cells[0] for cells in at.clean.records})
    records = at.records()
    for n in at.some(SOME):
        cells = records[n].cells
        records[n] = Record((at.chance.choice([id_ for id_ in ids if id_ != cells[0]]), *cells[1:]), n)
    made = wreck(at, records)
    made.others = {records[n].cells[0] for n in made.touched}
    return made


def _fits(at: At, text: str) -> bool:
    if at.column == "value" and at.table in ("vitals", "labs"):
        return bool(_NUMBER.fullmatch(text))
    return bool(text)


def _written(at: At, chosen: list[int], text: str | None = None) -> Wreck:
    position, records = at.clean.at(at.column), at.records()
    for n in chosen:
        cells: Cells = at.clean.records[n]
        written = filled(at.text if text is None else text, cells[position])
        records[n] = Record((*cells[:position], written, *cells[position + 1 :]), n)
    return wreck(at, records)


def filled(text: str, old: str) -> str:
    """`text` with what it takes from the cell that stood there."""
    parts = {"cell": old, "CELL": old.upper(), "wide": old.translate({48 + n: 0xFF10 + n for n in range(10)})}
    parts |= {"comma": old.replace(".", ","), "bare": old.lstrip("0")}
    if found := _TIME.fullmatch(old):
        year, month, day, clock, offset = found.groups()
        naive = datetime.fromisoformat(old).replace(tzinfo=None)
        serial = (naive - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
        parts |= {
            "date": f"{year}-{month}-{day}", "year": year, "month": month, "day": day, "clock": clock,
            "offset": offset, "serial": repr(serial),
        }  # fmt: skip
    return text.format(**parts)
