"""ADT stays, documented grades and procedures of a course."""

from __future__ import annotations

from typing import NamedTuple

from .events import DAY, HOUR, Span
from .plan import Course
from .truth import Episode, Piece


class Stay(NamedTuple):
    start: int
    end: int
    location: str


class Assessment(NamedTuple):
    minute: int
    assessment: str
    value: str


class Procedure(NamedTuple):
    minute: int
    procedure: str
    end: int | None


def stays(course: Course) -> list[Stay]:
    """Ward from three days before the infusion to discharge, with the scenario's intensive care between."""
    if not course.charted("adt"):
        return []
    found, start, end = [], -2 * DAY - 6 * HOUR, course.stay_end()
    for span in sorted(course.stays):
        found.append(Stay(start, span.start, "ward"))
        found.append(Stay(span.start, min(span.end, end), "icu"))
        start = span.end
    if start < end:
        found.append(Stay(start, end, "ward"))
    return found


def assessments(course: Course, timeline: list[Piece]) -> list[Assessment]:
    """CRS and ICANS grades every twelve hours and soon after each rise, mostly right, and ICANS at its beginning."""
    rng, rows = course.rng, []
    shifts = {shift + rng.randint(0, 35) for shift in range(2 * HOUR, course.stay_end(), 12 * HOUR)}
    for minute in sorted(shifts):
        grade = _grade_at(timeline, minute)
        if grade and rng.random() < 0.1:
            grade = max(0, min(4, grade + rng.choice((-1, 1))))
        icans = course.icans_grade(minute)
        rows.append(Assessment(minute, "crs_grade", str(grade)))
        rows.append(Assessment(minute, "icans_grade", str(icans)))
        rows.append(Assessment(minute, "ice_score", str((10, 8, 5, 2, 0)[icans])))
    before = 0
    for piece in timeline:
        minute = piece.start + rng.randint(20, 80)
        if piece.grade > before and minute not in shifts and minute < course.stay_end():
            rows.append(Assessment(minute, "crs_grade", str(_grade_at(timeline, minute))))
        before = piece.grade
    rows += [Assessment(span.start, "icans_grade", str(grade)) for span, grade in course.icans_spans]
    return sorted(row for row in rows if not _kept_to_themselves(course, row))


def _grade_at(timeline: list[Piece], minute: int) -> int:
    return next((piece.grade for piece in timeline if piece.start <= minute < piece.end), 0)


def _kept_to_themselves(course: Course, row: Assessment) -> bool:
    return row.assessment == "crs_grade" and any(span.holds(row.minute) for span in course.lapses.undocumented)


def procedures(course: Course, episodes: list[Episode], timeline: list[Piece]) -> list[Procedure]:
    """Cultures and a chest film at onset, monitors from grade 2 to its last, an echocardiogram at grade 3."""
    rows = [Procedure(minute, "bone_marrow_hemophagocytosis", None) for minute in course.marrows]
    for episode in episodes:
        rows += _infection_search(course, episode)
        rows += _monitors(course, episode, timeline)
        rows += _echocardiogram(course, episode)
    rows = [row for row in rows if row.minute < course.stay_end() and row.procedure not in course.lapses.omitted]
    return sorted(rows, key=lambda row: (row.minute, row.procedure))


def _infection_search(course: Course, episode: Episode) -> list[Procedure]:
    kinds = ("blood_culture", "urine_culture", "chest_xray")
    return [Procedure(episode.onset + course.rng.randint(20, 300), kind, None) for kind in kinds]


def _monitors(course: Course, episode: Episode, timeline: list[Piece]) -> list[Procedure]:
    second = episode.firsts[1]
    if second is None:
        return []
    last = max(piece.end for piece in timeline if piece.grade >= 2 and piece.start < episode.end)
    end = last + course.rng.randint(60, 600)
    rows = []
    for kind in ("telemetry", "continuous_oximetry"):
        span = course.lapses.monitored.get(kind, Span(second + course.rng.randint(5, 45), end))
        rows.append(Procedure(span.start, kind, span.end))
    return rows


def _echocardiogram(course: Course, episode: Episode) -> list[Procedure]:
    third, late = episode.firsts[2], course.lapses.late_echocardiogram
    if third is None:
        return []
    minute = third + course.rng.randint(60, 20 * HOUR) if late is None else late
    return [Procedure(minute, "echocardiogram", None)]
