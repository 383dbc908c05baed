"""What came in and what became of it: row accounting, rejects, suspects, what the rows look like, what was charted of
each window, unread names, flags, what was left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.report import quality_coverage, quality_rows
from crs_audit.report.environment import generated, render

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

LISTED = 2000
"""Rejected rows, names and patients listed; the tables under data/ have them all."""


def quality_page(result: AuditResult) -> str:
    """HTML of `data-quality.html`; in a shared report it is the row accounting of the whole extract."""
    if not result.internal:
        made = generated(result.generated, result.timezone)
        return render("quality_shared.html.j2", run=result, generated=made)
    rejects = result.rejects.sort("table", "source", "row", "column")
    return render(
        "quality.html.j2",
        script=True,
        run=result,
        generated=generated(result.generated, result.timezone),
        accounting=_accounting(result),
        totals=result.accounting.select(pl.col("read", "filtered", "accepted", "rejected", "duplicates").sum()).row(
            0, named=True
        ),
        by_table=quality_rows.by_table(result),
        extra=_extra(result),
        checks=quality_rows.checks(result),
        columns=quality_rows.columns(result),
        values=quality_rows.values(result),
        units=quality_rows.units(result),
        names=quality_rows.names(result),
        covered=quality_coverage.infusions(result),
        covered_listed=quality_coverage.LISTED,
        over_time=quality_coverage.over_time(result),
        strips=quality_coverage.strips(result),
        suspects=quality_rows.suspects(result),
        readings=quality_rows.readings(result),
        reasons=quality_rows.reasons(result),
        rejects=[
            {**row, "file": quality_rows.place(result, row["source"]), "of": quality_rows.label(row["name"])}
            for row in rejects.head(0 if result.deidentified else LISTED).iter_rows(named=True)
        ],
        rejected=rejects.height,
        unmatched=list(
            result.unmatched.sort("count", "table", "column", "text", descending=[True, False, False, False])
            .head(LISTED)
            .iter_rows(named=True)
        ),
        unmatched_count=result.unmatched.height,
        flags=_flags(result),
        unaudited=result.unaudited[:LISTED],
        listed=LISTED,
    )


def _extra(result: AuditResult) -> list[tuple[str, list[str]]]:
    """(file or sheet, its columns that no map of it reads)."""
    left: dict[str, list[str]] = {}
    for source in result.sources:
        known = left.get(source.place)
        left[source.place] = [name for name in source.extra_columns if known is None or name in known]
    return [(place, columns) for place, columns in left.items() if columns]


def _accounting(result: AuditResult) -> list[dict[str, Any]]:
    rows = []
    for row in result.accounting.iter_rows(named=True):
        holds = row["read"] == row["accepted"] + row["rejected"] + row["duplicates"]
        rows.append({**row, "file": quality_rows.place(result, row["source"]), "holds": holds})
    return rows


def _flags(result: AuditResult) -> list[tuple[str, int, int]]:
    """(flag, times, infusions) of every flag of the grading and the measures."""
    if "flag" not in result.flags.columns:
        return []
    counted = result.flags.group_by("flag").agg(pl.len().alias("n"), pl.col("infusion_id").n_unique().alias("of"))
    return [(flag.replace("_", " "), n, of) for flag, n, of in counted.sort("flag").iter_rows()]
