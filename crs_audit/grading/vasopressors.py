"""Which vasopressors run when, from the MAR."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.hold import INTERVALS, interval, overlaid, runs, united
from crs_audit.grading.line import Line, micros
from crs_audit.protocol.load import Protocol
from crs_audit.tables import TIME
from crs_audit.vocabulary.match import concepts_of

VASOPRESSIN = "vasopressin"
RUNNING = ("started", "new_bag", "rate_change", "verify", "restarted")
"""Actions of a drug that runs; with rate 0 they say that it does not."""
HALTED = ("stopped", "paused")
PUSHED = ("push", "bolus")

RUNS = pl.Schema({
    "infusion": pl.UInt32(), "drug": pl.String(), "start": TIME, "end": TIME, "push": pl.Boolean(),
    "started": pl.Boolean(), "source": pl.UInt16(), "row": pl.UInt32(),
})  # fmt: skip


def drug_names() -> list[str]:
    """The vasopressors that count, in alphabetical order."""
    return sorted(concepts_of("vasopressor"))


def pressor_runs(chart: Chart, protocol: Protocol) -> pl.DataFrame:
    """infusion, drug, start, end, push, started (did not run just before), source, row: what each on-row and each push
    dose answers for, not clipped to the window; sorted by infusion, drug, start, push. A run may have no length."""
    rate = pl.col("rate")
    no_rate = rate.is_null()
    running, given = pl.col("action").is_in(RUNNING), pl.col("action") == "given"
    rows = chart.mar.filter(
        pl.col("drug").is_in(drug_names())
        & (pl.col("route").is_null() | (pl.col("route") == "iv"))
        & ~pl.col("day_only")
    ).with_columns(
        on=(running & (no_rate | (rate > 0))) | (given & (rate > 0).fill_null(False)),
        off=pl.col("action").is_in(HALTED) | ((running | given) & (rate == 0).fill_null(False)),
        push=(given & no_rate) | (pl.col("action").is_in(PUSHED) & (no_rate | (rate == 0))),
    )
    pushes = rows.filter("push").with_columns(
        start="time", end=pl.col("time") + protocol.span("grading.pressor_push"), started=pl.lit(True)
    )
    parts = (_runs(rows.filter(pl.col("on") | pl.col("off")), protocol), pushes)
    every = pl.concat([part.select(list(RUNS)).cast(RUNS) for part in parts])
    return every.sort("infusion", "drug", "start", "push", "source", "row")


def _runs(rows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """What the on-rows answer for, from the on- and off-rows, as `RUNS`."""
    # Of a bag hung as the one before is taken down only the new one counts: on wins over off, the latest end over
    # an earlier one.
    order = ["infusion", "drug", "time", "on", "end_time", "source", "row"]
    descending = [False, False, False, True, True, False, False]
    instants = rows.sort(order, descending=descending, nulls_last=True).unique(
        ["infusion", "drug", "time"], keep="first", maintain_order=True
    )
    same_drug = (pl.col("infusion") == pl.col("infusion").shift(-1)) & (pl.col("drug") == pl.col("drug").shift(-1))
    following = pl.col("time").shift(-1)
    near = following - pl.col("time") <= protocol.span("grading.pressor_next_row")
    told = instants.select(
        "on",
        time=pl.col("time").to_physical(),
        end=pl.col("end_time").to_physical(),
        following=pl.when(same_drug & near).then(following.to_physical()),
        last=~same_drug.fill_null(False),
    )
    until, started = _followed(told.iter_rows(), micros(protocol.span("grading.pressor_carry")))
    return instants.with_columns(
        start="time",
        end=pl.Series(until, dtype=pl.Int64).cast(TIME),
        push=pl.lit(False),
        started=pl.Series(started, dtype=pl.Boolean),
    ).filter("on")


def _followed(instants: Iterable[tuple[Any, ...]], carry: int) -> tuple[list[int | None], list[bool]]:
    """Up to when a drug runs from each instant on (None: it does not), and whether it did not run just before.

    `instants`: on, time, end (of the row), following (next instant of the drug, if near), last (of the drug), all in
    microseconds, drug by drug in order of time. `latest_end` is the latest end since the drug began to run; a run that
    ends as the next row comes goes on.
    """
    ends: list[int | None] = []
    starts: list[bool] = []
    until: int | None = None
    latest_end: int | None = None
    for on, t, end, following, last in instants:
        started = until is None or until < t
        if not on:
            until = None
        else:
            if started:
                latest_end = None
            ahead = latest_end if latest_end is not None and latest_end > t else None
            planned = end if end is not None else ahead
            until = min((stop for stop in (following, planned) if stop is not None), default=t + carry)
            if end is not None:
                latest_end = end if latest_end is None else max(latest_end, end)
        ends.append(until)
        starts.append(started)
        if last:
            until = None
    return ends, starts


def on_line(found: pl.DataFrame, line: Line) -> pl.DataFrame:
    """`pressor_runs` with places start, end (Int64), cut to the line's reach, sorted; without those of no length."""
    begin = pl.col("infusion").cast(pl.Int64) * line.stride
    reach = begin + line.lead + pl.lit(line.length).gather(pl.col("infusion")) + line.after
    return (
        found.select("drug", "push", "source", "row", "infusion", start=line.place("start"), end=line.place("end"))
        .with_columns(start=pl.max_horizontal("start", begin), end=pl.min_horizontal("end", reach))
        .filter(pl.col("end") > pl.col("start"))
        .sort("start", "end", "drug")
    )


def together(placed: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """start, end of the overlaps that are grade 4: two or more distinct drugs other than vasopressin, none of them a
    push, without a break for at least `grading.two_pressors` (shorter is a switch). Not cut to the window."""
    counted = placed.filter(~pl.col("push") & (pl.col("drug") != VASOPRESSIN))
    by_drug = [interval(united(rows), 1) for _, rows in counted.group_by("drug", maintain_order=True)]
    if not by_drug:
        return pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64})
    steps = overlaid(by_drug).filter(pl.col("code") > 1).select(at="start", end="end", two=pl.lit(True))
    least = micros(protocol.span("grading.two_pressors"))
    return runs(steps, "two").filter(pl.col("end") - pl.col("start") >= least).select("start", "end")


def spans(placed: pl.DataFrame, bits: dict[str, int]) -> pl.DataFrame:
    """The union of each drug's runs and pushes with its bit: start, end, bits; a part for `hold.overlaid`."""
    parts = [interval(united(placed.filter(pl.col("drug") == drug)), bit) for drug, bit in bits.items()]
    return pl.concat([pl.DataFrame(schema=INTERVALS), *parts])
