"""Grade 2: fluid boluses and oxygen, as needed."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, within_episodes
from crs_audit.measures.blocks import (
    ANCHOR,
    anchored_at_first,
    from_then,
    minutes,
    only_first,
    too_late,
    with_first_by,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.due import due_around
from crs_audit.measures.opportunities import Opportunities

first = pl.col("first")
time = pl.col("time")


@measure("G2-10", opened_by=("vitals",))
def bolus_for_hypotension(case: Case) -> Opportunities:
    """The episode's first hypotension at grade 2 or higher: a fluid bolus started from shortly before to shortly after
    it begins. The bolus may lie before the episode and before the infusion."""
    rows = case.episodes_from(2)
    low = within_episodes(rows, case, pl.col("hypotension") & (pl.col("grade") >= 2))
    rows = anchored_at_first(rows, low.select("key", time="start"))
    told = due_around(rows, case.medication.boluses, case, "G2-10", "fluid bolus", "hypotension")
    return told.cite("hypotension", drivers_at(told.rows))


@measure("G2-11", opened_by=("vitals",))
def oxygen_for_low_saturation(case: Case) -> Opportunities:
    """The episode's first low oxygen saturation that no early re-reading took back, with no oxygen in force, or none
    known: oxygen charted soon after it."""
    rows, low = _low_saturation(case, case.episodes_from(1))
    due, supported = ANCHOR + case.span("G2-11.oxygen"), case.grading.oxygen_events.filter(pl.col("support") > 0)
    rows, found = with_first_by(rows, supported.select("infusion", "time"), ANCHOR, due)
    limit, value = case.said("G2-11.oxygen"), minutes(ANCHOR, first)
    return (
        Opportunities(rows)
        .require(
            f"oxygen charted at most {limit} after low SpO2", pl.col("in_time"), by=due,
            fails=too_late(first, "not_done"), cites=_oxygen_rows(case, found),
        )
        .cite("SpO2", low)
        .measured(value, "min", f"≤ {limit}")
        .tell(pl.when(first.is_null()).then(pl.lit("SpO2 low without oxygen, none charted after it"))
              .otherwise(pl.format(f"SpO2 low without oxygen, oxygen charted {{}} (limit {limit})",
                                   from_then(value, "it"))))
    )  # fmt: skip


def _low_saturation(case: Case, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Those of `rows` (episodes) with such a reading, anchored at the first; and the reading. Of several at one instant
    the lowest holds."""
    value, limit = pl.col("value"), case.value("grading.spo2_low")
    of_vital = case.chart.vitals.lazy().filter((pl.col("vital") == "spo2") & value.is_not_null())
    read = of_vital.select("infusion", "time", "value", "source", "row", "raw_value").collect()
    low = read.filter(value < limit)
    asked = within(rows, low, pl.col("onset"), pl.col("over"), until_included=False)
    asked = asked.sort("key", "time", "value", "source", "row").unique(["key", "time"], keep="first")
    asked = _without_oxygen(asked, case)
    normal = read.filter(value >= limit).join(asked, on="infusion", how="semi")
    normal = normal.join(low, on=["infusion", "time"], how="anti").select("infusion", "time", again=time).sort("time")
    asked = (
        asked.join(rows.select("key", "w"), on="key")
        .sort("time")
        .join_asof(
            normal, on="time", by="infusion", strategy="forward", allow_exact_matches=False, check_sortedness=False
        )
    )
    taken_back = (pl.col("again") - time <= case.span("G2-11.recheck")) & (pl.col("again") < pl.col("w"))
    found = only_first(asked.filter(~taken_back.fill_null(False)))
    return anchored_at_first(rows, found), found


def _without_oxygen(readings: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Those of `readings` (infusion, time) at which no oxygen is in force, or none known."""
    events = case.grading.oxygen_events.join(readings, on="infusion", how="semi")
    held = events.select("infusion", "time", "support", holds="end").sort("time")
    in_force = readings.sort("time").join_asof(held, on="time", by="infusion", check_sortedness=False)
    supported = (pl.col("support") > 0) & (pl.col("holds") > time)
    return in_force.filter(~supported.fill_null(False)).drop("support", "holds")


def _oxygen_rows(case: Case, found: pl.DataFrame) -> pl.DataFrame:
    """The charted rows of oxygen events (key, infusion, time), for citation."""
    charted = case.chart.vitals.lazy().filter(pl.col("vital").is_in(["o2_device", "o2_flow"]) & ~pl.col("day_only"))
    rows = charted.select("infusion", "time", "source", "row", "raw_value")
    return rows.join(found.lazy().select("key", "infusion", "time"), on=["infusion", "time"]).collect()
