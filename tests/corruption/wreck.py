"""What a kind of corruption makes of the clean extract, and what is known of it beforehand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.corruption.clean import Table, as_csv, clean

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """A record of a wrecked file. `of`: the clean record (from 0) it tells of, None where it tells of none."""

    cells: Cells
    of: int | None


@dataclass
class Wreck:
    """Wrecked files, which take the place of their tables' clean ones.

    files: name → content, or what makes the file at a path. records: name → for each record the program should count,
    in order, its number in the file and the clean record it tells of. touched: clean records that do not stand in the
    wreck as they stood, or not once. secret: texts put in that no message may hold.
    """

    table: str
    files: dict[str, bytes | Callable[[Path], None]]
    records: dict[str, list[tuple[int, int | None]]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    lost_column: str | None = None


@dataclass(frozen=True)
class At:
    """Where and how to wreck: a line of the table of answers, with chance as its seed gives it.

    cited: clean records of the table that the clean report's evidence rests on.
    """

    table: str
    column: str
    text: str
    chance: random.Random
    cited: frozenset[int]

    @property
    def clean(self) -> Table:
        return clean()[self.table]

    def records(self) -> list[Record]:
        """The clean records, each telling of itself."""
        return [Record(cells, at) for at, cells in enumerate(self.clean.records)]

    def some(self, n: int, fit: Callable[[Cells], bool] = lambda cells: True) -> list[int]:
        """Up to `n` clean records that fit, in order; half of them such as the evidence rests on, if there are."""
        fitting = [at for at, cells in enumerate(self.clean.records) if fit(cells)]
        cited = [at for at in fitting if at in self.cited]
        chosen = set(self.chance.sample(cited, min(len(cited), -(-n // 2))))
        others = [at for at in fitting if at not in chosen]
        return sorted(chosen | set(self.chance.sample(others, min(len(others), n - len(chosen)))))

    def middle(self) -> int:
        """A clean record that is neither among the first nor among the last."""
        n = len(self.clean.records)
        return self.chance.randrange(n // 4, max(n // 4 + 1, 3 * n // 4))


def wreck(
    at: At,
    records: list[Record],
    header: Cells | None = None,
    *,
    file: str | None = None,
    above: int = 1,
    rewrite: Callable[[bytes], bytes] = lambda data: data,
    touched: set[int] | None = None,
) -> Wreck:
    """One file of `records`. above: how many records stand before the first, the header being one. touched: where not
    told, the clean records that are changed, missing or there twice."""
    data = rewrite(as_csv(at.clean.header if header is None else header, [record.cells for record in records]))
    name = file or f"{at.table}.csv"
    if touched is None:
        counts = Counter(record.of for record in records)
        touched = {n for n in range(len(at.clean.records)) if counts[n] != 1}
        touched |= {one.of for one in records if one.of is not None and one.cells != at.clean.records[one.of]}
    return Wreck(at.table, {name: data}, numbered(name, records, above), touched)


def numbered(name: str, records: list[Record], above: int = 1) -> dict[str, list[tuple[int, int | None]]]:
    """Record numbers of a file, the first after `above` others; blank lines and records of empty cells are none."""
    return {
        name: [
            (n, one.of)
            for n, one in enumerate(records, above + 1)
            if "".join(one.cells).strip() or (len(one.cells) > 1 and any(one.cells))
        ]
    }
