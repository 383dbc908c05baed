"""CSV → text: delimiter, header, and records in blocks, each read by polars or, where it is odd, record by record.

polars reads a block when its reading is certain to be right: every record has all its fields, no cell runs over a line
end, every quote opens or closes a whole cell. Any other block is read by `csv_records`, which marks the records that
are broken and keeps the others.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.csv_records import RETURN, Records, read_records
from crs_audit.intake.encoding import BLOCK, REPLACEMENT, examine, utf8_blocks
from crs_audit.intake.hashing import FileHash
from crs_audit.intake.raw import BROKEN, HEAD, Origin, Tally, names, number

DELIMITERS = (",", ";", "\t", "|")
LONGEST_RECORD = 4 * BLOCK
_WIDEST = 200
"""Columns of a file of which records swallowed by a quote are looked for; the pattern grows with them."""
LOOK = 1 << 20
"""Bytes in which the header and the records after it are looked for."""


class CsvTable:
    """A delimited text file, compressed or not. quotes: whether a cell between tabs may stand in quotes, which then
    are no text; one between commas, which are common within texts, always may."""

    def __init__(self, path: Path, file: str, quotes: bool = True) -> None:
        self.path = path
        hash_ = FileHash(path, file)
        self.encoding = examine(path, file)
        self._start, self._whole = _start(utf8_blocks(path, file, self.encoding))
        lines = [line for line in self._start.split(b"\n", HEAD)[:HEAD] if line.strip()]
        if not lines:
            raise InputError(f"{file}: is empty; a table needs at least its header")
        self.delimiter = _delimiter([line.decode("utf-8", "replace") for line in lines])
        self.quotes = quotes or self.delimiter != "\t"
        doubt = f"{file}: some bytes are not {self.encoding.name}; their rows are rejected"
        self.origin = Origin(
            file=file,
            hash=hash_,
            encoding=self.encoding.name,
            delimiter=self.delimiter,
            warnings=(doubt,) if self.encoding.doubtful else (),
        )

    @property
    def text_bytes(self) -> int:
        return self.encoding.text_bytes

    @cached_property
    def head(self) -> list[tuple[int, list[str]]]:
        records = self._read(self._start, last=self._whole, limit=HEAD)
        return [(at, cells) for at, cells in enumerate(records.rows, 1) if any(map(str.strip, cells))]

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        row, above, carry = 1, header, b""
        for block, last in _with_last(utf8_blocks(self.path, self.origin.file, self.encoding)):
            end = len(block) if last else block.rfind(b"\n") + 1
            data = b"".join((carry, memoryview(block)[:end], b"\n" if last else b""))
            carry = b""
            if end and above:
                left_out = self._read(data, last=last, limit=above, first=row)
                above, row = above - len(left_out.rows), row + len(left_out.rows)
                data = data[left_out.consumed :]
            if last:  # blank lines at the end are no records
                data = data.rstrip(b"\r\n") + b"\n"
                if above or data == b"\n":
                    return
            if above or not end:
                carry = data
            elif data:
                frame = self._certain(data, width)
                if frame is None:
                    records = self._read(data, last=last, first=row, width=width)
                    frame, carry = records.frame(width), data[records.consumed :]
                    self._one_line_end(records, row, width)
                    whole = [self.delimiter.join(cells) for cells in records.rows]
                    self._none_swallowed(pl.DataFrame({"record": whole}, {"record": pl.String}), row, width)
                elif b'"' in data and frame.height < data.count(b"\n"):
                    self._none_swallowed(frame.drop(BROKEN), row, width)
                yield number(frame, row, tally)
                row += frame.height
            carry += block[end:]
            if len(carry) > LONGEST_RECORD:
                raise InputError(f"{self.origin.file}: record {row} has no end within {LONGEST_RECORD >> 20} MB")

    def _read(
        self, data: bytes, *, last: bool, limit: int | None = None, first: int = 1, width: int | None = None
    ) -> Records:
        def reread(line: bytes) -> list[str] | None:
            frame = None if width is None else self._certain(line, width)
            return None if frame is None else [cell or "" for cell in frame.drop(BROKEN).row(0)]

        return read_records(
            data,
            self.delimiter,
            self.origin.file,
            first,
            last=last,
            limit=limit,
            replaced=self.encoding.doubtful,
            reread=reread,
            quotes=self.quotes,
        )

    def _one_line_end(self, records: Records, row: int, width: int) -> None:
        """Raises InputError where a line is several records, which end with carriage returns alone."""
        for at, reason in records.broken.items():
            if reason == RETURN and len(records.rows[at]) > 2 * (width - 1):
                raise InputError(
                    f"{self.origin.file}: record {row + at}: lines end with a carriage return alone here and otherwise "
                    "elsewhere; save the file with one kind of line end"
                )

    def _none_swallowed(self, texts: pl.DataFrame, row: int, width: int) -> None:
        """Raises InputError where a text holds lines of as many fields as the file has columns, the first one filled:
        two quotes that are no pair have made one cell of the records between them."""
        if width > _WIDEST:
            return
        other = f"[^\n{self.delimiter}]*"
        first = other.replace("*", "+")
        records = f"(?:\n{first}(?:[{self.delimiter}]{other}){{{width - 1}}}){{2}}\n"
        found = texts.select(pl.any_horizontal(pl.all().str.contains(records).fill_null(False))).to_series()
        if found.any():
            raise InputError(
                f"{self.origin.file}: record {row + found.arg_true()[0]}: a quote is opened and not closed, and the "
                "records after it are taken for a cell; quote cells whole and double the quotes within"
            )

    def _certain(self, data: bytes, width: int) -> pl.DataFrame | None:
        """polars' reading of whole lines, or None where it may be wrong."""
        if self.encoding.doubtful and REPLACEMENT in data:
            return None
        if data.startswith(codecs.BOM_UTF8):
            return None  # the file's own is left out already: polars would leave out a cell's too
        # A search ends at the first byte found and is fast where there is none: counting is for where there are some.
        returns = data.count(b"\r") if b"\r" in data else 0
        if returns and returns != data.count(b"\r\n"):
            return None
        quoted = self.quotes and b'"' in data
        try:
            frame = pl.read_csv(
                data,
                has_header=False,
                schema=dict.fromkeys(names(width), pl.String),
                separator=self.delimiter,
                quote_char='"' if self.quotes else None,
                null_values="" if quoted else None,  # an empty cell is null by itself, but not one in quotes
            )
        except pl.exceptions.PolarsError:
            return None  # a record with too many fields, or quotes that do not pair: the message does not tell
        if quoted and frame.height != (lines := data.count(b"\n")):
            within = _within_cells(frame, "\n")
            if frame.height + within != lines or not _quotes_pair(data, self.delimiter.encode()):
                return None
        # Short records are padded in silence, with nulls up to the last column.
        if frame[names(width)[-1]].null_count():
            if quoted:
                found = data.count(self.delimiter.encode()) - _within_cells(frame, self.delimiter)
            else:  # what is neither cell nor line end: known without a look at each byte
                ends = frame.height + returns
                found = len(data) - ends - sum(frame.select(pl.all().str.len_bytes().sum()).row(0))
            if found != (width - 1) * frame.height:
                return None
        return frame.with_columns(pl.lit(None, pl.String).alias(BROKEN))


