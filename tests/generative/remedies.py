"""Pieces of generated charts: drugs that are due once, and courses of steroids. Each adds rows around `at`."""

from __future__ import annotations

from datetime import timedelta

from tests.generative.draw import HOUR, MINUTE, Pick, around, step
from tests.generative.pharmacy import ANY_ACTION, GIVING
from tests.spec.patient import Patient, offset


def antipyretic(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug, amount = pick([("acetaminophen", 650.0), ("ketorolac", 15.0), ("aspirin", 325.0), ("aspirin", 500.0)])
    patient.mar(at + around(pick, ["0h", "1h", "4h"]), drug, pick([*GIVING, "not_given"]), amount, route="po")


def hydration(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Maintenance that starts or runs about `at`."""
    start = at + pick([-1, -1, 1]) * step(pick, ["1h", "5h59m", "6h", "24h", "24h1m"])
    end = pick([None, None, at, at + MINUTE, at + 12 * HOUR])
    patient.mar(
        start, pick(["plasma_lyte", "sodium_chloride_0.9"]), pick(["started", "new_bag", "rate_change"]),
        pick([None, 1000.0]), rate=100.0, end=None if end is None else max(end, start), route=pick(["iv", None]),
        unit="mL",
    )  # fmt: skip


def antibiotic(pick: Pick, patient: Patient, at: timedelta) -> None:
    patient.mar(
        at + around(pick, ["0h", "1h", "24h"]), pick(["cefepime", "meropenem"]), pick([*GIVING, *ANY_ACTION]), 2000.0,
        route=pick(["iv", "iv", "im", None, "po"]),
    )  # fmt: skip


def antifungal(pick: Pick, patient: Patient, at: timedelta) -> None:
    patient.mar(
        at + pick([-1, 1]) * step(pick, ["0h", "24h", "24h1m", "48h", "48h1m"]),
        pick(["fluconazole", "micafungin", "amphotericin_b"]), pick(GIVING), 400.0,
        route=pick(["iv", "po", "ng", None, "swish", "topical"]),
    )  # fmt: skip


def growth_factor(pick: Pick, patient: Patient, at: timedelta) -> None:
    for _ in range(pick([1, 2])):
        patient.mar(at, pick(["filgrastim", "pegfilgrastim", "g-csf"]), pick(ANY_ACTION), 300.0, route="sc")
        at += step(pick, ["0h", "24h"])


def alternative(pick: Pick, patient: Patient, at: timedelta) -> None:
    drug = pick(["anakinra", "siltuximab", "ruxolitinib", "emapalumab", "cyclophosphamide", "etoposide"])
    patient.mar(at + pick([-1, 1, 1]) * step(pick, ["0h", "24h", "48h"]), drug, pick([*GIVING, *ANY_ACTION]), 100.0)


def low_dose(pick: Pick, patient: Patient, at: timedelta) -> None:
    """A few doses of dexamethasone."""
    every = step(pick, ["6h", "12h", "12h"])
    for n in range(pick([1, 2, 3, 4])):
        patient.dexamethasone(at + n * every, pick([10.0, 10.0, 10.0, 9.0, 8.9, None]))


def every_six_hours(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Dexamethasone as for grade 3, from about `at` on: too early, too late, too little, or right."""
    start = at + pick([-1, 1, 1]) * step(pick, ["0h", "60m", "61m", "6h"])
    every, amount = pick([("6h", 10.0), ("6h", 9.0), ("7h30m", 9.0), ("7h31m", 9.0), ("8h", 12.0), ("12h", 18.0)])
    for n in range(pick([2, 3, 4, 5])):
        patient.dexamethasone(start + n * offset(every), pick([amount] * 12 + [None]))


def taper(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Steroids up to an improvement at `at`, and about half of them or less on the second day after it."""
    before = at - step(pick, ["0h", "1h", "12h", "24h", "24h1m"])
    for n in range(pick([1, 2, 4])):
        patient.dexamethasone(before - n * 6 * HOUR, pick([10.0] * 9 + [None]))
    if pick([True, False]):
        patient.dexamethasone(at + 12 * HOUR, 10)
    for _ in range(pick([0, 1, 1, 2])):
        late = at + step(pick, ["24h", "24h1m", "36h", "48h", "48h1m"])
        drug, amount = pick([("dexamethasone", 5.0), ("dexamethasone", 10.0), ("dexamethasone", 20.0),
                             ("dexamethasone", 20.1), ("prednisone", 60.0), ("dexamethasone", None)])  # fmt: skip
        patient.give(late, drug, amount)


def ladder(pick: Pick, patient: Patient, at: timedelta) -> None:
    """Methylprednisolone from 500 mg down, the last of 500 at `at`; perhaps a step that is none of the ladder's."""
    every = step(pick, ["12h", "12h", "12h", "14h"])
    for n in range(pick([4, 5, 5, 5, 5])):
        patient.methylprednisolone(at - n * every)
    counts = [pick([0, 1, 2, 2, 2, 2, 2, 6, 7]), pick([0, 1, 2, 2, 2, 2, 6, 7]), pick([0, 1, 3])]
    amounts = [amount for amount, count in zip((250.0, 125.0, 60.0), counts, strict=True) for _ in range(count)]
    odd = pick([250.0, 225.0, 224.0, 138.0, 60.0, 40.0, None])
    if amounts and pick([True, False, False]):
        amounts[pick(range(len(amounts)))] = odd
    if pick([True, False, False]):
        amounts.append(odd)
    for amount in amounts[: pick([12, 12, 5])]:
        at += pick([every] * 12 + [14 * HOUR + MINUTE])
        patient.methylprednisolone(at, amount)


def very_high_dose(pick: Pick, patient: Patient, at: timedelta) -> None:
    for n in range(pick([1, 2, 2, 3])):
        patient.methylprednisolone(at + n * step(pick, ["12h", "24h"]), pick([1000.0, 1000.0, 900.0, 899.0, None]))
