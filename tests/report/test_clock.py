"""The site's clock on the days it changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crs_audit.report.clock import HOUR, SiteClock, micros

NEW_YORK = SiteClock("America/New_York")


def at(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("utc", "text"),
    [
        ("2026-03-08T06:59", "2026-03-08 01:59"),
        ("2026-03-08T07:00", "2026-03-08 03:00"),
        ("2026-11-01T05:30", "2026-11-01 01:30"),
        ("2026-11-01T06:30", "2026-11-01 01:30 (second)"),
        ("2026-07-01T04:00:30", "2026-07-01 00:00:30"),
    ],
)
def test_text(utc: str, text: str) -> None:
    assert NEW_YORK.text(at(utc)) == text


def test_ticks_stand_on_the_clocks_hours_across_both_changes() -> None:
    spring = NEW_YORK.hours(at("2026-03-08T04:00"), at("2026-03-09T05:00"), 6)
    assert [NEW_YORK.local(us).hour for us in spring] == [0, 6, 12, 18, 0]
    assert spring[1] - spring[0] == 5 * HOUR
    autumn = NEW_YORK.hours(at("2026-11-01T04:00"), at("2026-11-02T05:00"), 6)
    assert autumn[1] - autumn[0] == 7 * HOUR
    assert autumn == sorted(set(autumn))


def test_hourly_ticks_skip_the_hour_that_does_not_exist() -> None:
    ticks = NEW_YORK.hours(at("2026-03-08T05:00"), at("2026-03-08T08:00"), 1)
    assert [NEW_YORK.text(us)[-5:] for us in ticks] == ["00:00", "01:00", "03:00", "04:00"]
