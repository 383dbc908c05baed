"""Lee 2014, CTCAE v5 and Penn (PROTOCOL 7), read naively: instant by instant, and the highest of what holds.

Every function gives a set of grades that were reached, and one of grades that something unknown could have reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from tests.oracle.boluses import boluses_of
from tests.oracle.grade import Segment, stretches, timed
from tests.oracle.organs import UPPER, organ_grade
from tests.oracle.oxygen import CLASSES, baseline_of, counted
from tests.oracle.results import Course
from tests.oracle.states import held_at, readings
from tests.oracle.unit import HOUR, Row
from tests.oracle.vasopressors import Run, is_on, vasopressor_runs
from tests.oracle.weight import weight_at

Grades = set[int]
HIGH = {"norepinephrine": 20, "epinephrine": 10, "phenylephrine": 200, "dopamine": 10}
WORTH = {"norepinephrine": 1, "epinephrine": 1, "phenylephrine": Fraction(1, 10), "dopamine": Fraction(1, 2)}
UNITS = {
    "mcg/min": Fraction(1), "mcg/kg/min": Fraction(1), "mg/hr": Fraction(1000, 60), "µg/kg/h": Fraction(1, 60),
}  # fmt: skip


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
    for organ, worst in organs(course):
        if worst is None:
            possible.add(3 if organ == "transaminase" else 4)
        elif worst >= 2:
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
    return reached, possible


def _penn(course: Course) -> tuple[Grades, Grades]:
    reached, possible = {1}, set()
    if any(s.pressors for s in graded(course)) or fluids_for_hypotension(course):
        reached.add(3)
    for device, _ in oxygen(course):
        reached.add(4 if device == "invasive" else 3)
    if high_dose(course, perhaps=False):
        reached.add(4)
    if high_dose(course, perhaps=True) or "mar" in course.missing:
        possible.add(4)
    table = {"transaminase": (0, 0, 0, 2, 3), "bilirubin": (0, 0, 0, 2, 2), "creatinine": (0, 0, 2, 3, 3)}
    for organ, worst in organs(course):
        if worst is None:
            possible.add(max(table[organ]))
        else:
            reached.add(table[organ][worst])
    neutropenic = neutropenic_fever(course)
    if True in neutropenic:
        reached.add(2)
    if None in neutropenic:
        possible.add(2)
    return reached, possible


def graded(course: Course) -> list[Segment]:
    """Where the ASTCT grade is 1 or more."""
    return [s for s in course.states.segments if s.grade >= 1]


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


def drips(course: Course) -> list[Run]:
    """Runs of vasopressors, pushes aside."""
    runs = vasopressor_runs(timed(course.mar))
    return [run for run in runs if not run.push and run.end > run.start]


def several(course: Course) -> bool:
    """Two or more drugs together for 60 min and more, some of it graded."""
    return _held(course, lambda t: len({run.drug for run in drips(course) if run.start <= t < run.end}) >= 2, 60)


def high_dose(course: Course, *, perhaps: bool) -> bool:
    """A high dose for 3 h and more; `perhaps`: an unknown dose counts as one."""

    def high(t: datetime) -> bool:
        doses = {drug: dose_at(course, drug, t) for drug in {r.drug for r in drips(course) if r.start <= t < r.end}}
        known = {drug: dose for drug, dose in doses.items() if dose is not None}
        total = sum((WORTH[drug] * dose for drug, dose in known.items()), Fraction(0))
        limit = 10 if "vasopressin" in doses else 20
        unknown = any(dose is None for drug, dose in doses.items() if drug != "vasopressin")
        sure = total >= limit or any(dose >= HIGH[drug] for drug, dose in known.items())
        return sure or (perhaps and unknown)

    return _held(course, high, 180)


def _held(course: Course, condition, minutes: int) -> bool:  # type: ignore[no-untyped-def]
    """Whether a condition on the drips holds so long without a break, and some of that time is graded."""
    edges = sorted({edge for run in drips(course) for edge in (run.start, run.end)})
    pieces: list[tuple[datetime, datetime]] = []
    for start, end in pairwise(edges):
        if condition(start):
            joined = bool(pieces) and pieces[-1][1] == start
            pieces = [*pieces[:-1], (pieces[-1][0], end)] if joined else [*pieces, (start, end)]
    long = [(start, end) for start, end in pieces if (end - start) / HOUR * 60 >= minutes]
    return any(s.start < end and start < s.end for s in graded(course) for start, end in long)


def dose_at(course: Course, drug: str, t: datetime) -> Fraction | None:
    """The dose of the drug's last on-row in µg/min, dopamine in µg/kg/min; None where that row has run out, or tells
    none."""
    if drug not in HIGH:
        return None
    last = max((run for run in drips(course) if run.drug == drug and run.start <= t), key=lambda run: run.start)
    if t >= last.end:
        return None
    rows = [
        r for r in timed(course.mar) if r["drug"] == drug and r["time"] == last.start and r["route"] in ("iv", None)
    ]
    doses = [_dose(course, drug, row) for row in rows if is_on(row)]
    return max((dose for dose in doses if dose is not None), default=None)


def _dose(course: Course, drug: str, row: Row) -> Fraction | None:
    factor = UNITS.get(row["rate_unit"])
    if factor is None or not row["rate"]:
        return None
    dose, per_kg = exact(row["rate"]) * factor, "/kg" in row["rate_unit"]
    if per_kg == (drug == "dopamine"):
        return dose
    kg = weight_at(course.unit, course.vitals, row["time"])
    if kg is None:
        return None
    return dose * exact(kg) if per_kg else dose / exact(kg)


def organs(course: Course) -> list[tuple[str, int | None]]:
    """Organ and its worst grade in each episode, None where no value of it was collected in it."""
    found: list[tuple[str, int | None]] = []
    for episode in course.episodes:
        for organ, labs in (("transaminase", ("alt", "ast")), ("bilirubin",) * 2, ("creatinine",) * 2):
            rows = [row for row in timed(course.labs) if row["lab"] in labs and row["lab"] in UPPER]
            rows = [row for row in rows if row["value"] is not None and episode.onset <= row["time"] < episode.end]
            found.append((organ, max((organ_grade(course.unit, row, course.labs) for row in rows), default=None)))
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


def fluids_for_hypotension(course: Course) -> bool:
    """A bolus from 1 h before hypotension to 2 h after it."""
    boluses = boluses_of(course.unit, course.states.vitals, timed(course.mar))
    low = stretches([s for s in graded(course) if s.hypotension])
    return any(start - HOUR <= bolus.time <= end + 2 * HOUR for start, end in low for bolus in boluses)


def exact(number: float) -> Fraction:
    return Fraction(repr(number))
