"""Labs of a course: a full set the day before the infusion, the morning draws, and what a scenario draws at once."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from .events import DAY, HOUR
from .plan import Course

UNITS = {
    "wbc": "/uL", "hemoglobin": "g/dL", "platelets": "10*3/uL", "anc": "/uL", "sodium": "mmol/L",
    "potassium": "mmol/L", "chloride": "mmol/L", "bicarbonate": "mmol/L", "bun": "mg/dL", "creatinine": "mg/dL",
    "glucose": "mg/dL", "calcium": "mg/dL", "albumin": "g/dL", "total_protein": "g/dL", "alp": "U/L", "alt": "U/L",
    "ast": "U/L", "bilirubin": "mg/dL", "magnesium": "mg/dL", "phosphorus": "mg/dL", "crp": "mg/L",
    "ferritin": "ng/mL", "ldh": "U/L", "uric_acid": "mg/dL", "fibrinogen": "mg/dL", "pt": "s", "inr": "", "ptt": "s",
}  # fmt: skip
# Usual middle and spread of a value that the illness does not move.
_STEADY: dict[str, tuple[float, float, int]] = {
    "hemoglobin": (9.2, 0.9, 1), "sodium": (138, 2.5, 0), "potassium": (4.0, 0.3, 1), "chloride": (103, 2.5, 0),
    "bicarbonate": (24, 2, 0), "bun": (15, 4, 0), "creatinine": (0.85, 0.12, 2), "glucose": (112, 16, 0),
    "calcium": (8.8, 0.3, 1), "albumin": (3.6, 0.25, 1), "total_protein": (6.3, 0.4, 1), "alp": (82, 16, 0),
    "alt": (28, 8, 0), "ast": (26, 7, 0), "bilirubin": (0.5, 0.15, 1), "magnesium": (1.9, 0.15, 1),
    "phosphorus": (3.3, 0.4, 1), "uric_acid": (4.4, 0.8, 1), "pt": (13.2, 0.6, 1), "inr": (1.1, 0.06, 2),
    "ptt": (31, 2.5, 1),
}  # fmt: skip
_DAILY = (
    "wbc", "hemoglobin", "platelets", "anc", "sodium", "potassium", "bun", "creatinine", "glucose", "alt", "ast",
    "bilirubin", "crp", "ferritin",
)  # fmt: skip
_ALTERNATE = (
    "chloride", "bicarbonate", "calcium", "albumin", "total_protein", "alp", "magnesium", "phosphorus", "ldh",
    "uric_acid", "fibrinogen", "pt", "inr", "ptt",
)  # fmt: skip
_MARKERS = ("crp", "ferritin")
_MORNING = 5 * HOUR + 30


class Lab(NamedTuple):
    minute: int
    lab: str
    value: str
    unit: str
    result: int


def labs(course: Course) -> list[Lab]:
    """All labs rows in order of time; the result follows 40 to 110 minutes after the draw."""
    if not course.charted("labs"):
        return []
    rng = course.rng
    rows: list[Lab] = []
    for day in itertools.count(-2):
        minute = course.midnight(day) + _MORNING + rng.randint(-20, 20)
        if minute >= course.stay_end():
            break
        result = minute + rng.randint(40, 110)
        for name in _DAILY + (_ALTERNATE if day % 2 == 1 else ()):
            # A tube is lost now and then; nobody forgets the baseline and the markers of CRS unless the scenario says.
            lost = rng.random() < 0.012 and minute >= 0 and name not in _MARKERS
            undrawn = (day, name) in course.lapses.undrawn or (minute < 0 and name in course.lapses.no_baseline)
            if not lost and not undrawn:
                rows.append(Lab(minute, name, _value(course, name, minute), UNITS[name], result))
    for minute, values in course.stats:
        rows += [Lab(minute, name, value, UNITS[name], minute + 55) for name, value in values.items()]
    rows.sort(key=lambda row: (row.minute, row.lab))
    return rows


def _illness(course: Course, minute: int) -> float:
    """0 when well, towards 1 over the first day of illness, falling again over the three days after it."""
    if not course.fevers:
        return 0.0
    start, end = course.fevers[0].start, max(span.end for span in course.fevers)
    if minute < start:
        return 0.0
    if minute < end:
        return min(1.0, 0.3 + (minute - start) / DAY)
    return max(0.0, 1.0 - (minute - end) / (3 * DAY))


def _value(course: Course, name: str, minute: int) -> str:
    rng = course.rng
    ill = _illness(course, minute)
    day = minute / DAY
    if name in ("wbc", "anc"):
        nadir = max(0.08, abs(day - 5) / 12)
        count = (3800 if name == "wbc" else 2100) * nadir * rng.uniform(0.8, 1.2)
        return f"{round(count, -1):.0f}"
    if name == "platelets":
        return f"{max(18, 130 - 11 * max(0.0, day + 1)) * rng.uniform(0.85, 1.15):.0f}"
    if name == "crp":
        value = rng.uniform(0.2, 9) + 150 * ill * rng.uniform(0.7, 1.2)
        return "<0.5" if value < 0.5 else f"{value:.1f}"
    if name == "ferritin":
        return f"{rng.uniform(300, 900) + 5200 * ill * rng.uniform(0.5, 1.2):.0f}"
    if name == "ldh":
        return f"{rng.uniform(150, 240) + 260 * ill:.0f}"
    if name == "fibrinogen":
        return f"{rng.uniform(280, 420) - 60 * ill:.0f}"
    middle, spread, digits = _STEADY[name]
    lifted = 3.2 if name in ("ast", "alt") and _after_liver_injury(course, minute) else 1.0
    value = lifted * middle + max(-2.0, min(2.0, rng.gauss(0, 1))) * spread
    return "<0.2" if name == "bilirubin" and value < 0.2 else f"{value:.{digits}f}"


def _after_liver_injury(course: Course, minute: int) -> bool:
    return any("ast" in values and 0 <= minute - stat <= 72 * HOUR for stat, values in course.stats)
