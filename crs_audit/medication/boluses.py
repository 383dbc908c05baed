"""Fluid boluses: crystalloid doses large and fast enough, or charted as bolus."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.medication.doses import Doses
from crs_audit.medication.weights import weights_at
from crs_audit.protocol.load import Protocol
from crs_audit.vocabulary.match import concepts_of


def fluid_boluses(chart: Chart, doses: Doses, protocol: Protocol) -> pl.DataFrame:
    """The boluses: infusion, dose, time, end, amount (mL), source, row. A child's smallest bolus goes by weight, a
    child of unknown weight has the adult's; a dose of unknown amount is no bolus."""
    drugs = sorted(concepts_of("crystalloid"))
    by_vein = pl.col("route").is_null() | (pl.col("route") == "iv")
    fast = (pl.col("end") - pl.col("time")) <= protocol.span("medication.bolus_duration")
    candidates = doses.frame.filter(
        pl.col("drug").is_in(drugs)
        & by_vein
        & (pl.col("bolus_marked") | (fast.fill_null(False) & ~pl.col("bolus_denied")))
    )
    adult = pl.lit(float(protocol.value("medication.bolus")))
    child = pl.col("age_years") < protocol.value("medication.bolus_adult_age")
    by_weight = pl.min_horizontal(pl.col("kg") * protocol.value("medication.bolus_per_kg"), adult)
    weighed = weights_at(chart, candidates.select("infusion", "dose", "time"), protocol)
    return (
        candidates.join(chart.infusions.select("infusion", "age_years"), on="infusion")
        .join(weighed.select("dose", "kg"), on="dose")
        .filter(pl.col("amount") >= pl.when(child).then(by_weight).otherwise(adult))
        .select("infusion", "dose", "time", "end", "amount", "source", "row")
        .sort("infusion", "time", "dose")
    )
