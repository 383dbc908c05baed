"""Supportive care: G1-01, G1-02, G1-04, G1-05, G1-07."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.clauses import due, given_rows, given_times
from tests.oracle.course import Episode
from tests.oracle.measures_episode import persisting_fever
from tests.oracle.opportunities import found_in_episodes, of_episodes, unknown
from tests.oracle.results import MET, Course, Opportunity, Verdict, cap_reached, indeterminate, unmet
from tests.oracle.sparing import is_antipyretic
from tests.oracle.unit import HOUR, Row
from tests.oracle.vocabulary import ANTIPYRETICS, BROAD_ANTIBIOTICS, CRYSTALLOIDS, GCSF


def g1_01(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.onset, _antipyretic)


def _antipyretic(course: Course, episode: Episode, onset: datetime) -> Verdict:
    given = [row["time"] for row in given_rows(course, ANTIPYRETICS) if is_antipyretic(row)]
    return due(course, onset, [time for time in given if time >= onset - 4 * HOUR], onset + 4 * HOUR)


def g1_02(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.onset, _hydration)


def _hydration(course: Course, episode: Episode, onset: datetime) -> Verdict:
    day = onset + 24 * HOUR
    rows = given_times(course, CRYSTALLOIDS, frozenset({"iv", None}))
    running = [(dose.time, dose.end or dose.time + 6 * HOUR) for dose in course.crystalloids]
    if any(onset <= time <= day for time in rows) or any(start <= day and end > onset for start, end in running):
        return MET
    return unmet(course.unit, day, "not_done")


def g1_04(course: Course) -> list[Opportunity]:
    if "vitals" not in course.missing and "labs" in course.missing:
        return unknown(course, "labs") if course.episodes else []
    return found_in_episodes(course, _antibiotic_in_neutropenia)


def _antibiotic_in_neutropenia(course: Course, episode: Episode) -> Opportunity | None:
    onset = episode.onset
    if not neutropenic(course, onset):
        return None
    given = given_times(course, BROAD_ANTIBIOTICS, frozenset({"iv", "im", None}))
    verdict = due(course, onset, [time for time in given if time >= onset - 24 * HOUR], onset + 24 * HOUR)
    return Opportunity(onset, indeterminate("mar") if "mar" in course.missing else verdict, episode.number)


def neutropenic(course: Course, t: datetime) -> bool:
    """By the last ANC of 72 h that says so or says not; without one by the WBC."""
    for lab in ("anc", "wbc"):
        rows = [row for row in course.labs if row["lab"] == lab and t - 72 * HOUR <= row["time"] <= t]
        told = [(row["time"], low) for row in rows if (low := _below_500(row)) is not None]
        if told:
            last = max(time for time, _ in told)
            return any(low for time, low in told if time == last)
    return False


def _below_500(row: Row) -> bool | None:
    """None where the value or its bound leaves it open."""
    value, bound = row["value"], row["bound"]
    if value is None:
        return None
    if bound == "<":
        return True if value <= 500 else None
    if bound == "<=":
        return True if value < 500 else None
    if bound in (">", ">="):
        return False if value >= 500 else None
    return bool(value < 500)


def g1_05(course: Course) -> list[Opportunity]:
    t0 = course.unit.t0
    if "mar" in course.missing:
        return unknown(course, "mar")
    given = [time for time in given_times(course, GCSF) if time >= t0]
    return [Opportunity(t0, Verdict("met", None, len(given)))] if given else []


def g1_07(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _tocilizumab_for_lasting_fever)


def _tocilizumab_for_lasting_fever(course: Course, episode: Episode) -> Opportunity | None:
    a = persisting_fever(course, episode)
    if a is None:
        return None
    if "mar" in course.missing:
        return Opportunity(a, indeterminate("mar"), episode.number)
    if cap_reached(course, a):
        return Opportunity(a, Verdict("excluded", "cap"), episode.number)
    given = [dose.time for dose in course.tocilizumab if dose.time >= episode.onset]
    return Opportunity(a, due(course, a, given, a + 2 * HOUR), episode.number)
