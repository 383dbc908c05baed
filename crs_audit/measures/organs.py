"""Organ toxicity of liver and kidney by CTCAE v5. It never changes the CRS grade."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.case import Case, once_per_case
from crs_audit.medication.steroids import DECIMALS

ORGANS = {"alt": "transaminase", "ast": "transaminase", "bilirubin": "bilirubin", "creatinine": "creatinine"}
"""Laboratory value → the scale (parameters `ctcae.<scale>`) it is graded on."""


@once_per_case
def organ_grades(case: Case) -> pl.DataFrame:
    """Every graded value before the end of the window: infusion, time, lab, value, grade, source, row, raw_value.

    The upper limit is the extract's (`ref_high`), else `ctcae.upper_<lab>`. Liver values are multiples of the
    baseline where that was abnormal; creatinine is graded by both and the higher grade holds. The baseline is the
    last value before T0. A value told as "below" is no evidence of toxicity.
    """
    rows = case.in_window(case.chart.labs.filter(pl.col("lab").is_in(list(ORGANS))), from_t0=False)
    rows = rows.filter(pl.col("value").is_not_null()).with_columns(pl.col("lab").cast(pl.String))
    defaults = {lab: float(case.value(f"ctcae.upper_{lab}")) for lab in ORGANS}
    rows = rows.with_columns(
        upper=pl.coalesce("ref_high", pl.col("lab").replace_strict(defaults, return_dtype=pl.Float64))
    )
    before = rows.join(case.infusions.select("infusion", "t0"), on="infusion").filter(pl.col("time") < pl.col("t0"))
    baseline = (
        before.sort("time", "value")
        .group_by("infusion", "lab")
        .agg(baseline=pl.col("value").last(), abnormal=(pl.col("value") > pl.col("upper")).last())
    )
    told = rows.join(baseline, on=["infusion", "lab"], how="left")
    by_limit = {lab: _grade("upper", case.value(f"ctcae.{scale}")) for lab, scale in ORGANS.items()}
    by_baseline = {
        lab: _grade("baseline", case.value(f"ctcae.{scale}_baseline"), first=2 if lab == "creatinine" else 1)
        for lab, scale in ORGANS.items()
    }
    grade = pl.lit(0)
    for lab in ORGANS:
        if lab == "creatinine":
            of_lab = pl.max_horizontal(by_limit[lab], by_baseline[lab])
        else:
            of_lab = pl.when(pl.col("abnormal").fill_null(False)).then(by_baseline[lab]).otherwise(by_limit[lab])
        grade = pl.when(pl.col("lab") == lab).then(of_lab).otherwise(grade)
    below = pl.col("bound").is_in(["<", "<="]).fill_null(False)
    return told.with_columns(grade=pl.when(below).then(0).otherwise(grade).cast(pl.UInt8)).select(
        "infusion", "time", "lab", "value", "grade", "source", "row", "raw_value"
    )


def _grade(of: str, above: list[float], first: int = 1) -> pl.Expr:
    """The grade of `value` by the multiples of the column `of` it exceeds, the lowest of them beginning `first`."""
    # Rounded, or 3.6 would exceed 3 times 1.2.
    value = pl.col("value").round(DECIMALS)
    exceeded = [(value > (pl.col(of) * multiple).round(DECIMALS)).fill_null(False).cast(pl.Int32) for multiple in above]
    count = pl.sum_horizontal(exceeded)
    return pl.when(count > 0).then(count + (first - 1)).otherwise(0)
