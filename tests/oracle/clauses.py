"""What is due by a deadline, alone or with others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.oracle.results import MET, Course, Verdict, indeterminate, unmet
from tests.oracle.unit import MINUTE, Row
from tests.oracle.vocabulary import GIVEN_ACTIONS


def due(
    course: Course,
    anchor: datetime,
    times: Iterable[datetime],
    deadline: datetime,
    never: str = "never_given",
    per: timedelta = MINUTE,
) -> Verdict:
    """Met by the first of `times`, which begin with the clause's window, if it is no later than the deadline.

    The value is told from the anchor, in units of `per`; what comes after the window of the infusion does not count.
    """
    first = min((time for time in times if time < course.unit.w), default=None)
    if first is None:
        return unmet(course.unit, deadline, never)
    value = (first - anchor) / per
    return Verdict("met", None, value) if first <= deadline else unmet(course.unit, deadline, "late", value)


def ten_mg_times(course: Course) -> list[datetime]:
    """Steroid doses of 10 mg: 9 mg of dexamethasone-equivalent and more."""
    return [dose.time for dose in course.window_steroids if dose.dex_mg is not None and dose.dex_mg >= 9]


def ten_mg_due(course: Course, anchor: datetime, start: datetime, deadline: datetime) -> Verdict:
    """A steroid dose of 10 mg in [start, deadline]."""
    verdict = due(course, anchor, [time for time in ten_mg_times(course) if time >= start], deadline)
    open_amount = any(dose.dex_mg is None and start <= dose.time <= deadline for dose in course.window_steroids)
    return indeterminate("amount") if open_amount and verdict.status != "met" else verdict


def given_rows(course: Course, drugs: frozenset[str], routes: frozenset[str | None] | None = None) -> list[Row]:
    """Given rows of these drugs before the end of the window, by any route unless told."""
    rows = [row for row in course.mar if row["drug"] in drugs and row["action"] in GIVEN_ACTIONS]
    return [row for row in rows if row["time"] < course.unit.w and (routes is None or row["route"] in routes)]


def given_times(course: Course, drugs: frozenset[str], routes: frozenset[str | None] | None = None) -> list[datetime]:
    return sorted(row["time"] for row in given_rows(course, drugs, routes))


def all_of(clauses: list[Verdict], value: float | None = None) -> Verdict:
    """One failed, else one unknown, else one censored, else met; the first of its kind gives the reason."""
    for status in ("not_met", "indeterminate", "excluded"):
        for clause in clauses:
            if clause.status == status:
                return Verdict(status, clause.reason, value)
    return Verdict(MET.status, None, value)
