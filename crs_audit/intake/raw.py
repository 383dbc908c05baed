"""What the readers of all formats hand on: the text of one file or sheet, cell for cell, before any mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from crs_audit.intake.hashing import FileHash

HEAD = 40
"""Records looked at for a header: the highest `header_row` a map may name, and the ten after it."""

FILLED = "*"
NOT = "!"

CARRIED = "carried"
"""In place of a canonical name: a position whose text is only carried along. A fault there breaks no record."""

KEY = "key"
"""In place of a canonical name: a position that is compared with another file's."""

BROKEN = "broken"
"""Column of the frames: why a record could not be read as it should, or null."""

PART = "part"
"""Column of the frames of a table with lookups: which of its record's rows it is, where a record matched several. Two
alike rows of one record are no duplicates."""


@dataclass(frozen=True)
class Origin:
    """The file that a text table was read from."""

    file: str
    """Path relative to the input."""
    hash: FileHash
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """How messages call it."""
        return place(self.file, self.sheet)


def place(file: str, sheet: str | None) -> str:
    """How messages call a file or a sheet of one."""
    return file if sheet is None else f"{file} [{sheet}]"


@dataclass
class Tally:
    """What became of one source's records."""

    records: int = 0
    """All that are not blank."""
    blank: int = 0
    filtered: int = 0
    parts: int = 0
    """Rows more than records, where a record matches several rows of a lookup."""
    unfilled: int = 0
    """Wide records without a single value."""
    warnings: list[str] = field(default_factory=list)
    aside: list[pl.DataFrame] = field(default_factory=list)
    """UNMATCHED: the names of rows that were left aside, because nobody asks for them."""


class TextTable(Protocol):
    """A file or sheet as text."""

    @property
    def origin(self) -> Origin: ...

    @property
    def text_bytes(self) -> int:
        """About the size of its rows as text."""
        ...

    @property
    def head(self) -> list[tuple[int, list[str]]]:
        """The first records that are not blank, each with its number; Parquet: its names, as record 0."""
        ...

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        """The records after record `header`: columns "0" to str(width − 1) as String (blank = null), row, broken.

        used: the positions that are read at all, with the canonical name ("" for none). Raises InputError where the
        content cannot be read.
        """
        ...


def folded(text: str) -> str:
    """A text of a mapping as it is compared with cells: without outer blanks and case."""
    return text.strip().lower()


def folded_cells(cells: pl.Expr) -> pl.Expr:
    """Cells as they are compared with a mapping's texts."""
    return cells.str.strip_chars().str.to_lowercase()


def is_one_of(cells: pl.Expr, texts: Iterable[str]) -> pl.Expr:
    """Whether each cell holds one of a mapping's texts, a blank one the text ""."""
    return folded_cells(cells).fill_null("").is_in(sorted({folded(text) for text in texts}))


def chosen(cells: pl.Expr, texts: Iterable[str]) -> pl.Expr:
    """Whether each cell is one that a mapping's `where` asks for; the text * stands for every filled cell, and one
    behind a ! for cells that do not count. Where nothing but such is said all others count."""
    left_out = [text.removeprefix(NOT) for text in texts if text.startswith(NOT)]
    wanted = [text for text in texts if not text.startswith(NOT)]
    found = is_one_of(cells, wanted) if wanted else pl.lit(True)
    if FILLED in wanted:
        found |= folded_cells(cells).fill_null("") != ""
    return found & ~is_one_of(cells, left_out) if left_out else found


def names(width: int) -> list[str]:
    """The names of a frame's cells: their positions."""
    return [str(position) for position in range(width)]


def number(frame: pl.DataFrame, first: int, tally: Tally) -> pl.DataFrame:
    """Adds `row` from `first` on and then drops blank records, so that the numbers stay those of the file.

    frame: cells and `broken`.
    """
    numbered = frame.with_columns(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("row"))
    if any(frame[name].null_count() == 0 for name in frame.columns):
        return numbered
    kept = numbered.filter(~pl.all_horizontal(pl.exclude("row").is_null()))
    tally.blank += numbered.height - kept.height
    return kept
