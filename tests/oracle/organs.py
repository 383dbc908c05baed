"""CTCAE v5 grades of liver and kidney, and the suspicion of HLH."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tests.oracle.unit import HOUR, Row, Unit

UPPER = {"alt": "40", "ast": "40", "bilirubin": "1.2", "creatinine": "1.2"}
TRANSAMINASE = ("1", "3", "5", "20")
TRANSAMINASE_BASELINE = ("1.5", "3", "5", "20")
BILIRUBIN = ("1", "1.5", "3", "10")
CREATININE = ("1", "1.5", "3", "6")


def hlh_suspected(unit: Unit, labs: list[Row]) -> datetime | None:
    """The first ferritin above 10,000 in the window with an organ grade of 3 or more at most 48 h away."""
    high = [row["time"] for row in labs if row["lab"] == "ferritin" and very_high(row) and unit.in_window(row["time"])]
    organs = [row for row in labs if row["lab"] in UPPER and row["time"] < unit.w]
    bad = [row["time"] for row in organs if organ_grade(unit, row, labs) >= 3]
    return min((t for t in high if any(abs(t - other) <= 48 * HOUR for other in bad)), default=None)


def very_high(row: Row) -> bool:
    if row["value"] is None or row["bound"] in ("<", "<="):
        return False
    value: float = row["value"]
    return value > 10000 or (row["bound"] == ">" and value >= 10000)


def organ_grade(unit: Unit, row: Row, labs: list[Row]) -> int:
    if row["value"] is None or row["bound"] in ("<", "<="):
        return 0
    value, upper = Fraction(repr(row["value"])), upper_limit(row)
    baseline = baseline_row(unit, row["lab"], labs)
    base = None if baseline is None else Fraction(repr(baseline["value"]))
    if row["lab"] == "creatinine":
        grade = _highest(value, upper, CREATININE)
        if base is not None:
            grade = max(grade, 3 if value > 3 * base else 2 if 2 * value > 3 * base else 0)
        return grade
    abnormal = baseline is not None and base is not None and base > upper_limit(baseline)
    if row["lab"] == "bilirubin":
        return _highest(value, base if abnormal and base else upper, BILIRUBIN)
    if abnormal and base:
        return _highest(value, base, TRANSAMINASE_BASELINE)
    return _highest(value, upper, TRANSAMINASE)


def upper_limit(row: Row) -> Fraction:
    return Fraction(repr(row["ref_high"])) if row["ref_high"] is not None else Fraction(UPPER[row["lab"]])


def baseline_row(unit: Unit, lab: str, labs: list[Row]) -> Row | None:
    before = [row for row in labs if row["lab"] == lab and row["time"] < unit.t0 and row["value"] is not None]
    return max(before, key=lambda row: (row["time"], row["value"]), default=None)


def _highest(value: Fraction, of: Fraction, multiples: tuple[str, ...]) -> int:
    return sum(value > Fraction(multiple) * of for multiple in multiples)
