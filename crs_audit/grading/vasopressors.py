"""Which vasopressors run when, from the MAR."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

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


class _Row(NamedTuple):
    infusion: int
    drug: str
    time: datetime
    on: bool
    end_time: datetime | None
    source: int
    row: int


_Run = tuple[int, str, datetime, datetime, bool, bool, int, int]


def pressor_runs(chart: Chart, protocol: Protocol) -> pl.DataFrame:
    """infusion, drug, start, end, push, started (did not run just before), source, row: what each on-row and each push
    dose answers for, not clipped to the window; sorted by infusion, drug, start, push. A run may have no length."""
    rate = pl.col("rate")
    no_rate = rate.is_null()
    running, given = pl.col("action").is_in(RUNNING), pl.col("action") == "given"
    rows = (
        chart.mar.filter(
            pl.col("drug").is_in(drug_names())
            & (pl.col("route").is_null() | (pl.col("route") == "iv"))
            & ~pl.col("day_only")
        )
        .with_columns(
            on=(running & (no_rate | (rate > 0))) | (given & (rate > 0).fill_null(False)),
            off=pl.col("action").is_in(HALTED) | ((running | given) & (rate == 0).fill_null(False)),
            push=(given & no_rate) | (pl.col("action").is_in(PUSHED) & (no_rate | (rate == 0))),
        )
        .sort("infusion", "drug", "time", "source", "row")
    )
    ordered = rows.filter(pl.col("on") | pl.col("off")).select(_Row._fields).iter_rows()
    found: list[_Run] = []
    for _, of_drug in groupby(map(_Row._make, ordered), key=lambda row: (row.infusion, row.drug)):
        found += _runs_of_drug(list(of_drug), protocol)
    pushes = rows.filter("push").select(
        "infusion",
        "drug",
        start="time",
        end=pl.col("time") + protocol.span("grading.pressor_push"),
        push=pl.lit(True),
        started=pl.lit(True),
        source="source",
        row="row",
    )
    every = pl.concat([pl.DataFrame(found, schema=RUNS, orient="row"), pushes.cast(RUNS)])
    return every.sort("infusion", "drug", "start", "push", "source", "row")


def _runs_of_drug(rows: Sequence[_Row], protocol: Protocol) -> Iterable[_Run]:
    """The runs of one drug from its on- and off-rows, in order of time.

    `until`: up to when it runs by the rows so far (None: it does not). A run that ends as the next row comes goes on.
    `latest_end`: the latest end_time since it last began to run.
    """
    next_row, carry = protocol.span("grading.pressor_next_row"), protocol.span("grading.pressor_carry")
    instants = [list(group) for _, group in groupby(rows, key=lambda row: row.time)]
    until: datetime | None = None
    latest_end: datetime | None = None
    for here, following in zip(instants, [*instants[1:], []], strict=True):
        t = here[0].time
        on_rows = [row for row in here if row.on]
        if not on_rows:
            until = None
            continue
        started = until is None or until < t
        if started:
            latest_end = None
        # Of a bag hung as the one before is taken down only the new one counts: on wins over off.
        deciding = max(on_rows, key=_latest_end)
        ahead = latest_end if latest_end is not None and latest_end > t else None
        planned_end = deciding.end_time or ahead
        next_at = following[0].time if following and following[0].time - t <= next_row else None
        until = min((end for end in (next_at, planned_end) if end is not None), default=t + carry)
        if deciding.end_time is not None:
            latest_end = max(latest_end or deciding.end_time, deciding.end_time)
        yield (deciding.infusion, deciding.drug, t, until, False, started, deciding.source, deciding.row)


def _latest_end(row: _Row) -> tuple[bool, datetime, int, int]:
    return (row.end_time is not None, row.end_time or row.time, -row.source, -row.row)


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
