"""Monitoring: daily laboratory values, cultures at fever."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at
from crs_audit.measures.blocks import ANCHOR, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.complete import Part, require_parts, with_parts
from crs_audit.measures.local_days import local_days
from crs_audit.measures.opportunities import Opportunities


@measure("MON-01")
def crp_and_ferritin_daily(case: Case) -> Opportunities:
    """The first days after the infusion and every day of CRS: a CRP and a ferritin with a value collected that date; a
    bound such as `<0.5` is a value."""
    parts = [Part(lab, (lab,)) for lab in ("crp", "ferritin")]
    days = local_days(case)
    labs = case.labs("crp", "ferritin").filter(pl.col("value").is_not_null()).rename({"lab": "kind"})
    found = within(days, labs, ANCHOR, pl.col("until"), until_included=False)
    rows, day = with_parts(days, found, parts), pl.col("day")
    return (
        require_parts(rows, found, parts, "with a value that date", table="labs")
        .cite("grade 1 or more that date", drivers_at(rows, pl.col("graded")))
        .measured(pl.col("there"), "values", f"{len(parts)}")
        .tell(pl.format("Day {} after the infusion, with a value: {}", day, pl.col("present").fill_null("none")))
    )


@measure("MON-02", opened_by=("vitals",))
def cultures_and_chest_film(case: Case) -> Opportunities:
    """Onset: blood culture, urine culture and chest radiograph around it."""
    kinds = ("blood_culture", "urine_culture", "chest_xray")
    parts = [Part(kind, (kind,), lacking=case.lacks("procedures", kind)) for kind in kinds]
    rows, span, said = case.episodes_from(1), case.span("MON-02.around"), case.said("MON-02.around")
    done = pl.concat([case.procedures(kind) for kind in kinds]).with_columns(kind="raw_value")
    found = within(rows, done, ANCHOR - span, ANCHOR + span)
    rows = with_parts(rows, found, parts)
    return (
        require_parts(rows, found, parts, f"from {said} before to {said} after onset", by=ANCHOR + span)
        .cite("onset", drivers_at(rows))
        .measured(pl.col("there"), "procedures", f"{len(parts)}")
        .tell(
            pl.format(
                f"Charted from {said} before to {said} after onset: {{}}",
                pl.col("present").fill_null(f"none of {', '.join(kinds)}"),
            )
        )
    )
