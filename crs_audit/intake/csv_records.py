"""CSV read record by record: slow, and exact about what is wrong with a record."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import zip_longest

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.raw import BROKEN, names

TOO_FEW, TOO_MANY = "too few fields", "too many fields"
QUOTES, RETURN, UNREADABLE = "misplaced quote", "stray carriage return", "unreadable characters"


@dataclass
class Records:
    """Consecutive records; a blank line is a record without cells."""

    rows: list[list[str]] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    """Index in `rows` → reason."""
    consumed: int = 0
    """Bytes up to the end of the last whole record."""

    def frame(self, width: int) -> pl.DataFrame:
        """Cells "0"…, blank = null, and `broken`; a record of another width than `width` is broken.

        Empty cells beyond `width` are no fault where most records have them: a file may end its lines with a separator.
        In a few records they tell of a cell too many before them, and their lack among many of a cell too few.
        """
        reasons: list[str | None] = [None] * len(self.rows)
        usual = self._usual_width(width)
        for index, cells in enumerate(self.rows):
            if index in self.broken:
                reasons[index] = self.broken[index]
            elif not any(cells) or (len(cells) == 1 and not cells[0].strip()):
                cells.clear()
            elif len(cells) < usual:
                reasons[index] = TOO_FEW
            elif len(cells) > usual or any(cells[width:]):
                reasons[index] = TOO_MANY
        columns = [*zip_longest(*([cell or None for cell in cells[:width]] for cells in self.rows))]
        columns += [(None,) * len(self.rows)] * (width - len(columns))
        cells_frame = pl.DataFrame(
            dict(zip(names(width), columns, strict=True)), dict.fromkeys(names(width), pl.String)
        )
        return cells_frame.with_columns(pl.Series(BROKEN, reasons, pl.String))

    def _usual_width(self, width: int) -> int:
        """`width`, and the empty cells beyond it that most records have."""
        lengths = Counter(len(cells) for cells in self.rows if len(cells) >= width and not any(cells[width:]))
        return max(lengths, key=lambda length: (lengths[length], -length), default=width)


def read_records(
    data: bytes, delimiter: str, file: str, first: int = 1, *, last: bool, limit: int | None = None,
    replaced: bool = False, reread: Callable[[bytes], list[str] | None] | None = None,
) -> Records:  # fmt: skip
    """Records of `data` (UTF-8, lines ending in a newline), at most `limit`.

    first: number of the first record, for messages. last: nothing follows, so that a record without end is an error
    and no longer a record to be continued. replaced: U+FFFD marks bytes that could not be decoded. reread: how a line
    with a misplaced quote is read where blocks are read whole, so that it is read alike wherever it stands.
    Raises InputError for a quote that is never closed.
    """
    feed = _Feed(data)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    found = Records()
    while limit is None or len(found.rows) < limit:
        start = reader.line_num
        record = first + len(found.rows)
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            several = reader.line_num - start > 1
            if feed.exhausted and not last:
                break
            if feed.exhausted or several or "field larger" in str(error):
                raise InputError(
                    f"{file}: record {record}: a quote is opened and not closed; quote cells whole and double the "
                    "quotes within"
                ) from None
            read_again = reread(feed.lines[start] + b"\n") if reread else None
            if read_again is None:
                found.broken[len(found.rows)] = RETURN if "new-line" in str(error) else QUOTES
            cells = read_again or feed.lines[start].decode("utf-8", "replace").split(delimiter)
        if replaced and any("�" in cell for cell in cells):
            found.broken[len(found.rows)] = UNREADABLE
        found.rows.append(cells)
        found.consumed = feed.offset
    return found


class _Feed(Iterator[str]):
    """Lines as text; knows the lines and how many bytes it has given, and whether more were asked for than there are.

    No line is looked for before it is asked for: of a first block only the header may be wanted.
    """

    def __init__(self, data: bytes) -> None:
        self.lines: list[bytes] = []
        self.rest = BytesIO(data)
        self.offset = 0
        self.exhausted = False

    def __next__(self) -> str:
        line = self.rest.readline()
        if not line:
            self.exhausted = True
            raise StopIteration
        line = line.removesuffix(b"\n")
        self.lines.append(line)
        self.offset += len(line) + 1
        return line.decode("utf-8", "replace") + "\n"
