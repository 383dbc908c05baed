"""Organ toxicity of an episode, and fever with neutropenia in hospital."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.laboratory import ABOVE
from crs_audit.cohort.scales.course import graded
from crs_audit.cohort.scales.overlay import overlaid, until_next
from crs_audit.measures.blocks import below, runs, united
from crs_audit.measures.case import Case, once_per_case
from crs_audit.measures.organs import ORGANS, organ_grades
from crs_audit.protocol.scales import load_scales

SCALES = tuple(dict.fromkeys(ORGANS.values()))
"""transaminase, bilirubin, creatinine."""


@once_per_case
def worst_organs(case: Case) -> pl.DataFrame:
    """infusion, episode, organ, worst, open: the highest organ grade of values collected in each episode, null where
    there is none, and whether one was told as above a number, so that the grade may be higher. Values of a date without
    a time are left out: nobody can say whether they are of the episode."""
    timed = case.chart.labs.filter(~pl.col("day_only")).select("infusion", "source", "row", "bound")
    values = organ_grades(case).join(timed, on=["infusion", "source", "row"])
    spans = case.grading.episodes.select("infusion", "episode", "onset", "end")
    inside = pl.col("time").is_between("onset", "end", closed="left")
    found = (
        values.with_columns(organ=pl.col("lab").replace_strict(ORGANS, return_dtype=pl.String))
        .join(spans, on="infusion")
        .filter(inside)
        .group_by("infusion", "episode", "organ")
        .agg(worst=pl.col("grade").max(), open=pl.col("bound").is_in(ABOVE).fill_null(False).any())
    )
    asked = spans.select("infusion", "episode").join(pl.DataFrame({"organ": SCALES}), how="cross")
    return asked.join(found, on=["infusion", "episode", "organ"], how="left")


@once_per_case
def neutropenic_fever(case: Case) -> pl.DataFrame:
    """infusion, sure: those with fever in graded time while a low neutrophil count holds and the patient is in
    hospital; not `sure` where a count or the stays are unknown. Without a neutrophil count the white cells decide."""
    fever = runs(graded(case), pl.col("fever"))
    scales = load_scales()
    counts = {
        lab: _low(case, lab, scales.value(f"penn.{name}")).rename({"low": lab})
        for lab, name in (("anc", "neutrophils"), ("wbc", "white_cells"))
    }
    stays = united(case.chart.adt.select("infusion", start="in_time", end="out_time"))
    ends = case.infusions.select("infusion", "w", "has_adt")
    stays = stays.join(ends, on="infusion").select(
        "infusion", "start", end=pl.coalesce("end", pl.max_horizontal("start", "w")), inside=pl.lit(True)
    )
    pieces = overlaid(fever, counts["anc"], counts["wbc"], stays).join(ends, on="infusion")
    low = pl.coalesce("anc", "wbc")
    inside = pl.when("has_adt").then(pl.col("inside").fill_null(False))
    told = pieces.select("infusion", sure=low & inside)
    return told.filter(pl.col("sure").fill_null(True)).group_by("infusion").agg(pl.col("sure").fill_null(False).any())


def _low(case: Case, lab: str, limit: float) -> pl.DataFrame:
    """infusion, start, end, low: counts that tell whether they are below, each until the next; of several at one
    instant the lowest."""
    rows = case.chart.labs.filter((pl.col("lab") == lab) & ~pl.col("day_only"))
    told = rows.with_columns(low=below(limit)).drop_nulls("low").group_by("infusion", "time").agg(pl.col("low").any())
    return until_next(told, load_scales().span("penn.count_carry"))
