"""The time that the scales grade: where the ASTCT grade is 1 or more, so that all grade the same course."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.case import Case, once_per_case


@once_per_case
def graded(case: Case) -> pl.DataFrame:
    """The segments of the grading with grade 1 or more."""
    return case.grading.segments.filter(pl.col("grade") >= 1)


@once_per_case
def ill(case: Case) -> pl.DataFrame:
    """infusion: those with an episode."""
    return case.grading.episodes.select("infusion").unique()


def where(case: Case, condition: pl.Expr) -> pl.DataFrame:
    """infusion: those of which a graded segment meets a condition."""
    return graded(case).filter(condition).select("infusion").unique()


def without(case: Case, table: str) -> pl.DataFrame:
    """infusion: those with an episode and no row of `table`."""
    lacking = case.infusions.filter(~pl.col(f"has_{table}")).select("infusion")
    return ill(case).join(lacking, on="infusion", how="semi")


@once_per_case
def without_pressure(case: Case) -> pl.DataFrame:
    """infusion, start, end: the episodes in which no pressure was ever known."""
    spans = case.grading.episodes.select("infusion", "episode", start="onset", end="end")
    known = case.grading.segments.filter("bp_known").select("infusion", since="start", until="end")
    inside = (pl.col("since") < pl.col("end")) & (pl.col("start") < pl.col("until"))
    seen = spans.join(known, on="infusion").filter(inside)
    return spans.join(seen, on=["infusion", "episode"], how="anti").select("infusion", "start", "end")
