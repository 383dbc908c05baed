"""The interval beside each rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_audit.report.statistics import wilson


@pytest.mark.parametrize(
    ("met", "of", "low", "high"),
    [
        (18, 20, 0.699, 0.972),  # R: binom::binom.wilson(18, 20)
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (1, 1, 0.207, 1.0),
        (81, 263, 0.255, 0.366),  # Newcombe, Stat Med 1998;17:857, table I, method 3
        (15, 148, 0.062, 0.160),
    ],
)
def test_known_intervals(met: int, of: int, low: float, high: float) -> None:
    interval = wilson(met, of)
    assert interval is not None
    assert interval == (pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4))


def test_nothing_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("met", "of"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_impossible_counts_are_refused(met: int, of: int) -> None:
    with pytest.raises(ValueError, match="met must lie in"):
        wilson(met, of)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_rate_and_mirrors(case: tuple[int, int]) -> None:
    met, of = case
    interval, mirrored = wilson(met, of), wilson(of - met, of)
    assert interval is not None
    assert mirrored is not None
    assert 0 <= interval[0] <= met / of <= interval[1] <= 1
    assert interval[0] == pytest.approx(1 - mirrored[1], abs=1e-12)
