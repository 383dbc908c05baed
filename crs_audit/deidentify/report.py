"""What a de-identified report tells of the run as a whole: counts; no file, no text, no extreme value, no true time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from crs_audit.deidentify.columns import allowed
from crs_audit.deidentify.shard import CLOCK
from crs_audit.intake.hashing import KnownHash
from crs_audit.intake.lookups import NO_MATCH
from crs_audit.intake.sources import Source
from crs_audit.protocol.load import Protocol
from crs_audit.protocol.policy import SITE, Policy, protocol_with
from crs_audit.quality.run import BLANK, CANONICAL, CONVERTED, Quality
from crs_audit.report.result import AuditResult
from crs_audit.tokens import keyed_hash

LEFT_OUT = "(left out)"
"""In place of a text of the extract."""


def nameless(result: AuditResult, key: str, policies: Sequence[Policy]) -> AuditResult:
    """The result without what would find somebody. Its frames of infusions are those of `shard.without_names`.

    Left: all counts, intervals and rates. Gone: names of files and sheets, texts of names and units, rejected cells
    and their rows, least and greatest values, first and last dates, patients without an infusion, the time of the run
    (a report made each month for the month before would tell the month), the zone, reasons a site gave for its rules.
    """
    return replace(
        result,
        deidentified=True,
        input_name="",
        generated=None,
        timezone=CLOCK,
        protocol=told_protocol(policies),
        rejects=allowed(result.rejects, "rejects").select(result.rejects.columns).sort(pl.all(), nulls_last=True),
        unmatched=result.unmatched.with_columns(text=pl.lit(LEFT_OUT)),
        quality=_quality(result.quality),
        sources=told_sources(result.sources, key),
        looked_up=told_sources(result.looked_up, key),
        skipped=(),
        told=result.headline,
        unaudited=(),
        notes=result.notes_without_names,
    )


def told_sources(sources: Iterable[Source], key: str) -> tuple[Source, ...]:
    """The sources by their table, numbered where it has several; hashes keyed, since nobody without the key shall try
    out what an extract may have held."""
    every = list(sources)
    found: list[Source] = []
    seen = dict.fromkeys((source.table for source in every), 0)
    for source in every:
        # A lookup's name is the site's own word.
        table = source.table if source.number else "lookup"
        seen[source.table] += 1
        several = sum(one.table == source.table for one in every) > 1 if source.number else len(every) > 1
        number = seen[source.table] if source.number else len(found) + 1
        hashed = KnownHash(keyed_hash("input", source.sha256, key), source.bytes)
        found.append(
            replace(
                source, table=table, file=f"{table} {number}" if several else table, sheet=None, encoding=None,
                delimiter=None, extra_columns=(), columns=(), hash=hashed,
            )
        )  # fmt: skip
    return tuple(found)


def without_lookups(reason: pl.Expr) -> pl.Expr:
    """Reasons to reject without the name that a site gave a lookup."""
    return pl.when(reason.str.starts_with(NO_MATCH)).then(pl.lit(f"{NO_MATCH}a lookup")).otherwise(reason)


def told_accounting(rows: Iterable[Mapping[str, Any]], sources: Iterable[Source]) -> list[dict[str, Any]]:
    """The row accounting with the sources' told names."""
    names = {source.number: source.file for source in sources}
    return [{**row, "file": names[row["source"]], "sheet": None} for row in rows]


def told_protocol(policies: Sequence[Policy]) -> Protocol:
    """The rules of the run without the reasons and sources that the site gave for its own."""
    return protocol_with(_without_reasons(policy) if policy.title == SITE else policy for policy in policies)


def _without_reasons(policy: Policy) -> Policy:
    def bare(entries: Mapping[str, Any]) -> dict[str, Any]:
        return {key: replace(entry, why="", source=SITE) for key, entry in entries.items()}

    return replace(policy, parameters=bare(policy.parameters), kinds=bare(policy.kinds), off=bare(policy.off))


def _quality(looks: Quality) -> Quality:
    known = pl.col("reading").is_in([CANONICAL, CONVERTED, BLANK])
    units = looks.units.with_columns(unit=pl.when(known).then("unit").otherwise(pl.lit(LEFT_OUT)))
    keys = [name for name in units.columns if name != "rows"]
    return replace(
        looks,
        tables=allowed(looks.tables, "profile_tables"),
        values=allowed(looks.values, "profile_values"),
        units=units.group_by(keys).agg(pl.col("rows").sum()).select(units.columns).sort("table", "name", "unit"),
        names=allowed(looks.names, "profile_names").sort("table", "column", "name", "rows"),
        flags=looks.flags.with_columns(pl.col("places").list.head(0)),
    )
