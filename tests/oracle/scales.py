"""Lee 2014, CTCAE v5 and Penn (PROTOCOL 7), read naively: instant by instant, and the highest of what holds.

Every function gives a set of grades that were reached, and one of grades that something unknown could have reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.boluses import boluses_of
from tests.oracle.grade import stretches, timed
from tests.oracle.organs import UPPER, organ_grade
from tests.oracle.oxygen import CLASSES, baseline_of, counted
from tests.oracle.results import Course
from tests.oracle.scale_vasopressors import exact, graded, high_dose, several
from tests.oracle.states import held_at, readings
from tests.oracle.unit import HOUR, Row

Grades = set[int]


@dataclass(frozen=True)
class Scale:
    """grade None: nobody can say. lower_bound: something unknown could give more."""

    grade: int | None
    lower_bound: bool | None


def scales(course: Course) -> dict[str, Scale]:
    """lee, ctcae, penn of one infusion."""
    if not course.episodes:
        seen = any(s.observed for s in course.states.segments)
        nothing = Scale(0, False) if seen else Scale(None, None)
        return {"lee": nothing, "ctcae": nothing, "penn": nothing}
    return {
        "lee": _highest(*_lee(course)),
        "ctcae": _highest(*_ctcae(course)),
        "penn": _highest(*_penn(course)),
    }


def _highest(reached: Grades, possible: Grades) -> Scale:
    return Scale(max(reached), max(possible, default=0) > max(reached))


def _lee(course: Course) -> tuple[Grades, Grades]:
    reached, possible = {1}, set()
    for s in graded(course):
        if s.hypotension or s.pressors:
            reached.add(2)
    for device, fio2 in oxygen(course):
        if device == "invasive":
            reached.add(4)
        elif fio2 is None:
            reached.add(2)
            possible.add(3)
        else:
            reached.add(3 if fio2 >= Fraction("0.40") else 2)
    if several(course) or high_dose(course, perhaps=False):
        reached.add(3)
    if high_dose(course, perhaps=True) or "mar" in course.missing:
        possible.add(3)
    if pressureless(course):
        possible.add(2)
    for organ, worst, perhaps_more in organs(course):
        if worst is None or perhaps_more:
            possible.add(3 if organ == "transaminase" else 4)
        if worst is not None and worst >= 2:
            reached.add(min(worst, 3) if organ == "transaminase" else worst)
    return reached, possible


def _ctcae(course: Course) -> tuple[Grades, Grades]:
    reached, possible = {1}, set()
    for s in graded(course):
        if s.hypotension:
            reached.add(2)
        if s.pressors:
            reached.add(3)
    for device, fio2 in oxygen(course):
        if device in ("non-invasive", "invasive"):
            reached.add(4)
        elif fio2 is None:
            reached.add(2)
            possible.add(3)
        else:
            reached.add(3 if fio2 >= Fraction("0.40") else 2)
    if several(course):
        reached.add(4)
    if "mar" in course.missing:
        possible.add(4)
    if pressureless(course):
        possible.add(2)
    return reached, possible


def _penn(course: Course) -> tuple[Grades, Grades]:
    reached, possible = {1}, set()
    low = stretches([s for s in graded(course) if s.hypotension])
    if any(s.pressors for s in graded(course)) or fluids_near(course, low):
        reached.add(3)
    if fluids_near(course, pressureless(course)):
        possible.add(3)
    for device, _ in oxygen(course):
        reached.add(4 if device == "invasive" else 3)
    if high_dose(course, perhaps=False):
        reached.add(4)
    if high_dose(course, perhaps=True) or "mar" in course.missing:
        possible.add(4)
    table = {"transaminase": (0, 0, 0, 2, 3), "bilirubin": (0, 0, 0, 2, 2), "creatinine": (0, 0, 2, 3, 3)}
    for organ, worst, perhaps_more in organs(course):
        if worst is None or perhaps_more:
            possible.add(max(table[organ]))
        if worst is not None:
            reached.add(table[organ][worst])
    neutropenic = neutropenic_fever(course)
    if True in neutropenic:
        reached.add(2)
    if None in neutropenic:
        possible.add(2)
    return reached, possible


def oxygen(course: Course) -> list[tuple[str, Fraction | None]]:
    """Device and FiO2 (None = unknown) at every graded segment in which oxygen counts; they are cut wherever a vital
    sign is charted, and 12 h later."""
    charted = readings(course.states.vitals, "fio2", max)
    found = []
    for s in graded(course):
        if s.oxygen is None or s.oxygen_grade == 0:
            continue
        reading = held_at(charted, 12 * HOUR, s.start)
        if reading is not None and reading.time >= device_since(course, s.start):
            found.append((s.oxygen.device, exact(reading.value)))
        elif s.oxygen.device == "nasal cannula" and s.oxygen.flow is not None:
            found.append((s.oxygen.device, Fraction("0.20") + Fraction("0.04") * exact(s.oxygen.flow)))
        else:
            found.append((s.oxygen.device, None))
    return found


def device_since(course: Course, t: datetime) -> datetime:
    """Back from t over the oxygen events while the device that counts highest stays and no 12 h part them."""
    baseline = baseline_of(course.unit, [r for r in course.states.vitals if r["vital"] in ("o2_device", "o2_flow")])
    times = sorted(time for time in course.states.oxygen if time <= t)

    def device(time: datetime) -> str:
        supports = course.states.oxygen[time]
        return max(supports, key=lambda s: (counted(s, baseline), CLASSES.index(s.device))).device

    since = times.pop()
    while times and device(times[-1]) == device(since) and since - times[-1] <= 12 * HOUR:
        since = times.pop()
    return since


def organs(course: Course) -> list[tuple[str, int | None, bool]]:
    """Organ and its worst grade in each episode, None where no value of it was collected in it; and whether a value
    was told as above a number."""
    found: list[tuple[str, int | None, bool]] = []
    for episode in course.episodes:
        for organ, labs in (("transaminase", ("alt", "ast")), ("bilirubin",) * 2, ("creatinine",) * 2):
            rows = [row for row in timed(course.labs) if row["lab"] in labs and row["lab"] in UPPER]
            rows = [row for row in rows if row["value"] is not None and episode.onset <= row["time"] < episode.end]
            worst = max((organ_grade(course.unit, row, course.labs) for row in rows), default=None)
            found.append((organ, worst, any(row["bound"] in (">", ">=") for row in rows)))
    return found


def neutropenic_fever(course: Course) -> set[bool | None]:
    """What is known at the instants of fever: neutropenia and in hospital."""
    counts = [row for row in timed(course.labs) if row["lab"] in ("anc", "wbc")]
    edges = {row["time"] + hours * HOUR for row in counts for hours in (0, 72)}
    edges |= {edge for stay in course.unit.rows["adt"] for edge in (stay["in_time"], stay["out_time"]) if edge}
    known: set[bool | None] = set()
    for s in graded(course):
        if s.fever:
            for t in [s.start, *(edge for edge in edges if s.start <= edge < s.end)]:
                known.add(_both(_neutropenic(counts, t), _in_hospital(course, t)))
    return known


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _neutropenic(counts: list[Row], t: datetime) -> bool | None:
    for lab in ("anc", "wbc"):
        told = [(row["time"], _below_500(row)) for row in counts if row["lab"] == lab and row["time"] <= t]
        told = [(time, low) for time, low in told if low is not None]
        if told and t < max(told)[0] + 72 * HOUR:
            return max(told)[1]
    return None


def _below_500(row: Row) -> bool | None:
    value, bound = row["value"], row["bound"] or ""
    if value is None:
        return None
    if bound.startswith("<"):
        return True if value < 500 or (value == 500 and bound == "<") else None
    if bound.startswith(">"):
        return False if value >= 500 else None
    return bool(value < 500)


def _in_hospital(course: Course, t: datetime) -> bool | None:
    if "adt" in course.missing:
        return None
    return any(
        stay["in_time"] <= t and (stay["out_time"] is None or t < stay["out_time"]) for stay in course.unit.rows["adt"]
    )


def pressureless(course: Course) -> list[tuple[datetime, datetime]]:
    """Episodes in which no pressure was ever known."""
    return [
        (episode.onset, episode.end)
        for episode in course.episodes
        if all(s.hypotension is None for s in course.states.segments if s.start < episode.end and episode.onset < s.end)
    ]


def fluids_near(course: Course, low: list[tuple[datetime, datetime]]) -> bool:
    """A bolus from 1 h before a low pressure to 2 h after it."""
    boluses = boluses_of(course.unit, course.states.vitals, timed(course.mar))
    return any(start - HOUR <= bolus.time <= end + 2 * HOUR for start, end in low for bolus in boluses)
