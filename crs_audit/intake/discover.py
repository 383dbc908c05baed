"""What lies in the input: which file or sheet is which table, and what belongs to none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.intake.mapping import Mapping
from crs_audit.intake.table_map import TableMap
from crs_audit.intake.text_excel import MODERN_EXCEL, Workbook
from crs_audit.tables import TABLES

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
UNREADABLE = (
    ".xls", ".xlsb", ".ods", ".zip", ".bz2", ".xz", ".zst", ".7z", ".json", ".feather", ".arrow", ".sas7bdat", ".rds",
    ".dta", ".sav",
)  # fmt: skip
"""Data in forms that are not read: an error where a table is named so, for the rows would be missed in silence."""

_NOT_DATA = ("crs-audit.toml", "readme", "license", ".", "~$")
"""Beginnings of names that are not listed as left out: they say themselves that they are no data."""


@dataclass(frozen=True)
class Place:
    """A file, or a sheet of one."""

    path: Path
    file: str
    sheet: str | None = None


@dataclass(frozen=True)
class Claim:
    """A place taken for a table."""

    table: str
    map_: TableMap
    place: Place


@dataclass(frozen=True)
class Found:
    """Claims sorted by table, file, sheet; the places of lookups; the names of places that nothing claims, sorted."""

    claims: tuple[Claim, ...]
    lookups: AnyMapping[tuple[str | None, str | None], tuple[Place, ...]]
    """By file and sheet as a lookup names them."""
    skipped: tuple[str, ...]


def discover(path: Path, mapping: Mapping, workbook: Callable[[Path, str], Workbook]) -> Found:
    """Looks at a folder of tables or of workbooks, or at one workbook. `workbook` opens one by path and name.

    Raises InputError where there is nothing to look at, where a table is in a form that is not read, or where a map of
    crs-audit.toml fits no file.
    """
    claims: list[Claim] = []
    skipped: list[str] = []
    lookups = _Lookups(mapping)
    for entry in entries(path):
        if entry.is_dir():
            _no_table(entry, mapping)
            skipped.append(f"{entry.name}/")
            continue
        if _ends(entry.name, MODERN_EXCEL):
            book = workbook(entry, entry.name)
            found = _sheets(book, mapping, lookups)
            claims += found
            taken = {claim.place.sheet for claim in found}
            taken |= {sheet for sheet in book.sheets if lookups.take(book, sheet)}
            skipped += [_skipped(book, sheet) for sheet in book.sheets if sheet not in taken]
            continue
        looked_up = lookups.take_file(entry)
        found = [claim for claim in _files(entry, mapping) if claim.map_.file or not looked_up]
        if found and _ends(entry.name, UNREADABLE):
            raise InputError(
                f"{entry.name}: taken for table {found[0].table}, but in a form that is not read; "
                "save it as .csv, .xlsx or .parquet"
            )
        readable = _ends(entry.name, (*TEXT, *PARQUET)) or any(claim.map_.file for claim in found)
        claims += found if readable else []
        skipped += [] if (found and readable) or looked_up else [entry.name]
    _all_used(mapping, claims, path)
    lookups.all_found(claims, path)
    order = {id(map_): at for maps in mapping.tables.values() for at, map_ in enumerate(maps)}
    claims.sort(key=lambda claim: (claim.table, claim.place.file, claim.place.sheet or "", order[id(claim.map_)]))
    return Found(tuple(claims), lookups.places(), tuple(sorted(skipped)))


class _Lookups:
    """The files and sheets that lookups name, gathered while the input is walked through."""

    def __init__(self, mapping: Mapping) -> None:
        every = [lookup for maps in mapping.tables.values() for map_ in maps for lookup in map_.lookups]
        self._found: dict[tuple[str | None, str | None], list[Place]] = {(one.file, one.sheet): [] for one in every}

    def take_file(self, entry: Path) -> bool:
        """Whether a lookup names the file; it is noted."""
        fitting = [key for key in self._found if key[1] is None and key[0] and fits(entry.name, key[0], "")]
        for key in fitting:
            self._found[key].append(Place(entry, entry.name))
        return bool(fitting)

    def names(self, book: Workbook, sheet: str) -> list[tuple[str | None, str | None]]:
        """The lookups that name the sheet; one that names the workbook alone means its sheets that are not hidden."""
        return [
            (file, named)
            for file, named in self._found
            if (file is None or fits(book.file, file, ""))
            and (fits(sheet, named, "") if named is not None else sheet not in book.hidden)
        ]

    def take(self, book: Workbook, sheet: str) -> bool:
        """Whether a lookup names the sheet; it is noted."""
        fitting = self.names(book, sheet)
        for key in fitting:
            self._found[key].append(Place(book.path, book.file, sheet))
        return bool(fitting)

    def all_found(self, claims: list[Claim], path: Path) -> None:
        for claim in claims:
            for lookup in claim.map_.lookups:
                if not self._found[lookup.file, lookup.sheet]:
                    raise InputError(
                        f"{path}: no file or sheet fits {lookup.file or lookup.sheet!r}, which lookup {lookup.name!r} "
                        f"of table {claim.table} names"
                    )

    def places(self) -> dict[tuple[str | None, str | None], tuple[Place, ...]]:
        return {key: tuple(places) for key, places in self._found.items()}


def entries(path: Path) -> list[Path]:
    """What lies in a folder, by name, or the one workbook; without what says itself that it is no data.

    Raises InputError where there is nothing to look at.
    """
    if path.is_file():
        if not _ends(path.name, MODERN_EXCEL):
            raise InputError(f"{path}: give the folder that holds the tables, or one .xlsx workbook")
        return [path]
    if not path.exists():
        raise InputError(f"{path}: no such folder or workbook")
    try:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    seen = [entry for entry in entries if not entry.name.lower().startswith(_NOT_DATA)]
    if not seen:
        raise InputError(f"{path}: the folder is empty")
    return seen


def _no_table(folder: Path, mapping: Mapping) -> None:
    """A folder named like a table's file, as some tools write one in parts: passed over, its rows would be missed."""
    claim = next(_files(folder, mapping), None)
    if claim is not None and _ends(folder.name, (*TEXT, *PARQUET, *MODERN_EXCEL)):
        raise InputError(
            f"{folder.name}: taken for table {claim.table}, but it is a folder; put the files in it beside the other "
            f"tables, as {claim.table}_1 and so on"
        )


