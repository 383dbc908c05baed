"""Where opportunities come from: episodes, and tables without which nobody knows whether there was one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.oracle.course import Episode
from tests.oracle.results import Course, Opportunity, Verdict, indeterminate

Judge = Callable[[Course, Episode, datetime], Verdict]


def of_episodes(
    course: Course,
    anchor: Callable[[Episode], datetime | None],
    judge: Judge,
    excluded: Callable[[Course, Episode], str | None] = lambda course, episode: None,
    needs: str | None = "mar",
) -> list[Opportunity]:
    """One opportunity per episode that has the anchor; without vitals it is unknown whether there was any.

    `excluded`: why the episode is out of the count, told before the table the judge `needs` is asked for.
    """
    if "vitals" in course.missing:
        return unknown(course, "vitals")
    found = []
    for episode in course.episodes:
        t = anchor(episode)
        if t is not None:
            verdict = _judged(course, episode, t, judge, excluded(course, episode), needs)
            found.append(Opportunity(t, verdict, episode.number))
    return found


def _judged(
    course: Course, episode: Episode, t: datetime, judge: Judge, excluded: str | None, needs: str | None
) -> Verdict:
    if excluded is not None:
        return Verdict("excluded", excluded)
    return indeterminate(needs) if needs in course.missing else judge(course, episode, t)


def unknown(course: Course, reason: str) -> list[Opportunity]:
    """The one row that stands where nobody knows whether there was an opportunity."""
    return [Opportunity(course.unit.t0, indeterminate(reason))]


def found_in_episodes(
    course: Course,
    find: Callable[[Course, Episode], Opportunity | None],
    decided_by: str | None = None,
    candidate: Callable[[Episode], bool] = lambda episode: True,
) -> list[Opportunity]:
    """At most one opportunity per episode. `decided_by`: the table that decides whether there is one; without it, one
    row stands for an infusion with an episode that is a `candidate`."""
    if "vitals" in course.missing:
        return unknown(course, "vitals")
    if decided_by in course.missing and decided_by is not None:
        return unknown(course, decided_by) if any(candidate(episode) for episode in course.episodes) else []
    return [found for episode in course.episodes if (found := find(course, episode)) is not None]


def nowhere(course: Course, kind: str) -> str | None:
    """The reason where the kind of procedure or assessment occurs nowhere in the extract."""
    if kind.endswith(("_grade", "_score")):
        return None if kind in course.extract.assessments else f"assessments: {kind}"
    return None if kind in course.extract.procedures else f"procedures: {kind}"
