"""Grade 4: high-dose methylprednisolone."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, grade_4
from crs_audit.measures.blocks import ANCHOR, chain, counted, from_then, minutes, runs, with_count, with_first, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import MET, NOT_MET, TRUE, UNKNOWN, clause_state, measure
from crs_audit.measures.opportunities import Opportunities

MAYBE = "maybe_"
"""Prefix of what holds if doses of unknown amount were large enough."""


@measure("G4-02", opened_by=("vitals",))
def methylprednisolone_course(case: Case) -> Opportunities:
    """Grade 4: methylprednisolone of the dose from before to the target after it, and from it enough such doses
    without a long gap. Fewer are enough if lasting improvement began before the gap broke; more are noted."""
    large = pl.col("amount") >= case.value("G4-02.dose")
    doses = case.steroids.filter((pl.col("drug") == "methylprednisolone") & (large | pl.col("amount").is_null()))
    rows, cited = _with_course(grade_4(case), case, doses.filter(large))
    rows, _ = _with_course(rows, case, doses, MAYBE)
    rows = rows.with_columns(state=pl.when(pl.col("state") == pl.col(f"{MAYBE}state")).then("state"))
    state, first, fewest = pl.col("state").fill_null(UNKNOWN), pl.col("first"), case.value("G4-02.fewest")
    icans_unknown = case.lacks("assessments", "icans_grade") is not None
    began = pl.when(first.is_not_null()).then(pl.lit(True)).when(pl.col(f"{MAYBE}first").is_null() | (state != UNKNOWN))
    return (
        Opportunities(rows)
        .exclude("airway_protection", pl.col("airway"))
        .note("exemption_unchecked", pl.col("ventilated") & pl.lit(icans_unknown), status=NOT_MET)
        .require(
            f"methylprednisolone ≥ {case.said('G4-02.dose')} by {case.said('G4-02.target')} after grade 4",
            began.then(first.is_not_null()), by=ANCHOR + case.span("G4-02.target"), table="mar", fails="never_given",
            unknown="amount", cites=cited.filter(pl.col("time") == pl.col("time").min().over("key")),
        )
        .require(
            f"{fewest:g} such doses, gaps ≤ {case.said('G4-02.gap')}, or lasting improvement",
            pl.when(state != UNKNOWN).then(state == TRUE), by=pl.col("deadline"), table="mar", fails="too_few",
            unknown=pl.when(pl.col("state").is_null()).then(pl.lit("amount")).otherwise(pl.lit("unobserved")),
            cites=cited,
        )
        .note("extended", pl.col("doses") > case.value("G4-02.extended_above"), status=MET)
        .note("improved", pl.col("doses") < fewest, status=MET)
        .cite("grade 4 reached", drivers_at(case, rows, pl.col("first_grade_4")))
        .measured(pl.col("doses"), "doses", f"≥ {fewest:g}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  f"No methylprednisolone charted at {case.said('G4-02.dose')} or more from "
                  f"{case.said('G4-02.before')} before to {case.said('G4-02.target')} after grade 4"))
              .otherwise(pl.format(
                  f"{{}} of {case.said('G4-02.dose')} or more in a row, the first {{}} (at least {fewest:g})",
                  counted(pl.col("doses"), "methylprednisolone dose"), from_then(minutes(ANCHOR, first), "grade 4"))))
    )  # fmt: skip


def _with_course(
    rows: pl.DataFrame, case: Case, doses: pl.DataFrame, prefix: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds <prefix>first (of the doses in time), doses (in the course from it), deadline and state (of the clause that
    the course is long enough or lasting improvement ended it); and gives the doses of the course."""
    due = ANCHOR + case.span("G4-02.target")
    rows = with_first(rows, within(rows, doses, ANCHOR - case.span("G4-02.before"), due), "_first")
    course = chain(within(rows, doses, pl.col("_first"), pl.col("w")), case.span("G4-02.gap"))
    broke = course.group_by("key").agg(_broke=pl.col("time").max() + case.span("G4-02.gap"))
    rows = with_count(rows, course, "_doses").join(broke, on="key", how="left")
    for name, improved in zip(("_improved", "_open"), _improvements(case), strict=True):
        rows = with_first(
            rows, within(rows, improved, pl.col("first_grade_4"), pl.col("_broke"), until_included=False), name
        )
    long_enough = (pl.col("_doses") >= case.value("G4-02.fewest")) | pl.col("_improved").is_not_null()
    holds = pl.when(long_enough).then(pl.lit(True)).when(pl.col("_open").is_null()).then(pl.lit(False))
    deadline = pl.coalesce("_broke", due)
    return rows.with_columns(
        pl.col("_first").alias(f"{prefix}first"),
        pl.col("_doses").alias(f"{prefix}doses"),
        deadline.alias(f"{prefix}deadline"),
        clause_state(holds, deadline, pl.col("e")).alias(f"{prefix}state"),
    ).drop("_first", "_doses", "_broke", "_improved", "_open"), course


def _improvements(case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """infusion, time: starts of lasting grade 1 or lower, observed throughout; and starts of what may be one, since
    nobody looked for some of it before the end of follow-up. Unobserved is not improved."""
    low, lasting = pl.col("grade") <= 1, case.span("shared.improved_run")
    observed = low & pl.col("fever_known") & pl.col("bp_known")
    followed = case.grading.segments.join(case.infusions.select("infusion", "e"), on="infusion").with_columns(
        end=pl.min_horizontal("end", "e")
    )
    sure = runs(case.grading.segments, observed, lasting=lasting)
    maybe = runs(followed.filter(pl.col("start") < pl.col("end")), low, lasting=lasting)
    return sure.select("infusion", time="start"), maybe.select("infusion", time="start")