def _files(entry: Path, mapping: Mapping) -> Iterator[Claim]:
    for table, maps in mapping.tables.items():
        for map_ in maps:
            if map_.sheet is None and fits(entry.name, map_.file, table):
                yield Claim(table, map_, Place(entry, entry.name))


def _sheets(book: Workbook, mapping: Mapping, lookups: _Lookups) -> list[Claim]:
    """Sheets named for a table; for a map that finds none, the one sheet of a workbook that is itself named so."""
    maps = [(table, map_) for table, several in mapping.tables.items() for map_ in several]
    claims = [
        Claim(table, map_, Place(book.path, book.file, sheet))
        for table, map_ in maps
        if map_.file is None or fits(book.file, map_.file, table)
        for sheet in book.sheets
        if fits(sheet, map_.sheet, table)
        and (map_.sheet is not None or (sheet not in book.hidden and not lookups.names(book, sheet)))
    ]
    named: set[str | None] = {claim.place.sheet for claim in claims}
    named |= {sheet for sheet in book.sheets if lookups.names(book, sheet)}
    for table, map_ in maps:
        free = map_.sheet is None and not any(claim.map_ is map_ for claim in claims)
        # Sheets named for other tables say that the workbook's own name is no table's.
        if free and fits(book.file, map_.file, table) and (map_.file is not None or not named):
            claims.append(Claim(table, map_, Place(book.path, book.file, _only_sheet(book, table, named))))
    return claims


def _only_sheet(book: Workbook, table: str, named: set[str | None]) -> str:
    sheets = [sheet for sheet in book.sheets if sheet not in book.hidden and sheet not in named]
    filled = [sheet for sheet in sheets if not book.is_empty(sheet)] if len(sheets) > 1 else sheets
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise InputError(f"{book.file}: taken for table {table}, but every sheet is empty or hidden")
    raise InputError(
        f"{book.file}: taken for table {table}, but it has {len(filled)} sheets and none is named for the table; name "
        f"one {table}, or name it as sheet in crs-audit.toml"
    )


def fits(name: str, pattern: str | None, table: str) -> bool:
    """Whether a name fits a map's glob or beginning, or without one begins with the table's name."""
    folded = name.casefold()
    if pattern is None:
        # A month is not a medication record.
        return folded.startswith(table) and not (table == "mar" and folded.startswith("march"))
    wanted = pattern.casefold()
    return fnmatchcase(folded, wanted) if set("*?[") & set(wanted) else folded.startswith(wanted)


def _all_used(mapping: Mapping, claims: list[Claim], path: Path) -> None:
    for table in TABLES:
        for map_ in mapping.tables[table]:
            named = map_.file or map_.sheet
            if table in mapping.configured and named and not any(claim.map_ is map_ for claim in claims):
                raise InputError(
                    f"{path}: no file or sheet fits {named!r}, which crs-audit.toml names for table {table}"
                )


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return name.casefold().endswith(endings)


def _skipped(book: Workbook, sheet: str) -> str:
    return f"{book.file} [{sheet}]" + (" (hidden)" if sheet in book.hidden else "")
