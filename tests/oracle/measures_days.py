"""Measures of local dates: MON-01, MON-03."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.results import Course, Opportunity, Verdict, indeterminate
from tests.oracle.unit import DAY, HOUR

CHANNELS = (("temperature",), ("sbp", "map"), ("heart_rate",), ("respiratory_rate",), ("spo2",))

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Day:
    """A local date as [start, end) and the first episode that touches it."""

    start: datetime
    end: datetime
    episode: int | None


def days_of(course: Course) -> list[Day]:
    """The seven dates after that of the infusion and all that touch a grade, each wholly in [T0, E)."""
    unit, zone = course.unit, ZoneInfo(course.extract.timezone)
    d0 = unit.t0.astimezone(zone).date()
    days = []
    for n in range(32):
        start, end = _midnight(d0 + timedelta(days=n), zone), _midnight(d0 + timedelta(days=n + 1), zone)
        if start < unit.t0 or end > unit.e:
            continue
        graded = any(s.grade >= 1 and s.start < end and s.end > start for s in course.states.segments)
        if 1 <= n <= 7 or graded:
            touched = [e.number for e in course.episodes if e.onset < end and e.end > start]
            days.append(Day(start, end, min(touched, default=None)))
    return days


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def mon_01(course: Course) -> list[Opportunity]:
    return [Opportunity(day.start, _markers(course, day), day.episode) for day in days_of(course)]


def _markers(course: Course, day: Day) -> Verdict:
    if "labs" in course.missing:
        return indeterminate("labs")
    collected = [row for row in course.labs if day.start <= row["time"] < day.end and row["value"] is not None]
    there = len({row["lab"] for row in collected} & {"crp", "ferritin"})
    return Verdict("met", None, 2) if there == 2 else Verdict("not_met", "missing", there)


def mon_03(course: Course) -> list[Opportunity]:
    days = days_of(course)
    if "adt" not in course.missing:
        stays = [(stay["in_time"], stay["out_time"] or course.unit.w) for stay in course.unit.rows["adt"]]
        days = [day for day in days if _length(_clipped(_union(stays), day)) == day.end - day.start]
    return [Opportunity(day.start, _watched(course, day), day.episode) for day in days]


def _watched(course: Course, day: Day) -> Verdict:
    if "vitals" in course.missing:
        return indeterminate("vitals")
    covered: list[Interval] = [(day.start, day.end)]
    for channel in CHANNELS:
        read = [row["time"] for row in course.vitals if row["vital"] in channel and row["value"] is not None]
        covered = _common(covered, _clipped(_union([(t, t + 5 * HOUR) for t in read]), day))
    length = day.end - day.start
    value = (1000 * _length(covered) // length) / 10
    return (
        Verdict("met", None, value) if 10 * _length(covered) >= 9 * length else Verdict("not_met", "too_little", value)
    )


def _union(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _clipped(intervals: list[Interval], day: Day) -> list[Interval]:
    return _common(intervals, [(day.start, day.end)])


def _common(some: list[Interval], others: list[Interval]) -> list[Interval]:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted((start, end) for start, end in both if start < end)


def _length(intervals: list[Interval]) -> timedelta:
    return sum((end - start for start, end in intervals), 0 * DAY)
