"""An extract: its sources, one for each file or sheet of a table, and their rows as text in canonical columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crs_audit.intake.discover import PARQUET, Place, discover
from crs_audit.intake.hashing import FileHash, KnownHash
from crs_audit.intake.header import Layout, lay_out
from crs_audit.intake.lookups import LookedUp, is_left_out
from crs_audit.intake.mapping import Mapping
from crs_audit.intake.raw import Tally, TextTable, place
from crs_audit.intake.reshape import reshape
from crs_audit.intake.table_map import TableMap
from crs_audit.intake.text_csv import CsvTable
from crs_audit.intake.text_excel import SheetTable, Workbook
from crs_audit.intake.text_parquet import ParquetTable


@dataclass(frozen=True)
class Source:
    """One file or sheet of a table."""

    number: int
    """From 1, in the order of `Extract.sources`."""
    table: str
    file: str
    """Path relative to the input."""
    sheet: str | None
    hash: FileHash | KnownHash
    text_bytes: int
    """About the size of its rows as text, whatever the file's own form."""
    encoding: str | None
    delimiter: str | None
    extra_columns: tuple[str, ...]
    """Columns of the file that are not read."""
    columns: tuple[str, ...]
    """All columns of the file, as it names them."""

    @property
    def sha256(self) -> str:
        """Of the file, waited for. Raises InputError where it cannot be read."""
        return self.hash.hex

    @property
    def bytes(self) -> int:
        """The file's size."""
        return self.hash.bytes

    @property
    def place(self) -> str:
        """How messages call it."""
        return place(self.file, self.sheet)


@dataclass(frozen=True)
class _Opened:
    text: TextTable
    layout: Layout
    map_: TableMap


