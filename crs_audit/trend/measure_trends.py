"""The history's months as charts: run chart and p chart of each measure, months of different rules apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report.result import Trend, TrendPoint
from crs_audit.trend.history import MeasureCounts, Month
from crs_audit.trend.spc import FEWEST_PERIODS, RunRules, judged_periods, p_limits, run_rules
from crs_audit.trend.variation import variation

SMALL_MONTH = 10
"""With a smaller median of judged opportunities a month swings by chance alone: quarters are offered."""


@dataclass(frozen=True)
class MeasureTrend:
    """A measure's two charts over the same periods."""

    measure_id: str
    title: str
    kind: str
    unit: str
    """What is counted: opportunities, or infusions with all met where one patient has many."""
    run: Trend
    limits: Trend
    small: bool
    """Whether the median period has fewer than SMALL_MONTH judged."""

    @property
    def in_short(self) -> Trend:
        """The run chart with the signals of both: where there is room for one chart only."""
        return replace(self.run, signals=(*self.run.signals, *self.limits.signals))


@dataclass(frozen=True)
class _Period:
    """A month or quarter: what was counted in it, None where it was not audited."""

    label: str
    rules: str | None
    counts: dict[str, tuple[int, int]] | None


def measure_trends(months: Sequence[Month], *, quarters: bool = False) -> tuple[MeasureTrend, ...]:
    """Charts of every measure that has a rate in some month, by id. months: in order.

    A quarter holds its audited months; one whose months differ in rules is taken apart into as many periods.
    """
    titles: dict[str, MeasureCounts] = {}
    for month in months:  # the latest title stands
        titles |= {one.measure_id: one for one in month.measures if one.kind != INFORMATIONAL}
    periods = list(_periods(months, 3 if quarters else 1))
    trends = []
    for measure_id in sorted(titles):
        if any((period.counts or {}).get(measure_id, (0, 0))[1] for period in periods):
            trends.append(_trend(titles[measure_id], periods, "quarter" if quarters else "month"))
    return tuple(trends)


def _periods(months: Sequence[Month], length: int) -> Iterator[_Period]:
    by_start: dict[date, list[Month]] = {}
    for month in months:
        first = month.month.replace(month=(month.month.month - 1) // length * length + 1)
        by_start.setdefault(first, []).append(month)
    for start in _starts(list(by_start), length):
        label = f"{start:%b %Y}" if length == 1 else f"Q{(start.month - 1) // length + 1} {start.year}"
        several = by_start.get(start, [])
        for rules in dict.fromkeys(month.parameters_sha256 for month in several):
            yield _Period(label, rules, _summed([month for month in several if month.parameters_sha256 == rules]))
        if not several:
            yield _Period(label, None, None)


def _starts(known: Sequence[date], length: int) -> Iterator[date]:
    """All periods from the first known one to the last."""
    if not known:
        return
    at, last = min(known), max(known)
    while at <= last:
        yield at
        after = at.month - 1 + length
        at = date(at.year + after // 12, after % 12 + 1, 1)


def _summed(months: Sequence[Month]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for month in months:
        for one in month.measures:
            met, judged = sums.get(one.measure_id, (0, 0))
            more_met, more_judged = one.charted
            sums[one.measure_id] = met + more_met, judged + more_judged
    return sums


def _trend(measure: MeasureCounts, periods: Sequence[_Period], word: str) -> MeasureTrend:
    points: list[tuple[_Period, int, int]] = [
        (period, *(period.counts or {}).get(measure.measure_id, (0, 0))) for period in periods
    ]
    run: list[TrendPoint] = []
    limits: list[TrendPoint] = []
    run_signals: list[str] = []
    by_run_rules = False
    limit_signals: list[str] = []
    segments = list(_segments(points))
    for segment in segments:
        counts = [(met, judged) for _, met, judged in segment]
        rules = run_rules([met / judged for met, judged in counts if judged])
        bounds = p_limits(counts)
        by_run_rules |= rules is not None and rules.judged
        for at, (period, met, judged) in enumerate(segment):
            breaks = at == 0 and bool(run)
            low, high = (bounds.bounds[at] if bounds else None) or (None, None)
            new_rules = breaks and period.rules is not None and period.rules != _rules_before(points, period)
            plain = TrendPoint(
                period.label, met, judged, None, None, rules.centre if rules else None, breaks, new_rules
            )
            run.append(plain)
            centre = bounds.centre if bounds else None
            limits.append(TrendPoint(period.label, met, judged, low, high, centre, breaks, new_rules))
            if bounds and bounds.signals[at]:
                side = "below the lower" if bounds.signals[at] < 0 else "above the upper"
                limit_signals.append(f"{period.label}: {side} limit.")
        where = f"From {segment[0][0].label} to {segment[-1][0].label}: " if len(segments) > 1 else ""
        run_signals += [f"{where}{text}" for text in _in_words(rules, word)]
    judged_of = [judged for period, _, judged in points if period.counts is not None]
    enough = any(
        judged_periods([(met, judged) for _, met, judged in segment]) >= FEWEST_PERIODS for segment in segments
    )
    note = "" if enough else f"Fewer than {FEWEST_PERIODS} {word}s of the same rules: no signal is looked for."
    latest = variation([(met, judged) for _, met, judged in segments[-1]], measure.kind) if segments else ""
    if enough and not by_run_rules:
        note = f"Too few {word}s lie off the median: the rules of the run chart are not applied."
    return MeasureTrend(
        measure_id=measure.measure_id,
        title=measure.title,
        kind=measure.kind,
        unit="infusions with all met" if measure.clustered else "opportunities met",
        run=Trend(measure.measure_id, tuple(run), None, tuple(run_signals), note, latest),
        limits=Trend(measure.measure_id, tuple(limits), None, tuple(limit_signals)),
        small=bool(judged_of) and median(judged_of) < SMALL_MONTH,
    )


def _segments(points: Sequence[tuple[_Period, int, int]]) -> Iterator[list[tuple[_Period, int, int]]]:
    """Periods that may be joined: of the same rules, without one between them that was not audited."""
    segment: list[tuple[_Period, int, int]] = []
    for point in points:
        if segment and point[0].rules != segment[-1][0].rules:
            yield segment
            segment = []
        segment.append(point)
    if segment:
        yield segment


def _rules_before(points: Sequence[tuple[_Period, int, int]], period: _Period) -> str | None:
    """The rules of the last audited period before this one."""
    before: str | None = None
    for other, _, _ in points:
        if other is period:
            return before
        before = other.rules or before
    return before


def _in_words(rules: RunRules | None, word: str) -> Iterator[str]:
    if rules is not None and rules.shift:
        yield (
            f"a run of {rules.longest_run} {word}s on one side of the median, where chance seldom gives more than "
            f"{rules.run_limit}."
        )
    if rules is not None and rules.few_crossings:
        yield (
            f"{rules.crossings} crossings of the median, where chance seldom gives fewer than {rules.crossings_limit}."
        )
