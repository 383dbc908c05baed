"""Principles, alternatives and pitfalls: PRIN-01, PRIN-03, ALT-01, PIT-01, PIT-03, PIT-04."""

from __future__ import annotations

from tests.oracle.clauses import due, given_times
from tests.oracle.course import Episode
from tests.oracle.measures_episode import episode_tocilizumab
from tests.oracle.measures_grade2 import reaches_grade_2
from tests.oracle.opportunities import found_in_episodes, unknown
from tests.oracle.organs import UPPER, organ_grade
from tests.oracle.results import MET, Course, Opportunity, Verdict
from tests.oracle.unit import HOUR
from tests.oracle.vocabulary import ALTERNATIVE_AGENTS, ANTIFUNGALS


def prin_01(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _strict_differs)


def _strict_differs(course: Course, episode: Episode) -> Opportunity | None:
    if all(s.grade == s.strict_grade for s in episode.segments):
        return None
    return Opportunity(episode.onset, Verdict("met", None, episode.strict_max_grade), episode.number)


def prin_03(course: Course) -> list[Opportunity]:
    if "mar" in course.missing:
        return unknown(course, "mar")
    if not course.treatment:
        return []
    s = course.treatment[0].time
    given = given_times(course, ANTIFUNGALS, frozenset({"iv", "po", "ng", None}))
    return [Opportunity(s, due(course, s, [t for t in given if t >= s - 24 * HOUR], s + 48 * HOUR, per=HOUR))]


def alt_01(course: Course) -> list[Opportunity]:
    t0 = course.unit.t0
    if "mar" in course.missing:
        return unknown(course, "mar")
    given = [time for time in given_times(course, ALTERNATIVE_AGENTS) if time >= t0]
    return [Opportunity(t0, Verdict("met", None, (given[0] - t0) / HOUR))] if given else []


def pit_01(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _delay, "mar", reaches_grade_2)


def _delay(course: Course, episode: Episode) -> Opportunity | None:
    g2 = episode.first_grade[2]
    tocilizumab = [] if g2 is None else episode_tocilizumab(course, episode, g2)
    if not tocilizumab:
        return None
    first = tocilizumab[0].time
    band = max(0, (first - episode.onset) // (12 * HOUR))
    return Opportunity(first, Verdict("met", None, band), episode.number)


def pit_03(course: Course) -> list[Opportunity]:
    used = course.unit.filter_used
    if used is None:
        return []
    return [Opportunity(course.unit.t0, MET if used == "no" else Verdict("not_met", "filter"))]


def pit_04(course: Course) -> list[Opportunity]:
    if "labs" in course.missing:
        return unknown(course, "labs")
    rows = [row for row in course.labs if row["lab"] in UPPER and course.unit.in_window(row["time"])]
    grades = [organ_grade(course.unit, row, course.labs) for row in rows if row["value"] is not None]
    return [Opportunity(course.unit.t0, Verdict("met", None, max(grades)))] if grades else []
