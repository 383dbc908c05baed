"""Months as charts: what is charted, what is joined, what is a signal."""

from __future__ import annotations

from datetime import date

from crs_audit.trend.history import MeasureCounts, Month
from crs_audit.trend.measure_trends import measure_trends


def month(at: date, met: int, judged: int, *, rules: str = "a", **more: object) -> Month:
    counts = {"kind": "R", "clustered": False, "all_met": 0, "infusions": 0, **more}
    one = MeasureCounts(
        "G2-02", "In time", met=met, not_met=judged - met, amber=0, excluded=0, indeterminate=0, **counts
    )  # type: ignore[arg-type]
    return Month(at, judged, judged, rules, "0.1.0", "2026-11-25T00:00:00+00:00", (one,))


def year(shares: list[tuple[int, int]], rules: str = "a", first: int = 2026) -> list[Month]:
    return [month(date(first + i // 12, i % 12 + 1, 1), *share, rules=rules) for i, share in enumerate(shares)]


def test_a_shift_is_told_in_words():
    (trend,) = measure_trends(year([(18, 20)] * 8 + [(2, 20)] * 8))
    assert trend.run.points[0].centre == 0.5
    assert trend.run.signals == (
        "a run of 8 months on one side of the median, where chance seldom gives more than 7.",
        "1 crossings of the median, where chance seldom gives fewer than 4.",
    )


def test_a_point_outside_the_limits_is_told():
    (trend,) = measure_trends(year([(18, 20)] * 11 + [(5, 20)]))
    assert trend.limits.signals == ("Dec 2026: below the lower limit.",)
    assert trend.in_short.signals == (*trend.run.signals, "Dec 2026: below the lower limit.")
    assert trend.in_short.points == trend.run.points
    assert not trend.small


def test_few_months_and_small_ones_are_told():
    (trend,) = measure_trends(year([(1, 1)] * 9))
    assert trend.run.note == "Fewer than 10 months of the same rules: no signal is looked for."
    assert trend.run.signals == ()
    assert trend.small


def test_months_of_other_rules_are_marked_and_not_joined():
    months = [*year([(1, 2), (2, 2)]), month(date(2026, 3, 1), 0, 4, rules="b")]
    (trend,) = measure_trends(months)
    assert [(p.breaks, p.new_rules, p.centre) for p in trend.run.points] == [
        (False, False, 0.75),
        (False, False, 0.75),
        (True, True, 0.0),
    ]


def test_a_month_not_audited_has_no_point_and_is_not_bridged():
    (trend,) = measure_trends([month(date(2026, 1, 1), 1, 2), month(date(2026, 3, 1), 1, 2)])
    assert [(p.label, p.judged, p.breaks, p.new_rules) for p in trend.run.points] == [
        ("Jan 2026", 2, False, False),
        ("Feb 2026", 0, True, False),
        ("Mar 2026", 2, True, False),
    ]


def test_a_month_with_nothing_judged_has_no_point_and_is_bridged():
    (trend,) = measure_trends(year([(1, 2), (0, 0), (2, 2)]))
    assert [(p.judged, p.breaks) for p in trend.run.points] == [(2, False), (0, False), (2, False)]


def test_quarters_sum_their_months_of_the_same_rules():
    months = [
        *year([(1, 2), (2, 2)]),
        month(date(2026, 3, 1), 0, 4, rules="b"),
        month(date(2026, 4, 1), 1, 1, rules="b"),
    ]
    (trend,) = measure_trends(months, quarters=True)
    assert [(p.label, p.met, p.judged, p.new_rules) for p in trend.run.points] == [
        ("Q1 2026", 3, 4, False),
        ("Q1 2026", 0, 4, True),
        ("Q2 2026", 1, 1, False),
    ]


def test_doses_of_one_patient_are_charted_by_infusion():
    (trend,) = measure_trends([month(date(2026, 1, 1), 7, 9, clustered=True, all_met=2, infusions=3)])
    assert (trend.unit, trend.run.points[0].met, trend.run.points[0].judged) == ("infusions with all met", 2, 3)


def test_what_only_informs_or_was_never_judged_has_no_chart():
    assert measure_trends([month(date(2026, 1, 1), 3, 3, kind="I")]) == ()
    assert measure_trends([month(date(2026, 1, 1), 0, 0)]) == ()


def test_with_few_months_no_chart_has_a_signal():
    (trend,) = measure_trends(year([(20, 20)] * 8 + [(2, 20)]))
    assert (trend.limits.signals, trend.run.signals) == ((), ())
    assert trend.run.note == "Fewer than 10 months of the same rules: no signal is looked for."


def test_months_without_anything_judged_are_not_counted_as_periods():
    (trend,) = measure_trends(year([(20, 20)] * 5 + [(0, 0)] * 5 + [(2, 20)]))
    assert trend.limits.signals == ()
    assert trend.run.note == "Fewer than 10 months of the same rules: no signal is looked for."


def test_months_on_the_median_are_told_where_they_leave_too_few():
    (trend,) = measure_trends(year([(20, 20)] * 12))
    assert trend.run.note == "Too few months lie off the median: the rules of the run chart are not applied."
