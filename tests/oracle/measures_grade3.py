"""What grade 3 asks for beside steroids: G3-01, G3-06, G3-07, G3-09."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.oracle.clauses import due
from tests.oracle.course import Episode
from tests.oracle.measures_grade2 import episode_boluses, low_pressures
from tests.oracle.opportunities import found_in_episodes, nowhere, of_episodes, unknown
from tests.oracle.results import Course, Opportunity, Verdict, indeterminate
from tests.oracle.unit import HOUR, MINUTE
from tests.oracle.vocabulary import EARLY_STEROID_PRODUCTS


def g3_01(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[3], _intensive_care, needs="adt")


def _intensive_care(course: Course, episode: Episode, g3: datetime) -> Verdict:
    """The stay need not begin in the window: who is there already has come early."""
    stays = [stay for stay in course.unit.rows["adt"] if stay["location_type"] == "icu"]
    there = [stay["in_time"] for stay in stays if stay["out_time"] is None or stay["out_time"] > g3]
    return due(course, g3, there, g3 + 4 * HOUR, "not_done")


def g3_06(course: Course) -> list[Opportunity]:
    if "vitals" not in course.missing and "mar" in course.missing:
        return unknown(course, "mar") if any(low_pressures(course, e) for e in course.episodes) else []
    return found_in_episodes(course, _vasopressor_after_fluids)


def _vasopressor_after_fluids(course: Course, episode: Episode) -> Opportunity | None:
    pairs = pairwise(episode_boluses(course, episode))
    ends = [second.end or second.time for first, second in pairs if second.time - first.time <= 12 * HOUR]
    low = [t for t in low_pressures(course, episode) if ends and t >= min(ends) + 60 * MINUTE]
    if not low:
        return None
    a = low[0]
    running = [max(run.start, a) for run in course.states.runs if run.end > max(run.start, a)]
    return Opportunity(a, due(course, a, running, a + 60 * MINUTE, "not_done"), episode.number)


def g3_07(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[3], _echocardiogram, needs=None)


def _echocardiogram(course: Course, episode: Episode, g3: datetime) -> Verdict:
    reason = nowhere(course, "echocardiogram")
    if reason:
        return indeterminate(reason)
    done = [row["time"] for row in course.procedures if row["procedure"] == "echocardiogram"]
    return due(course, g3, [time for time in done if time >= g3 - 24 * HOUR], g3 + 48 * HOUR, "not_done", HOUR)


def g3_09(course: Course) -> list[Opportunity]:
    t0 = course.unit.t0
    if course.unit.product not in EARLY_STEROID_PRODUCTS:
        return []
    if "mar" in course.missing:
        return unknown(course, "mar")
    if not course.treatment:
        return []
    return [Opportunity(t0, Verdict("met", None, (course.treatment[0].time - t0) / HOUR))]
