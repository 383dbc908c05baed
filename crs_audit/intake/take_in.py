"""The whole of intake: every batch of every source is accepted or rejected, and put into its patient's shard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from crs_audit.engine.shards import ShardStore, shard_count
from crs_audit.errors import InputError
from crs_audit.intake.accept import Accepted, Acceptor
from crs_audit.intake.duplicates import drop_duplicates
from crs_audit.intake.infusions import find_infusions, repeated_infusions
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.notes import no_temperature, notes_of
from crs_audit.intake.rejects import gather_rejects, gather_unmatched
from crs_audit.intake.sources import Extract, Source, open_extract
from crs_audit.protocol.load import Protocol
from crs_audit.settings import Settings
from crs_audit.tables import REQUIRED_TABLES, SCHEMAS, Facts
from crs_audit.vocabulary.match import concepts_of

KINDS = {"procedures": "procedure", "assessments": "assessment", "vitals": "vital"}
"""Tables of which it matters what kinds of row occur anywhere, with the column of the kind."""


@dataclass
class Intake:
    """What was taken in.

    infusions: SCHEMAS["infusions"], numbered. rejects, unmatched: see `intake.rejects`. read, rejected: rows by
    source number. duplicates: of the infusions table only; those of the other tables are told by the shards.
    unfit: why the rows cannot be audited, null where they can.
    """

    extract: Extract
    store: ShardStore
    infusions: pl.DataFrame
    rejects: pl.DataFrame
    unmatched: pl.DataFrame
    facts: Facts
    notes: tuple[str, ...]
    read: dict[int, int]
    rejected: dict[int, int]
    duplicates: dict[int, int]
    unfit: str | None = None


@dataclass
class _Seen:
    """What is gathered from all batches beside the rows in the shards."""

    infusions: list[pl.DataFrame] = field(default_factory=list)
    car_t: list[pl.DataFrame] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    unmatched: list[pl.DataFrame] = field(default_factory=list)
    actions: int = 0
    """Accepted MAR rows with an action the vocabulary knows."""
    kinds: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in KINDS})
    without_action: dict[str, int] = field(default_factory=dict)
    """Drug of the audit → rows whose action no vocabulary knows."""
    read: dict[int, int] = field(default_factory=dict)
    rejected: dict[int, int] = field(default_factory=dict)

    def take(self, source: Source, accepted: Accepted) -> None:
        self.read[source.number] += accepted.frame.height + accepted.rejects.height
        self.rejected[source.number] += accepted.rejects.height
        if accepted.rejects.height:
            self.rejects.append(accepted.rejects)
        self.unmatched.append(accepted.unmatched)
        if source.table == "infusions":
            self.infusions.append(accepted.frame)
        elif source.table == "mar":
            self.actions += accepted.frame.get_column("action").count()
            self._unknown_actions(accepted.frame)
            self.car_t.append(accepted.frame.filter(pl.col("drug").is_in(sorted(concepts_of("car_t")))))
        elif source.table in KINDS:
            self.kinds[source.table].update(accepted.frame.get_column(KINDS[source.table]).unique())

    def _unknown_actions(self, mar: pl.DataFrame) -> None:
        unknown = pl.col("action").is_null() & pl.col("action_text").is_not_null() & pl.col("drug").is_not_null()
        for drug, n in mar.filter(unknown).group_by("drug").len().iter_rows():
            self.without_action[drug] = self.without_action.get(drug, 0) + n


def take_in(settings: Settings, protocol: Protocol, folder: Path, progress: Callable[[str], None]) -> Intake:
    """Reads `settings.input` into a ShardStore in `folder`.

    Raises InputError where the extract cannot be read: a table or column that is missing, a file that is damaged. What
    can be read and not audited (a table of which every row is rejected, no infusion at all) is told by `unfit`.
    """
    mapping = load_mapping(settings.preset, dict(settings.mapping))
    extract = open_extract(settings.input, mapping)
    _need_tables(settings.input, extract)
    acceptor = Acceptor(mapping, settings.timezone, protocol)
    store = ShardStore(folder, shard_count(sum(source.text_bytes for source in extract.sources)))
    seen = _Seen()
    for source in extract.sources:
        seen.read[source.number] = seen.rejected[source.number] = 0
    for source, accepted in acceptor.accept_all(extract):
        if source.table != "infusions":
            store.add(source.table, accepted.frame)
        seen.take(source, accepted)
        progress(f"reading {source.table}: {seen.read[source.number]:,} rows")
    for source in extract.sources:
        seen.unmatched += extract.aside(source)
    extract.hashed()
    rejects = gather_rejects(seen.rejects)
    infusions, repeated, duplicates = _infusions(extract, seen, protocol)
    for (number,), rows in repeated.partition_by("source", as_dict=True).items():
        seen.rejected[int(str(number))] += rows.height
    vitals = frozenset(seen.kinds["vitals"])
    unfit = _all_rejected(settings.input, extract, seen, rejects) or _no_action(settings.input, extract, seen)
    unfit = unfit or no_temperature(settings.input, vitals, rejects)
    if unfit is None and infusions.is_empty():
        unfit = _no_infusion(settings.input, extract)
    return Intake(
        extract=extract,
        store=store,
        infusions=infusions,
        rejects=gather_rejects([rejects, repeated]),
        unmatched=gather_unmatched(seen.unmatched),
        facts=Facts(
            tables=extract.tables,
            procedures=frozenset(seen.kinds["procedures"]),
            assessments=frozenset(seen.kinds["assessments"]),
            timezone=settings.timezone,
            units=dict(mapping.units),
            charted_until=settings.charted_until,
        ),
        notes=notes_of(
            extract,
            read=seen.read,
            vitals=vitals,
            infusions=infusions,
            rejects=rejects,
            car_t_days=sum(frame.filter("day_only").height for frame in seen.car_t),
            without_action=seen.without_action,
        ),
        read=seen.read,
        rejected=seen.rejected,
        duplicates=duplicates,
        unfit=unfit,
    )


def _need_tables(input_path: Path, extract: Extract) -> None:
    missing = [table for table in REQUIRED_TABLES if table not in extract.tables]
    if missing:
        there = ", ".join(sorted(extract.tables)) or "none"
        raise InputError(
            f"{input_path}: no file or sheet for {', '.join(missing)} (found: {there}); its name must start with the "
            "table's, or a mapping in crs-audit.toml must name it"
        )


def _all_rejected(input_path: Path, extract: Extract, seen: _Seen, rejects: pl.DataFrame) -> str | None:
    for table in (*REQUIRED_TABLES, "infusions"):
        numbers = [source.number for source in extract.sources if source.table == table]
        read = sum(seen.read[number] for number in numbers)
        if read and read == sum(seen.rejected[number] for number in numbers):
            reasons = rejects.filter(pl.col("table") == table).group_by("column", "reason").len()
            column, reason, n = reasons.sort("len", "column", descending=[True, False]).row(0)
            where = "" if column is None else f" in column {column!r}"
            # The reader's own warnings name the cure of what it could not read.
            places = tuple(source.place for source in extract.sources if source.number in numbers)
            told = [line for line in extract.warnings if line.startswith(places)]
            cure = told[0] if told and column is None else "map the table in crs-audit.toml"
            many = f"all {read:,} rows of {table} were" if read > 1 else f"the only row of {table} was"
            return f"{input_path}: {many} rejected, {n:,} of them with {reason!r}{where}; {cure}"
    return None


def _no_action(input_path: Path, extract: Extract, seen: _Seen) -> str | None:
    """Every dose would count as not given: another language's words, or another column under the name."""
    sources = [source for source in extract.sources if source.table == "mar"]
    accepted = sum(seen.read[source.number] - seen.rejected[source.number] for source in sources)
    if seen.actions or not accepted:
        return None
    where = ", ".join(source.place for source in sources)
    return (
        f"{input_path}: {where}: column 'action' of mar holds no word that is known (given, held, …) in any of "
        f"{accepted:,} rows; map the column, or its words under [tables.mar.values.action], in crs-audit.toml"
    )


