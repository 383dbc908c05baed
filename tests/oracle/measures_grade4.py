"""Grade 4 beside the course of methylprednisolone: G4-01, G4-04, G4-05."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.between import grade_at
from tests.oracle.clauses import due, given_times
from tests.oracle.course import Episode
from tests.oracle.measures_episode import airway_protection, grade_4_known
from tests.oracle.measures_grade2 import if_not_improved
from tests.oracle.measures_ladder import methylprednisolone, unprotected_grade_4
from tests.oracle.opportunities import found_in_episodes, of_episodes, unknown
from tests.oracle.results import MET, Course, Opportunity, Verdict, cap_reached, indeterminate, unmet
from tests.oracle.unit import DAY, HOUR
from tests.oracle.vocabulary import ALTERNATIVE_AGENTS


def g4_01(course: Course) -> list[Opportunity]:
    return of_episodes(course, grade_4_known, _tocilizumab, _no_tocilizumab_due)


def _no_tocilizumab_due(course: Course, episode: Episode) -> str | None:
    g4 = grade_4_known(episode)
    if "mar" not in course.missing and g4 is not None and cap_reached(course, g4):
        return "cap"
    return airway_protection(course, episode)


def _tocilizumab(course: Course, episode: Episode, g4: datetime) -> Verdict:
    doses = [d.time for d in course.tocilizumab if g4 - 24 * HOUR <= d.time]
    return due(course, g4, doses, g4 + 2 * HOUR)


def g4_04(course: Course) -> list[Opportunity]:
    if "vitals" not in course.missing and "mar" in course.missing:
        return unknown(course, "mar") if any(unprotected_grade_4(course, e) for e in course.episodes) else []
    return found_in_episodes(course, _escalation)


def _escalation(course: Course, episode: Episode) -> Opportunity | None:
    first = next((t for t in _high_doses(course, 450) if _at_grade_4(course, episode, t)), None)
    if first is None:
        return None
    later = first + DAY
    excluded = airway_protection(course, episode)
    return if_not_improved(course, episode, first, later, later, excluded, lambda: _escalated(course, later))


def _high_doses(course: Course, mg: int) -> list[datetime]:
    known = [dose for dose in methylprednisolone(course) if dose.dose.amount is not None]
    return [dose.time for dose in known if dose.dose.amount is not None and dose.dose.amount >= mg]


def _at_grade_4(course: Course, episode: Episode, t: datetime) -> bool:
    return episode.onset <= t < episode.end and grade_at(course, t) == 4


def _escalated(course: Course, start: datetime) -> Verdict:
    end = start + DAY
    doubled = [t for t in _high_doses(course, 900) if start <= t <= end]
    agents = [t for t in given_times(course, ALTERNATIVE_AGENTS) if start <= t <= end]
    unknown_amounts = [d for d in methylprednisolone(course) if d.dose.amount is None and start <= d.time <= end]
    if len(doubled) >= 2 or agents:
        return Verdict(MET.status, None, len(doubled))
    if len(doubled) + len(unknown_amounts) >= 2:
        return indeterminate("amount")
    return unmet(course.unit, end, "not_done", len(doubled))


def g4_05(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _ventilated)


def _ventilated(course: Course, episode: Episode) -> Opportunity | None:
    g4 = grade_4_known(episode)
    invasive = [s for s in episode.segments if s.oxygen is not None and s.oxygen.device == "invasive"]
    hours = sum((s.end - s.start) / HOUR for s in invasive)
    return None if g4 is None or not hours else Opportunity(g4, Verdict("met", None, hours), episode.number)
