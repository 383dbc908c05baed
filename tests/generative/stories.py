"""Stories of generated charts: a course that reaches a grade, and often its treatment."""

from __future__ import annotations

from datetime import timedelta

from tests.generative import bedside, pharmacy
from tests.generative.draw import HOUR, MINUTE, Pick, course, step
from tests.spec.patient import Patient


def mild(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 1: fever alone, perhaps for three days and more."""
    course(patient, at, "4h", pick([1, 6, 18, 19, 24]), temperature=38.4, sbp=115)
    if pick([True, False]):
        later = at + step(pick, ["0h", "1h", "12h", "72h", "73h"])
        pick([patient.tocilizumab, patient.dexamethasone])(later)
        pick([bedside.hlh, bedside.icans, pharmacy.steroid, bedside.last_row])(pick, patient, later)


def moderate(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 2 in a fever, and often treatment, perhaps a return after a pause without fever."""
    course(patient, at, "4h", pick([2, 6, 12]), temperature=38.4, sbp=115)
    worse = at + step(pick, ["0h", "1h", "6h"])
    pick([lambda: patient.oxygen(worse, "nasal cannula", 2), lambda: patient.sbp(worse + MINUTE, 85)])()
    if pick([True, True, False]):
        pharmacy.tocilizumab(
            pick, patient, worse + step(pick, ["60m", "2h", "2h1m", "4h", "4h1m"]) * pick([1, 1, 1, -1])
        )
    if pick([True, False]):
        patient.sbp(worse + step(pick, ["12h", "24h"]) * pick([2, 3]), 85)


def severe(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 3 in a fever, and often steroids."""
    course(patient, at, "4h", pick([2, 6, 12]), temperature=38.4, sbp=115)
    worse = at + step(pick, ["0h", "1h", "6h"])
    pick([lambda: patient.oxygen(worse, "mask", 8), lambda: patient.start(worse, "norepinephrine")])()
    if pick([True, True, False]):
        patient.dexamethasone(worse + step(pick, ["0h", "60m", "61m", "2h", "2h1m", "6h"]) * pick([1, 1, -1]))
    if pick([True, False]):
        pharmacy.tocilizumab(pick, patient, worse + step(pick, ["0h", "2h", "2h1m", "8h"]) * pick([1, -1]))


def ventilated(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Grade 4 in a fever, and mostly high-dose methylprednisolone."""
    course(patient, at, "4h", pick([2, 6, 12]), temperature=38.4, sbp=115)
    worse = at + step(pick, ["0h", "1h", "6h"])
    if pick([True, False]):
        pharmacy.two_vasopressors(pick, patient, worse)
    else:
        patient.oxygen(worse, pick(["non-invasive", "invasive", "invasive"]))
        if pick([True, False]):
            patient.oxygen(worse + 24 * HOUR, "none")
            bedside.stable(pick, patient, worse + 25 * HOUR)
    if pick([True, False, False]):
        patient.icans(worse + step(pick, ["0h", "12h", "12h1m"]), pick([2, 3]))
    if pick([True, True, False]):
        pharmacy.high_dose(pick, patient, worse + step(pick, ["0h", "60m", "61m", "2h", "12h"]) * pick([1, 1, -1]))
