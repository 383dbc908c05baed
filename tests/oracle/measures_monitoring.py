"""Work-up, continuous monitoring and documented grades: MON-02, MON-04 … MON-07."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.oracle.between import grade_at
from tests.oracle.clauses import all_of
from tests.oracle.course import Episode
from tests.oracle.opportunities import found_in_episodes, nowhere, of_episodes, unknown
from tests.oracle.results import MET, Course, Opportunity, Verdict, indeterminate, minutes, unmet
from tests.oracle.unit import HOUR, Row


def mon_02(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.onset, _work_up, needs=None)


def _work_up(course: Course, episode: Episode, onset: datetime) -> Verdict:
    clauses, there = [], 0
    for kind in ("blood_culture", "urine_culture", "chest_xray"):
        rows = [row for row in course.procedures if row["procedure"] == kind]
        done = any(onset - 24 * HOUR <= row["time"] <= onset + 24 * HOUR for row in rows)
        reason = nowhere(course, kind)
        there += done
        if done:
            clauses.append(MET)
        else:
            clauses.append(indeterminate(reason) if reason else unmet(course.unit, onset + 24 * HOUR, "missing"))
    return all_of(clauses, there)


def mon_04(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[2], _continuously, needs=None)


def _continuously(course: Course, episode: Episode, g2: datetime) -> Verdict:
    return all_of([_throughout(course, episode, g2, kind) for kind in ("telemetry", "continuous_oximetry")])


def _throughout(course: Course, episode: Episode, g2: datetime, kind: str) -> Verdict:
    reason = nowhere(course, kind)
    if reason:
        return indeterminate(reason)
    until = min(max(s.end for s in episode.segments if s.grade >= 2), course.unit.e)
    in_time = [run for run in _runs(course, kind) if run[0] <= g2 + 2 * HOUR]
    if any(end is None or end >= until for _, end in in_time):
        return MET
    ran = any(end > g2 for _, end in in_time if end is not None)
    return unmet(course.unit, g2 + 2 * HOUR, "stopped" if ran else "not_done")


def _runs(course: Course, kind: str) -> list[tuple[datetime, datetime | None]]:
    """Rows that touch or overlap are one run; its end is None where one of them has not ended."""
    runs: list[tuple[datetime, datetime | None]] = []
    rows: list[Row] = [row for row in course.procedures if row["procedure"] == kind]
    for row in sorted(rows, key=lambda row: row["time"]):
        start, end = row["time"], row["end_time"]
        last = runs[-1][1] if runs else start
        if runs and (last is None or start <= last):
            runs[-1] = (runs[-1][0], None if last is None or end is None else max(last, end))
        else:
            runs.append((start, end))
    return runs


def mon_05(course: Course) -> list[Opportunity]:
    long = 13 * HOUR
    return of_episodes(course, lambda e: e.onset if e.end - e.onset >= long else None, _graded_often, needs=None)


def _graded_often(course: Course, episode: Episode, onset: datetime) -> Verdict:
    reason = nowhere(course, "crs_grade")
    if reason:
        return indeterminate(reason)
    graded = sorted(row["time"] for row in course.crs_grades if onset <= row["time"] < episode.end)
    gaps = list(pairwise([onset, *graded, episode.end]))
    longest = max((later - earlier) / HOUR for earlier, later in gaps)
    why = "late" if graded else "not_done"
    failed = [unmet(course.unit, start + 13 * HOUR, why) for start, end in gaps if end - start > 13 * HOUR]
    return all_of(failed, longest)


def mon_06(course: Course) -> list[Opportunity]:
    if "vitals" not in course.missing and nowhere(course, "crs_grade"):
        return unknown(course, "assessments: crs_grade") if course.episodes else []
    return found_in_episodes(course, _told_after_rises)


def _told_after_rises(course: Course, episode: Episode) -> Opportunity | None:
    rises = [episode.onset]
    rises += [later.start for earlier, later in pairwise(episode.segments) if later.grade > earlier.grade]
    waits = []
    for rise in rises:
        later = [row["time"] for row in course.crs_grades if row["time"] >= rise]
        if later:
            waits.append(minutes(rise, min(later)))
    return Opportunity(episode.onset, Verdict("met", None, max(waits)), episode.number) if waits else None


def mon_07(course: Course) -> list[Opportunity]:
    if nowhere(course, "crs_grade"):
        return unknown(course, "assessments: crs_grade")
    rows = [row for row in course.crs_grades if course.unit.in_window(row["time"])]
    rows.sort(key=lambda row: (row["time"], row["source"], row["row"]))
    return [Opportunity(row["time"], _compared(course, row), _episode(course, row["time"])) for row in rows]


def _compared(course: Course, row: Row) -> Verdict:
    if "vitals" in course.missing:
        return indeterminate("vitals")
    grade = grade_at(course, row["time"])
    if row["value"] == grade:
        return Verdict("met", "agree", grade)
    return Verdict("met", "under" if row["value"] < grade else "over", grade)


def _episode(course: Course, t: datetime) -> int | None:
    return next((e.number for e in course.episodes if e.onset <= t < e.end), None)
