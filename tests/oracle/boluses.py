"""Fluid boluses."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tests.oracle.doses import Dose, doses_of, exact
from tests.oracle.unit import HOUR, Row, Unit
from tests.oracle.vocabulary import CRYSTALLOIDS
from tests.oracle.weight import weight_at


def boluses_of(unit: Unit, vitals: list[Row], mar: list[Row]) -> list[Dose]:
    """In order of their starts; of several at one instant the one that ends first comes first."""
    boluses = [dose for dose in doses_of(mar) if is_bolus(unit, vitals, dose)]
    return sorted(boluses, key=lambda dose: (dose.time, dose.end or dose.time))


def is_bolus(unit: Unit, vitals: list[Row], dose: Dose) -> bool:
    if dose.drug not in CRYSTALLOIDS or dose.route not in ("iv", None):
        return False
    if dose.amount is None or dose.amount < smallest_bolus(unit, vitals, dose.time):
        return False
    quick = dose.end is not None and dose.end - dose.time <= HOUR
    maintenance = any("not_bolus" in (row["flags"] or "") for row in dose.rows)
    return dose.bolus_marked or (quick and not maintenance)


def smallest_bolus(unit: Unit, vitals: list[Row], time: datetime) -> Fraction:
    if unit.age_years is None or unit.age_years >= 18:
        return Fraction(500)
    kg = exact(weight_at(unit, vitals, time))
    return Fraction(500) if kg is None else min(10 * kg, Fraction(500))
