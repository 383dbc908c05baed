"""A look at an input: every file and sheet through intake's readers, the header found, some rows kept as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.discover import PARQUET, TEXT, UNREADABLE, entries
from crs_audit.intake.raw import BROKEN, Tally, TextTable, place
from crs_audit.intake.text_csv import CsvTable
from crs_audit.intake.text_excel import MODERN_EXCEL, SheetTable, Workbook
from crs_audit.intake.text_parquet import ParquetTable
from crs_audit.propose.column import Column, columns_of
from crs_audit.propose.header_row import find_header
from crs_audit.propose.limits import limit
from crs_audit.propose.proposal import Line

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Looked:
    """One file or sheet.

    unread: why it cannot be looked at, in one line, else null; then it has no columns. header_row: as `header_row` of a
    map (1 for Parquet, which has names of its own). frame: the rows kept, columns "0"… as String (blank = null), in the
    order of the file. whole: whether they are all rows. files: how many files, or sheets of one, it stands for, where
    several are written alike; then `file`, or `sheet`, is a glob. lookups: files whose columns stand beside its own, as
    lines of each lookup.
    """

    file: str
    sheet: str | None = None
    unread: str | None = None
    header_row: int = 1
    columns: tuple[Column, ...] = ()
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    whole: bool = True
    text: TextTable | None = None
    files: int = 1
    lookups: tuple[tuple[Line, ...], ...] = ()

    @property
    def place(self) -> str:
        """How the answer calls it."""
        kind = "files" if self.sheet is None else "sheets"
        return place(self.file, self.sheet) + (f" ({self.files} {kind})" if self.files > 1 else "")


def look_at(path: Path, progress: Progress) -> tuple[list[Looked], list[str]]:
    """All files and sheets of the input, by name, and the names of its folders, which are not looked into.

    Raises InputError where there is no input; a file that cannot be read says so itself.
    """
    found: list[Looked] = []
    folders: list[str] = []
    listed = entries(path)
    for number, entry in enumerate(listed, 1):
        name = entry.name.casefold()
        if entry.is_dir():
            folders.append(f"{entry.name}/")
            continue
        progress(f"looking at file {number} of {len(listed)}")
        if name.endswith(MODERN_EXCEL):
            found += _workbook(entry)
        elif name.endswith((*TEXT, *PARQUET)):
            found.append(_file(entry))
        elif name.endswith(UNREADABLE):
            found.append(Looked(entry.name, unread="in a form that is not read; save it as .csv, .xlsx or .parquet"))
        else:
            found.append(Looked(entry.name, unread="no table by its ending (.csv, .tsv, .txt, .gz, .xlsx, .parquet)"))
    return gather_alike(found), folders


def gather_alike(found: list[Looked]) -> list[Looked]:
    """Files, or sheets of one workbook, with one header whose names differ in digits or the name of a month alone stand
    as one."""
    alike: dict[tuple[object, ...], list[Looked]] = {}
    for looked in found:
        names = tuple((column.at, column.name) for column in looked.columns)
        own = _own(looked)
        glob = _glob(own)
        single = looked.unread is not None or glob == own or "[" in glob
        book = looked.file if looked.sheet is not None else None
        key = (own, book) if single else (glob, book, looked.header_row, names)
        alike.setdefault(key, []).append(looked)
    return [looked for key, several in alike.items() for looked in _as_one(str(key[0]), several, found)]


_DIGITS = r"[0-9]+"
_MONTHS = (
    r"(?i)[0-9]+|(?<![a-z])(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|march|märz?|(?<=[a-z0-9][ _-])mar|apr(?:il)?|may|mai"
    r"|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![a-z])"
)
"""Digits and months; mar in front is a medication administration record."""


def _glob(name: str) -> str:
    """The name with what differs by the month left open; a word is left of it, or it would mean files of all kinds."""
    found = re.sub(_MONTHS, "*", name)
    return found if re.search(r"[^\W\d_]", found.split(".")[0]) else re.sub(_DIGITS, "*", name)


def _own(looked: Looked) -> str:
    """The name of a sheet in its workbook, or of a file."""
    return looked.file if looked.sheet is None else looked.sheet


def _as_one(glob: str, several: list[Looked], every: list[Looked]) -> list[Looked]:
    first = several[0]
    beside = every if first.sheet is None else [one for one in every if one.file == first.file]
    others = {_own(looked) for looked in beside} - {_own(looked) for looked in several}
    if len(several) == 1 or any(fnmatchcase(other.casefold(), glob.casefold()) for other in others):
        return several
    frame = pl.concat([looked.frame for looked in several])
    step = max(1, frame.height // int(limit("look", "rows")))
    frame = frame.gather_every(step)
    names = [""] * frame.width
    for column in first.columns:
        names[column.at] = column.name
    whole = step == 1 and all(looked.whole for looked in several)
    columns = columns_of(names, frame)
    named = replace(first, file=glob) if first.sheet is None else replace(first, sheet=glob)
    return [replace(named, files=len(several), frame=frame, columns=columns, whole=whole)]


def _file(entry: Path) -> Looked:
    try:
        kind = ParquetTable if entry.name.casefold().endswith(PARQUET) else CsvTable
        return _looked(kind(entry, entry.name), entry.name)
    except InputError as error:
        return Looked(entry.name, unread=_bare(error, entry.name))


def _workbook(entry: Path) -> Iterator[Looked]:
    try:
        book = Workbook(entry, entry.name)
    except InputError as error:
        yield Looked(entry.name, unread=_bare(error, entry.name))
        return
    for sheet in book.sheets:
        if sheet in book.hidden:
            yield Looked(entry.name, sheet, unread="a hidden sheet")
            continue
        try:
            yield _looked(SheetTable(book, sheet), entry.name, sheet)
        except InputError as error:
            yield Looked(entry.name, sheet, unread=_bare(error, place(entry.name, sheet)))


def _bare(error: InputError, place: str) -> str:
    return str(error).removeprefix(f"{place}: ")


def _looked(text: TextTable, file: str, sheet: str | None = None) -> Looked:
    header = find_header(text.head)
    if header is None:
        return Looked(file, sheet, unread="no header: no row near the top holds names of columns; give it one")
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in dict(text.head)[header]]
    frame, whole = _rows(text, header, len(names))
    return Looked(file, sheet, None, max(header, 1), columns_of(names, frame), frame, whole, text)


def _rows(text: TextTable, header: int, width: int) -> tuple[pl.DataFrame, bool]:
    """Rows spread over the first part of the text, and whether they are all."""
    wanted, reach = int(limit("look", "rows")), min(text.text_bytes, int(limit("look", "bytes")))
    kept: list[pl.DataFrame] = []
    passed = step = 0
    whole = True
    for frame in text.frames(header, width, dict.fromkeys(range(width), ""), Tally()):
        size = frame.height * width + _text_bytes(frame)
        if not step and frame.height:
            step = max(1, round(frame.height * reach / max(size, 1) / wanted))
        passed += size
        thinned = frame.drop("row", BROKEN).filter(frame[BROKEN].is_null())
        kept.append(thinned.gather_every(step) if step > 1 else thinned)
        whole = whole and step <= 1
        if passed >= reach and sum(part.height for part in kept) >= wanted:
            whole = False
            break
    if not kept:
        return pl.DataFrame(schema=dict.fromkeys(map(str, range(width)), pl.String)), True
    return pl.concat(kept), whole


def _text_bytes(frame: pl.DataFrame) -> int:
    texts = frame.select(pl.col(pl.String).str.len_bytes().sum().fill_null(0))
    return sum(texts.row(0)) if texts.width else 0
