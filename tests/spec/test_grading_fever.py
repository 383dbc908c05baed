"""PROTOCOL 2, fever: temperature rounded half up to 0.1 °C, at least 38.0 °C, holding 6 h."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import patient


@pytest.mark.parametrize(
    ("celsius", "fever"),
    [
        (37.9, False),
        (38.0, True),
        (37.94, False),
        (37.949, False),
        (37.95, True),
        (37.9499999, True),  # what is left of 37.95 after the sixth decimal is noise
        ((100.4 - 32) / 1.8, True),
        ((100.3 - 32) / 1.8, False),
    ],
)
def test_fever_is_38_0_after_rounding_half_up(celsius: float, fever: bool) -> None:
    assert graded(patient().temp("1h", celsius)).fever("1h") is fever


def test_a_reading_holds_up_to_the_next_one() -> None:
    g = graded(patient().temp("1h", 38.5).temp("3h", 36.9))
    assert [g.fever(t) for t in ("59m", "1h", "2h59m", "3h")] == [None, True, True, False]


def test_a_reading_holds_six_hours_at_most_and_then_the_state_is_unknown() -> None:
    g = graded(patient().temp("1h", 38.5))
    assert g.fever("6h59m59s") is True
    assert g.fever("7h") is None
    assert g.grade("7h") == 0


def test_the_carry_ends_although_a_later_reading_comes() -> None:
    g = graded(patient().temp("1h", 38.5).temp("9h", 38.5))
    assert [g.fever(t) for t in ("6h59m", "7h", "8h59m", "9h")] == [True, None, None, True]


def test_of_several_temperatures_at_one_instant_the_highest_holds() -> None:
    assert graded(patient().temp("1h", 38.4).temp("1h", 36.5)).fever("1h") is True
    assert graded(patient().temp("1h", 36.5).temp("1h", 38.4)).fever("1h") is True


def test_a_date_without_a_time_sets_no_state() -> None:
    assert graded(patient().temp("12h", 39.0, day_only=True)).fever("12h") is None


def test_a_reading_before_the_infusion_still_holds_after_it() -> None:
    g = graded(patient().temp("-5h", 38.5))
    assert [g.fever(t) for t in ("0h", "59m", "1h")] == [True, True, None]


def test_a_reading_six_hours_before_the_infusion_is_over() -> None:
    assert graded(patient().temp("-6h", 38.5)).fever("0h") is None
