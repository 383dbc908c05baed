"""Grade 4: high-dose methylprednisolone."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, grade_4
from crs_audit.measures.blocks import ANCHOR, counted, from_then, minutes
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import MET, NOT_MET, TRUE, UNKNOWN, measure
from crs_audit.measures.high_dose import is_high, methylprednisolone, with_course
from crs_audit.measures.opportunities import Opportunities

MAYBE = "maybe_"
"""Prefix of what holds if doses of unknown amount were large enough."""


@measure("G4-02", opened_by=("vitals",))
def methylprednisolone_course(case: Case) -> Opportunities:
    """Grade 4: methylprednisolone of the dose from before to the target after it, and from it enough such doses
    without a long gap. Fewer are enough if lasting improvement began before the gap broke; more are noted."""
    doses = methylprednisolone(case).filter(is_high(case).fill_null(True))
    rows, cited = with_course(grade_4(case), case, doses.filter(is_high(case)))
    rows, _ = with_course(rows, case, doses, MAYBE)
    rows = rows.with_columns(state=pl.when(pl.col("state") == pl.col(f"{MAYBE}state")).then("state"))
    state, first, fewest = pl.col("state").fill_null(UNKNOWN), pl.col("first"), case.value("G4-02.fewest")
    icans_unknown = case.lacks("assessments", "icans_grade") is not None
    began = pl.when(first.is_not_null()).then(pl.lit(True)).when(pl.col(f"{MAYBE}first").is_null() | (state != UNKNOWN))
    return (
        Opportunities(rows)
        .exclude("airway_protection", pl.col("airway"))
        .note("exemption_unchecked", pl.col("ventilated") & pl.lit(icans_unknown), status=NOT_MET)
        .require(
            f"methylprednisolone ≥ {case.said('shared.high_dose')} by {case.said('G4-02.target')} after grade 4",
            began.then(first.is_not_null()), by=ANCHOR + case.span("G4-02.target"), table="mar", fails="never_given",
            unknown="amount", cites=cited.filter(pl.col("time") == pl.col("time").min().over("key")),
        )
        .require(
            f"{fewest:g} such doses, gaps ≤ {case.said('shared.high_dose_gap')}, or lasting improvement",
            pl.when(state != UNKNOWN).then(state == TRUE), by=pl.col("deadline"), table="mar", fails="too_few",
            unknown=pl.when(pl.col("state").is_null()).then(pl.lit("amount")).otherwise(pl.lit("unobserved")),
            cites=cited,
        )
        .note("extended", pl.col("doses") > case.value("G4-02.extended_above"), status=MET)
        .note("improved", pl.col("doses") < fewest, status=MET)
        .cite("grade 4 reached", drivers_at(case, rows, pl.col("first_grade_4")))
        .measured(pl.col("doses"), "doses", f"≥ {fewest:g}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  f"No methylprednisolone charted at {case.said('shared.high_dose')} or more from "
                  f"{case.said('G4-02.before')} before to {case.said('G4-02.target')} after grade 4"))
              .otherwise(pl.format(
                  f"{{}} of {case.said('shared.high_dose')} or more in a row, the first {{}} (at least {fewest:g})",
                  counted(pl.col("doses"), "methylprednisolone dose"), from_then(minutes(ANCHOR, first), "grade 4"))))
    )  # fmt: skip
