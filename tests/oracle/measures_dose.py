"""Measures of tocilizumab doses and of infusions: G2-03 … G2-08, PRIN-02, PIT-02."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.oracle.doses import Dose, exact
from tests.oracle.results import MET, Course, Opportunity, Verdict, indeterminate
from tests.oracle.unit import DAY, HOUR, MINUTE
from tests.oracle.vocabulary import GIVEN_ACTIONS, GMCSF
from tests.oracle.weight import weight_at


def of_doses(course: Course, judge: Callable[[Course, Dose], Verdict], doses: list[Dose]) -> list[Opportunity]:
    """One opportunity per dose; without a MAR it is unknown whether there was any."""
    if "mar" in course.missing:
        return [Opportunity(course.unit.t0, indeterminate("mar"))]
    return [Opportunity(dose.time, judge(course, dose), _episode(course, dose)) for dose in doses]


def _episode(course: Course, dose: Dose) -> int | None:
    return next((e.number for e in course.episodes if e.onset <= dose.time < e.end), None)


def g2_03(course: Course) -> list[Opportunity]:
    return of_doses(course, _per_kg, course.tocilizumab)


def _per_kg(course: Course, dose: Dose) -> Verdict:
    kg = exact(weight_at(course.unit, course.vitals, dose.time))
    if kg is None:
        return indeterminate("weight")
    if kg < 30:
        return Verdict("excluded", "label")
    if kg > 300:
        return indeterminate("weight")
    if dose.amount is None:
        return indeterminate("amount")
    target = min(8 * kg, Fraction(800))
    return MET if abs(dose.amount - target) * 10 <= target else Verdict("not_met")


def g2_04(course: Course) -> list[Opportunity]:
    return of_doses(course, _at_most_800, course.tocilizumab)


def _at_most_800(course: Course, dose: Dose) -> Verdict:
    if dose.amount is None:
        return indeterminate("amount")
    return MET if dose.amount <= 800 else Verdict("not_met")


def g2_05(course: Course) -> list[Opportunity]:
    return of_doses(course, _over_one_hour, course.tocilizumab)


def _over_one_hour(course: Course, dose: Dose) -> Verdict:
    if dose.end is None:
        return indeterminate("end")
    return MET if 45 * MINUTE <= dose.end - dose.time <= 90 * MINUTE else Verdict("not_met")


def g2_06(course: Course) -> list[Opportunity]:
    return of_doses(course, _interval, course.tocilizumab[1:])


def _interval(course: Course, dose: Dose) -> Verdict:
    before = course.tocilizumab[course.tocilizumab.index(dose) - 1]
    return MET if dose.time - before.time >= 8 * HOUR - 30 * MINUTE else Verdict("not_met")


def g2_07(course: Course) -> list[Opportunity]:
    """The fullest 24 h begin at a dose."""
    times = [dose.time for dose in course.tocilizumab]
    return _any_tocilizumab(course, all(len([t for t in times if x <= t < x + DAY]) <= 3 for x in times))


def g2_08(course: Course) -> list[Opportunity]:
    return _any_tocilizumab(course, len(course.tocilizumab) <= 4)


def _any_tocilizumab(course: Course, kept: bool) -> list[Opportunity]:
    if "mar" in course.missing:
        return [Opportunity(course.unit.t0, indeterminate("mar"))]
    if not course.tocilizumab:
        return []
    return [Opportunity(course.tocilizumab[0].time, MET if kept else Verdict("not_met"))]


def prin_02(course: Course) -> list[Opportunity]:
    t0 = course.unit.t0
    if "mar" in course.missing:
        return [Opportunity(t0, indeterminate("mar"))]
    before = [dose for dose in course.steroids if not dose.physiologic and t0 - 12 * HOUR <= dose.time < t0]
    earlier = [d for d in course.steroids if not d.physiologic and t0 - 72 * HOUR <= d.time < t0 - 12 * HOUR]
    return [Opportunity(t0, Verdict("not_met" if before else "met", "earlier_steroid" if earlier else None))]


def pit_02(course: Course) -> list[Opportunity]:
    unit = course.unit
    if "mar" in course.missing:
        return [Opportunity(unit.t0, indeterminate("mar"))]
    given = [row for row in course.mar if row["drug"] in GMCSF and row["action"] in GIVEN_ACTIONS]
    broken = any(unit.in_window(row["time"]) for row in given)
    return [Opportunity(unit.t0, Verdict("not_met") if broken else MET)]
