"""A run's counts by month of infusion, as the history keeps them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from crs_audit.report.summaries import CLUSTERED_UNITS, summarise
from crs_audit.trend.history import MeasureCounts, Month

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult, MeasureSummary


def months_of(result: AuditResult, period: tuple[date, date], *, beyond_limits: bool) -> tuple[Month, ...]:
    """Every month of `period` (first day, day after the last), those without an infusion too: they were audited.

    beyond_limits: whether the run exceeded its limits on rejects or the unknown.
    """
    first, after = period
    day = pl.col("t0").dt.convert_time_zone(result.timezone).dt.date()
    starts = pl.date_range(first, after, "1mo", closed="left", eager=True).to_list()
    months = []
    assert result.generated is not None, "a history is of internal reports"
    for start, end in zip(starts, [*starts[1:], after], strict=True):
        infusions = result.infusions.filter((day >= start) & (day < end))
        results = result.results.filter(pl.col("infusion_id").is_in(infusions.get_column("infusion_id").implode()))
        summaries = summarise(results, result.protocol, None)
        months.append(
            Month(
                month=start,
                infusions=infusions.height,
                episodes=int(infusions.get_column("episodes").sum()),
                parameters_sha256=result.parameters_hash,
                program_version=result.program_version,
                audited=result.generated.isoformat(),
                measures=tuple(_counts(summary) for summary in summaries),
                beyond_limits=beyond_limits,
            )
        )
    return tuple(months)


def _counts(summary: MeasureSummary) -> MeasureCounts:
    return MeasureCounts(
        measure_id=summary.measure_id,
        title=summary.title,
        kind=summary.kind,
        met=summary.met or 0,
        not_met=summary.not_met or 0,
        amber=summary.amber or 0,
        excluded=summary.n_excluded or 0,
        indeterminate=summary.n_indeterminate or 0,
        clustered=summary.unit in CLUSTERED_UNITS,
        all_met=summary.interval_met or 0,
        infusions=summary.interval_of or 0,
    )
