"""Pieces of generated charts: what the ward looks at and writes down. Each adds rows around `at`."""

from __future__ import annotations

from datetime import timedelta

from crs_audit.tables import LABS
from tests.generative import remedies
from tests.generative.draw import HOUR, MINUTE, Pick, around, course, step
from tests.spec.patient import Patient

NORMAL = {"wbc": 5000.0, "anc": 3000.0, "alt": 20.0, "ast": 20.0, "bilirubin": 0.6, "ferritin": 300.0}
NOT_COLLECTED = [
    (), (), (), ("wbc",), ("phosphorus", "magnesium"), ("alt", "ast"), ("alt", "ast", "bun"), ("pt",), ("pt", "inr"),
    ("crp",), ("ptt", "ldh"),
]  # fmt: skip
KINDS_OF_WORK_UP = ("blood_culture", "urine_culture", "chest_xray")


def baseline_labs(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Before one of the infusions, whatever `at`."""
    infused = pick(patient.rows["infusions"])["t0"] - patient.t0
    when = infused - step(pick, ["1h", "1h", "1m", "0h", "24h", "72h", "72h1m"])
    without = pick(NOT_COLLECTED)
    for lab in LABS:
        if lab not in without:
            patient.lab(when, lab, NORMAL.get(lab, 1.0))
    if pick([True, False, False]):
        patient.lab(infused - step(pick, ["1m", "72h", "72h1m"]), pick(["wbc", "pt", "crp"]), None)


def daily_markers(pick: Pick, patient: Patient, at: timedelta) -> None:
    """CRP and ferritin, mostly every day, often at the site's midnight: 17 h after noon, 16 h in summer."""
    first = timedelta(days=at // timedelta(days=1))
    hours = step(pick, ["5h", "16h", "16h59m", "17h"])
    for day in range(pick([1, 3, 8])):
        for lab in ("crp", "ferritin"):
            if pick([True] * 9 + [False]):
                value, bound = pick([(12.0, None), (12.0, None), (0.5, "<"), (None, None)])
                patient.lab(first + timedelta(days=day) + hours, lab, value, bound=bound)


def work_up(pick: Pick, patient: Patient, at: timedelta) -> None:
    for kind in KINDS_OF_WORK_UP:
        if pick([True] * 6 + [False]):
            patient.procedure(at + around(pick, ["0h", "0h", "1h", "24h"]), kind)


def monitoring(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Telemetry and oximetry, in one stretch or two that touch or nearly so."""
    for kind in pick([["telemetry", "continuous_oximetry"]] * 3 + [["telemetry"], ["continuous_oximetry"]]):
        start = at + around(pick, ["0h", "0h", "1h", "2h", "24h"])
        end = start + step(pick, ["1h", "6h", "24h"]) * pick([1, 4])
        if pick([True, False]):
            patient.procedure(start, kind, pick([None, None, None, end]))
        else:
            patient.procedure(start, kind, end)
            again = end + pick([-HOUR, timedelta(0), timedelta(0), MINUTE])
            patient.procedure(again, kind, pick([None, again + 72 * HOUR]))


def documented_grades(pick: Pick, patient: Patient, at: timedelta) -> None:
    at += step(pick, ["0h", "1h", "12h", "13h", "13h1m"])
    every = step(pick, ["6h", "12h", "12h", "13h", "13h1m"])
    for n in range(pick([1, 2, 4, 8])):
        patient.documented(at + n * every, pick([0, 1, 1, 2, 2, 3, 4]))


def sets_of_vitals(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Full sets, long enough to cover a date; perhaps a gap, or a channel that is charted less often."""
    every = pick(["4h", "5h", "5h", "6h"])
    channels = {"temperature": pick([36.8, 36.8, 38.5]), "heart_rate": 90, "respiratory_rate": 18, "spo2": 96}
    channels[pick(["sbp", "sbp", "map"])] = 110
    rare = pick([None, None, "spo2", "respiratory_rate"])
    values = {vital: value for vital, value in channels.items() if vital != rare}
    course(patient, at, every, pick([6, 11]), **values)
    if rare is not None:
        course(patient, at, pick(["5h", "6h", "8h"]), 8, **{rare: channels[rare]})
    if pick([True, False]):
        course(patient, at + 3 * HOUR + step(pick, ["24h", "25h"]) * 2, every, 6, **values)


def saturation(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A low saturation, re-read or not, answered by oxygen or not."""
    for _ in range(pick([1, 1, 2])):
        patient.spo2(at, pick([85, 89, 89, 90]))
        if pick([True, False, False]):
            patient.spo2(at + step(pick, ["0h", "5m", "30m", "31m"]), pick([89, 90, 94]))
        if pick([True, True, False]):
            patient.oxygen(
                at + step(pick, ["0h", "1m", "30m", "31m", "2h"]), pick(["nasal cannula", "none"]), pick([None, 1, 2])
            )
        at += step(pick, ["5m", "31m", "2h", "13h"])


def procedures(pick: Pick, patient: Patient, at: timedelta) -> None:
    """An echocardiogram or a marrow."""
    kind = pick(["echocardiogram"] * 4 + ["bone_marrow_hemophagocytosis"])
    patient.procedure(at + around(pick, ["0h", "1h", "24h", "48h"]), kind)


def blood_counts(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Neutrophils, or white cells alone, about 500."""
    for _ in range(pick([1, 1, 2])):
        lab = pick(["anc", "anc", "wbc"])
        value, bound = pick([(100.0, None), (499.0, None), (500.0, None), (500.0, "<"), (1000.0, "<"), (500.0, ">")])
        patient.lab(at - step(pick, ["0h", "0h", "1h", "72h", "72h1m"]), lab, value, bound=bound)


def neutropenic(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Few neutrophils, and mostly an antibiotic."""
    patient.lab(at - step(pick, ["0h", "1h", "24h"]), "anc", pick([100.0, 499.0]))
    if pick([True, True, False]):
        remedies.antibiotic(pick, patient, at)


def intensive_care(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A stay on the ward, and one in intensive care about when it is due."""
    moved = at + around(pick, ["0h", "1h", "4h", "12h"])
    patient.stay("ward", at - 48 * HOUR, moved)
    if pick([True, True, False]):
        patient.stay("icu", moved, pick([None, moved + HOUR, moved + 72 * HOUR]))
