"""Steroids of grade 3, first enough and then less: G3-04, G3-05."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from tests.oracle.between import worst_grade
from tests.oracle.course import Episode
from tests.oracle.grade import stretches
from tests.oracle.measures_ladder import ladders
from tests.oracle.opportunities import found_in_episodes, of_episodes
from tests.oracle.results import CENSORED, Course, Opportunity, Verdict, indeterminate, unmet
from tests.oracle.steroids import SteroidDose
from tests.oracle.unit import DAY, HOUR, MINUTE


def g3_04(course: Course) -> list[Opportunity]:
    return of_episodes(course, _anchor_of_long_run, _every_six_hours, _grade_4_in_first_day)


def _anchor_of_long_run(episode: Episode) -> datetime | None:
    return None if long_run(episode) is None else episode.first_grade[3]


def long_run(episode: Episode) -> datetime | None:
    """Start of the first run of grade 3 and more that lasts 24 h."""
    runs = stretches([s for s in episode.segments if s.grade >= 3])
    return next((start for start, end in runs if end - start >= DAY), None)


def _grade_4_in_first_day(course: Course, episode: Episode) -> str | None:
    start = long_run(episode)
    assert start is not None, "only such episodes are asked"
    return (
        "grade_4" if any(s.grade >= 4 and s.start < start + DAY and s.end > start for s in episode.segments) else None
    )


def _every_six_hours(course: Course, episode: Episode, g3: datetime) -> Verdict:
    start = long_run(episode)
    assert start is not None, "only such episodes are asked"
    end = start + DAY
    doses = [dose for dose in course.window_steroids if start - 6 * HOUR <= dose.time < end]
    inside = [dose for dose in doses if dose.time >= start]
    total = sum((dose.dex_mg or Fraction(0) for dose in inside), Fraction(0))
    known = [dose.time for dose in doses if dose.dex_mg is not None and dose.dex_mg >= 9]
    possible = [dose.time for dose in doses if dose.dex_mg is None or dose.dex_mg >= 9]
    if total >= 36 or _on_schedule(known, start, end):
        return Verdict("met", None, float(total))
    if any(dose.dex_mg is None for dose in inside) or _on_schedule(possible, start, end):
        return indeterminate("amount")
    return unmet(course.unit, end, "too_little", float(total))


def _on_schedule(times: list[datetime], start: datetime, end: datetime) -> bool:
    if not times or times[0] > start + 60 * MINUTE:
        return False
    return all(later - earlier <= 7.5 * HOUR for earlier, later in pairwise([*times, end]))


def g3_05(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _taper, "mar", lambda episode: episode.max_grade >= 3)


def _taper(course: Course, episode: Episode) -> Opportunity | None:
    a = _improved(course, episode)
    return None if a is None else Opportunity(a, _tapered(course, a), episode.number)


def _improved(course: Course, episode: Episode) -> datetime | None:
    """A: improvement that lasts, under steroids."""
    g3 = episode.first_grade[3]
    if g3 is None:
        return None
    runs = stretches([s for s in course.states.segments if s.grade <= 1 and s.observed])
    lasting = [start for start, end in runs if start >= g3 and end - start >= DAY]
    return next((a for a in lasting if any(a - DAY <= dose.time <= a for dose in course.treatment)), None)


def _tapered(course: Course, a: datetime) -> Verdict:
    if any(grade >= 2 and a - DAY <= time <= a + 48 * HOUR for time, grade in course.icans):
        return Verdict("excluded", "icans")
    if worst_grade(course, a, a + 48 * HOUR) >= 2:
        return Verdict("excluded", "grade_2")
    if any(rungs and last <= a <= rungs[-1] for last, rungs in ladders(course)):
        return Verdict("excluded", "ladder")
    if a + 48 * HOUR >= course.unit.e:
        return CENSORED
    until_a = [dose for dose in course.window_steroids if dose.time <= a]
    final = [dose for dose in course.window_steroids if a + DAY < dose.time <= a + 48 * HOUR]
    highest = max(_total([d for d in until_a if x.time - DAY < d.time <= x.time]) for x in until_a)
    total = _total(final)
    value = float(100 * total / highest) if highest else None
    low_enough = 2 * total <= highest
    unknown_before = any(dose.dex_mg is None for dose in until_a)
    if any(dose.dex_mg is None for dose in final):
        return indeterminate("amount") if low_enough or unknown_before else Verdict("not_met", "too_much", value)
    if low_enough:
        return Verdict("met", None, value)
    return indeterminate("amount") if unknown_before else Verdict("not_met", "too_much", value)


def _total(doses: list[SteroidDose]) -> Fraction:
    return sum((dose.dex_mg or Fraction(0) for dose in doses), Fraction(0))
