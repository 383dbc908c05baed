"""Coming down to grade 1 and lower: when it begins and whether it lasts."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.blocks import runs
from crs_audit.measures.case import Case
from crs_audit.measures.improvement import OBSERVED


def recoveries(rows: pl.DataFrame, case: Case, lasting: timedelta = timedelta()) -> tuple[pl.DataFrame, pl.DataFrame]:
    """infusion, time, of the infusions of `rows`: starts of grade 1 or lower, observed throughout, that lasts so long;
    and starts of what may be one, since nobody looked for some of it before the end of follow-up. Unobserved is not
    recovered."""
    low = pl.col("grade") <= 1
    segments = case.grading.segments.join(rows, on="infusion", how="semi")
    followed = segments.join(case.infusions.select("infusion", "e"), on="infusion").with_columns(
        end=pl.min_horizontal("end", "e")
    )
    sure = runs(segments, low & OBSERVED, lasting=lasting)
    maybe = runs(followed.filter(pl.col("start") < pl.col("end")), low, lasting=lasting)
    return sure.select("infusion", time="start"), maybe.select("infusion", time="start")
