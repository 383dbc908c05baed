"""What a reader of a timeline must know beside the grade: one row where each such stretch begins."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.hold import merged, runs
from crs_audit.grading.line import Line, micros
from crs_audit.grading.oxygen import HIGH_FLOW, INVASIVE, NON_INVASIVE
from crs_audit.grading.vasopressors import VASOPRESSIN
from crs_audit.protocol.load import Protocol
from crs_audit.tables import TIME

SCHEMA = pl.Schema({
    "infusion": pl.UInt32(), "episode": pl.UInt16(), "flag": pl.String(), "time": TIME, "source": pl.UInt16(),
    "row": pl.UInt32(),
})  # fmt: skip
PLACED = pl.Schema({"flag": pl.String(), "at": pl.Int64(), "source": pl.UInt16(), "row": pl.UInt32()})


def airway(events: pl.DataFrame, chart: Chart, line: Line, protocol: Protocol) -> pl.DataFrame:
    """Stretches of invasive ventilation that counts: start, end, flagged (ICANS of at least `grading.airway_icans` was
    charted within `grading.airway_window` of the start: the tube may protect the airway), source, row (of it)."""
    invasive = events.filter((pl.col("device") == INVASIVE) & (pl.col("counted") > 0)).select("at", "end", "device")
    stretches = runs(invasive, "device")
    icans = chart.assessments.filter(
        (pl.col("assessment") == "icans_grade")
        & (pl.col("value") >= protocol.value("grading.airway_icans"))
        & ~pl.col("day_only")
    ).sort("source", "row")
    near = micros(protocol.span("grading.airway_window"))
    charted = line.placed(icans.select("infusion", "time", "source", "row")).select("at", "source", "row", icans="at")
    return (
        stretches.with_columns(at=pl.col("start") - near)
        .join_asof(charted, on="at", strategy="forward")
        .with_columns(flagged=(pl.col("icans") - pl.col("start") <= near).fill_null(False))
        .select("start", "end", "flagged", "source", "row")
    )


def of_vitals(
    vitals: pl.DataFrame,
    events: pl.DataFrame,
    devices: pl.DataFrame,
    spo2: pl.DataFrame,
    line: Line,
    protocol: Protocol,
) -> list[pl.DataFrame]:
    """hfnc_flow_unknown, trach_collar, spo2_low_without_oxygen, each as `PLACED`.

    The last one: saturation under `grading.spo2_low` while no oxygen, or none known, is in force; it gives no grade.
    """
    unknown = _first_of(events.with_columns(flagged=pl.col("high_flow_unknown")), line)
    high_flow = pl.col("device") == HIGH_FLOW
    unknown = unknown.select("at").join_asof(devices.filter(high_flow).select("at", "index"), on="at")

    collars = vitals[devices["index"], ["flags"]]["flags"].str.split(",").list.contains("trach_collar").fill_null(False)
    collar = _first_of(devices.with_columns(flagged=collars), line)

    readings = merged(spo2, vitals, highest=False).join_asof(
        events.select("at", "support", until="end"), on="at", strategy="backward"
    )
    without = ((pl.col("support") == 0) | (pl.col("until") <= pl.col("at"))).fill_null(True)
    low = pl.col("value") < protocol.value("grading.spo2_low")
    hypoxic = _first_of(readings.with_columns(flagged=low & without), line)
    return [
        _cited(frame, name, vitals)
        for frame, name in (
            (unknown, "hfnc_flow_unknown"),
            (collar, "trach_collar"),
            (hypoxic, "spo2_low_without_oxygen"),
        )
    ]


def home_niv(base: pl.DataFrame, devices: pl.DataFrame, vitals: pl.DataFrame, line: Line) -> pl.DataFrame:
    """home_niv of every infusion whose baseline has it, with the device row it rests on; infusion, flag, time, source,
    row. `base`: of `baseline.baselines`."""
    niv = devices.filter(pl.col("device") == NON_INVASIVE)
    found = (
        base.filter("home_niv")
        .select("infusion", at="niv_at")
        .sort("at")
        .join_asof(niv.select("at", "index", charted="at"), on="at")
    )
    cells = vitals[found["index"], ["source", "row"]]
    return found.select("infusion", flag=pl.lit("home_niv"), time=line.time("charted")).with_columns(
        cells.get_columns()
    )


def of_pressors(placed: pl.DataFrame, segments: pl.DataFrame, drugs: dict[str, int], line: Line) -> list[pl.DataFrame]:
    """pressor_push (each that reaches into the window) and vasopressin_alone, as `PLACED`. `placed`: of
    `vasopressors.on_line`; `segments`: start, pressor_bits."""
    pushes = line.clipped(placed.filter("push").with_columns(at="start"))
    bit = drugs.get(VASOPRESSIN, 0)
    alone = segments.select(at="start", flagged=(pl.col("pressor_bits") == bit) & (bit > 0))
    return [
        pushes.select("at", "source", "row", flag=pl.lit("pressor_push")),
        _uncited(_first_of(alone, line), "vasopressin_alone"),
    ]


def of_fever(segments: pl.DataFrame, fever: pl.DataFrame, vitals: pl.DataFrame, line: Line) -> pl.DataFrame:
    """fever_at_infusion: a fever that holds at T0 counts from T0 on. `segments`: start, fever."""
    held = segments.filter(pl.col("fever") & (pl.col("start") == line.t0("start"))).select(at="start")
    return _cited(held.join_asof(fever.select("at", "index"), on="at"), "fever_at_infusion", vitals)


def of_clusters(found: pl.DataFrame) -> pl.DataFrame:
    """support_without_fever: clusters (of `episodes.clusters`) that are no CRS."""
    return _uncited(found.filter(pl.col("onset").is_null()).select(at="start"), "support_without_fever")


def of_airway(stretches: pl.DataFrame, line: Line) -> pl.DataFrame:
    """airway: intubations that `airway` flagged and that reach into the window."""
    reaching = line.clipped(stretches.filter("flagged").with_columns(at="start"))
    return reaching.select("at", "source", "row", flag=pl.lit("airway"))


def told(placed: list[pl.DataFrame], of_infusions: pl.DataFrame, episodes: pl.DataFrame, line: Line) -> pl.DataFrame:
    """All flags as rows of `SCHEMA`, with the episode (infusion, episode, begins, ends) they fall in."""
    every = pl.concat([frame.select(list(PLACED)).cast(PLACED) for frame in placed]).sort("at")
    in_episode = every.join_asof(episodes.select("episode", "ends", at="begins"), on="at").with_columns(
        infusion=line.infusion(),
        time=line.time(),
        episode=pl.when(pl.col("ends") > pl.col("at")).then("episode"),
    )
    rest = of_infusions.with_columns(episode=pl.lit(None, dtype=pl.UInt16))
    frames = [frame.select(list(SCHEMA)).cast(SCHEMA) for frame in (in_episode, rest)]
    return pl.concat(frames).sort("infusion", "time", "flag", "source", "row")


def _first_of(frame: pl.DataFrame, line: Line) -> pl.DataFrame:
    """The rows in the window with which a stretch of `flagged` rows of one infusion begins."""
    within = frame.filter(pl.col("flagged") | pl.col("flagged").shift(1)).filter(line.inside())
    goes_on = pl.col("flagged").shift(1) & (line.infusion() == line.infusion().shift(1))
    return within.filter(pl.col("flagged") & ~goes_on.fill_null(False))


def _cited(frame: pl.DataFrame, flag: str, vitals: pl.DataFrame) -> pl.DataFrame:
    cells = vitals[frame["index"], ["source", "row"]]
    return frame.select("at", flag=pl.lit(flag)).with_columns(cells.get_columns())


def _uncited(frame: pl.DataFrame, flag: str) -> pl.DataFrame:
    nothing = pl.lit(None)
    return frame.select("at", flag=pl.lit(flag), source=nothing, row=nothing)
