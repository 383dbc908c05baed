"""The grade of cytokine release syndrome as a function of time (ASTCT 2019 consensus; text lines 14, 22, 30, 38, 46).

Charts go in, the graded timeline of all infusions comes out. Everything is laid end to end on one line (`line`), each
state becomes intervals with bits (`fever`, `pressure`, `oxygen`, `vasopressors`), these are overlaid (`hold`), and the
grade is a function of the bits in force. It is done twice: what a cluster of fever and support is part of
(`episodes`) can only be told once they are overlaid, and is then one more state.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading import drivers, flags, vasopressors
from crs_audit.grading.baseline import baselines, counted, number_supports
from crs_audit.grading.episodes import clusters, courses, episodes
from crs_audit.grading.fever import held_fever
from crs_audit.grading.hold import channels, interval, merged, overlaid, runs, united
from crs_audit.grading.line import Line, micros
from crs_audit.grading.oxygen import DEVICES, device_rows, in_force
from crs_audit.grading.pressure import CHANNELS, held_pressure, limits
from crs_audit.grading.states import (
    AIRWAY,
    CONTINUED,
    COURSE,
    FEVER,
    FEVER_KNOWN,
    INSIDE,
    KNOWN_OF,
    LOW_OF,
    MEMORY,
    OXYGEN_SHIFT,
    PRESSOR_SHIFT,
    SPARED,
    SPARED_STRICT,
    TWO_PRESSORS,
    has,
)
from crs_audit.grading.timeline import DRIVERS, SEGMENT, decoded, joined, with_texts
from crs_audit.protocol.load import Protocol

SEGMENTS = (
    "infusion", "start", "end", "grade", "strict_grade", "fever", "fever_known", "bp_known", "hypotension", "oxygen",
    "oxygen_text", "pressor", "pressors", "two_pressors", "airway",
)  # fmt: skip
TIMELINE = ("infusion", "start", "end", "grade", "observed", "drivers")


@dataclass(frozen=True)
class Grading:
    """The graded timeline of every infusion of a chart. Times are UTC; intervals [start, end); sorted by their keys.

    segments: infusion, start, end, grade, strict_grade (antipyretics do not spare), fever, fever_known, bp_known,
        hypotension, oxygen (support 0–4 that counts), oxygen_text (null = none), pressor (0, 3, 4), pressors
        (`norepinephrine; vasopressin`, null = none), two_pressors (the rule of two drugs gives grade 4), airway
        (intubated while ICANS was high); they cover [T0, W).
    timeline: infusion, start, end, grade, observed (fever and a pressure are known), drivers; they cover [T0, W).
    episodes: infusion, episode, onset, end, max_grade, first_grade_1 … 4, hours_grade_1 … 4, hours_unobserved,
        strict_max_grade.
    low_pressure: infusion, time, channel, value (mmHg), refuted, source, row, raw_value: pressures under their limit in
        [T0, W).
    oxygen_events: infusion, time, end (how long it holds), device, flow (L/min), support (counted or not), counted.
    pressor_runs: infusion, drug, start, end, push, started, source, row; not cut to the window.
    flags: infusion, episode, flag, time, source, row.
    driver_rows: infusion, start (of the timeline row), driver, source, row, time, raw_value: the charted row that each
        driver of a timeline row rests on as that row begins.
    """

    segments: pl.DataFrame
    timeline: pl.DataFrame
    episodes: pl.DataFrame
    low_pressure: pl.DataFrame
    oxygen_events: pl.DataFrame
    pressor_runs: pl.DataFrame
    flags: pl.DataFrame
    driver_rows: pl.DataFrame


def grade(chart: Chart, boluses: pl.DataFrame, sparing: pl.DataFrame, protocol: Protocol) -> Grading:
    """Grades all infusions of `chart`, whose rows may be in any order.

    `boluses`: infusion, time (fluid boluses); `sparing`: infusion, time, kind (antipyretic, anticytokine,
    corticosteroid). Rows that are a date only set no state.
    """
    line = Line.of(chart, protocol)
    vitals = chart.vitals
    read = channels(vitals, line, ("temperature", *CHANNELS, "o2_flow", "spo2"))
    runs_of_pressors = vasopressors.pressor_runs(chart, protocol)
    running = vasopressors.on_line(runs_of_pressors, line)
    drugs = {drug: 1 << PRESSOR_SHIFT + n for n, drug in enumerate(vasopressors.drug_names())}

    fever = held_fever(merged(read["temperature"], vitals, highest=True), protocol)
    started = runs_of_pressors.filter("started").select("infusion", time="start")
    interventions = line.placed(pl.concat([boluses.select("infusion", "time"), started]))["at"]
    pressure = {
        channel: held_pressure(merged(read[channel], vitals, highest=False), limit, interventions, line, protocol)
        for channel, limit in limits(chart, protocol).items()
    }
    devices = device_rows(vitals, line)
    flows = merged(read["o2_flow"], vitals, highest=True)
    forced = in_force(devices, flows, protocol)
    base = baselines(forced, chart, line, protocol)
    events, meaning = number_supports(counted(forced, base, line, protocol))
    airway = flags.airway(events, chart, line, protocol)

    steps = overlaid(
        [
            interval(line.windows, INSIDE),
            *_fever_parts(fever, line, protocol),
            *(_pressure_part(pressure[channel], channel, line) for channel in CHANNELS),
            _oxygen_part(events, line),
            interval(line.clipped(vasopressors.spans(running, drugs)), pl.col("bits")),
            interval(line.clipped(vasopressors.together(running, protocol)), TWO_PRESSORS),
            interval(line.clipped(airway.filter("flagged")), AIRWAY),
        ]
    )
    found = clusters(decoded(steps, meaning, line), protocol)
    steps = overlaid([interval(steps, pl.col("code")), *courses(found, sparing, line, protocol)])
    graded = _graded(decoded(steps, meaning, line))

    course = episodes(graded, found, line)
    rows = with_texts(joined(graded, "grade", "observed", *DRIVERS), meaning, drugs)
    segments = with_texts(joined(graded, *SEGMENT), meaning, drugs)
    placed_flags = [
        *flags.of_vitals(vitals, events, devices, read["spo2"], line, protocol),
        *flags.of_pressors(running, graded, drugs, line),
        flags.of_fever(graded, fever, vitals, line),
        flags.of_clusters(found),
        flags.of_airway(airway, line),
    ]
    return Grading(
        segments=_timed(segments, line).select(SEGMENTS),
        timeline=_timed(rows, line).select(TIMELINE),
        episodes=course.drop("begins", "ends"),
        low_pressure=_low_pressure(pressure, vitals, line),
        oxygen_events=_oxygen_events(events, line),
        pressor_runs=runs_of_pressors,
        flags=flags.told(placed_flags, flags.home_niv(base, devices, vitals, line), course, line),
        driver_rows=pl.concat(
            [
                drivers.vital_rows(rows, fever, pressure, events, devices, flows, vitals, line),
                drivers.pressor_rows(rows, running, chart.mar, drugs, line),
            ]
        ).sort("infusion", "start", "driver", "time", "source", "row"),
    )


def _fever_parts(fever: pl.DataFrame, line: Line, protocol: Protocol) -> list[pl.DataFrame]:
    """Fever known and true, and the time after each fever in which support counts without it."""
    stretches = line.clipped(runs(fever, "fever"))
    memory = pl.col("end") + micros(protocol.span("grading.fever_memory"))
    remembered = united(stretches.filter("fever").with_columns(end=memory))
    return [
        interval(stretches, FEVER_KNOWN + FEVER * pl.col("fever").cast(pl.Int64)),
        interval(line.clipped(remembered), MEMORY),
    ]


def _pressure_part(held: pl.DataFrame, channel: str, line: Line) -> pl.DataFrame:
    bits = KNOWN_OF[channel] + LOW_OF[channel] * pl.col("low").cast(pl.Int64)
    return interval(line.clipped(runs(held, "low")), bits)


def _oxygen_part(events: pl.DataFrame, line: Line) -> pl.DataFrame:
    stretches = runs(events.filter(pl.col("number") > 0), "number")
    return interval(line.clipped(stretches), pl.col("number") * (1 << OXYGEN_SHIFT))


def _graded(segments: pl.DataFrame) -> pl.DataFrame:
    """Adds grade and strict_grade to decoded segments.

    From its onset a cluster is graded at least 1 while there is fever. Without fever hypotension and hypoxia count
    where fever was there shortly before or a drug may hide it; in a cluster that goes on without any fever of its own
    only where the drug is no antipyretic.
    """
    support = pl.col("s")
    continued = has(CONTINUED) & has(SPARED_STRICT)

    def graded(spared: int) -> pl.Expr:
        masked = (has(COURSE) & has(MEMORY | spared)) | continued
        return (
            pl.when(has(COURSE) & pl.col("fever"))
            .then(pl.max_horizontal(support, pl.lit(1, dtype=pl.UInt8)))
            .when(masked & (support > 1))
            .then(support)
            .otherwise(pl.lit(0, dtype=pl.UInt8))
        )

    return segments.with_columns(grade=graded(SPARED), strict_grade=graded(SPARED_STRICT))


def _timed(frame: pl.DataFrame, line: Line) -> pl.DataFrame:
    return frame.with_columns(start=line.time("start"), end=line.time("end"))


def _low_pressure(pressure: dict[str, pl.DataFrame], vitals: pl.DataFrame, line: Line) -> pl.DataFrame:
    """The pressures below their limit in the window, as `Grading.low_pressure`."""
    parts = []
    for channel, held in pressure.items():
        low = held.filter("below").filter(line.inside())
        cells = vitals[low["index"], ["source", "row", "raw_value"]]
        told = low.select(
            "value", "refuted", infusion=line.infusion(), time=line.time(), channel=pl.lit(channel)
        ).with_columns(cells.get_columns())
        parts.append(told.select("infusion", "time", "channel", "value", "refuted", "source", "row", "raw_value"))
    return pl.concat(parts).sort("infusion", "time", "channel")


def _oxygen_events(events: pl.DataFrame, line: Line) -> pl.DataFrame:
    """The events as `Grading.oxygen_events`."""
    return events.select(
        infusion=line.infusion(),
        time=line.time(),
        end=line.time("end"),
        device=pl.lit(pl.Series(DEVICES)).gather(pl.col("device")),
        flow="flow",
        support="support",
        counted="counted",
    )
