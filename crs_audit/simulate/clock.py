"""Minutes since 1970 (UTC) to the site's clock, with the offset written out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "America/Chicago"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Writes instants; the offset is looked up once an hour, since it changes on the hour only."""

    def __init__(self, zone: str = ZONE) -> None:
        self._zone = ZoneInfo(zone)
        self._hours: dict[int, tuple[str, str]] = {}

    def iso(self, minute: int) -> str:
        """ISO 8601 with offset, as `2025-03-09T03:05:00-05:00`."""
        hour, rest = divmod(minute, 60)
        parts = self._hours.get(hour)
        if parts is None:
            text = self.local(hour * 60).isoformat()
            parts = self._hours[hour] = (text[:14], text[16:])
        return f"{parts[0]}{rest:02d}{parts[1]}"

    def local(self, minute: int) -> datetime:
        return (_EPOCH + timedelta(minutes=minute)).astimezone(self._zone)

    def at(self, day: date, hour: int, minute: int) -> int:
        """Minutes since 1970 of a clock time of the site."""
        local = datetime.combine(day, time(hour, minute), tzinfo=self._zone)
        return round((local.astimezone(UTC) - _EPOCH).total_seconds()) // 60
