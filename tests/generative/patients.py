"""Generated patients whose charts collide: a few instants, a few values, all around the protocol's thresholds.

Everything is drawn through `pick`, a choice from a list, so that Hypothesis and a plain random generator share it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.generative import bedside, pharmacy, stories
from tests.generative.draw import Pick, step
from tests.spec.patient import Patient, offset

PRODUCTS = [None, "axi-cel", "tisa-cel"]
AGES = [None, None, None, 40.0, 18.0, 17.9, 12.0, 9.9, 1.0, 0.9]
WEIGHTS = [None, 30.0, 70.0, 70.0, 100.0, 120.0, 30.0, 29.9, 310.0]
UNTIL = [None, None, None, "1d 1h", "2d", "4d", "10d", "40d"]
SECOND_INFUSIONS = ["2d", "5d", "20d", "30d", "30d 1m", "45d"]
CENTERS = ["-1h", "0h", "1h", "6h", "11h", "1d", "1d 6h", "2d", "3d", "4d", "8d", "29d 20h"]
NEAR = ["0h", "0h", "1m", "5m", "6m", "59m", "60m", "61m", "2h", "4h", "6h", "8h", "12h", "24h", "72h"]
STORIES = [
    stories.mild, stories.moderate, stories.severe, stories.ventilated,
    stories.artefact, stories.after_fever, stories.same_device,
]  # fmt: skip
PIECES = [
    bedside.temperatures, bedside.fever, bedside.pressures, bedside.stable, bedside.oxygen, bedside.oxygen,
    bedside.home_oxygen, bedside.weight, bedside.hlh, bedside.icans, bedside.stay, bedside.last_row,
    pharmacy.vasopressor, pharmacy.vasopressor, pharmacy.two_vasopressors, pharmacy.fluid, pharmacy.tocilizumab,
    pharmacy.capped, pharmacy.steroid, pharmacy.high_dose, pharmacy.sparing, pharmacy.growth_factor,
    pharmacy.premedication,
]  # fmt: skip


def build_patient(pick: Pick, name: str = "P1", timezone: str = "UTC") -> Patient:
    """One patient: perhaps a story that reaches a grade, and loose pieces near its hours or anywhere."""
    patient = Patient(name, age=pick(AGES), weight_kg=pick(WEIGHTS), product=pick(PRODUCTS), until=pick(UNTIL))
    centers = list(CENTERS)
    if pick([False] * 6 + [True]):
        second = pick(SECOND_INFUSIONS)
        patient.infusion(second, product=pick(PRODUCTS), until=None)
        centers += [second] * len(CENTERS)
    if pick([True] * 9 + [False]):
        patient.heart_rate("0h", 80).mar("0h", "potassium_chloride", "given", 20.0)
    for _ in range(pick([1, 1, 2])):
        center = step(pick, centers)
        if pick([True, True, True, False]):
            pick(STORIES)(pick, patient, center)
        for _ in range(pick([0, 1, 2, 3, 4, 5])):
            pick(PIECES)(pick, patient, center + near(pick))
    if pick([False] * 20 + [True]):
        patient.rows[pick(["mar", "vitals", "labs"])].clear()
    for _ in range(pick([0, 0, 0, 0, 0, 1, 2])):
        lose_time(pick, patient, ZoneInfo(timezone))
    return patient


def lose_time(pick: Pick, patient: Patient, zone: ZoneInfo) -> None:
    """Of one row only the date is known."""
    table = pick(["mar", "mar", "mar", "vitals", "labs", "assessments"])
    if patient.rows[table]:
        row = pick(patient.rows[table])
        midnight = datetime.combine(row["time"].astimezone(zone).date(), time(0), tzinfo=zone)
        row.update(time=midnight.astimezone(UTC), day_only=True)
        if "end_time" in row:
            row["end_time"] = None


def near(pick: Pick) -> timedelta:
    """An offset from the middle of things, before it or after it."""
    sign: int = pick([1, 1, 1, -1])
    return offset(pick(NEAR)) * sign
