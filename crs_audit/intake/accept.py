"""Text rows → accepted rows and rejected rows, each rejected row with its reason. Nothing is repaired."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl

from crs_audit.intake.clock import Clock
from crs_audit.intake.duplicates import digest
from crs_audit.intake.mapping import Mapping
from crs_audit.intake.rejects import REJECTS, gather_rejects, gather_unmatched
from crs_audit.intake.schemas import BROKEN, DIGEST, RULES, Rule, first_broken
from crs_audit.intake.sources import Extract, Source
from crs_audit.intake.table_map import TableMap
from crs_audit.intake.typed import Builder, Draft, Writing, adt, assessments, labs, procedures, vitals
from crs_audit.intake.typed_infusions import infusions
from crs_audit.intake.typed_mar import mar
from crs_audit.intake.units import check_declared
from crs_audit.protocol.load import Protocol
from crs_audit.tables import NAMED_BY, SCHEMAS

_BUILDERS: dict[str, Builder] = {
    "infusions": infusions, "vitals": vitals, "labs": labs, "mar": mar, "adt": adt, "assessments": assessments,
    "procedures": procedures,
}  # fmt: skip

_AT_A_TIME = 2


@dataclass(frozen=True)
class Accepted:
    """One text frame, sorted out: rows read = frame.height + rejects.height.

    frame: SCHEMAS[table] with digest (UInt64, of the raw cells), in the order of the text frame.
    rejects: REJECTS. unmatched: UNMATCHED, names no vocabulary knows, whether their rows were rejected or not.
    """

    frame: pl.DataFrame
    rejects: pl.DataFrame
    unmatched: pl.DataFrame = field(default_factory=lambda: gather_unmatched([]))


class Acceptor:
    """Accepts the text frames of one extract; `timezone` is the IANA name of the site's zone.

    Raises UsageError for a time format or a unit of the mapping that cannot be one.
    """

    def __init__(self, mapping: Mapping, timezone: str, protocol: Protocol) -> None:
        self.protocol = protocol
        check_declared(mapping.units)
        clock = Clock(timezone, mapping.time_formats, mapping.time_shift_minutes)
        self._writing = Writing(clock, mapping.decimal, dict(mapping.units))
        self._own: dict[tuple[tuple[str, ...] | None, str | None], Writing] = {}
        for map_ in (map_ for maps in mapping.tables.values() for map_ in maps):
            check_declared(map_.units)
            if map_.time_formats is not None or map_.decimal is not None:
                formats = mapping.time_formats if map_.time_formats is None else map_.time_formats
                own = Clock(timezone, formats, mapping.time_shift_minutes)
                writing = Writing(own, map_.decimal or mapping.decimal, dict(mapping.units))
                self._own[map_.time_formats, map_.decimal] = writing

    def accept(self, table: str, text: pl.DataFrame, map_: TableMap | None = None) -> Accepted:
        """`text`: the canonical columns of `table` as String, `source`, `row`, and optionally `broken`, a reason to
        reject the row as a whole. map_: what the rows were read by, for its own time formats and decimal sign."""
        writing = self._writing
        if map_ is not None:
            writing = self._own.get((map_.time_formats, map_.decimal), writing)
        broken = text[BROKEN] if BROKEN in text.columns else pl.repeat(None, text.height, dtype=pl.String, eager=True)
        draft = Draft(table, text)
        draft.patient()
        _BUILDERS[table](draft, writing)
        draft.put(flags=draft.flags(), source=text["source"], row=text["row"], broken=broken)
        judged = _judged(table, draft.columns).with_columns(digest=digest(text))
        fault = first_broken(table, judged)
        unmatched = gather_unmatched(draft.unmatched)
        wanted = judged.select(*SCHEMAS[table], *DIGEST)
        if fault.null_count() == fault.len():
            return Accepted(wanted, pl.DataFrame(schema=REJECTS), unmatched)
        named = judged[NAMED_BY[table]] if table in NAMED_BY else draft.constant(None, pl.String())
        rows = text.with_columns(broken=broken, name=named.cast(pl.String)).filter(fault.is_not_null())
        fault_of = fault.drop_nulls()
        rejects = [
            _rejects(table, RULES[table][number], rows.filter(fault_of == number))
            for number in fault_of.unique().sort()
        ]
        return Accepted(wanted.filter(fault.is_null()), gather_rejects(rejects), unmatched)

    def accept_all(self, extract: Extract) -> Iterator[tuple[Source, Accepted]]:
        """`accept` of every batch of every source, in order; two are worked on at a time, while the next is being read,
        be it of the same source or not: many tables have but one."""
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            running: deque[tuple[Source, Future[Accepted]]] = deque()
            for source in extract.sources:
                for text in extract.batches(source):
                    work = pool.submit(self.accept, source.table, text, extract.map_of(source))
                    running.append((source, work))
                    if len(running) > _AT_A_TIME:
                        source_of, accepted = running.popleft()
                        yield source_of, accepted.result()
            for source, accepted in running:
                yield source, accepted.result()


def _judged(table: str, columns: dict[str, pl.Series]) -> pl.DataFrame:
    """The typed columns of `table` and those its rules look at, nothing else."""
    names = dict.fromkeys([*SCHEMAS[table], *(rule.judged for rule in RULES[table])])
    return pl.DataFrame({name: columns[name] for name in names})


def _rejects(table: str, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the text frame that break `rule` first, as REJECTS."""
    return rows.select(
        table=pl.lit(table),
        source="source",
        row="row",
        column=pl.lit(rule.column, dtype=pl.String),
        reason=pl.col(BROKEN) if rule.column is None else pl.lit(rule.reason),
        raw_value=pl.lit(None, dtype=pl.String) if rule.column is None else pl.col(rule.column),
        name="name",
    )
