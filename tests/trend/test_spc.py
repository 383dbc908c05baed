"""Run and p charts against published tables and a textbook's data."""

from __future__ import annotations

import pytest

from crs_audit.trend.spc import binomial_tail, crossings_limit, p_limits, run_limit, run_rules

# Anhøj & Olesen 2014, table 1: useful observations, longest run allowed, fewest crossings allowed.
PUBLISHED = [
    (10, 6, 2), (11, 6, 2), (12, 7, 3), (13, 7, 3), (14, 7, 4), (15, 7, 4), (16, 7, 4), (17, 7, 5), (18, 7, 5),
    (19, 7, 6), (20, 7, 6), (21, 7, 6), (22, 7, 7), (23, 8, 7), (24, 8, 8), (25, 8, 8), (30, 8, 10), (36, 8, 13),
    (40, 8, 14), (50, 9, 19), (60, 9, 23), (100, 10, 41),
]  # fmt: skip


@pytest.mark.parametrize(("useful", "run", "crossings"), PUBLISHED)
def test_the_limits_are_those_of_the_published_table(useful: int, run: int, crossings: int):
    assert (run_limit(useful), crossings_limit(useful)) == (run, crossings)


def test_a_shift_is_a_run_longer_than_allowed():
    low_then_high = [0.5, 0.6] * 3 + [0.9] * 7
    found = run_rules(low_then_high, centre=0.7)
    assert found is not None
    assert (found.useful, found.longest_run, found.run_limit, found.shift) == (13, 7, 7, False)
    longer = run_rules([*low_then_high, 0.9], centre=0.7)
    assert longer is not None
    assert (longer.longest_run, longer.run_limit, longer.shift) == (8, 7, True)


def test_points_on_the_centre_neither_break_nor_lengthen_a_run():
    found = run_rules([0.8, 0.8, 0.7, 0.8, 0.8, 0.6], centre=0.7)
    assert found is not None
    assert (found.useful, found.longest_run, found.crossings) == (5, 4, 1)


def test_fewer_than_ten_useful_points_give_no_signal():
    found = run_rules([0.1] * 9 + [0.5], centre=0.5)
    assert found is not None
    assert (found.longest_run > found.run_limit, found.shift, found.few_crossings) == (True, False, False)
    assert run_rules([]) is None


def test_the_centre_is_the_median_of_the_shares():
    found = run_rules([0.2, 0.9, 0.4, 0.8])
    assert found is not None
    assert found.centre == pytest.approx(0.6)


def test_p_limits_of_the_orange_juice_cans():
    # Montgomery, Introduction to Statistical Quality Control, table 7.1: 30 samples of 50 cans, non-conforming.
    cans = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
    found = p_limits([(n, 50) for n in cans])
    assert found is not None
    assert found.centre == pytest.approx(0.2313, abs=5e-5)
    bounds = found.bounds[0]
    assert bounds is not None
    assert bounds == pytest.approx((0.0524, 0.4102), abs=5e-4)
    outside = [i + 1 for i, n in enumerate(cans) if not bounds[0] <= n / 50 <= bounds[1]]
    assert outside == [15, 23]
    assert [i for i, side in enumerate(found.signals, 1) if side] == [15, 23]
    assert found.signals[14] == 1


@pytest.mark.parametrize(
    ("met", "of", "share", "tail"),
    [
        (0, 10, 0.5, 1 / 1024),
        (2, 10, 0.5, 56 / 1024),
        (8, 10, 0.5, 56 / 1024),
        (3, 5, 0.1, 0.00856),
        (1980, 2000, 0.5, 0.0),
        (5, 5, 1.0, 1.0),
    ],
)
def test_how_probable_a_share_is(met: int, of: int, share: float, tail: float):
    assert binomial_tail(met, of, share) == pytest.approx(tail, rel=1e-9, abs=5e-6)


def test_a_point_beyond_the_limits_that_chance_explains_is_no_signal():
    # 4 of 5 beside 59 of 60: below the limit of three standard deviations, by chance in one month of twelve.
    counts = [(5, 5)] * 11 + [(4, 5)]
    found = p_limits(counts)
    assert found is not None
    assert found.bounds[-1] is not None
    assert found.bounds[-1][0] > 4 / 5
    assert binomial_tail(4, 5, found.centre) == pytest.approx(0.08, abs=5e-3)
    assert not any(found.signals)


def test_fewer_than_ten_judged_periods_have_no_signal():
    counts = [(40, 40)] * 8 + [(10, 40)]
    assert not any(p_limits(counts).signals)  # type: ignore[union-attr]
    assert not any(p_limits([*counts, (0, 0), (0, 0)]).signals)  # type: ignore[union-attr]
    assert p_limits([*counts, (40, 40)]).signals[8] == -1  # type: ignore[union-attr]


def test_p_limits_widen_with_fewer_cases_and_stay_within_nought_and_one():
    found = p_limits([(9, 10), (0, 0), (95, 100), (1, 1)])
    assert found is not None
    assert found.bounds[1] is None
    (low_10, high_10), (low_100, high_100) = found.bounds[0], found.bounds[2]  # type: ignore[misc]
    assert low_10 < low_100 < found.centre < high_100 <= high_10 == 1.0
    assert p_limits([(0, 0)]) is None
    assert p_limits([(5, 5), (7, 7)]).bounds == ((1.0, 1.0), (1.0, 1.0))  # type: ignore[union-attr]


@pytest.mark.parametrize("ceiling", [1.0, 0.0])
def test_half_of_the_points_on_the_centre_and_the_others_lie_on_one_side_by_necessity(ceiling: float):
    """Two alike years of a measure near 100 %: the months with a miss make a run of any length, and no signal."""
    year = [ceiling, ceiling, abs(ceiling - 0.03), ceiling, abs(ceiling - 0.05), ceiling] * 2
    rules = run_rules([*year, abs(ceiling - 0.02), *year, *year])
    assert rules is not None
    assert (rules.useful, rules.longest_run, rules.crossings) == (13, 13, 0)
    assert (rules.judged, rules.shift, rules.few_crossings) == (False, False, False)
