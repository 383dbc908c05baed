"""Inspired oxygen while oxygen support counts: charted, else estimated from the flow of a nasal cannula."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.scales.course import graded
from crs_audit.cohort.scales.overlay import overlaid, until_next
from crs_audit.measures.blocks import runs
from crs_audit.measures.case import Case, once_per_case
from crs_audit.medication.steroids import DECIMALS
from crs_audit.protocol.scales import load_scales


@once_per_case
def oxygen(case: Case) -> pl.DataFrame:
    """infusion, start, end, device, fio2 (fraction, null = unknown), estimated, high (null = unknown): graded time in
    which oxygen counts above the baseline.

    A charted FiO2 holds until the next, at most `oxygen.fio2_carry`, and not from before the device in force began: a
    device begins where another was in force, or none, just before.
    """
    scales = load_scales()
    supported = runs(graded(case), pl.col("oxygen") > 0)
    told = overlaid(supported, _devices(case, supported), _charted(case, supported))
    ours = pl.col("read_at") >= pl.col("since")
    charted = pl.when(ours).then("charted")
    cannula = (pl.col("device") == "nasal cannula") & pl.col("flow").is_not_null()
    by_flow = scales.value("oxygen.cannula_base") + scales.value("oxygen.cannula_step") * pl.col("flow")
    known = told.with_columns(
        fio2=pl.coalesce(charted, pl.when(cannula).then(by_flow)).round(DECIMALS),
        estimated=charted.is_null() & cannula,
    )
    high = pl.col("fio2") >= scales.value("oxygen.high_fio2")
    return known.select("infusion", "start", "end", "device", "fio2", "estimated", high=high)


def _devices(case: Case, supported: pl.DataFrame) -> pl.DataFrame:
    """infusion, start, end, device, flow, since (when the device began that is in force)."""
    asked = supported.select("infusion").unique()
    events = case.grading.oxygen_events.join(asked, on="infusion", how="semi").sort("infusion", "time")
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in ("infusion", "device"))
    begins = ~(same & (pl.col("time") == pl.col("end").shift(1))).fill_null(False)
    since = pl.when(begins).then("time").forward_fill()
    told = events.select("infusion", "end", "device", "flow", start="time", since=since)
    # What is charted over and over in the same words is one interval.
    first = events.select(first=begins | pl.col("flow").ne_missing(pl.col("flow").shift(1)))["first"]
    ends = told["end"].filter(first.shift(-1, fill_value=True))
    return told.filter(first).with_columns(ends)


def _charted(case: Case, supported: pl.DataFrame) -> pl.DataFrame:
    """infusion, start, end, charted, read_at; of several at one instant the highest."""
    asked = supported.select("infusion").unique()
    timed = (pl.col("vital") == "fio2") & ~pl.col("day_only") & pl.col("value").is_not_null()
    rows = case.chart.vitals.lazy().filter(timed).select("infusion", "time", charted="value").collect()
    rows = rows.join(asked, on="infusion", how="semi").group_by("infusion", "time").agg(pl.col("charted").max())
    held = until_next(rows, load_scales().span("oxygen.fio2_carry"))
    return held.with_columns(read_at="start")
