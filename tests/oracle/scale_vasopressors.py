"""How many vasopressors run together and at which dose (PROTOCOL 7), read naively."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from tests.oracle.grade import Segment, timed
from tests.oracle.results import Course
from tests.oracle.unit import HOUR, Row
from tests.oracle.vasopressors import Run, is_on, vasopressor_runs
from tests.oracle.weight import weight_at

HIGH = {"norepinephrine": 20, "epinephrine": 10, "phenylephrine": 200, "dopamine": 10}
WORTH = {"norepinephrine": 1, "epinephrine": 1, "phenylephrine": Fraction(1, 10), "dopamine": Fraction(1, 2)}
UNITS = {
    "mcg/min": Fraction(1), "mcg/kg/min": Fraction(1), "mg/hr": Fraction(1000, 60), "µg/kg/h": Fraction(1, 60),
}  # fmt: skip


def graded(course: Course) -> list[Segment]:
    """Where the ASTCT grade is 1 or more."""
    return [s for s in course.states.segments if s.grade >= 1]


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


def exact(number: float) -> Fraction:
    return Fraction(repr(number))
