"""Vitals of a course: every four hours on the ward, hourly in intensive care and while the pressure is low, and at
every change of state.

Noise never crosses a limit: what is not the scenario's stays inside normal, and a round comes late only where nothing
that the grade depends on is going on, and never so late that too little of the day were watched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from .events import DAY, HOUR, Span
from .names import DEVICES
from .plan import Course

_WARD_ROUND = 4 * HOUR
_APART = 15
_UNRELIEVED = 35
"""No round for so long after a low saturation that nobody answers: its saturation would be a better one."""
_LATE_ROUND_APART = 30 * HOUR
_REFUTES = HOUR
"""A normal pressure up to an hour after a low one would refute it: no low one is charted so late in its span."""


class Vital(NamedTuple):
    minute: int
    vital: str
    value: str
    unit: str


def vitals(course: Course) -> list[Vital]:
    """All vitals rows, in order of time; none where the scenario says that they were not extracted."""
    if not course.charted("vitals"):
        return []
    spelling = {device: course.rng.choice(texts) for device, texts in DEVICES.items()}
    rows = [row for minute in _rounds(course) for row in _round(course, minute, spelling)]
    for minute in course.artefacts:
        rows += _pressure(minute, 88, 40) + _pressure(minute + 10, 118, 70)
    rows += _desaturations(course) + _weights(course)
    rows = [row for row in rows if not any(v == row.vital and s.holds(row.minute) for s, v in course.lapses.unread)]
    return sorted(rows, key=lambda row: (row.minute, row.vital))


def _changes(course: Course) -> set[int]:
    """Minutes at which a nurse charts because something has changed."""
    spans = [*course.fevers, *course.lows, *course.stays, *course.gaps, *(o.span for o in course.oxygens)]
    return {edge for span in spans for edge in span} | set(course.checks)


def _rounds(course: Course) -> Iterator[int]:
    rng, end = course.rng, course.stay_end()
    # A whole round shortly before an artefact stands for one that the artefact's own two pressures crowd out.
    before_artefacts = {minute - 20 for minute in course.artefacts}
    changes = {minute for minute in _changes(course) | before_artefacts if -DAY <= minute <= end}
    taken = changes | {minute + extra for minute in course.artefacts for extra in (0, 10)}
    regular, minute, late = [], -DAY + rng.randrange(60), 0
    while minute < end:
        if not (
            any(gap.start < minute < gap.end for gap in course.gaps)
            or any(abs(minute - other) < _APART for other in taken)
            or any(0 <= minute - low <= _UNRELIEVED for low in course.desaturations)
        ):
            regular.append(minute)
        fever, low, oxygen = course.state(minute)
        if course.in_icu(minute) or low:
            minute += HOUR + rng.randint(-8, 8)
            continue
        minute += _WARD_ROUND + rng.randint(-25, 25)
        calm = not fever and oxygen is None and not course.on_pressor(minute)
        # Before the infusion no round is late: what the patient breathes with at home must have been charted.
        if calm and minute > max(0, late) + _LATE_ROUND_APART and rng.random() < 0.05:
            late = minute
            minute += rng.randint(50, 85)
    yield from sorted({*regular, *changes})


def _round(course: Course, minute: int, spelling: dict[str, str]) -> list[Vital]:
    rng = course.rng
    fever, low, oxygen = course.state(minute)
    rows = [Vital(minute, "temperature", f"{_temperature(course, minute):.1f}", "°C")]
    span = next((span for span in course.lows if span.holds(minute)), None)
    if span is None or minute == span.start or span.end - minute > _REFUTES:
        systolic, diastolic = _blood_pressure(course, minute, low)
        with_mean = low or course.in_icu(minute) or minute in _changes(course)
        rows += _pressure(minute, systolic, diastolic)[: 3 if with_mean else 2]
    ill = fever or low or oxygen is not None
    rate = rng.randint(104, 132) if ill else rng.randint(68, 96)
    breaths = rng.randint(20, 30) if oxygen is not None else rng.randint(14, 20)
    saturation = rng.randint(93, 97) if oxygen is not None else rng.randint(95, 99)
    if _put_on_now(course, minute):
        saturation = rng.randint(87, 89)
    rows.append(Vital(minute, "heart_rate", str(rate), ""))
    rows.append(Vital(minute, "respiratory_rate", str(breaths), ""))
    rows.append(Vital(minute, "spo2", str(saturation), "%"))
    device, flow = _device(course, minute)
    rows.append(Vital(minute, "o2_device", spelling[device], ""))
    if flow is not None:
        rows.append(Vital(minute, "o2_flow", f"{flow:g}", "L/min"))
    if device in ("vent", "hfnc"):
        rows.append(Vital(minute, "fio2", rng.choice(("0.4", "0.5", "0.6")), ""))
    return rows


def _temperature(course: Course, minute: int) -> float:
    rng = course.rng
    span = next((span for span in course.fevers if span.holds(minute)), None)
    if span is None:
        if course.borderline and any(minute == s.end or 0 < s.start - minute <= 5 * HOUR for s in course.fevers):
            return 37.9
        return round(rng.uniform(36.3, 37.5), 1)
    if course.borderline and minute == span.start:
        return 38.0
    through = (minute - span.start) / (span.end - span.start)
    return max(38.1, round(38.3 + 1.4 * math.sin(math.pi * min(1.0, 1.6 * through)) + rng.uniform(-0.2, 0.3), 1))


def _blood_pressure(course: Course, minute: int, low: bool) -> tuple[int, int]:
    """Systolic and diastolic in mmHg; normal ones give a mean of 70 or more, low ones a mean below 65."""
    rng = course.rng
    if low:
        limit = 90 if course.person.age >= 10 else 70 + 2 * course.person.age
        return rng.randint(limit - 12, limit - 2), rng.randint(36, 46)
    if course.on_pressor(minute):
        return rng.randint(100, 116), rng.randint(57, 64)
    return rng.randint(106, 134), rng.randint(60, 78)


def _pressure(minute: int, systolic: int, diastolic: int) -> list[Vital]:
    mean = round((systolic + 2 * diastolic) / 3)
    names = (("sbp", systolic), ("dbp", diastolic), ("map", mean))
    return [Vital(minute, name, str(value), "mmHg") for name, value in names]


def _device(course: Course, minute: int) -> tuple[str, float | None]:
    """Device key and flow in L/min: acute oxygen, else what the patient has at home."""
    oxygen = course.state(minute)[2]
    if oxygen is not None:
        return oxygen.device, oxygen.flow
    if course.person.home_oxygen is not None:
        return "nc", course.person.home_oxygen
    # At home on CPAP for eight hours a night; nights are counted from the infusion (18 to 10 hours before midday).
    if course.person.home_cpap and minute % DAY >= 8 * HOUR and minute % DAY < 16 * HOUR:
        return "cpap", None
    return "none", None


def _put_on_now(course: Course, minute: int) -> bool:
    """Oxygen begins for a patient who breathed room air: the saturation follows half an hour later at the earliest."""
    return any(o.start == minute for o in course.oxygens) and course.state(minute - 1)[2] is None


def _desaturations(course: Course) -> list[Vital]:
    """A low saturation some minutes before oxygen is put on, and those that nobody answers at once."""
    low = list(course.desaturations)
    for oxygen in course.oxygens:
        before = oxygen.start - course.rng.randint(4, 9)
        if _put_on_now(course, oxygen.start) and not any(gap.holds(before) for gap in course.gaps):
            low.append(before)
    return [Vital(minute, "spo2", str(course.rng.randint(86, 89)), "%") for minute in low]


def _weights(course: Course) -> list[Vital]:
    if not course.person.weight_known:
        return []
    rng, weight = course.rng, course.person.weight
    days = range(-DAY + 40, course.stay_end(), DAY)
    return [
        Vital(day, "weight", f"{weight + rng.uniform(-0.01, 0.01) * weight:.1f}", "kg")
        for day in days
        if not any(Span(gap.start + 1, gap.end).holds(day) for gap in course.gaps)
    ]