class Extract:
    """The sources of an input. `skipped`: files and sheets that neither a table nor a lookup claims."""

    def __init__(
        self,
        opened: list[tuple[Source, _Opened]],
        skipped: tuple[str, ...],
        looked_up: tuple[Source, ...] = (),
        doubts: tuple[str, ...] = (),
    ) -> None:
        self.sources = tuple(source for source, _ in opened)
        self.looked_up = looked_up
        """Files and sheets that only lookups read; their `table` is the lookup's name, their `number` 0."""
        self.tables = frozenset(source.table for source in self.sources)
        self.skipped = skipped
        self._doubts = doubts
        self._opened = {source.number: one for source, one in opened}
        self._tallies: dict[int, Tally] = {}

    def batches(self, source: Source, rows: int = 500_000) -> Iterator[pl.DataFrame]:
        """The source's rows, in order, in frames of `rows` rows, the last one shorter.

        Columns: the table's canonical ones (String, blank = null), source UInt16, row UInt32 (record number; the
        header counts as 1 in CSV, a sheet's own row numbers in Excel, from 1 in Parquet), broken String (why the
        record could not be read as it should, or null). Raises InputError where the content cannot be read.
        """
        one = self._opened[source.number]
        tally = self._tallies[source.number] = Tally()
        frames = one.text.frames(one.layout.header, len(one.layout.columns), one.layout.used, tally)
        return _sized((reshape(frame, one.layout, one.map_, source.number, tally) for frame in frames), rows)

    def map_of(self, source: Source) -> TableMap:
        """What the source's rows are read by."""
        return self._opened[source.number].map_

    def filtered(self, source: Source) -> int:
        """Records left out by the map's `where` or `skip_unknown`, and wide records without a value; known when
        `batches` is drained."""
        tally = self._tallies.get(source.number, Tally())
        return tally.filtered + tally.unfilled

    def records(self, source: Source) -> int:
        """Records in the file that are not blank; known when `batches` is drained.

        = filtered + rows handed on, unless the map makes several rows of a record (`wide`, `split`).
        """
        return self._tallies.get(source.number, Tally()).records

    def parts(self, source: Source) -> int:
        """Rows more than records, made by lookups that match several rows; known when `batches` is drained."""
        return self._tallies.get(source.number, Tally()).parts

    def aside(self, source: Source) -> list[pl.DataFrame]:
        """UNMATCHED: names of the rows that `skip_unknown` left aside; known when `batches` is drained."""
        return self._tallies.get(source.number, Tally()).aside

    def blank(self, source: Source) -> int:
        """Blank records between the others, not counted as rows of the file; known when `batches` is drained."""
        return self._tallies.get(source.number, Tally()).blank

    def hashed(self) -> None:
        """Waits until every file's hash is there. Raises InputError where one cannot be read."""
        for source in (*self.sources, *self.looked_up):
            source.hash.hex  # noqa: B018  asked for, so that it is there

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about the files, one line each; complete when all batches are drained."""
        lines = [warning for one in self._opened.values() for warning in one.text.origin.warnings]
        lines += self._doubts
        lines += [warning for one in self._opened.values() for warning in _of_lookups(one.text)]
        lines += [warning for number in sorted(self._tallies) for warning in self._tallies[number].warnings]
        return tuple(dict.fromkeys(lines))


def _of_lookups(text: TextTable) -> Iterator[str]:
    while isinstance(text, LookedUp):
        yield from text.warnings
        text = text.text


def open_extract(path: Path, mapping: Mapping) -> Extract:
    """Looks at the whole input: every file's header is read and laid out, its hash begun; no row is kept.

    path: a folder of tables or of workbooks, or one workbook. Raises InputError (one line that names file and sheet)
    for what cannot be read, and for a column that is missing or ambiguous. Whether all tables that an audit needs are
    there is for the caller to ask (`Extract.tables`).
    """
    books: dict[str, Workbook] = {}
    texts: dict[tuple[str, str | None, bool], TextTable] = {}

    def workbook(at: Path, file: str) -> Workbook:
        books[file] = Workbook(at, file)
        return books[file]

    def text_of(place: Place, quotes: bool = True) -> TextTable:
        key = place.file, place.sheet, quotes
        if key not in texts:
            texts[key] = _text(place, books, mapping.decimal, quotes)
        return texts[key]

    found = discover(path, mapping, workbook)
    opened: list[tuple[Source, _Opened]] = []
    looked_up: dict[tuple[str, str, str | None], Source] = {}
    doubts: list[str] = []
    for number, claim in enumerate(found.claims, 1):
        text: TextTable = text_of(claim.place)
        for lookup in claim.map_.lookups:
            others = tuple(text_of(place, lookup.quotes) for place in found.lookups[lookup.file, lookup.sheet])
            if is_left_out(lookup, text, others, claim.map_):
                if not others:
                    doubts.append(f"no file or sheet fits {lookup.file or lookup.sheet!r}: nothing is looked up in it")
                continue
            text = LookedUp(text, lookup, others, claim.map_)
            for other in others:
                key = lookup.name, other.origin.file, other.origin.sheet
                looked_up[key] = _source(0, lookup.name, other, (), ())
        layout = lay_out(claim.map_, text.head, text.origin)
        source = _source(number, claim.table, text, layout.extra, layout.columns)
        opened.append((source, _Opened(text, layout, claim.map_)))
    return Extract(opened, found.skipped, tuple(looked_up[key] for key in sorted(looked_up, key=str)), tuple(doubts))


def _source(number: int, table: str, text: TextTable, extra: tuple[str, ...], columns: tuple[str, ...]) -> Source:
    return Source(
        number=number,
        table=table,
        file=text.origin.file,
        sheet=text.origin.sheet,
        hash=text.origin.hash,
        text_bytes=text.text_bytes,
        encoding=text.origin.encoding,
        delimiter=text.origin.delimiter,
        extra_columns=extra,
        columns=columns,
    )


def _text(place: Place, books: dict[str, Workbook], decimal: str, quotes: bool) -> TextTable:
    if place.sheet is not None:
        return SheetTable(books[place.file], place.sheet, decimal)
    if place.file.casefold().endswith(PARQUET):
        return ParquetTable(place.path, place.file, decimal)
    return CsvTable(place.path, place.file, quotes)


def _sized(frames: Iterator[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of exactly `rows` rows, the last one shorter; each in one piece, which costs a copy and
    spares every step after it several."""
    waiting: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        waiting.append(frame)
        height += frame.height
        while height >= rows:
            whole = pl.concat(waiting, rechunk=True)
            yield whole.head(rows)
            waiting, height = [whole.slice(rows)], height - rows
    if height:
        yield pl.concat(waiting, rechunk=True)
