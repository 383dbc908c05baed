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

MOST_MONTHS = 120
"""Over more than ten years a month is a dot. No CAR T-cell programme is much older; an extract that spans more has
dates that were moved, patient by patient, and then a month means nothing."""


def monthly(result: AuditResult) -> tuple[Trend, ...]:
    """A trend for each measure with a rate; every month from the first infusion's to the last's has a point. None where
    there are fewer than FEWEST_MONTHS or more than MOST_MONTHS."""
    infusions = _by_month(result)
    if not FEWEST_MONTHS <= spanned(result) <= MOST_MONTHS:
        return ()
    span = infusions.select(pl.date_range(pl.col("month").min(), pl.col("month").max(), "1mo"))
    months = span.to_series().to_list()
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


def spanned(result: AuditResult) -> int:
    """Months from the first infusion's to the last's, both counted; 0 without any."""
    months = _by_month(result).get_column("month")
    numbers = (months.dt.year().cast(pl.Int64) * 12 + months.dt.month()).to_list()
    return max(numbers) - min(numbers) + 1 if numbers else 0


def _by_month(result: AuditResult) -> pl.DataFrame:
    """infusion_id, month (its first day, by the clock of the site)."""
    month = pl.col("t0").dt.convert_time_zone(result.timezone).dt.truncate("1mo").dt.date().alias("month")
    return result.infusions.select("infusion_id", month)