def _infusions(extract: Extract, seen: _Seen, protocol: Protocol) -> tuple[pl.DataFrame, pl.DataFrame, dict[int, int]]:
    """Numbered infusions, rows of the table that repeat one (rejects), exact duplicates by source."""
    car_t = pl.concat(seen.car_t) if seen.car_t else pl.DataFrame(schema=SCHEMAS["mar"])
    if "infusions" not in extract.tables:
        return find_infusions(None, car_t, protocol), gather_rejects([]), {}
    rows = pl.concat(seen.infusions) if seen.infusions else pl.DataFrame(schema=SCHEMAS["infusions"])
    once, dropped = drop_duplicates(rows) if rows.height else (rows, 0)
    duplicates: dict[int, int] = {}
    if dropped:
        left = dict(once.get_column("source").value_counts().iter_rows())
        duplicates = {s: n - left.get(s, 0) for s, n in rows.get_column("source").value_counts().iter_rows()}
    return find_infusions(once, car_t, protocol), repeated_infusions(once), duplicates


def _no_infusion(input_path: Path, extract: Extract) -> str:
    if "infusions" in extract.tables:
        return f"{input_path}: the infusions table has no rows; fill it, or leave it out to use the MAR"
    return (
        f"{input_path}: no infusion: there is no infusions table and no given MAR row of a CAR-T product; add a table "
        "with patient_id and infusion_time"
    )
