"""ADT stays, documented grades and procedures of a course."""

from __future__ import annotations

from typing import NamedTuple

from .plan import DAY, HOUR, Course
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
    found, start, end = [], -2 * DAY - 6 * HOUR, course.stay_end()
    for span in sorted(course.stays):
        found.append(Stay(start, span.start, "ward"))
        found.append(Stay(span.start, min(span.end, end), "icu"))
        start = span.end
    if start < end:
        found.append(Stay(start, end, "ward"))
    return found


def assessments(course: Course, timeline: list[Piece]) -> list[Assessment]:
    """CRS and ICANS grades every twelve hours, mostly right, and ICANS at its beginning."""
    rng, rows = course.rng, []
    for shift in range(2 * HOUR, course.stay_end(), 12 * HOUR):
        minute = shift + rng.randint(0, 35)
        grade = next((p.grade for p in timeline if p.start <= minute < p.end), 0)
        if grade and rng.random() < 0.1:
            grade = max(0, min(4, grade + rng.choice((-1, 1))))
        icans = course.icans_grade(minute)
        rows.append(Assessment(minute, "crs_grade", str(grade)))
        rows.append(Assessment(minute, "icans_grade", str(icans)))
        rows.append(Assessment(minute, "ice_score", str((10, 8, 5, 2, 0)[icans])))
    rows += [Assessment(span.start, "icans_grade", str(grade)) for span, grade in course.icans_spans]
    return sorted(rows)


def procedures(course: Course, episodes: list[Episode], timeline: list[Piece]) -> list[Procedure]:
    """Cultures and a chest film at onset, monitors from grade 2, an echocardiogram at grade 3."""
    rng, rows = course.rng, []
    for episode in episodes:
        for kind in ("blood_culture", "urine_culture", "chest_xray"):
            if rng.random() < 0.94:
                rows.append(Procedure(episode.onset + rng.randint(20, 300), kind, None))
        second, third = episode.firsts[1], episode.firsts[2]
        if second is not None:
            last = max(piece.end for piece in timeline if piece.grade >= 2 and piece.start < episode.end)
            late = rng.randint(150, 400) if rng.random() < 0.12 else rng.randint(5, 90)
            end = last + rng.randint(60, 600)
            rows.append(Procedure(second + late, "telemetry", end))
            rows.append(Procedure(second + rng.randint(5, 60), "continuous_oximetry", end))
        if third is not None and rng.random() < 0.85:
            rows.append(Procedure(third + rng.randint(120, 40 * HOUR), "echocardiogram", None))
    if course.stats:
        rows.append(Procedure(course.stats[0][0] + 20 * HOUR, "bone_marrow_hemophagocytosis", None))
    rows = [row for row in rows if row.minute < course.stay_end()]
    return sorted(rows, key=lambda row: (row.minute, row.procedure))
