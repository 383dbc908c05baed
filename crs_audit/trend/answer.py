"""The answer of `trend`: the page with the charts, and what is more than chance as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from crs_audit.answers import as_json
from crs_audit.console import aligned, percent
from crs_audit.errors import InputError
from crs_audit.publish import write_page
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
    return _text(months, trends, out)


def _document(months: tuple[Month, ...], trends: tuple[MeasureTrend, ...], out: Path) -> dict[str, Any]:
    return {
        "page": str(out),
        "months": [month.month.isoformat()[:7] for month in months],
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


def _text(months: tuple[Month, ...], trends: tuple[MeasureTrend, ...], out: Path) -> str:
    rows = [["measure", "", "met", "of", "all", "median", "last", "signals"]]
    for one in trends:
        known = [point for point in one.run.points if point.judged]
        met, judged = sum(point.met for point in known), sum(point.judged for point in known)
        last = known[-1]
        signals = len(one.run.signals) + len(one.limits.signals)
        rows.append(
            [one.measure_id, one.title, str(met), str(judged), percent(met / judged), percent(last.centre),
             f"{last.label}: {last.met}/{last.judged}", str(signals) if signals else ""]
        )  # fmt: skip
    told = [f"{one.measure_id}: {text}" for one in trends for text in (*one.run.signals, *one.limits.signals)]
    small = [one.measure_id for one in trends if one.small]
    parts = [
        f"{len(months)} months, {months[0].month:%Y-%m} to {months[-1].month:%Y-%m}",
        aligned(rows, right=(2, 3, 4, 5)),
    ]
    if told:
        parts.append("\n".join(told))
    if small:
        parts.append(f"fewer than ten judged in the median period ({', '.join(small)}): look at --quarters")
    return "\n\n".join([*parts, f"charts: {out}"])
