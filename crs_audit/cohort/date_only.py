"""Rows with a date and no time: what would differ between the first and the last second of the date is not told."""

from __future__ import annotations

from dataclasses import fields

import polars as pl

from crs_audit.grading.astct import Grading
from crs_audit.measures import days
from crs_audit.measures.case import Case
from crs_audit.medication.given import medication


def at_day_end(case: Case) -> Case | None:
    """The infusions with such rows, these at 23:59:59 of their date; None where there are none. Such rows set no state,
    so the grading stays."""
    dated = days.infusions_with_days(case.chart)
    if dated.is_empty():
        return None
    late = days.at_day_end(days.of_infusions(case.chart, dated))
    kept = pl.col("infusion").is_in(dated.implode())
    grading = Grading(**{one.name: getattr(case.grading, one.name).filter(kept) for one in fields(Grading)})
    return Case(late, medication(late, case.protocol), grading, case.protocol)


def agreed(first: pl.DataFrame, last: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """`first` with null in every cell in which `last`, of some infusions (infusion_id), differs; a row that only one of
    them has keeps its `keys` alone. Sorted by the keys."""
    asked = last.select("infusion_id").unique()
    settled = first.join(asked, on="infusion_id", how="anti")
    doubted = first.join(asked, on="infusion_id", how="semi").with_columns(_in=pl.lit(True))
    late = last.with_columns(_in=pl.lit(True))
    both = doubted.join(late, on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_late")
    in_both = pl.col("_in") & pl.col("_in_late")
    cells = [name for name in first.columns if name not in keys]
    same = {name: in_both & pl.col(name).eq_missing(pl.col(f"{name}_late")) for name in cells}
    told = both.select(*keys, *(pl.when(same[name]).then(name).alias(name) for name in cells))
    return pl.concat([settled, told.select(first.columns)]).sort(keys)
