"""Generated patients whose charts collide: a few instants, a few values, all around the protocol's thresholds.

Everything is drawn through `pick`, a choice from a list, so that Hypothesis and a plain random generator share it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.generative import bedside, escalations, pharmacy, remedies, stories, ward
from tests.generative.draw import Pick, step
from tests.spec.patient import T0, Patient, offset

INFUSED = [T0] * 5 + [T0 - timedelta(hours=7)]
"""The last is midnight in New York: the date of the infusion lies wholly after it."""

PRODUCTS = [None, "axi-cel", "brexu-cel", "tisa-cel"]
AGES = [None, None, None, 40.0, 18.0, 17.9, 12.0, 9.9, 1.0, 0.9]
WEIGHTS = [None, 30.0, 70.0, 70.0, 100.0, 120.0, 30.0, 29.9, 310.0]
UNTIL = [None, None, None, "1d 1h", "2d", "4d", "10d", "40d"]
SECOND_INFUSIONS = ["2d", "5d", "20d", "30d", "30d 1m", "45d"]
CENTERS = ["-1h", "0h", "1h", "6h", "11h", "1d", "1d 6h", "2d", "3d", "4d", "8d", "29d 20h"]
NEAR = ["0h", "0h", "1m", "5m", "6m", "59m", "60m", "61m", "2h", "4h", "6h", "8h", "12h", "24h", "72h"]
STORIES = [
    stories.mild, stories.moderate, stories.severe, stories.ventilated,
    stories.artefact, stories.after_fever, stories.same_device,
    escalations.refractory, escalations.refractory, escalations.shock, escalations.shock, escalations.recovering,
    escalations.recovering, escalations.high_doses, escalations.high_doses, escalations.high_doses,
    escalations.hyperinflammation, escalations.confused, escalations.spared,
]  # fmt: skip
PIECES = [
    bedside.temperatures, bedside.fever, bedside.pressures, bedside.stable, bedside.oxygen, bedside.oxygen,
    bedside.home_oxygen, bedside.weight, bedside.hlh, bedside.icans, bedside.stay, bedside.last_row,
    bedside.last_seen,
    pharmacy.vasopressor, pharmacy.vasopressor, pharmacy.two_vasopressors, pharmacy.fluid, pharmacy.tocilizumab,
    pharmacy.capped, pharmacy.steroid, pharmacy.high_dose, pharmacy.sparing, pharmacy.growth_factor,
    pharmacy.premedication,
    ward.baseline_labs, ward.daily_markers, ward.work_up, ward.work_up, ward.monitoring, ward.monitoring,
    ward.documented_grades, ward.documented_grades, ward.sets_of_vitals, ward.sets_of_vitals, ward.saturation,
    ward.saturation, ward.procedures, ward.blood_counts, ward.neutropenic, ward.intensive_care, remedies.antipyretic,
    remedies.hydration, remedies.antibiotic, remedies.antifungal, remedies.growth_factor, remedies.alternative,
    remedies.low_dose, remedies.very_high_dose,
]  # fmt: skip


def build_patient(pick: Pick, name: str = "P1", timezone: str = "UTC") -> Patient:
    """One patient: perhaps a story that reaches a grade, and loose pieces near its hours or anywhere."""
    until = pick(UNTIL)
    patient = Patient(
        name, t0=pick(INFUSED), age=pick(AGES), weight_kg=pick(WEIGHTS), product=pick(PRODUCTS), until=until,
        filter_used=pick([None, "no", "yes"]),
    )  # fmt: skip
    centers = list(CENTERS)
    if pick([False] * 6 + [True]):
        second = pick(SECOND_INFUSIONS)
        patient.infusion(second, product=pick(PRODUCTS), until=None)
        centers += [second] * len(CENTERS)
    if pick([True] * 9 + [False]):
        patient.heart_rate("0h", 80).mar("0h", "potassium_chloride", "given", 20.0)
    if pick([True] * 9 + [False]):
        patient.lab("0h", "sodium", 140.0)
    if pick([True, False]):
        patient.stay("ward", "-1d", pick([None, "2d", "12d"]))
    if until is not None:
        centers += [offset(until) - step(pick, NEAR)] * 4
    for _ in range(pick([1, 1, 2])):
        center = step(pick, centers)
        if pick([True, True, True, False]):
            pick(STORIES)(pick, patient, center)
        for _ in range(pick([0, 1, 2, 4, 6, 8])):
            pick(PIECES)(pick, patient, center + near(pick))
    if pick([False] * 20 + [True]):
        patient.rows[pick(["mar", "vitals", "labs"])].clear()
    for _ in range(pick([0, 0, 0, 0, 0, 1, 2])):
        lose_time(pick, patient, ZoneInfo(timezone))
    return patient


def lose_time(pick: Pick, patient: Patient, zone: ZoneInfo) -> None:
    """Of one row only the date is known."""
    table = pick(["mar", "mar", "mar", "vitals", "labs", "assessments", "procedures"])
    if patient.rows[table]:
        rows = patient.rows[table]
        saturations = [row for row in rows if row.get("vital") == "spo2"]
        row = pick(saturations or rows)
        midnight = datetime.combine(row["time"].astimezone(zone).date(), time(0), tzinfo=zone)
        row.update(time=midnight.astimezone(UTC), day_only=True)
        if table == "mar":
            row["end_time"] = None


def near(pick: Pick) -> timedelta:
    """An offset from the middle of things, before it or after it."""
    sign: int = pick([1, 1, 1, -1])
    return offset(pick(NEAR)) * sign
