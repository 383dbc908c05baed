"""Hours of vasopressors and of ventilation in the window, of whatever cause."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours, in_hours
from crs_audit.measures.anchors import invasive
from crs_audit.measures.case import Case

KINDS = {
    "vasopressor": pl.col("pressors").is_not_null(),
    "ventilation": invasive(),
    "noninvasive": pl.col("oxygen_text").str.starts_with("non-invasive").fill_null(False),
}
"""Name of the columns → segments of the grading that have it: a drug runs or was pushed; a tube; CPAP or BiPAP above
what the patient came with."""


def organ_support(case: Case) -> pl.DataFrame:
    """infusion, <kind>_hours, <kind>_first, hours_to_<kind> (from T0) for vasopressor, ventilation, noninvasive; and
    vasopressors (the drugs, alphabetically, joined by `; `). Vasopressors are null where the infusion has no MAR row,
    the others where it has no vitals."""
    told = case.infusions.select("infusion", "t0", "has_mar", "has_vitals")
    for kind, held in KINDS.items():
        stretches = case.grading.segments.filter(held)
        sums = stretches.group_by("infusion").agg(
            in_hours((pl.col("end") - pl.col("start")).sum()).alias(f"{kind}_hours"),
            pl.col("start").min().alias(f"{kind}_first"),
        )
        none = pl.when("has_mar" if kind == "vasopressor" else "has_vitals").then(pl.lit(0.0))
        told = told.join(sums, on="infusion", how="left").with_columns(
            pl.coalesce(f"{kind}_hours", none),
            hours(pl.col("t0"), pl.col(f"{kind}_first")).alias(f"hours_to_{kind}"),
        )
    drugs = (
        case.grading.segments.filter(pl.col("pressors").is_not_null())
        .select("infusion", vasopressors=pl.col("pressors").str.split("; "))
        .explode("vasopressors")
        .unique()
        .sort("infusion", "vasopressors")
        .group_by("infusion", maintain_order=True)
        .agg(pl.col("vasopressors").str.join("; "))
    )
    told = told.join(drugs, on="infusion", how="left")
    names = [name for kind in KINDS for name in (f"{kind}_hours", f"{kind}_first", f"hours_to_{kind}")]
    return told.select("infusion", "vasopressors", *names)
