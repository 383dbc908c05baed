"""Systemic corticosteroids: dexamethasone-equivalents, physiologic or above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.doses import Dose, amount_row_near, doses_of
from tests.oracle.unit import DAY, Row
from tests.oracle.vocabulary import CONTINUING_ACTIONS, DOSE_ACTIONS, STEROID_EQUIVALENTS, SYSTEMIC_ROUTES


@dataclass(frozen=True)
class SteroidDose:
    """`dex_mg` None = amount unknown, which is taken as above physiologic."""

    dose: Dose
    dex_mg: Fraction | None
    physiologic: bool

    @property
    def time(self) -> datetime:
        return self.dose.time


def is_systemic_steroid(drug: str | None, route: str | None) -> bool:
    return drug in STEROID_EQUIVALENTS and route in SYSTEMIC_ROUTES


def steroid_doses(mar: list[Row]) -> list[SteroidDose]:
    """All systemic steroid doses of one patient, in order of time."""
    doses = [dose for dose in doses_of(mar) if is_systemic_steroid(dose.drug, dose.route)]
    return [SteroidDose(dose, dex_mg(dose), _physiologic(dose, doses)) for dose in doses]


def dex_mg(dose: Dose) -> Fraction | None:
    if dose.amount is None:
        return None
    return dose.amount * Fraction("0.75") / Fraction(STEROID_EQUIVALENTS[dose.drug])


def _physiologic(dose: Dose, doses: list[Dose]) -> bool:
    """At most 1.125 mg in every [x, x + 24 h) that holds the dose.

    Moving x to the right until it meets a dose loses none of those after it and gains some: the fullest periods
    begin at a dose.
    """
    if dose.amount is None:
        return False
    for first in doses:
        x = first.time
        if x <= dose.time < x + DAY:
            total = sum((dex_mg(other) or Fraction(0)) for other in doses if x <= other.time < x + DAY)
            if total > Fraction("1.125"):
                return False
    return True


def row_above_physiologic(row: Row, mar: list[Row], doses: list[SteroidDose]) -> bool:
    """Whether a given row of a systemic steroid is above physiologic (rows are held by value, not by identity)."""
    if row["action"] in CONTINUING_ACTIONS:
        before = [dose for dose in doses if dose.dose.drug == row["drug"] and dose.time <= row["time"]]
        if not before:
            return True
        latest = max(dose.time for dose in before)
        return any(not dose.physiologic for dose in before if dose.time == latest)
    if row["action"] in DOSE_ACTIONS and row["dose"] is None:
        near = [other for other in mar if amount_row_near(row, other)]
        owners = [dose for dose in doses if any(other in near for other in dose.dose.rows)]
        if near:
            return not owners or any(not dose.physiologic for dose in owners)
    return any(not dose.physiologic for dose in doses if row in dose.dose.rows)
