"""Which column of a file or sheet is which: the header against what a map asks for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crs_audit.errors import InputError
from crs_audit.intake.columns import CANONICAL, NAME_COLUMN
from crs_audit.intake.raw import Origin
from crs_audit.intake.table_map import LAST_HEADER_ROW, OPTIONAL, TableMap, required_columns

_DATA_LIKE = re.compile(r"[\s\d.,:;/+<>TZ%-]*\d[\s\d.,:;/+<>TZ%-]*")
_DATED = re.compile(r"\d{1,2}:\d{2}|\d{1,4}[-/. ](?:\d{1,2}|[^\W\d]{3,9})[-/. ]\d{2,4}")
_SHOWN = 40


@dataclass(frozen=True)
class Layout:
    """Where the cells of a table stand, as positions from 0."""

    header: int
    """Number of the header's record."""
    columns: tuple[str, ...]
    """All names in the header."""
    picks: dict[str, tuple[int, ...]]
    """Canonical column → positions, the first filled one counts."""
    wide: tuple[tuple[int, str], ...]
    where: tuple[tuple[int, frozenset[str]], ...]
    extra: tuple[str, ...]
    """Names that are not read."""
    joins: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Canonical column → positions whose texts make it together."""
    amounts: tuple[tuple[int, str, str], ...] = ()
    """Position of a number with its unit, value column, unit column."""
    dates: frozenset[int] = frozenset()
    """Positions of dates, whatever midnight stands behind them."""

    @property
    def used(self) -> dict[int, str]:
        """The positions that are read, with the canonical column that stands there, or ""."""
        found = dict.fromkeys([at for at, *_ in (*self.wide, *self.where)], "")
        found |= {at: value for at, value, _ in self.amounts}
        for name, positions in (*self.picks.items(), *self.joins.items()):
            found |= dict.fromkeys(positions, name)
        return found


def clean(name: str) -> str:
    """A name as it is compared: without byte order mark, outer and doubled blanks, and case."""
    return " ".join(name.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


def lay_out(map_: TableMap, head: Sequence[tuple[int, list[str]]], origin: Origin) -> Layout:
    """The layout of a table under `map_`. Raises InputError for a column that is missing or named twice."""
    rows = dict(head)
    at = 0 if 0 in rows else map_.header_row
    header = Header(rows.get(at, []))
    supplied = {*map_.constants, *map_.join, *(value for value, _ in map_.amounts.values())}
    supplied |= set(_melted(map_.table)) if map_.wide else set()
    columns = {
        name: header.present(map_.columns.get(name, (name,))) for name in CANONICAL[map_.table] if name not in supplied
    }
    where = {present[0]: texts for source, texts in map_.where.items() if (present := header.present((source,)))}
    required = {name for name in required_columns(map_) if name in columns}
    asked = [(name, source) for name, sources in columns.items() for source in sources]
    asked += [(name, source) for name, sources in map_.join.items() for source in sources]
    asked += [("", source) for source in (*map_.wide, *where, *map_.amounts, *map_.dates)]
    needed = [source for name, source in asked if name in required or not name]
    if at not in rows:
        elsewhere = _elsewhere(needed, head, at)
        hint = "" if elsewhere is None else f"; {_seems(elsewhere)}"
        raise InputError(f"{origin.place}: row {at} is blank or not there, but the header is expected in it{hint}")
    for name, source in asked:
        wanted = name in required or name in map_.columns or name in map_.join or not name
        if wanted and not header.has(source):
            raise InputError(_missing(origin, map_, source, name, at, header, _elsewhere(needed, head, at)))
        if len(header.positions(source)) > 1:
            raise InputError(_twice(origin, source, f"table {map_.table}"))
    for name in sorted(required):
        if not columns[name]:
            raise InputError(_none_there(origin, map_, name, at, header))
    picks = {
        name: positions
        for name, sources in columns.items()
        if (positions := tuple(at for source in sources for at in header.positions(source)))
    }
    layout = Layout(
        header=at,
        columns=tuple(header.names),
        picks=picks,
        wide=tuple((header.positions(source)[0], name) for source, name in map_.wide.items()),
        where=tuple((header.positions(source)[0], texts) for source, texts in where.items()),
        extra=(),
        joins={name: tuple(header.positions(source)[0] for source in sources) for name, sources in map_.join.items()},
        amounts=tuple((header.positions(source)[0], *pair) for source, pair in map_.amounts.items()),
        dates=frozenset(header.positions(source)[0] for source in map_.dates),
    )
    looked_up = {clean(lookup.from_) for lookup in map_.lookups}
    left = (name for at, name in enumerate(header.names) if at not in layout.used and name)
    return replace(layout, extra=tuple(name for name in left if clean(name) not in looked_up))


class Header:
    """The names of one record, looked up as `clean` compares them."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.names = [cell.replace("\ufeff", "").strip() for cell in cells]
        self._at: dict[str, tuple[int, ...]] = {}
        for at, name in enumerate(self.names):
            self._at[clean(name)] = (*self._at.get(clean(name), ()), at)

    def has(self, name: str) -> bool:
        return clean(name) in self._at

    def present(self, sources: Sequence[str]) -> tuple[str, ...]:
        """The columns of a map without those that are marked as optional and are not there, and without the mark."""
        kept = []
        for source in sources:
            bare = source.removesuffix(OPTIONAL)
            if self.has(source) or bare == source:
                kept.append(source)
            elif self.has(bare):
                kept.append(bare)
        return tuple(kept)

    def positions(self, name: str) -> tuple[int, ...]:
        return self._at.get(clean(name), ())

    def is_data(self) -> bool:
        """Whether numbers or times stand where names should: then it is not shown, for it may hold patients' data."""
        return any(_DATA_LIKE.fullmatch(name) or _DATED.search(name) for name in self.names)

    def nearest(self, name: str) -> str | None:
        bare = {re.sub(r"[\W_]+", "", clean(other)): other for other in self.names if other}
        near = difflib.get_close_matches(re.sub(r"[\W_]+", "", clean(name)), bare, n=1, cutoff=0.6)
        return bare[near[0]] if near else None


