"""The first page: what was audited, fallouts, every measure with rate and interval, attrition, the infusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words
from crs_audit.report.clock import SiteClock, micros
from crs_audit.report.cohort_course import day_course, highest_grades, treatment_course
from crs_audit.report.environment import generated, render
from crs_audit.report.infusion_list import infusion_list
from crs_audit.report.months import MOST_MONTHS, spanned
from crs_audit.report.pictures.interval import bounds_text, interval_bar, interval_said
from crs_audit.report.pictures.run_chart import run_chart
from crs_audit.report.spread import in_short
from crs_audit.report.verdicts import anchor

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult, MeasureSummary, Trend

_NAMED = 6
"""Infusions named beside a measure's fallouts; the measure's page has them all."""

_TRENDS = 8
"""Trends drawn at once, of the measures with most fallouts. The others are folded."""
_REASONS = 12
"""Reasons told under a step of the attrition; data/attrition has them all."""


def index_page(result: AuditResult, trends: Mapping[str, Trend]) -> str:
    """HTML of `index.html`."""
    missed = result.results.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    worst = sorted((m for m in result.measures if m.fallouts), key=lambda m: (-(m.fallouts or 0), m.measure_id))
    drawn = [m for m in (*worst, *(m for m in result.measures if m not in worst)) if m.measure_id in trends]
    return render(
        "index.html.j2",
        script=True,
        run=result,
        generated=generated(result.generated, result.timezone),
        heads=result.headline,
        unknown=sum(m.kind == "R" and m.fallouts is None for m in result.measures),
        worst=[(m, interval_bar(m), interval_said(m), *_named(missed, m.measure_id, result)) for m in worst],
        chapters=_chapters(result),
        trends=trends,
        drawn=[_charted(m, trends) for m in drawn[:_TRENDS]],
        folded=[_charted(m, trends) for m in drawn[_TRENDS:]],
        variations=_variations(trends),
        grades=highest_grades(result.headline),
        days=day_course(result) if result.internal else None,
        treatment=treatment_course(result) if result.internal else None,
        reviewed=[(m, interval_said(m.after)) for m in result.adjudication.measures] if result.adjudication else [],
        attrition=_steps(result),
        accounting=_accounting(result) if result.internal else [],
        infusions=infusion_list(result, missed) if result.internal else None,
        first=_first_last(result),
        undrawn=_undrawn(result),
        most_months=MOST_MONTHS,
        bounds={m.measure_id: bounds_text(m) for m in result.measures},
    )


def _undrawn(result: AuditResult) -> int:
    """Months of the run, where they are too many to be drawn; else 0. Of what shows no months nothing is told."""
    if result.trends or not result.internal or result.deidentified:
        return 0
    return months if (months := spanned(result)) > MOST_MONTHS else 0


def _charted(measure: MeasureSummary, trends: Mapping[str, Trend]) -> tuple[MeasureSummary, Markup, Trend]:
    trend = trends[measure.measure_id]
    return measure, run_chart(trend, measure.title), trend


def _variations(trends: Mapping[str, Trend]) -> list[tuple[str, int]]:
    """(word of `trend.variation`, measures) of those that occur."""
    counts = Counter(trend.variation for trend in trends.values())
    return [(word, counts[word]) for word in words.VARIATION if counts[word]]


def _steps(result: AuditResult) -> list[dict[str, Any]]:
    """The steps of the attrition, each with its `reasons` (what, how many), the most frequent alone, and how many
    `more` there are."""
    found: dict[str, dict[str, Any]] = {}
    for row in result.attrition.iter_rows(named=True):
        if row["of"] is None:
            found[row["step"]] = {**row, "reasons": [], "more": 0}
        elif len(found[row["of"]]["reasons"]) < _REASONS:
            found[row["of"]]["reasons"].append((row["step"], row["count"]))
        else:
            found[row["of"]]["more"] += 1
    return list(found.values())


def _named(missed: pl.DataFrame, measure: str, result: AuditResult) -> tuple[list[tuple[str, str]], int]:
    """(page and anchor, infusion_id) of the first infusions with a fallout of the measure, and how many there are."""
    if not result.internal:
        return [], 0
    found = missed.filter(pl.col("measure_id") == measure).unique("infusion_id", keep="first", maintain_order=True)
    tokens = dict(result.infusions.select("infusion_id", "token").iter_rows())
    rows = found.select("infusion_id", "opportunity").head(_NAMED).iter_rows()
    return [(f"{tokens[id_]}.html#{anchor(measure, number)}", id_) for id_, number in rows], found.height


def _chapters(result: AuditResult) -> list[tuple[str, list[tuple[MeasureSummary, Any, str, str]]]]:
    """(chapter, its measures, each with the bar of its interval, the interval, and what was found where it only
    informs)."""
    informing = result.results.filter((pl.col("kind") == INFORMATIONAL) & (pl.col("opportunity") > 0))
    parts = {key[0]: part for key, part in informing.partition_by("measure_id", as_dict=True).items()}
    told = {id_: in_short(part) for id_, part in parts.items()} if result.internal else {}
    found: dict[str, list[tuple[MeasureSummary, Any, str, str]]] = {}
    for measure in result.measures:
        cells = (measure, interval_bar(measure), interval_said(measure), told.get(measure.measure_id, ""))
        found.setdefault(measure.chapter, []).append(cells)
    return list(found.items())


def _accounting(result: AuditResult) -> list[dict[str, Any]]:
    """Row accounting by table, in the order of the sources."""
    columns = ("read", "accepted", "rejected", "duplicates")
    return list(
        result.accounting.group_by("table", maintain_order=True).agg(pl.col(columns).sum()).iter_rows(named=True)
    )


def _first_last(result: AuditResult) -> tuple[str, str]:
    clock, times = SiteClock(result.timezone), result.infusions.get_column("t0")
    if times.is_empty() or result.deidentified:
        return "", ""
    # polars types a minimum as any literal; of a column of times that is not empty it is a time.
    return clock.date(micros(times.min())), clock.date(micros(times.max()))  # type: ignore[arg-type]
