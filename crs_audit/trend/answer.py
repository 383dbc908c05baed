"""The answer of `trend`: the page with the charts, and what is more than chance as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from crs_audit.answers import as_json
from crs_audit.console import aligned, percent
from crs_audit.errors import InputError
from crs_audit.publish import write_page
from crs_audit.report.result import TrendPoint
from crs_audit.report.trend_page import trend_page
from crs_audit.trend.history import Month, read_months
from crs_audit.trend.measure_trends import MeasureTrend, measure_trends


def trend_answer(db: Path, out: Path, *, quarters: bool, json: bool) -> str:
    """Writes the page at `out` and gives the answer. Raises InputError for no history or an empty one, OutputError."""
    months = read_months(db)
    if not months:
        raise InputError(f"{db}: the history holds no month yet; `crs-audit run --history` adds one")
    trends = measure_trends(months, quarters=quarters)
    write_page(out, trend_page(db.name, months, trends, quarters=quarters))
    if json:
        return as_json(_document(months, trends, out))
    return _text(months, trends, out, quarters=quarters)


def _document(months: tuple[Month, ...], trends: tuple[MeasureTrend, ...], out: Path) -> dict[str, Any]:
    return {
        "page": str(out),
        "months": [month.month.isoformat()[:7] for month in months],
        "months_beyond_limits": [month.month.isoformat()[:7] for month in months if month.beyond_limits],
        "measures": [
            {
                "measure_id": one.measure_id,
                "title": one.title,
                "unit": one.unit,
                "run": asdict(one.run),
                "p": asdict(one.limits),
            }
            for one in trends
        ],
    }


def _text(months: tuple[Month, ...], trends: tuple[MeasureTrend, ...], out: Path, *, quarters: bool) -> str:
    rows = [["measure", "", "counted", "since", "met", "of", "all", "median", "last", "signals"]]
    rows += [_row(one) for one in trends]
    told = [f"{one.measure_id}: {text}" for one in trends for text in (*one.run.signals, *one.limits.signals)]
    word = "quarter" if quarters else "month"
    parts = [
        f"{len(months)} months, {months[0].month:%Y-%m} to {months[-1].month:%Y-%m}",
        aligned(rows, right=(4, 5, 6, 7)),
    ]
    if any(_joined(one)[1] for one in trends):
        parts.append(f"{word}s of other rules, or before one that was not audited, are not joined: see “since”")
    if beyond := [f"{month.month:%Y-%m}" for month in months if month.beyond_limits]:
        parts.append(f"beyond the limits set on rejects or the unknown: {', '.join(beyond)}")
    if told:
        parts.append("\n".join(told))
    small = [one.measure_id for one in trends if one.small]
    if small:
        cure = "even so it swings by chance alone" if quarters else "look at --quarters"
        parts.append(f"fewer than ten judged in the median {word} ({', '.join(small)}): {cure}")
    return "\n\n".join([*parts, f"charts: {out}"])


def _joined(one: MeasureTrend) -> tuple[list[TrendPoint], bool]:
    """The last points that may be counted together and have something judged, and whether others lie before them."""
    points = one.run.points
    judged = [i for i, point in enumerate(points) if point.judged]
    first = max((i for i, point in enumerate(points) if point.breaks and i <= judged[-1]), default=0)
    return [points[i] for i in judged if i >= first], judged[0] < first


def _row(one: MeasureTrend) -> list[str]:
    points, _ = _joined(one)
    met, judged = sum(point.met for point in points), sum(point.judged for point in points)
    last = points[-1]
    signals = len(one.run.signals) + len(one.limits.signals)
    return [
        one.measure_id, one.title, one.unit, points[0].label, str(met), str(judged), percent(met / judged),
        percent(last.centre), f"{last.label}: {last.met}/{last.judged}", str(signals) if signals else "",
    ]  # fmt: skip