def _melted(table: str) -> tuple[str, str]:
    return NAME_COLUMN[table], "value"


def _elsewhere(needed: Sequence[str], head: Sequence[tuple[int, list[str]]], at: int) -> int | None:
    """The record in which the needed columns do stand, if it is one that `header_row` may name."""
    for number, cells in head:
        header = Header(cells)
        if number != at and 0 < number <= LAST_HEADER_ROW and all(header.has(source) for source in needed):
            return number
    return None


def _seems(row: int) -> str:
    return f"the header seems to be row {row}: set header_row = {row} in crs-audit.toml"


def position(origin: Origin, cells: Sequence[str], source: str, owner: str, at: int) -> int:
    """The place of column `source` in the header `cells`, which stands in row `at`.

    owner: what needs it, such as `lookup 'detail'`. Raises InputError where it is missing or there twice.
    """
    header = Header(cells)
    if not header.has(source):
        raise InputError(_column_missing(origin, source, f"of {owner}", at, header))
    if len(header.positions(source)) > 1:
        raise InputError(_twice(origin, source, owner))
    return header.positions(source)[0]


def _twice(origin: Origin, source: str, owner: str) -> str:
    return f"{origin.place}: two columns are named {source!r} ({owner}); rename one"


def _missing(
    origin: Origin, map_: TableMap, source: str, name: str, at: int, header: Header, elsewhere: int | None
) -> str:  # fmt: skip
    owner = f"of table {map_.table}"
    if name and clean(name) != clean(source):
        owner = f"(for {name} {owner})"
    if elsewhere is not None:
        what = f"{origin.place}: column {source!r} {owner} is missing"
        return f"{what} in row {at}; {_seems(elsewhere)}"
    return _column_missing(origin, source, owner, at, header)


def _none_there(origin: Origin, map_: TableMap, name: str, at: int, header: Header) -> str:
    what = f"{origin.place}: no column for {name} of table {map_.table} is there"
    if header.is_data():
        return f"{what}; {_no_names(at)}"
    looked_for = " or ".join(repr(source.removesuffix(OPTIONAL)) for source in map_.columns[name])
    return f"{what}, which could be {looked_for}; {_seen(header)}"


def _column_missing(origin: Origin, source: str, owner: str, at: int, header: Header) -> str:
    what = f"{origin.place}: column {source!r} {owner} is missing"
    if header.is_data():
        return f"{what}; {_no_names(at)}"
    near = header.nearest(source)
    return f"{what}; {f'did you mean {near!r}? ' if near else ''}{_seen(header)}"


def _no_names(at: int) -> str:
    return f"row {at} holds values and not names: a header is needed"


def _seen(header: Header) -> str:
    shown = [name for name in header.names if name]
    seen = ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")
    return f"columns seen: {seen}; map it in crs-audit.toml or rename it"