def _within_cells(frame: pl.DataFrame, mark: str) -> int:
    """How often a delimiter or line end is part of a cell's text."""
    return sum(frame.select(pl.all().str.count_matches(mark, literal=True).sum()).row(0))


def _quotes_pair(data: bytes, delimiter: bytes) -> bool:
    """Whether each quote opens a cell or closes one, none being text: then a line end within quotes is sure to be."""
    opening = data.count(delimiter + b'"') + data.count(b'\n"') + data.startswith(b'"')
    return data.count(b'"') == 2 * opening


def _delimiter(lines: list[str]) -> str:
    """The delimiter the first line holds most often outside quotes; where it holds none, the lines after it."""
    for some in (lines[:1], lines):
        counts = {mark: max(_outside_quotes(line).count(mark) for line in some) for mark in DELIMITERS}
        best = max(DELIMITERS, key=lambda mark: counts[mark])
        if counts[best]:
            return best
    return DELIMITERS[0]


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _start(blocks: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first bytes of the text, and whether they are all of it."""
    data = b""
    for block in blocks:
        data += block
        if len(data) > LOOK:
            return data[:LOOK], False
    return data, True


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last."""
    ahead = next(blocks, b"")
    for block in blocks:
        yield ahead, False
        ahead = block
    yield ahead, True
