"""Who was infused with what, and how long the extract follows the patient."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.amounts import SHOWN
from crs_audit.cohort.hours import hours
from crs_audit.measures.case import Case
from crs_audit.medication.weights import weights_at

HAS = ("has_vitals", "has_labs", "has_mar", "has_adt")


def infusions(case: Case) -> pl.DataFrame:
    """infusion, infusion_id, patient_id, infusion_number (1 = the patient's first), infusion_time, product, age_years,
    weight_kg (in force at T0), site, has_vitals, has_labs, has_mar, has_adt (a row from a week before T0 on)."""
    told = case.chart.infusions.sort("infusion")
    weighed = weights_at(case.chart, told.select("infusion", dose="infusion", time="t0"), case.protocol)
    return (
        told.with_columns(infusion_number=pl.col("infusion_id").str.extract(r"/(\d+)$").cast(pl.UInt16))
        .drop("weight_kg")
        .join(weighed.select("infusion", weight_kg=pl.col("kg").round(SHOWN)), on="infusion", how="left")
        .join(case.infusions.select("infusion", *HAS), on="infusion", how="left")
        .select(
            "infusion", "infusion_id", "patient_id", "infusion_number", "product", "age_years", "weight_kg", "site",
            *HAS, infusion_time="t0",
        )
    )  # fmt: skip


def follow_up(case: Case) -> pl.DataFrame:
    """infusion, window_end, follow_up_end, follow_up_source (given, adt, derived), follow_up_hours (from T0)."""
    return case.chart.infusions.select(
        "infusion",
        window_end="w",
        follow_up_end="e",
        follow_up_source="e_source",
        follow_up_hours=hours(pl.col("t0"), pl.col("e")),
    )
