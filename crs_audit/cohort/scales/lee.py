"""Lee 2014."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.scales.course import where, without, without_pressure
from crs_audit.cohort.scales.grade import asks, organs_ask, scale_columns
from crs_audit.cohort.scales.organs import SCALES
from crs_audit.cohort.scales.oxygen import oxygen
from crs_audit.cohort.scales.pressors import high_dose, perhaps_high_dose, several
from crs_audit.measures.case import Case
from crs_audit.protocol.scales import load_scales


def lee(case: Case) -> pl.DataFrame:
    """infusion, lee_grade, lee_lower_bound.

    1 fever. 2 hypotension or one vasopressor; oxygen below the limit; organ toxicity 2. 3 several vasopressors or a
    high dose; oxygen at the limit or above; organ toxicity 3, transaminases 4. 4 a ventilator; organ toxicity 4.
    CPAP and BiPAP are no ventilator: they go by the inspired oxygen.
    """
    pieces, tube = oxygen(case), pl.col("device") == "invasive"
    organs, organs_missing = organs_ask(case, "lee", SCALES)
    low, high_fio2, high = (load_scales().value(f"lee.{name}") for name in ("hypotension", "oxygen_high", "high_dose"))
    return scale_columns(
        case,
        "lee",
        found={
            "hypotension": where(case, pl.col("hypotension")),
            "vasopressor": where(case, pl.col("pressor") > 0),
            "vasopressors": several(case),
            "high_dose": high_dose(case),
            "oxygen": pieces,
            "oxygen_high": pieces.filter("high"),
            "ventilator": pieces.filter(tube),
        },
        known=[organs],
        missing=[
            organs_missing,
            asks(without_pressure(case), low),
            asks(pieces.filter(pl.col("high").is_null()), high_fio2),
            asks(perhaps_high_dose(case), high),
            asks(without(case, "mar"), high),
        ],
    )
