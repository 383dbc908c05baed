"""Opportunities and how their clauses decide them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.course import Episode
from tests.oracle.doses import Dose
from tests.oracle.grade import States
from tests.oracle.steroids import SteroidDose
from tests.oracle.unit import DAY, HOUR, MINUTE, Extract, Row, Unit


@dataclass(frozen=True)
class Verdict:
    """`reason` is a class of reasons (censored, cap, mar, …), not the words of a report."""

    status: str
    reason: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class Opportunity:
    time: datetime
    verdict: Verdict
    episode: int | None = None


@dataclass(frozen=True)
class Course:
    """What the measures of one infusion look at. Rows and doses may be days without a time, read as `time` says."""

    unit: Unit
    extract: Extract
    states: States
    episodes: list[Episode]
    mar: list[Row]
    labs: list[Row]
    vitals: list[Row]
    procedures: list[Row]
    """before the end of the window"""
    crs_grades: list[Row]
    """documented, with a value, before the end of the window"""
    icans: list[tuple[datetime, float]]
    tocilizumab: list[Dose]
    """by vein or an unknown route, in the window"""
    steroids: list[SteroidDose]
    """systemic, whole history"""
    boluses: list[Dose]
    crystalloids: list[Dose]
    """by vein or an unknown route"""
    hlh_suspected: datetime | None
    missing: frozenset[str]

    @property
    def window_steroids(self) -> list[SteroidDose]:
        """Systemic steroid doses in the window, of whatever amount."""
        return [dose for dose in self.steroids if self.unit.in_window(dose.time)]

    @property
    def treatment(self) -> list[SteroidDose]:
        """Steroid doses in the window, above physiologic."""
        return [dose for dose in self.window_steroids if not dose.physiologic]


MET = Verdict("met")
CENSORED = Verdict("excluded", "censored")


def unmet(unit: Unit, deadline: datetime, reason: str | None = None, value: float | None = None) -> Verdict:
    """A required thing that was not done: a failure once its deadline passed under observation."""
    return CENSORED if deadline >= unit.e else Verdict("not_met", reason, value)


def indeterminate(reason: str) -> Verdict:
    return Verdict("indeterminate", reason)


def cap_reached(course: Course, t: datetime) -> bool:
    before = [dose.time for dose in course.tocilizumab if dose.time < t]
    return len(before) >= 4 or len([time for time in before if time > t - DAY]) >= 3


def minutes(earlier: datetime, later: datetime) -> float:
    return (later - earlier) / MINUTE


def icans_near(course: Course, t: datetime, grade: int) -> bool:
    return any(value >= grade and abs(time - t) <= 12 * HOUR for time, value in course.icans)
