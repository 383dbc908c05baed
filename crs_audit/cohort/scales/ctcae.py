"""CTCAE v5, cytokine release syndrome."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.scales.course import where, without, without_pressure
from crs_audit.cohort.scales.grade import asks, scale_columns
from crs_audit.cohort.scales.oxygen import oxygen
from crs_audit.cohort.scales.pressors import several
from crs_audit.measures.case import Case
from crs_audit.protocol.scales import load_scales


def ctcae(case: Case) -> pl.DataFrame:
    """infusion, ctcae_grade, ctcae_lower_bound.

    1 fever. 2 hypotension; oxygen below the limit. 3 one vasopressor; oxygen at the limit or above. 4 several
    vasopressors; positive-pressure ventilation, by mask or tube.
    """
    pieces, pressure = oxygen(case), pl.col("device").is_in(["non-invasive", "invasive"])
    scales = load_scales()
    return scale_columns(
        case,
        "ctcae",
        found={
            "hypotension": where(case, pl.col("hypotension")),
            "vasopressor": where(case, pl.col("pressor") > 0),
            "vasopressors": several(case),
            "oxygen": pieces,
            "oxygen_high": pieces.filter("high"),
            "positive_pressure": pieces.filter(pressure),
        },
        known=[],
        missing=[
            asks(without_pressure(case), scales.value("ctcae.hypotension")),
            asks(pieces.filter(pl.col("high").is_null()), scales.value("ctcae.oxygen_high")),
            asks(without(case, "mar"), scales.value("ctcae.vasopressors")),
        ],
    )
