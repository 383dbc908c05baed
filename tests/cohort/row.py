"""The research row of a told patient."""

from __future__ import annotations

from typing import Any

import polars as pl

from crs_audit.cohort.research import cohort_frames
from tests.spec.judged import evaluated, febrile
from tests.spec.patient import Patient


def frames(p: Patient, **facts: Any) -> dict[str, pl.DataFrame]:
    """cohort and steroid_days of one patient."""
    return cohort_frames(evaluated(p, "BAS-01", **facts).case)


def row(p: Patient, **facts: Any) -> dict[str, Any]:
    """The only research row of a patient with one infusion."""
    (only,) = frames(p, **facts)["cohort"].to_dicts()
    return only


def scale(p: Patient, name: str) -> tuple[int | None, bool | None]:
    """Grade and lower bound of lee, ctcae or penn."""
    told = row(p)
    return told[f"{name}_grade"], told[f"{name}_lower_bound"]


def grades(p: Patient) -> tuple[int | None, int | None, int | None]:
    """Lee, CTCAE, Penn."""
    told = row(p)
    return told["lee_grade"], told["ctcae_grade"], told["penn_grade"]


def ill(**cells: Any) -> Patient:
    """Fever from T0 to 24 h, in hospital, of 70 kg, with a MAR; organs and neutrophils looked at and well."""
    p = febrile(**cells).stay("ward", "-1d", "10d")
    return normal_organs(p).lab("0h", "anc", 4000)


def normal_organs(p: Patient) -> Patient:
    """Organ values of grade 0 in the fever."""
    return p.lab("1h", "alt", 30).lab("1h", "bilirubin", 0.8).lab("1h", "creatinine", 0.9)


def without(p: Patient, lab: str) -> Patient:
    """The patient without any value of a lab."""
    p.rows["labs"] = [one for one in p.rows["labs"] if one["lab"] != lab]
    return p
