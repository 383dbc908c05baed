"""The kind of variation of the latest months, in the terms of Making Data Count."""

from __future__ import annotations

import pytest

from crs_audit.report import words
from crs_audit.trend import variation as kinds
from crs_audit.trend.measure_trends import measure_trends
from crs_audit.trend.variation import variation
from tests.trend.test_trends import year

ZIGZAG = [(14, 20), (16, 20)] * 6
"""Twelve months around a median of 15/20: crossings enough, no run, inside the limits."""


def test_months_that_swing_by_chance() -> None:
    assert variation(ZIGZAG, "R") == "common"


@pytest.mark.parametrize(("last", "found"), [((20, 20), "improvement"), ((5, 20), "concern")])
def test_a_last_month_beyond_a_limit(last: tuple[int, int], found: str) -> None:
    """Fifteen of twenty on the average: limits at 46 and 100 %; with two hundred judged at 65.8 and 84.2 %."""
    many = [(10 * met, 10 * of) for met, of in (*ZIGZAG, last)]
    assert variation(many, "R") == found
    assert variation([*many[:-1], ZIGZAG[0], ZIGZAG[1]], "R") == "common"


@pytest.mark.parametrize(
    ("months", "found"),
    [([(12, 20)] * 8 + [(17, 20)] * 8, "improvement"), ([(17, 20)] * 8 + [(12, 20)] * 8, "concern")],
)
def test_a_long_run_up_to_now(months: list[tuple[int, int]], found: str) -> None:
    """A run of 8 of 16 useful points: chance seldom gives more than 7; no month lies beyond a limit."""
    assert variation(months, "R") == found


def test_where_more_is_not_better_by_the_text_it_is_only_higher_or_lower() -> None:
    assert variation([(12, 20)] * 8 + [(17, 20)] * 8, "C") == "higher"
    assert variation([(17, 20)] * 8 + [(12, 20)] * 8, "C") == "lower"


def test_a_shift_that_is_over_is_unusual_without_a_direction() -> None:
    months = [(12, 20)] * 8 + [(17, 20)] * 8 + [(12, 20), (17, 20)]
    assert variation(months, "R") == "special"


@pytest.mark.parametrize("months", [[], ZIGZAG[:9], [(0, 0)] * 12, [(20, 20)] * 12, [*ZIGZAG[:9], (0, 0), (0, 0)],
                                    [*[(150, 200)] * 8, (20, 200)]])  # fmt: skip
def test_too_few_months_or_too_few_off_the_median(months: list[tuple[int, int]]) -> None:
    assert variation(months, "R") == "few"


def test_months_of_other_rules_do_not_count() -> None:
    """Twelve bad months of other rules say nothing of the twelve good ones since."""
    before, since = year([(2, 20)] * 12, rules="a", first=2024), year(ZIGZAG, rules="b", first=2025)
    (trend,) = measure_trends([*before, *since])
    assert trend.run.variation == "common"
    (trend,) = measure_trends([*before, *since[:5]])
    assert trend.run.variation == "few"


def test_every_kind_has_words() -> None:
    found = {kinds.IMPROVEMENT, kinds.CONCERN, kinds.HIGHER, kinds.LOWER, kinds.SPECIAL, kinds.COMMON, kinds.FEW}
    assert set(words.VARIATION) == set(words.VARIATION_LONG) == found
