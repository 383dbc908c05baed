"""Sets of vital signs for the spec tests of their coverage."""

from __future__ import annotations

from typing import Any

from tests.spec.judged import followed
from tests.spec.patient import Patient

SET = {"temperature": 36.8, "sbp": 120.0, "heart_rate": 80.0, "respiratory_rate": 16.0, "spo2": 97.0}
DAY = 24 * 60


def signs(p: Patient, *minutes: int, **values: float) -> Patient:
    """A set of vital signs (or some of it) so many minutes after the date began."""
    for minute in minutes:
        for vital, value in (values or SET).items():
            p.vital(f"{12 * 60 + minute}m", vital, value)
    return p


def day(**cells: Any) -> Patient:
    """Followed to the end of the first date."""
    return followed(**{"until": "36h", **cells})


def hourly(p: Patient, start: int = 0, end: int = DAY, **values: float) -> Patient:
    return signs(p, *range(start, end, 60), **values)


def without(vital: str) -> dict[str, float]:
    return {name: value for name, value in SET.items() if name != vital}
