"""Pieces of generated charts: what the MAR holds. Each adds rows from `at` on."""

from __future__ import annotations

from datetime import timedelta

from tests.generative.draw import HOUR, MINUTE, STEPS, Pick, step
from tests.spec.patient import Patient, offset

GIVING = ["given", "given", "given", "new_bag", "started", "push", "partial"]
ANY_ACTION = [*GIVING, "bolus", "restarted", "rate_change", "verify", "stopped", "paused", "not_given"]
STEROID_AMOUNTS = {
    "dexamethasone": [None, 0.75, 1.125, 1.2, 8.9, 9.0, 10.0, 20.0],
    "methylprednisolone": [None, 4.0, 6.0, 48.0, 47.0, 449.0, 450.0, 500.0],
    "prednisone": [None, 5.0, 7.5, 7.6, 60.0],
    "hydrocortisone": [None, 20.0, 30.0, 31.0, 10.0, 240.0, 239.0],
}


def vasopressor(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug = pick(["norepinephrine", "norepinephrine", "vasopressin", "phenylephrine", "epinephrine", "dobutamine"])
    for _ in range(pick([1, 2, 3, 4])):
        action = pick(["started", "started", "given", "new_bag", "rate_change", "stopped", *ANY_ACTION])
        patient.mar(
            at, drug, action, pick([None, None, 1.0]),
            rate=pick([None, 5.0, 5.0, 0.0]), route=pick(["iv", "iv", None, "nasal"]),
            end=at + step(pick, ["0h", "20m", "60m", "2h", "24h", "30h"]) if pick([True, False, False]) else None,
        )  # fmt: skip
        at += step(pick, ["0h", *STEPS])


def two_vasopressors(pick: Pick, patient: Patient, at: timedelta) -> None:
    first, second = pick([("norepinephrine", "phenylephrine"), ("norepinephrine", "vasopressin")])
    patient.start(at, first)
    later = at + step(pick, ["0h", "20m", "2h"])
    patient.start(later, second, end=later + 12 * HOUR if pick([True, False]) else None)
    patient.stop(later + step(pick, ["59m", "60m", "61m", "6h", "13h"]), pick([first, second]))
    if pick([True, False]):
        patient.mar(later + 6 * HOUR, first, "rate_change", rate=pick([3.0, 0.0]))


def fluid(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug = pick(["sodium_chloride_0.9", "lactated_ringers"])
    for _ in range(pick([1, 1, 2])):
        minutes = pick([None, 30, 60, 61, 240])
        patient.mar(
            at, drug, pick([*GIVING, "bolus", "stopped"]), pick([None, 100.0, 250.0, 499.0, 500.0, 1000.0]),
            end=None if minutes is None else at + minutes * MINUTE, route=pick(["iv", None, "po"]), unit="mL",
            bolus_text=pick([False, False, True]),
        )  # fmt: skip
        at += step(pick, ["0h", "5m", "6m", "30m", "60m"])


def tocilizumab(pick: Pick, patient: Patient, at: timedelta) -> None:
    every = pick(["5m", "6m", "7h", "7h29m", "7h30m", "8h", "12h", "23h59m", "24h"])
    amount = pick([None, 200.0, 400.0, 504.0, 560.0, 616.0, 617.0, 720.0, 800.0, 801.0, 880.0, 881.0, 960.0])
    minutes = pick([None, 0, 44, 45, 60, 90, 91])
    route = pick(["iv", "iv", "iv", None, "sc"])
    for n in range(pick([1, 1, 2, 3, 4, 5])):
        start = at + n * offset(every)
        end = None if minutes is None else start + minutes * MINUTE
        patient.mar(start, "tocilizumab", pick([*GIVING, "not_given"]), amount, end=end, route=route)
        if pick([True, False, False]):
            patient.mar(start + step(pick, ["0h", "5m", "60m"]), "tocilizumab", pick(ANY_ACTION), amount, route=route)


def steroid(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug = pick(sorted(STEROID_AMOUNTS))
    for _ in range(pick([1, 1, 2, 3])):
        end = pick([None, None, at + 30 * MINUTE])
        patient.mar(
            at, drug, pick([*GIVING, *ANY_ACTION]), pick(STEROID_AMOUNTS[drug]), end=end,
            route=pick(["iv", "iv", None, "po", "ophthalmic"]),
        )  # fmt: skip
        at += step(pick, ["0h", "3m", "5m", "6m", "6h", "12h", "23h59m", "24h"])


def high_dose(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A course of methylprednisolone."""
    every, amount = pick(["6h", "12h", "12h", "14h", "14h1m"]), pick([None, 449.0, 450.0, 500.0, 500.0, 1000.0])
    for n in range(pick([1, 2, 4, 5, 6, 7, 8])):
        patient.methylprednisolone(at + n * offset(every), amount)


def sparing(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug, amount = pick([
        ("acetaminophen", 650.0), ("acetaminophen", None), ("aspirin", 325.0), ("aspirin", 326.0), ("aspirin", None),
        ("anakinra", 100.0), ("siltuximab", 700.0), ("ibuprofen", 400.0),
    ])  # fmt: skip
    at -= pick([timedelta(0), 6 * HOUR, 6 * HOUR + MINUTE])
    patient.mar(at, drug, pick([*GIVING, *ANY_ACTION]), amount, route=pick(["po", "iv", "sc"]))


def growth_factor(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug = pick(["sargramostim", "sargramostim", "molgramostim", "filgrastim", "pegfilgrastim"])
    patient.mar(at, drug, pick(ANY_ACTION), 250.0, route="sc")


def premedication(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Before the first infusion, whatever `at`."""
    drug = pick(sorted(STEROID_AMOUNTS))
    before = step(pick, ["0h", "1m", "6h", "12h", "12h1m", "72h", "73h"])
    patient.give(-before, drug, pick(STEROID_AMOUNTS[drug]), route=pick(["iv", "po", "ophthalmic"]))


def capped(pick: Pick, patient: Patient, at: timedelta) -> None:
    """So much tocilizumab before `at` that a cap is reached or nearly so."""
    every = step(pick, ["6h", "8h", "12h", "24h"])
    for n in range(pick([2, 3, 4])):
        patient.tocilizumab(at - step(pick, ["0h", "1m"]) - n * every)
