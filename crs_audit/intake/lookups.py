"""Columns of another file beside a table's own, where two keys are equal: names of codes, doses' details, crosswalks.

The other file is held in memory while the table is still read in blocks: the larger of the two should be the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.header import Header, clean, position
from crs_audit.intake.raw import BROKEN, CARRIED, KEY, PART, Origin, Tally, TextTable, chosen, names
from crs_audit.intake.table_map import OPTIONAL, Lookup, TableMap

_KEY, _MATCH, _WHOLE = "key", "match", "whole"
_UNIT_SEPARATOR = "\x1f"


def is_left_out(lookup: Lookup, text: TextTable, others: tuple[TextTable, ...], map_: TableMap) -> bool:
    """Whether an optional lookup cannot be made: no file fits it, or the table lacks the column it begins at."""
    rows = dict(text.head)
    header = Header(rows.get(0 if 0 in rows else map_.header_row, []))
    return lookup.optional and (not others or not header.has(lookup.from_))


NO_MATCH = "no match in "


def no_match(lookup: Lookup) -> str:
    """The reason to reject a record whose key is not there."""
    return f"{NO_MATCH}{lookup.name}"


class LookedUp:
    """A table with the columns of a lookup that its map names behind its own, as `<name>.<column>`. A TextTable.

    others: the lookup's files or sheets. Raises InputError for a column that is missing, and for a key that stands for
    several different rows where it must be unique. A record that is written twice there counts once.
    """

    def __init__(self, text: TextTable, lookup: Lookup, others: tuple[TextTable, ...], map_: TableMap) -> None:
        self.text, self.lookup = text, lookup
        prefix = clean(lookup.name) + "."
        asked = [clean(name) for name in map_.asked()]
        self.wanted = tuple(dict.fromkeys(name.removeprefix(prefix) for name in asked if name.startswith(prefix)))
        sources = ((name, source) for name, many in (*map_.columns.items(), *map_.join.items()) for source in many)
        self._canonical = {clean(source.removesuffix(OPTIONAL)): name for name, source in sources}
        self._header = 0 if any(at == 0 for at, _ in text.head) else map_.header_row
        self._from = position(
            text.origin, dict(text.head).get(self._header, []), lookup.from_, self._owner, self._header
        )
        header = Header(dict(text.head).get(self._header, []))
        self._where = [(at, texts) for name, texts in map_.where.items() for at in header.positions(name)]
        """What `where` asks of the table's own columns: a record that it leaves out is not missed in the lookup."""
        self.records: dict[str, int] = {}
        """Records of each of the lookup's files or sheets."""
        self.warnings: list[str] = []
        self._table = self._joinable(pl.concat([self._read(other) for other in others]), others[0].origin)

    @property
    def origin(self) -> Origin:
        return self.text.origin

    @property
    def text_bytes(self) -> int:
        return self.text.text_bytes

    @cached_property
    def head(self) -> list[tuple[int, list[str]]]:
        added = [f"{self.lookup.name}.{name}" for name in self.wanted]
        return [(at, [*cells, *added] if at == self._header else cells) for at, cells in self.text.head]

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        own = width - len(self.wanted)
        below = {at: name for at, name in used.items() if at < own} | {self._from: used.get(self._from) or KEY}
        for frame in self.text.frames(header, own, below, tally):
            joined = self._joined(frame, own)
            tally.records -= joined.height - frame.height  # the rows of one record are one record
            tally.parts += joined.height - frame.height
            yield joined

    def _joined(self, frame: pl.DataFrame, own: int) -> pl.DataFrame:
        keyed = frame.with_columns(pl.col(str(self._from)).str.strip_chars().alias(_KEY))
        joined = keyed.join(self._table, on=_KEY, how="left", maintain_order="left_right")
        if self.lookup.required:
            lost = pl.col(_MATCH).is_null() & pl.col(BROKEN).is_null()
            for at, texts in self._where:
                lost &= chosen(pl.col(str(at)), texts)
            reason = pl.when(lost).then(pl.lit(no_match(self.lookup))).otherwise(BROKEN)
            joined = joined.with_columns(reason.alias(BROKEN))
        part = pl.col(_MATCH)
        if PART in joined.columns:
            part = pl.concat_str(PART, _MATCH, separator=".", ignore_nulls=True)
        cells = [pl.col(f"+{n}").alias(str(own + n)) for n in range(len(self.wanted))]
        return joined.select(
            *(name for name in frame.columns if name != PART),
            *cells,
            part.alias(PART),
        )

    @property
    def _owner(self) -> str:
        return f"lookup {self.lookup.name!r}"

    def _read(self, other: TextTable) -> pl.DataFrame:
        """key, the wanted columns as +0, +1 …, whole: all cells of the record in one text."""
        rows = dict(other.head)
        at = 0 if 0 in rows else self.lookup.header_row
        header = rows.get(at, [])

        def cell(name: str) -> pl.Expr:
            return pl.col(str(position(other.origin, header, name, self._owner, at)))

        key = cell(self.lookup.key).str.strip_chars()
        wanted = [cell(name).str.strip_chars().alias(f"+{n}") for n, name in enumerate(self.wanted)]
        where = [chosen(cell(name), texts) for name, texts in self.lookup.where.items()]
        used = dict.fromkeys(range(len(header)), CARRIED)
        for name in (*self.lookup.where, *self.wanted):
            canonical = self._canonical.get(f"{clean(self.lookup.name)}.{clean(name)}", "")
            used[position(other.origin, header, name, self._owner, at)] = canonical
        used[position(other.origin, header, self.lookup.key, self._owner, at)] = KEY
        # Without the columns no map asks for, the whole record still tells a repeated one from one that looks alike.
        # Where a key stands for one row only, nothing has to: a vocabulary is large.
        whole = pl.concat_str(pl.col(names(len(header))).str.strip_chars().fill_null(""), separator=_UNIT_SEPARATOR)
        whole = (whole if self.lookup.many else pl.lit("")).alias(_WHOLE)
        kept, records, broken, tally = [], 0, 0, Tally()
        empty = pl.DataFrame(schema={**dict.fromkeys(names(len(header)), pl.String), BROKEN: pl.String})
        for frame in chain([empty], other.frames(at, len(header), used, tally)):
            records += frame.height
            broken += frame.height - frame.get_column(BROKEN).null_count()
            fitting = frame.filter(pl.col(BROKEN).is_null(), key != "", *where)
            kept.append(fitting.select(key.alias(_KEY), *wanted, whole))
        self.warnings += tally.warnings
        if broken:
            self.warnings.append(f"{other.origin.place}: {broken:,} records of {self._owner} are broken and not used")
        self.records[other.origin.place] = records
        return pl.concat(kept)

    def _joinable(self, rows: pl.DataFrame, origin: Origin) -> pl.DataFrame:
        """key, the wanted columns, match: which of its key's rows it is."""
        table = rows.unique(maintain_order=True).drop(_WHOLE)
        if not self.lookup.many:
            table = table.unique(maintain_order=True)
            twice = table.filter(table.get_column(_KEY).is_duplicated()).get_column(_KEY).n_unique()
            if twice:
                # Two patients of one key are never two parts of a record.
                ours = f"{clean(self.lookup.name)}."
                patient = any(name == "patient_id" and at.startswith(ours) for at, name in self._canonical.items())
                many = "" if patient else ", or set many = true in crs-audit.toml if a record has several"
                raise InputError(
                    f"{origin.place}: {twice:,} keys in column {self.lookup.key!r} of {self._owner} stand for several "
                    f"different rows; choose among them by its where{many}"
                )
        return table.with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).cast(pl.String).alias(_MATCH))
