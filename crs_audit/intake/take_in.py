"""The whole of intake: every batch of every source is accepted or rejected, and put into its patient's shard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from crs_audit.engine.shards import ShardPart, ShardStore, shard_count
from crs_audit.errors import InputError
from crs_audit.intake.accept import Acceptor
from crs_audit.intake.duplicates import drop_duplicates
from crs_audit.intake.infusions import find_infusions
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.sources import Extract, Source, open_extract
from crs_audit.protocol.load import Protocol
from crs_audit.settings import Settings
from crs_audit.tables import REQUIRED_TABLES, SCHEMAS, TABLES, Facts, Tables, empty
from crs_audit.vocabulary.match import concepts_of

INPUT_ROW_BYTES = 12
"""Parquet and gzip hold a row in about this share of its bytes as CSV (1/12 at the densest): sizes the shards."""


@dataclass
class Intake:
    """What was taken in. `accepted` per source still holds exact duplicates: `deduplicated` tells them apart."""

    extract: Extract
    store: ShardStore
    infusions: pl.DataFrame
    rejects: pl.DataFrame
    unmatched: pl.DataFrame
    facts: Facts
    read: dict[int, int] = field(default_factory=dict)
    rejected: dict[int, int] = field(default_factory=dict)


def take_in(settings: Settings, protocol: Protocol, folder: Path, progress: Callable[[str], None]) -> Intake:
    """Reads `settings.input` into a ShardStore in `folder`.

    Raises InputError where the extract cannot be audited: a table or column that is missing, a file that cannot be
    read, a table whose rows are all rejected.
    """
    mapping = load_mapping(settings.preset, dict(settings.mapping))
    extract = open_extract(settings.input, mapping)
    _need_tables(settings.input, extract)
    acceptor = Acceptor(mapping, settings.timezone, protocol)
    store = ShardStore(folder, shard_count(sum(_text_bytes(source) for source in extract.sources)))
    seen = _Seen()
    read: dict[int, int] = {}
    rejected: dict[int, int] = {}
    for source in extract.sources:
        read[source.number] = rejected[source.number] = 0
        for text in extract.batches(source):
            accepted = acceptor.accept(source.table, text)
            store.add(source.table, accepted.frame)
            seen.take(source.table, accepted.frame, accepted.rejects, accepted.unmatched)
            read[source.number] += text.height
            rejected[source.number] += accepted.rejects.height
            progress(f"reading {source.table}: {read[source.number]:,} rows")
    _some_accepted(extract, read, rejected)
    infusions, refused = seen.find_infusions(extract, protocol)
    for (number,), rows in refused.partition_by("source", as_dict=True).items():
        rejected[int(str(number))] += rows.height
    return Intake(
        extract=extract,
        store=store,
        infusions=infusions,
        rejects=pl.concat([*seen.rejects, refused]) if seen.rejects else refused,
        unmatched=_total(seen.unmatched),
        facts=Facts(extract.tables, seen.kinds("procedures"), seen.kinds("assessments"), settings.timezone),
        read=read,
        rejected=rejected,
    )
