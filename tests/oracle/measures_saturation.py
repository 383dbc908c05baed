"""Low saturation without oxygen: G2-11."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.clauses import due
from tests.oracle.course import Episode
from tests.oracle.opportunities import found_in_episodes
from tests.oracle.results import Course, Opportunity
from tests.oracle.states import Reading, readings
from tests.oracle.unit import HOUR, MINUTE


def g2_11(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _oxygen_for_low_saturation)


def _oxygen_for_low_saturation(course: Course, episode: Episode) -> Opportunity | None:
    saturations = [reading for reading in readings(course.vitals, "spo2", min) if reading.time < course.unit.w]
    for reading in saturations:
        t = reading.time
        if reading.value < 90 and episode.onset <= t < episode.end:
            if _re_read(saturations, t) or _support_at(course, t) > 0:
                continue
            events = course.states.oxygen.items()
            given = [time for time, supports in events if time > t and any(s.support > 0 for s in supports)]
            return Opportunity(t, due(course, t, given, t + 30 * MINUTE, "not_done"), episode.number)
    return None


def _re_read(saturations: list[Reading], t: datetime) -> bool:
    return any(t < other.time <= t + 30 * MINUTE and other.value >= 90 for other in saturations)


def _support_at(course: Course, t: datetime) -> int:
    """Whatever the baseline; 0 where the last event is 12 h old or there is none."""
    before = [time for time in course.states.oxygen if time <= t < time + 12 * HOUR]
    return max(s.support for s in course.states.oxygen[max(before)]) if before else 0
