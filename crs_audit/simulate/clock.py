"""Minutes since 1970 (UTC) to the site's clock, with the offset written out or as the clock shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "America/Chicago"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Writes instants; the offset is looked up once an hour, since it changes on the hour only."""

    def __init__(self, zone: str = ZONE) -> None:
        self._zone = ZoneInfo(zone)
        self._hours: dict[int, tuple[str, str, bool]] = {}

    def iso(self, minute: int) -> str:
        """ISO 8601 with offset, as `2025-03-09T03:05:00-05:00`."""
        head, tail, _ = self._parts(minute)
        return f"{head}{minute % 60:02d}{tail}"

    def american(self, minute: int) -> str:
        """`03/09/2025 03:05`; the offset follows (`11/02/2025 01:30 -0600`) where the clock shows a time again."""
        head, tail, again = self._parts(minute)
        offset = f" {tail[3:].replace(':', '')}" if again else ""
        return f"{head[5:7]}/{head[8:10]}/{head[:4]} {head[11:]}{minute % 60:02d}{offset}"

    def _parts(self, minute: int) -> tuple[str, str, bool]:
        """What stands before the minute and behind it in ISO 8601, and whether the clock shows that hour again."""
        hour = minute // 60
        parts = self._hours.get(hour)
        if parts is None:
            local = self.local(hour * 60)
            text = local.isoformat()
            parts = self._hours[hour] = (text[:14], text[16:], local.fold == 1)
        return parts

    @staticmethod
    def minute(iso: str) -> int:
        """Minutes since 1970 of an `iso` text."""
        return round(datetime.fromisoformat(iso).timestamp()) // 60

    def local(self, minute: int) -> datetime:
        return (_EPOCH + timedelta(minutes=minute)).astimezone(self._zone)

    def at(self, day: date, hour: int, minute: int) -> int:
        """Minutes since 1970 of a clock time of the site."""
        local = datetime.combine(day, time(hour, minute), tzinfo=self._zone)
        return round((local.astimezone(UTC) - _EPOCH).total_seconds()) // 60
