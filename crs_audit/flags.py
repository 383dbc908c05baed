"""Flags: what a reader should know about the rows of an infusion; a flag changes no verdict."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.astct import Grading
from crs_audit.medication.given import Medication
from crs_audit.vocabulary.match import concepts_of

NOT_TOLD = ("not_bolus",)
"""Words of intake that only tell the program how to read a row."""


def flags(chart: Chart, given: Medication, grading: Grading) -> pl.DataFrame:
    """infusion, episode, flag, time, source, row: of the grading, of intake (`fold`, `rate_in_dose`, …) for the rows in
    the window; `steroid_amount_unknown`, a dose taken as above physiologic for want of an amount; and
    `tocilizumab_not_iv`, a dose that no measure counts."""
    unknown = given.steroids.filter(pl.col("dex_mg").is_null()).with_columns(flag=pl.lit("steroid_amount_unknown"))
    by_vein = pl.col("route").is_null() | (pl.col("route") == "iv")
    otherwise = given.doses.filter(pl.col("drug").is_in(sorted(concepts_of("tocilizumab"))) & ~by_vein)
    otherwise = otherwise.with_columns(flag=pl.lit("tocilizumab_not_iv"))
    cells = ("infusion", "flag", "time", "source", "row")
    found = pl.concat([_of_intake(chart), unknown.select(cells), otherwise.select(cells)])
    window = chart.infusions.select("infusion", "t0", "w")
    told = found.join(window, on="infusion").filter(pl.col("time").is_between("t0", "w", closed="left"))
    told = told.join(grading.flags, on=["infusion", "flag", "source", "row"], how="anti")
    spans = grading.episodes.select("infusion", "episode", "onset", "end")
    inside = told.join(spans, on="infusion").filter(pl.col("time").is_between("onset", "end", closed="left"))
    key = ["infusion", "flag", "time", "source", "row"]
    placed = told.join(inside.select(*key, "episode"), on=key, how="left").select(grading.flags.columns)
    return pl.concat([grading.flags, placed])


def _of_intake(chart: Chart) -> pl.DataFrame:
    """infusion, flag, time, source, row of every word intake marked a row with; of drugs, those the audit looks at."""
    drugs = chart.mar.filter(pl.col("drug").is_not_null())
    timed = (chart.vitals, chart.labs, drugs, chart.assessments, chart.procedures)
    rows = [*((frame, "time") for frame in timed), (chart.adt, "in_time")]
    marked = [
        frame[["infusion", "flags", time, "source", "row"]].filter(pl.col("flags").is_not_null()).rename({time: "time"})
        for frame, time in rows
    ]
    words = pl.concat(marked).with_columns(flag=pl.col("flags").str.split(",")).explode("flag")
    return words.filter(~pl.col("flag").is_in(NOT_TOLD)).select("infusion", "flag", "time", "source", "row")
