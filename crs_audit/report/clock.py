"""Instants as the site's clock shows them."""

from __future__ import annotations

import datetime as dates
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(instant: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


class SiteClock:
    """Microseconds since 1970 (UTC) → text in one zone; the same instant is worked out once."""

    def __init__(self, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self._texts: dict[int, str] = {}

    def local(self, us: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=us)).astimezone(self.zone)

    def text(self, us: int | None) -> str:
        """`2026-03-04 13:20`; seconds only where there are some; the later of two equal clock times is marked."""
        if us is None:
            return "—"
        known = self._texts.get(us)
        if known is None:
            local = self.local(us)
            known = f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
            if local.fold:
                known += " (second)"
            self._texts[us] = known
        return known

    def date(self, us: int | None) -> str:
        return "—" if us is None else f"{self.local(us):%Y-%m-%d}"

    def midnight(self, day: dates.date) -> int:
        """The first instant of a local date."""
        return micros(datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC))

    def hours(self, start: int, end: int, step: int) -> list[int]:
        """Instants in [start, end] at which the local clock shows a whole multiple of `step` hours."""
        found: list[int] = []
        day, last = self.local(start).date(), self.local(end).date()
        while day <= last:
            for hour in range(0, 24, step):
                us = micros(datetime(day.year, day.month, day.day, hour, tzinfo=self.zone).astimezone(UTC))
                if start <= us <= end and (not found or us > found[-1]):
                    found.append(us)
            day += timedelta(days=1)
        return found
