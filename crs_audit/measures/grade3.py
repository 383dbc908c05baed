"""Grade 3: intensive care, tocilizumab goes on, steroids begin, the heart is looked at."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.anchors import drivers_at
from crs_audit.measures.blocks import (
    ANCHOR,
    from_then,
    in_words,
    minutes,
    only_first,
    too_late,
    with_first,
    with_first_by,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.steroid_dose import no_steroid_dose_said, steroid_dose_said, with_steroid_dose
from crs_audit.measures.tocilizumab_continued import continued_tocilizumab

HOUR = timedelta(hours=1)
first = pl.col("first")


@measure("G3-01", opened_by=("vitals",))
def intensive_care(case: Case) -> Opportunities:
    """Grade 3: in intensive care at some time from it to the target after it; a stay begun before may go on."""
    due, limit = ANCHOR + case.span("G3-01.target"), case.said("G3-01.target")
    rows, stay = _with_intensive_care(case.episodes_from(3), case)
    value = minutes(ANCHOR, first)
    return (
        Opportunities(rows)
        .require(
            f"in intensive care within {limit} after grade 3", (first <= due).fill_null(False), by=due, table="adt",
            fails=too_late(first, "not_done"), cites=stay,
        )
        .cite("grade 3 reached", drivers_at(rows))
        .measured(value, "min", f"≤ {limit}")
        .tell(pl.when(first.is_null()).then(pl.lit("No stay in intensive care charted after grade 3 was reached"))
              .otherwise(pl.format(f"Taken to intensive care {{}} (limit {limit} after)", from_then(value, "grade 3"))))
    )  # fmt: skip


def _with_intensive_care(rows: pl.DataFrame, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds `first`: when the earliest stay in intensive care began that had not ended at the anchor; and gives it."""
    stays = case.chart.adt.filter(pl.col("location_type") == "icu").select(
        "infusion", "source", "row", time="in_time", left="out_time", raw_value=pl.col("location_type").cast(pl.String)
    )
    found = rows.select("key", "infusion", "anchor").join(case.in_window(stays, from_t0=False), on="infusion")
    found = found.filter(pl.col("left").is_null() | (pl.col("left") > ANCHOR)).sort("key", "time", "source", "row")
    return with_first(rows, found, "first"), only_first(found)


@measure("G3-02", opened_by=("vitals",))
def tocilizumab_continued(case: Case) -> Opportunities:
    """Grade 3: tocilizumab from shortly before to shortly after it, unless a cap was reached."""
    rows = case.episodes_from(3)
    told = continued_tocilizumab(rows, case, "G3-02", "grade 3")
    return told.cite("grade 3 reached", drivers_at(rows))


@measure("G3-03", opened_by=("vitals",))
def steroid_at_once(case: Case) -> Opportunities:
    """Grade 3: a steroid dose worth the text's dexamethasone from shortly before to the target after it; up to the
    amber limit not met, but amber. A dose of unknown amount in that time leaves it unknown."""
    due, since = ANCHOR + case.span("G3-03.target"), ANCHOR - case.span("G3-03.before")
    rows, cited = with_steroid_dose(case.episodes_from(3), case, since, due)
    value, limit, amber = minutes(ANCHOR, first), case.value("G3-03.target"), case.value("G3-03.amber")
    told = pl.format(f"First steroid dose {{}} (limit {limit:g}, amber to {amber:g})", from_then(value, "grade 3"))
    return (
        Opportunities(rows)
        .require(
            f"{steroid_dose_said(case)} at most {case.said('G3-03.target')} after grade 3",
            pl.col("in_time"), by=due, table="mar", fails=too_late(first), unknown="amount", cites=cited,
        )
        .amber(first <= ANCHOR + case.span("G3-03.amber"))
        .cite("grade 3 reached", drivers_at(rows))
        .measured(value, "min", f"≤ {limit:g}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  f"{no_steroid_dose_said(case)} "
                  f"from {case.said('G3-03.before')} before grade 3 on (limit {limit:g} min after)"))
              .otherwise(told))
    )  # fmt: skip


@measure("G3-07", opened_by=("vitals",))
def echocardiogram(case: Case) -> Opportunities:
    """Grade 3: an echocardiogram from a day before it to the target after it."""
    due, since, limit = ANCHOR + case.span("G3-07.target"), case.said("G3-07.before"), case.said("G3-07.target")
    done = case.procedures("echocardiogram")
    rows, cited = with_first_by(case.episodes_from(3), done, ANCHOR - case.span("G3-07.before"), due)
    value = (first - ANCHOR) / HOUR
    side = pl.when(value < 0).then(pl.lit("before")).otherwise(pl.lit("after"))
    return (
        Opportunities(rows)
        .require(
            f"echocardiogram {since} before to {limit} after grade 3", pl.col("in_time"), by=due,
            lacking=case.lacks("procedures", "echocardiogram"), fails=too_late(first, "not_done"), cites=cited,
        )
        .cite("grade 3 reached", drivers_at(rows))
        .measured(value, "h", f"−{since} to {limit}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"No echocardiogram charted from {since} before grade 3 on"))
              .otherwise(pl.format(f"Echocardiogram {{}} h {{}} grade 3 (limit {limit} after)",
                                   in_words(value.abs()), side)))
    )  # fmt: skip
