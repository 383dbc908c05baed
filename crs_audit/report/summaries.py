"""Counts, rate and interval of each measure, from the results frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words
from crs_audit.report.result import MeasureSummary
from crs_audit.report.statistics import wilson

if TYPE_CHECKING:
    from crs_audit.protocol.load import MeasureRule, Protocol

CLUSTERED_UNITS = frozenset({"dose", "day", "assessment"})
"""Units of which one patient has many, not independent of each other: the interval is taken over infusions."""

NO_REASON = "no reason given"
"""Under which opportunities without a reason are counted."""


def summarise(
    results: pl.DataFrame, protocol: Protocol, measures: frozenset[str] | None = None
) -> tuple[MeasureSummary, ...]:
    """One summary per measure of the protocol (or of `measures`), in the protocol's order.

    `results`: infusion_id, measure_id, opportunity, status, reason.
    """
    cells = results.select("infusion_id", "measure_id", "status", pl.col("reason").fill_null("").alias("reason"))
    counts: dict[str, list[tuple[str, str, int]]] = {}
    for measure, status, reason, n in cells.group_by("measure_id", "status", "reason").len().sort(pl.all()).iter_rows():
        counts.setdefault(measure, []).append((status, reason, n))
    per_infusion = (
        cells.group_by("measure_id", "infusion_id")
        .agg(
            applicable=(pl.col("status") != "not_applicable").any(),
            judged=pl.col("status").is_in(["met", "not_met"]).any(),
            failed=(pl.col("status") == "not_met").any(),
        )
        .group_by("measure_id")
        .agg(
            pl.col("applicable").sum(),
            pl.col("judged").sum(),
            all_met=(pl.col("judged") & ~pl.col("failed")).sum(),
        )
    )
    infusions = {row[0]: row[1:] for row in per_infusion.iter_rows()}
    rules = [rule for key, rule in protocol.measures.items() if measures is None or key in measures]
    return tuple(_summary(rule, counts.get(rule.id, []), *infusions.get(rule.id, (0, 0, 0))) for rule in rules)


def _summary(
    rule: MeasureRule, counts: list[tuple[str, str, int]], applicable: int, judged: int, all_met: int
) -> MeasureSummary:
    def total(status: str) -> int:
        return sum(n for s, _, n in counts if s == status)

    def by_reason(status: str) -> tuple[tuple[str, int | None], ...]:
        grouped: dict[str, int] = {}
        for s, reason, n in counts:
            if s == status:
                word = words.head(reason) or NO_REASON
                grouped[word] = grouped.get(word, 0) + n
        return tuple(sorted(grouped.items(), key=lambda item: (-item[1], item[0])))

    met, not_met, unknown = total("met"), total("not_met"), total("indeterminate")
    has_rate = rule.kind != INFORMATIONAL and met + not_met > 0
    clustered = rule.unit in CLUSTERED_UNITS
    k, n = (all_met, judged) if clustered else (met, met + not_met)
    interval = wilson(k, n) if has_rate else None
    everything = met + not_met + unknown
    bounded = rule.kind != INFORMATIONAL and everything > 0
    return MeasureSummary(
        measure_id=rule.id, title=rule.title, kind=rule.kind, unit=rule.unit, chapter=rule.chapter,
        infusions=applicable, infusions_judged=judged, not_applicable=total("not_applicable"),
        opportunities=met + not_met + unknown + total("excluded"), met=met, not_met=not_met,
        amber=sum(c for s, reason, c in counts if s == "not_met" and words.head(reason) == words.AMBER),
        excluded=by_reason("excluded"), indeterminate=by_reason("indeterminate"),
        rate=met / (met + not_met) if has_rate else None, interval_met=k if has_rate else None,
        interval_of=n if has_rate else None, interval_unit="infusions" if clustered else "opportunities",
        low=interval[0] if interval else None, high=interval[1] if interval else None,
        bound_low=met / everything if bounded else None,
        bound_high=(met + unknown) / everything if bounded else None,
    )  # fmt: skip
