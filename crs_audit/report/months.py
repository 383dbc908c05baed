"""The run's own months: each measure by the month of infusion, without limits or signals.

The history of several runs, with its control limits, is `crs-audit trend`'s; this only shows when in this extract
care was and was not as the protocol asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from crs_audit.report.result import Trend, TrendPoint

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

FEWEST_MONTHS = 3
"""With fewer there is no course to see."""


def monthly(result: AuditResult) -> tuple[Trend, ...]:
    """A trend for each measure with a rate; every month from the first infusion's to the last's has a point."""
    month = pl.col("t0").dt.convert_time_zone(result.timezone).dt.truncate("1mo").dt.date().alias("month")
    infusions = result.infusions.select("infusion_id", month)
    if infusions.is_empty():
        return ()
    span = infusions.select(pl.date_range(pl.col("month").min(), pl.col("month").max(), "1mo"))
    months = span.to_series().to_list()
    if len(months) < FEWEST_MONTHS:
        return ()
    counts = (
        result.results.filter(pl.col("status").is_in(["met", "not_met"]))
        .select("infusion_id", "measure_id", "status")
        .join(infusions, on="infusion_id")
        .group_by("measure_id", "month")
        .agg(met=(pl.col("status") == "met").sum(), judged=pl.len())
    )
    found = {(measure, at): (met, judged) for measure, at, met, judged in counts.iter_rows()}
    trends = []
    for measure in result.measures:
        if measure.rate is None:
            continue
        points = tuple(TrendPoint(f"{at:%b %Y}", *found.get((measure.measure_id, at), (0, 0))) for at in months)
        trends.append(Trend(measure.measure_id, points, measure.rate, note="The line is the rate of all months."))
    return tuple(trends)
