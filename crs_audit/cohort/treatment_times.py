"""How long it took until each episode was treated, from its onset and its first grades: what the curves are made of."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.anchors import episode_tocilizumab, with_cap
from crs_audit.measures.blocks import ANCHOR, minutes, with_first, within
from crs_audit.measures.case import Case

TOCILIZUMAB, STEROID = "tocilizumab", "steroid"
ONSET, GRADE_2, GRADE_3 = "onset", "grade_2", "grade_3"
SINCE = {ONSET: 2, GRADE_2: 2, GRADE_3: 3}
"""What is counted from → the grade an episode must reach to be counted."""
NO_MAR, CAP, DATE_ONLY, AMOUNT = "mar", "cap", "date_only", "amount"
"""Why of an episode nothing can be told: no row of the medication record; all the tocilizumab that may be given was
given before; a dose of the window with its date only; a dose of unknown amount came first."""

_A_DAY = timedelta(days=1)
"""A dose with its date only stands at the start of that date."""


def treatment_times(case: Case) -> pl.DataFrame:
    """infusion_id, episode, drug, since, minutes (from there to the first dose; 0 = at once or before; null = none),
    followed (minutes to the end of the episode or of follow-up, whichever is first), ended (the episode's was),
    left_out (NO_MAR …; null = counted).

    Tocilizumab is the episode's, as G2-02 counts it, since grade 3 as G3-02 does; a steroid is a dose worth the
    text's 10 mg of dexamethasone, from as long before as G3-03 allows to the episode's end.
    """
    parts = [of(case, since) for since in SINCE for of in (_tocilizumab, _steroid)]
    ids = case.chart.infusions.select("infusion", "infusion_id")
    found = pl.concat(parts).join(ids, on="infusion").select("infusion_id", pl.exclude("infusion", "infusion_id"))
    return found.sort("infusion_id", "episode", "drug", "since")


def _tocilizumab(case: Case, since: str) -> pl.DataFrame:
    rows = with_cap(case.episodes_from(SINCE[since]), case)
    if since == GRADE_3:
        found = within(rows, case.tocilizumab, ANCHOR - case.span("G3-02.before"), pl.col("over"), until_included=False)
    else:
        found = episode_tocilizumab(rows, case)
    rows = with_first(rows, found, "first")
    dated = _with_date_only(case, case.medication.tocilizumab)
    return _told(case, rows, TOCILIZUMAB, since, dated, pl.when("capped").then(pl.lit(CAP)))


def _steroid(case: Case, since: str) -> pl.DataFrame:
    rows = case.episodes_from(SINCE[since])
    if since == ONSET:
        rows = rows.with_columns(anchor="onset")
    enough, from_then = case.value("medication.steroid_dose"), ANCHOR - case.span("G3-03.before")
    large = case.steroids.filter(pl.col("dex_mg") >= enough)
    unclear = case.steroids.filter(pl.col("dex_mg").is_null())
    rows = with_first(rows, within(rows, large, from_then, pl.col("over"), until_included=False), "first")
    before = within(rows, unclear, from_then, pl.coalesce("first", "over"), until_included=False)
    rows = with_first(rows, before, "unclear")
    dated = _with_date_only(case, case.medication.steroids.filter(~(pl.col("dex_mg") < enough).fill_null(False)))
    return _told(case, rows, STEROID, since, dated, pl.when(pl.col("unclear").is_not_null()).then(pl.lit(AMOUNT)))


def _with_date_only(case: Case, doses: pl.DataFrame) -> pl.Series:
    """Infusions with a dose in the window of which only the date is known: nobody knows whether it was the first."""
    bounds = case.infusions.select("infusion", "t0", "w")
    dated = doses.filter("day_only").select("infusion", "time").join(bounds, on="infusion")
    near = (pl.col("time") > pl.col("t0") - _A_DAY) & (pl.col("time") < pl.col("w"))
    return dated.filter(near).get_column("infusion").unique()


def _told(case: Case, rows: pl.DataFrame, drug: str, since: str, dated: pl.Series, why: pl.Expr) -> pl.DataFrame:
    """rows: with has_mar, e, w and `first`. dated: of `_with_date_only`. why: another reason to leave one out."""
    anchor, until = pl.col("onset") if since == ONSET else ANCHOR, pl.min_horizontal("over", "e")
    left_out = (
        pl.when(~pl.col("has_mar"))
        .then(pl.lit(NO_MAR))
        .when(pl.col("infusion").is_in(dated.implode()))
        .then(pl.lit(DATE_ONLY))
        .otherwise(why)
    )
    return rows.select(
        "infusion",
        "episode",
        drug=pl.lit(drug),
        since=pl.lit(since),
        minutes=pl.when(pl.col("first").is_not_null()).then(pl.max_horizontal(minutes(anchor, pl.col("first")), 0.0)),
        followed=pl.max_horizontal(minutes(anchor, until), 0.0),
        # The end of the window is not the end of the course.
        ended=(pl.col("over") <= pl.col("e")) & (pl.col("over") < pl.col("w")),
        left_out=left_out.cast(pl.String),
    )
