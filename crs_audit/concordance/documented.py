"""Every documented grade of a run beside the computed one, and why some cannot be compared."""

from __future__ import annotations

import polars as pl

from crs_audit.errors import InputError
from crs_audit.finished_run import FinishedRun
from crs_audit.measures import days
from crs_audit.measures.documentation import DATE_ALONE

MEASURE = "MON-07"
GRADES = (0, 1, 2, 3, 4)
DEATH, DATE_ONLY, NO_VITALS, UNOBSERVED = "grade_5", "date_only", "not_computed", "unobserved"
_RESULTS = ("infusion_id", "opportunity", "time", "reason", "value", "threshold")
LEFT_OUT = {
    DEATH: "documented as grade 5, which is not computed",
    DATE_ONLY: "documented with a date alone, the computed grade not being the same at both ends of it",
    NO_VITALS: "documented without vital signs to compute one from",
    UNOBSERVED: "documented when temperature or pressure was unknown and nothing else gave a grade",
}
"""Why a documented grade is not compared, in words that follow a number."""


def documented(run: FinishedRun) -> pl.DataFrame:
    """infusion_id, patient_id, token, opportunity (number of the documented grade in the infusion), time, dated (its
    hour is not known), documented, computed, left_out (a key of `LEFT_OUT`, null = compared).

    A computed grade of 1 or more is compared whoever looked: a state holds. InputError where the run holds no
    documented grade.
    """
    asked = (pl.col("measure_id") == MEASURE) & (pl.col("opportunity") > 0)
    told = run.table("results", *_RESULTS, where=asked).select(
        "infusion_id", "opportunity", "time", "reason", computed=pl.col("value").cast(pl.Int64),
        dated=pl.col("threshold").str.ends_with(DATE_ALONE),
        documented=pl.col("threshold").str.extract(r"^documented (\d+)").cast(pl.Int64),
    )  # fmt: skip
    told = told.filter(pl.col("documented").is_not_null())
    if told.is_empty():
        raise InputError(
            f"{run.path}: holds no documented CRS grade; give assessments (crs_grade) to `run`, and {MEASURE}"
        )
    infusions = run.table("infusions", "infusion_id", "patient_id", "token")
    told = _with_observed(told, run).join(infusions, on="infusion_id")
    computed = pl.col("computed")
    left_out = (
        pl.when(pl.col("documented") > max(GRADES))
        .then(pl.lit(DEATH))
        .when(computed.is_null() & (pl.col("reason") == days.DATE_ONLY))
        .then(pl.lit(DATE_ONLY))
        .when(computed.is_null())
        .then(pl.lit(NO_VITALS))
        .when((computed == 0) & ~pl.col("observed"))
        .then(pl.lit(UNOBSERVED))
    )
    return told.select(
        "infusion_id", "patient_id", "token", "opportunity", "time", "dated", "documented", "computed",
        left_out=left_out,
    ).sort("infusion_id", "opportunity")  # fmt: skip


def _with_observed(told: pl.DataFrame, run: FinishedRun) -> pl.DataFrame:
    """Adds observed: temperature and a pressure were known then."""
    asked = told["infusion_id"].unique()
    of_asked = pl.col("infusion_id").is_in(asked.implode())
    timeline = run.table("timeline", "infusion_id", "start", "observed", where=of_asked)
    found = told.sort("time").join_asof(
        timeline.sort("start"), left_on="time", right_on="start", by="infusion_id", check_sortedness=False
    )
    return found.with_columns(pl.col("observed").fill_null(False))
