"""Hypotension as a function of time: systolic and mean pressure, each a channel of its own."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.hold import hold
from crs_audit.grading.line import Line, micros
from crs_audit.protocol.load import Protocol

CHANNELS = ("sbp", "map")


def limits(chart: Chart, protocol: Protocol) -> dict[str, pl.Series]:
    """Channel → the pressure (mmHg) below which it is low, by infusion code; null = the channel does not exist.

    Children under `grading.sbp_adult_from_age` have the systolic limits of PALS; under `grading.map_from_age` mean
    pressure is not used. An unknown age is an adult's.
    """
    age = pl.col("age_years")
    child = protocol.value("grading.sbp_low_child_base") + protocol.value("grading.sbp_low_child_step") * age.floor()
    systolic = (
        pl.when(age < protocol.value("grading.sbp_child_from_age"))
        .then(pl.lit(float(protocol.value("grading.sbp_low_infant"))))
        .when(age < protocol.value("grading.sbp_adult_from_age"))
        .then(child)
        .otherwise(pl.lit(float(protocol.value("grading.sbp_low"))))
    )
    mean = pl.when(age < protocol.value("grading.map_from_age")).then(None)
    found = chart.infusions.sort("infusion").select(
        sbp=systolic, map=mean.otherwise(pl.lit(float(protocol.value("grading.map_low"))))
    )
    return {channel: found[channel] for channel in CHANNELS}


def held_pressure(
    readings: pl.DataFrame, limit: pl.Series, interventions: pl.Series, line: Line, protocol: Protocol
) -> pl.DataFrame:
    """Readings of one channel (at, value mmHg, index; one per instant) → at, end, value, below, refuted, low, index.

    `below`: under its limit. `refuted`: the next reading comes within `grading.artefact_recheck` and is not below, and
    none of `interventions` (places of bolus and vasopressor starts, sorted) lies between the reading and that time
    after it, both ends included: the cuff, not the patient. `low`: below and not refuted.
    """
    known = readings.with_columns(limit=pl.lit(limit).gather(line.infusion()))
    if limit.null_count():
        known = known.filter(pl.col("limit").is_not_null())
    soon = micros(protocol.span("grading.artefact_recheck"))
    judged = known.with_columns(below=pl.col("value") < pl.col("limit"))
    next_at, next_below = pl.col("at").shift(-1), pl.col("below").shift(-1)
    judged = judged.with_columns(
        refuted=(pl.col("below") & ~next_below & (next_at - pl.col("at") <= soon)).fill_null(False)
    )
    doubted = judged.filter("refuted").select("at")
    if doubted.height and len(interventions):
        treated = doubted.join_asof(
            pl.DataFrame({"start": interventions, "at": interventions}), on="at", strategy="forward"
        ).filter(pl.col("start") - pl.col("at") <= soon)
        judged = judged.with_columns(refuted=pl.col("refuted") & ~pl.col("at").is_in(treated["at"].implode()))
    held = hold(judged.drop("limit"), micros(protocol.span("grading.pressure_carry")))
    return held.with_columns(low=pl.col("below") & ~pl.col("refuted"))
