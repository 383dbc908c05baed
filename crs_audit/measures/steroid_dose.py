"""The steroid dose that several rules ask for: one worth the text's 10 mg of dexamethasone."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import only_first, with_count, with_first, within
from crs_audit.measures.case import Case


def with_steroid_dose(
    rows: pl.DataFrame,
    case: Case,
    since: pl.Expr,
    due: pl.Expr,
    *,
    since_included: bool = True,
    or_given: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds `first` (time of the first such dose from `since` on, however late in the window) and `in_time` (one was
    given by `due`; null where only a dose of unknown amount was); and gives the doses to cite. `or_given`: doses
    (infusion, dose, time) that do as well."""
    known = pl.col("dex_mg") >= case.value("medication.steroid_dose")
    enough = case.steroids.filter(known).select("infusion", "dose", "time")
    if or_given is not None:
        enough = pl.concat([enough, or_given.select("infusion", "dose", "time")])
    amount_unknown = case.steroids.filter(pl.col("dex_mg").is_null()).select("infusion", "dose", "time")
    large = within(rows, enough, since, pl.col("w"), since_included=since_included, until_included=False)
    unclear = within(rows, amount_unknown, since, due, since_included=since_included)
    told = with_count(with_first(rows, large, "first"), unclear, "_unclear")
    given = (pl.col("first") <= due).fill_null(False)
    told = told.with_columns(in_time=pl.when(given | (pl.col("_unclear") == 0)).then(given)).drop("_unclear")
    return told, pl.concat([only_first(large), unclear])


def steroid_dose_said(case: Case) -> str:
    """That dose in words."""
    return f"steroid dose worth {case.value('medication.steroid_dose'):g} mg dexamethasone"


def no_steroid_dose_said(case: Case) -> str:
    """Begins what is said where none was found; one before the infusion may well be charted."""
    return f"No steroid dose charted after the infusion as worth {case.said('medication.steroid_dose')} or more"
