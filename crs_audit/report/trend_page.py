"""The page of a history: run chart and p chart of each measure, one beside the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crs_audit import __version__
from crs_audit.report.environment import render
from crs_audit.report.pictures.run_chart import run_chart

if TYPE_CHECKING:
    from crs_audit.trend.history import Month
    from crs_audit.trend.measure_trends import MeasureTrend


def trend_page(name: str, months: Sequence[Month], trends: Sequence[MeasureTrend], *, quarters: bool) -> str:
    """HTML of a page that stands for itself. name: of the history."""
    return render(
        "trend.html.j2",
        version=__version__,
        name=name,
        months=months,
        quarters=quarters,
        charts=[(one, run_chart(one.run, one.title, "run"), run_chart(one.limits, one.title, "p")) for one in trends],
        signals=[(one, one.in_short.signals) for one in trends if one.in_short.signals],
        rules=list(dict.fromkeys(month.parameters_sha256 for month in months)),
        programs=list(dict.fromkeys(month.program_version for month in months)),
    )
