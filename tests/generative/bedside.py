"""Pieces of generated charts: vitals, labs, ICANS, stays. Each adds rows from `at` on."""

from __future__ import annotations

from datetime import timedelta

from crs_audit.tables import DEVICE_CLASSES
from tests.generative.draw import HOUR, Pick, course, step
from tests.spec.patient import Patient, offset


def temperatures(pick: Pick, patient: Patient, at: timedelta) -> None:
    every = pick(["1h", "5h", "6h", "7h", "12h", "23h"])
    for n in range(pick([1, 2, 4])):
        value = pick([36.5, 37.9, 37.94, 37.95, 38.0, 39.0])
        patient.temp(at + n * offset(every), value)


def fever(pick: Pick, patient: Patient, at: timedelta) -> None:
    course(patient, at, pick(["4h", "6h"]), pick([1, 3, 8, 20]), temperature=38.5)


def pressures(pick: Pick, patient: Patient, at: timedelta) -> None:
    for _ in range(pick([1, 2, 3])):
        channel = pick(["sbp", "sbp", "map"])
        patient.vital(at, channel, pick([50, 64, 65, 69, 85, 87, 88, 89, 90, 110]))
        at += step(pick, ["0h", "5m", "10m", "59m", "60m", "61m", "4h"])


def stable(pick: Pick, patient: Patient, at: timedelta) -> None:
    course(patient, at, "4h", pick([2, 7, 14]), temperature=36.8, sbp=120)


def oxygen(pick: Pick, patient: Patient, at: timedelta) -> None:
    at += pick([timedelta(0), timedelta(0), -12 * HOUR])
    for _ in range(pick([1, 2, 3, 4])):
        device = pick([None, *DEVICE_CLASSES])
        flow = pick([None, 0, 2, 3.5, 4, 6, 6.5, 15])
        if device is not None:
            patient.device(at, device)
        if flow is not None or pick([True] + [False] * 9):
            patient.flow(at, flow)
        at += step(pick, ["0h", "5m", "1h", "6h", "11h59m", "12h", "13h"])


def home_oxygen(pick: Pick, patient: Patient, at: timedelta) -> None:
    """At the first infusion, whatever `at`."""
    before = step(pick, ["0h", "1h", "12h", "23h", "24h", "24h1m"])
    patient.oxygen(-before, pick(DEVICE_CLASSES), pick([None, 2, 6]))
    if pick([True, False]):
        patient.oxygen(-before / 2, pick(DEVICE_CLASSES), pick([None, 2, 6]))


def weight(pick: Pick, patient: Patient, at: timedelta) -> None:
    patient.weight(at - step(pick, ["1h", "6h", "24h"]) * pick([1, 7]), pick([25.0, 29.9, 30.0, 70.0, 100.0, 120.0]))


def hlh(pick: Pick, patient: Patient, at: timedelta) -> None:
    patient.lab(
        at - step(pick, ["0h", "24h"]), "ferritin", pick([9999.0, 10000.0, 10001.0, 20000.0, 20000.0]),
        bound=pick([None, None, None, ">", "<"]),
    )  # fmt: skip
    organs = {"alt": [200.0, 200.5, 300.0], "ast": [200.0, 400.0], "bilirubin": [3.6, 3.7], "creatinine": [3.6, 3.0]}
    lab, values = pick(sorted(organs.items()))
    apart = step(pick, ["0h", "1h", "48h", "48h1m"]) * pick([1, -1])
    patient.lab(at + apart, lab, pick(values), ref_high=pick([None, None, 40.0]))
    if pick([True, False]):
        patient.lab("-2h", lab, pick([30.0, 60.0, 0.9, 1.5]), ref_high=pick([None, None, 50.0]))


def icans(pick: Pick, patient: Patient, at: timedelta) -> None:
    patient.icans(at + step(pick, ["0h", "12h", "12h1m"]) * pick([1, -1]), pick([1, 2, 3, 4]))


def stay(pick: Pick, patient: Patient, at: timedelta) -> None:
    start, end = at - step(pick, ["1h", "24h"]), at + step(pick, ["60m", "12h", "24h"])
    patient.stay(pick(["ward", "icu"]), start, pick([end, end, None]))


def last_seen(pick: Pick, patient: Patient, at: timedelta) -> None:
    """The follow-up of the first infusion ends about `at`."""
    end = patient.at(at + step(pick, ["0h", "29m", "30m", "59m", "60m", "61m", "2h", "4h", "12h", "24h"]))
    infusion = patient.rows["infusions"][0]
    infusion["end_of_followup"] = max(end, infusion["t0"])


def last_row(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A row that says no more than that somebody still looked."""
    patient.heart_rate(at + step(pick, ["1h", "24h"]) * pick([1, 7]), 80)
