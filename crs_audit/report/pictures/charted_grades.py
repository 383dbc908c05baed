"""The lanes of the grades somebody charted: a number for each, changes before repeats."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from crs_audit.report import words
from crs_audit.report.pictures.canvas import Canvas
from crs_audit.report.pictures.states import Segment

ASSESSED = {"crs_grade": "Charted CRS", "icans_grade": "Charted ICANS"}
"""Assessments that have a lane, and its label."""
_DIGIT, _ASIDE = 9.0, 2
"""Room of a charted grade, and by how many such a grade that differs from the one before is moved aside."""


def assessment_lane(canvas: Canvas, rows: Sequence[Segment], kinds: Sequence[str]) -> None:
    """Documented CRS and ICANS grades as numbers: what the chart said at the time. kinds: of ASSESSED.

    Where they stand too close, those like the one before become ticks; a change is moved aside before it becomes one.
    """
    for kind in kinds:
        label = ASSESSED[kind]
        top = canvas.lane(label, 20)
        told = [row for row in rows if row["assessment"] == kind and row["value"] is not None]
        changed = [i == 0 or row["value"] != told[i - 1]["value"] for i, row in enumerate(told)]
        shown = [(row, new) for row, new in zip(told, changed, strict=True) if canvas.shows(row["time"])]
        places = printed([(canvas.x(row["time"]), new) for row, new in shown], _DIGIT)
        for (row, _), x in zip(shown, places, strict=True):
            value = words.number(row["value"])
            title = f"{label} grade {value}, {canvas.clock.text(row['time'])}"
            if x is not None:
                canvas.parts.append(
                    f'<text class="asm" x="{x:.1f}" y="{top + 13:.1f}">{value}<title>{title}</title></text>'
                )
            else:
                canvas.rule(row["time"], top + 15, top + 19, "ch", title)


def printed(places: Sequence[tuple[float, bool]], room: float) -> list[float | None]:
    """(x, whether it differs from the one before) in order of x → where each is printed, None: nowhere.

    First those that differ, moved to the right by up to `_ASIDE` rooms where they stand too close, then the others
    where there is room left.
    """
    found: list[float | None] = [None] * len(places)
    last = -1e9
    for i, (x, changed) in enumerate(places):
        if changed and last + room - x <= _ASIDE * room:
            found[i] = last = max(x, last + room)
    taken = sorted(x for x in found if x is not None)
    for i, (x, _) in enumerate(places):
        if found[i] is None:
            at = bisect_left(taken, x)
            if all(abs(x - other) >= room for other in taken[max(at - 1, 0) : at + 1]):
                found[i] = x
                taken.insert(at, x)
    return found
