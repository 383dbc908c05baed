"""Penn."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.scales.course import graded, where, without, without_pressure
from crs_audit.cohort.scales.grade import asks, organs_ask, scale_columns
from crs_audit.cohort.scales.organs import SCALES, neutropenic_fever
from crs_audit.cohort.scales.oxygen import oxygen
from crs_audit.cohort.scales.pressors import high_dose, perhaps_high_dose
from crs_audit.measures.blocks import runs
from crs_audit.measures.case import Case
from crs_audit.protocol.scales import load_scales


def penn(case: Case) -> pl.DataFrame:
    """infusion, penn_grade, penn_lower_bound.

    1 supportive care only: an episode. 2 creatinine 2, transaminases or bilirubin 3, or fever with neutropenia in
    hospital. 3 fluid boluses or a vasopressor for hypotension; any oxygen up to BiPAP; creatinine 3, transaminases 4.
    4 a high dose of vasopressors; mechanical ventilation.
    """
    pieces, scales = oxygen(case), load_scales()
    organs, organs_missing = organs_ask(case, "penn", SCALES)
    fever = neutropenic_fever(case)
    return scale_columns(
        case,
        "penn",
        found={
            "neutropenic_fever": fever.filter("sure"),
            "fluids": _with_fluids(case, runs(graded(case), pl.col("hypotension"))),
            "vasopressor": where(case, pl.col("pressor") > 0),
            "high_dose": high_dose(case),
            "oxygen": pieces,
            "ventilator": pieces.filter(pl.col("device") == "invasive"),
        },
        known=[organs],
        missing=[
            organs_missing,
            asks(_with_fluids(case, without_pressure(case)), scales.value("penn.fluids")),
            asks(fever.filter(~pl.col("sure")), scales.value("penn.neutropenic_fever")),
            asks(perhaps_high_dose(case), scales.value("penn.high_dose")),
            asks(without(case, "mar"), scales.value("penn.high_dose")),
        ],
    )


def _with_fluids(case: Case, low: pl.DataFrame) -> pl.DataFrame:
    """infusion: those with a fluid bolus from a while before one of the stretches `low` (infusion, start, end) to a
    while after it."""
    dated = case.medication.doses.filter(pl.col("day_only")).select("dose")
    boluses = case.medication.boluses.join(dated, on="dose", how="anti").select("infusion", "time")
    scales = load_scales()
    since = pl.col("start") - scales.span("penn.fluids_before")
    until = pl.col("end") + scales.span("penn.fluids_after")
    pairs = low.join(boluses, on="infusion").filter(pl.col("time").is_between(since, until))
    return pairs.select("infusion").unique()
