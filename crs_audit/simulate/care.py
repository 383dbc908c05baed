"""Supportive care as the ward gives it unasked, against fever, infection and fungi; and drugs of no consequence."""

from __future__ import annotations

import random

from .events import DAY, HOUR, Dose
from .plan import Course

_ANTIBIOTIC_FOR = 3 * DAY


def antipyretics(course: Course) -> list[Dose]:
    """Acetaminophen before the infusion and through each fever; it is part of the truth, as it spares the fever."""
    rng, end = course.rng, course.stay_end()
    doses = [Dose("acetaminophen", -30, 650, "PO", spares=True)]
    for span in [] if "antipyretic" in course.lapses.omitted else course.fevers:
        minute = max(0, span.start) + rng.randint(15, 50)
        while minute < min(span.end, end):
            doses.append(Dose("acetaminophen", minute, 650, "PO", spares=True))
            minute += 6 * HOUR + rng.randint(0, 40)
    return doses


def supportive_drugs(course: Course) -> list[Dose]:
    """Drugs that no grade depends on."""
    rng, end = course.rng, course.stay_end()
    doses = [Dose("diphenhydramine", -30, 25, "PO"), Dose("ondansetron", -40, 4)]
    for drug, amount, hour in (("levetiracetam", 500, 8), ("acyclovir", 400, 9), ("levetiracetam", 500, 20)):
        for minute in range(hour * HOUR, end, DAY):
            doses.append(Dose(drug, minute + rng.randint(-30, 45), amount, "PO", form=_taken(rng)))
    return [*doses, *_antibiotics(course), *_antifungals(course)]


def _antibiotics(course: Course) -> list[Dose]:
    """Cefepime from each fever on for three days."""
    doses: list[Dose] = []
    until = 0
    for span in [] if "antibiotic" in course.lapses.omitted else sorted(course.fevers):
        start = max(0, span.start) + course.rng.randint(40, 150)
        if start >= until:
            until = start + _ANTIBIOTIC_FOR
            doses += _infused("cefepime", 2, 30, range(start, min(course.stay_end(), until), 8 * HOUR))
    return doses


def _antifungals(course: Course) -> list[Dose]:
    """Micafungin from the first treatment steroid on for five days."""
    treated = sorted(dose.minute for dose in course.treatment_steroids())
    if not treated or "antifungal" in course.lapses.omitted:
        return []
    start = treated[0] + course.rng.randint(60, 600)
    return _infused("micafungin", 100, 60, range(start, min(course.stay_end(), start + 5 * DAY), DAY))


def _infused(drug: str, amount: float, minutes: int, times: range) -> list[Dose]:
    return [Dose(drug, minute, amount, minutes=minutes, form="end") for minute in times]


def _taken(rng: random.Random) -> str:
    return rng.choices(("given", "Refused", "Held", "Missed"), (94, 3, 2, 1))[0]
