"""Grades at an instant and over closed intervals, and whether a dose helped."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.course import Episode
from tests.oracle.grade import Segment
from tests.oracle.results import Course
from tests.oracle.unit import HOUR


def grade_at(course: Course, t: datetime) -> int:
    return next((s.grade for s in course.states.segments if s.start <= t < s.end), 0)


def touching(course: Course, start: datetime, end: datetime) -> list[Segment]:
    """The segments that share an instant with [start, end]."""
    return [s for s in course.states.segments if s.start <= end and s.end > start]


def worst_grade(course: Course, start: datetime, end: datetime) -> int:
    return max((s.grade for s in touching(course, start, end)), default=0)


def after_dose(course: Course, episode: Episode, t: datetime, later: datetime) -> str | None:
    """How the episode stands `later`, after a dose at t: None where it is over or improved, so that nothing is due;
    "censored" where the follow-up ended; "unobserved" where nobody knows; else "not_improved"."""
    if episode.end <= later and episode.end < course.unit.e:
        return None
    if later >= course.unit.e:
        return "censored"
    last_hours = touching(course, later - 4 * HOUR, later)
    if max(s.grade for s in last_hours) >= max(2, grade_at(course, t)):
        return "not_improved"
    return None if all(s.observed for s in last_hours) else "unobserved"
