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
        later = at + step(pick, ["0h", "1h", "12h", "72h", "73h", "74h", "74h1m"])
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


def artefact(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A low pressure in a fever, re-read, and something that may have been done about it."""
    course(patient, at, "4h", 3, temperature=38.4)
    low = at + HOUR
    patient.sbp(low, pick([50, 69, 71, 85, 87]))
    patient.sbp(low + step(pick, ["5m", "59m", "60m", "61m"]), pick([110, 110, 89, 90]))
    done = low + step(pick, ["0h", "1m", "30m", "60m", "61m"]) * pick([1, 1, 1, -1])
    if pick([True, False]):
        minutes, amount = pick([None, 59, 60, 61]), pick([None, 250.0, 299.0, 300.0, 499.0, 500.0])
        patient.mar(
            done, "lactated_ringers", pick(["given", "started", "bolus"]), amount,
            end=None if minutes is None else done + minutes * MINUTE, route=pick(["iv", None, "po"]), unit="mL",
            bolus_text=pick([False, False, True]),
        )  # fmt: skip
    else:
        drug = pick(["norepinephrine", "vasopressin"])
        patient.mar(done, drug, pick(["started", "rate_change", "push", "given", "stopped"]), rate=pick([None, 5.0]))
        if pick([True, False]):
            patient.start(
                done - step(pick, ["1h", "6h", "24h"]), drug, end=pick([None, done - HOUR, done, done + HOUR])
            )


def after_fever(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A fever and, one to four days later and without it, support; drugs about the edges of what hides a fever."""
    patient.temp(at, 38.4).sbp(at, 110)
    end = at + pick([HOUR, 6 * HOUR])
    if end < at + 6 * HOUR:
        patient.temp(end, 36.8)
    later = (
        end
        + step(pick, ["12h", "23h", "24h", "48h", "72h", "96h"])
        + pick([-MINUTE, timedelta(0), timedelta(0), MINUTE])
    )
    pick([lambda: patient.sbp(later, 85), lambda: patient.oxygen(later, "nasal cannula", 2)])()
    if pick([True, False]):
        patient.sbp(later + step(pick, ["23h", "30h", "72h", "78h"]) + pick([-MINUTE, timedelta(0)]), 85)
    for drug in pick([[], ["acetaminophen"], ["tocilizumab"], ["dexamethasone"], ["aspirin", "siltuximab"]]):
        near = pick([at, at, later]) + pick([timedelta(0), -6 * HOUR, -6 * HOUR, HOUR])
        action = pick(["given", "given", "given", "not_given", "verify"])
        patient.mar(near + pick([-MINUTE, timedelta(0), timedelta(0), MINUTE]), drug, action, pick([10.0, 500.0, 1.0]))


def same_device(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Oxygen by one device, charted again about when a device and its flow are forgotten."""
    course(patient, at, "4h", 9, temperature=38.4)
    device = pick(["nasal cannula", "high-flow cannula", "mask", "none"])
    edges = ["6h", "11h59m", "12h", "12h1m"]
    for _ in range(pick([2, 3])):
        patient.oxygen(at, device, pick([None, None, 0, 4, 8]))
        if pick([True, False]):
            patient.flow(at + step(pick, edges), pick([0, 4, 6, 8]))
        if pick([True, False, False]):
            patient.device(at + step(pick, ["1h", *edges]), pick(["none", "mask", "non-invasive"]))
        at += step(pick, edges)
