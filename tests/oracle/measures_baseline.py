"""Laboratory baseline: BAS-01, BAS-02."""

from __future__ import annotations

from tests.oracle.opportunities import unknown
from tests.oracle.results import Course, Opportunity, Verdict
from tests.oracle.unit import HOUR

CMP = (
    "sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine", "glucose", "calcium", "albumin",
    "total_protein", "alp", "alt", "ast", "bilirubin",
)  # fmt: skip


def bas_01(course: Course) -> list[Opportunity]:
    collected = _collected(course)
    there = [lab in collected for lab in ("wbc", "hemoglobin", "platelets", "magnesium", "phosphorus")]
    return _complete(course, [*there, len(collected & set(CMP)) >= 12])


def bas_02(course: Course) -> list[Opportunity]:
    collected = _collected(course)
    there = [lab in collected for lab in ("crp", "ferritin", "ldh", "uric_acid", "fibrinogen", "ptt")]
    return _complete(course, [*there, "pt" in collected or "inr" in collected])


def _collected(course: Course) -> set[str]:
    t0 = course.unit.t0
    return {row["lab"] for row in course.labs if t0 - 72 * HOUR <= row["time"] < t0}


def _complete(course: Course, there: list[bool]) -> list[Opportunity]:
    if "labs" in course.missing:
        return unknown(course, "labs")
    lacking = there.count(False)
    verdict = Verdict("not_met", "missing", lacking) if lacking else Verdict("met", None, 0)
    return [Opportunity(course.unit.t0, verdict)]
