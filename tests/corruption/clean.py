"""The extract that is wrecked: six infusions of the synthetic sample, under ids that nothing else looks like."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from io import StringIO

from tests.functional.extract import ROOT

SAMPLE = ROOT / "sample_data" / "synthetic"
SETTINGS = 'timezone = "America/Chicago"\n'
TABLES = ("infusions", "vitals", "labs", "mar", "adt", "assessments", "procedures")

_CUT = ("SYN-0002", "SYN-0019", "SYN-0020", "SYN-0042", "SYN-0053")
"""From no episode to be treated to a course of grade 4; the second is infused twice."""

SECRETS = r"910\d{3}|PRIVATE"
"""What no message may hold: (parts of) the ids, and the texts planted in columns that no page need name."""


@dataclass(frozen=True)
class Table:
    """A header, and records of as many cells."""

    header: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]

    def at(self, column: str) -> int:
        """Where a column stands."""
        return self.header.index(column)


@cache
def clean() -> dict[str, Table]:
    """The canonical tables. Ids have leading zeros (SYN-0042 is 00910042), some units letters outside ASCII."""
    return {table: _cut(table) for table in TABLES}


def _cut(table: str) -> Table:
    with (SAMPLE / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        header, *records = csv.reader(file)
    planted = [at for at, name in enumerate(header) if name in ("site", "order_id", "indication")]
    kept = []
    for cells in records:
        if cells[0] in _CUT:
            cells[0] = f"0091{cells[0][-4:]}"
            for at in planted:
                cells[at] = f"PRIVATE {cells[at]}"
            kept.append(tuple(cells))
    return Table(tuple(header), tuple(kept))


def as_csv(header: tuple[str, ...], records: list[tuple[str, ...]], delimiter: str = ",") -> bytes:
    """Header (none where empty) and records as UTF-8 CSV with newlines."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *records] if header else records)
    return text.getvalue().encode()
