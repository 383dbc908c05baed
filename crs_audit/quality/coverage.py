"""How much of each infusion's window was charted: hours with a vital sign, dates with a weight or a daily lab.

Hours are counted from T0: hour k is [T0 + k h, T0 + k + 1 h). A row that has a date only lies in no hour, but on its
date.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from crs_audit.chart import Chart
from crs_audit.local_dates import date_of, midnight
from crs_audit.quality.tally import TALLIES
from crs_audit.tables import TIME

HOUR = timedelta(hours=1)
_INSTANT = timedelta(microseconds=1)

BY_HOUR = {
    "temperature": ("temperature",),
    "blood_pressure": ("sbp", "map"),
    "heart_rate": ("heart_rate",),
    "respiratory_rate": ("respiratory_rate",),
    "spo2": ("spo2",),
    "oxygen": ("o2_device", "o2_flow", "fio2"),
}
"""What is looked for in every hour, and the vitals of which one will do."""
BY_DATE = {"weight": ("vitals", "vital"), "crp": ("labs", "lab"), "ferritin": ("labs", "lab")}
"""What is looked for on every date: charted once a day at most."""
COVERED = (*BY_HOUR, *BY_DATE)

LEVELS = 4
"""A cell of the picture is shaded by the quarters of its hours that hold a value."""
WIDE_CELL = 4
"""Hours of a cell, where the window is longer than `_FINE`."""
_FINE = 7 * 24
"""Up to so many hours a cell of the picture is one hour."""

DRAWN = 24
"""Infusions whose charted hours are drawn on the data-quality page, the first in the order of the run; each patient's
own page has them all."""

COVERAGE = {
    "infusion_id": pl.String(), "name": pl.String(), "unit": pl.String(), "window": pl.Int32(), "charted": pl.Int32(),
    "followed": pl.Int32(), "charted_followed": pl.Int32(), "longest_gap": pl.Int32(),
}  # fmt: skip
CELLS = {
    "infusion_id": pl.String(), "name": pl.String(), "start": TIME, "end": TIME, "level": pl.Int8(),
}  # fmt: skip


@dataclass(frozen=True)
class Coverage:
    """What was charted of the windows of some infusions.

    coverage: COVERAGE, a row per infusion and entry of COVERED, in hours or dates as `unit` (`hour`, `date`) says:
    those of the window [T0, W), those up to the end of follow-up, and of each those with a value; `longest_gap`: the
    most in a row without one, up to the end of follow-up.
    cells: CELLS, stretches of the window with a value, shaded in LEVELS. hours: TALLIES["charted_hours"].
    """

    coverage: pl.DataFrame
    cells: pl.DataFrame
    hours: pl.DataFrame


def coverage(chart: Chart, infusion_ids: Collection[str]) -> Coverage:
    """The coverage of the infusions named, in the order of their ids."""
    zone = chart.facts.timezone
    asked = chart.infusions.filter(pl.col("infusion_id").is_in(list(infusion_ids)))
    spans = _spans(asked, zone)
    found = pl.concat([_hours(chart), _dates(chart)]).join(spans, on=["infusion", "hourly"], maintain_order="left")
    found = found.filter((pl.col("at") >= 0) & (pl.col("at") < pl.col("window")))
    names = asked.select("infusion", "infusion_id", "t0", "w")
    return Coverage(_counted(found, spans, names), _cells(found, names, zone), _over_time(found, spans))


_NAME = pl.col("kind").replace_strict(dict(enumerate(COVERED)), return_dtype=pl.String)
_UNIT = pl.when("hourly").then(pl.lit("hour")).otherwise(pl.lit("date"))
_KINDS = pl.DataFrame(
    [(kind, name in BY_HOUR) for kind, name in enumerate(COVERED)],
    schema={"kind": pl.UInt8, "hourly": pl.Boolean},
    orient="row",
)
_FOUND = {"infusion": pl.UInt32(), "kind": pl.UInt8(), "hourly": pl.Boolean(), "at": pl.Int32()}
"""An hour or a date with a value: the place of its name in COVERED, its number from T0 on (0)."""


def _spans(infusions: pl.DataFrame, zone: str) -> pl.DataFrame:
    """infusion, hourly, window, followed: the hours and dates that each window touches."""

    def hours(end: str) -> pl.Expr:
        return -((pl.col("t0") - pl.col(end)).dt.total_microseconds() // (HOUR // _INSTANT))

    def dates(end: str) -> pl.Expr:
        # The end is no longer part of it: midnight belongs to the date before.
        last = date_of(pl.col(end) - _INSTANT, zone) - date_of(pl.col("t0"), zone)
        return pl.when(pl.col(end) > pl.col("t0")).then(last.dt.total_days() + 1).otherwise(0)

    parts = [
        infusions.select("infusion", hourly=pl.lit(hourly), window=count("w"), followed=count("e"))
        for hourly, count in ((True, hours), (False, dates))
    ]
    return pl.concat(parts).with_columns(pl.col("window", "followed").cast(pl.Int32))


def _hours(chart: Chart) -> pl.DataFrame:
    """Hours with a value, once each, as _FOUND, sorted."""
    vitals, named = chart.vitals, chart.vitals.get_column("vital")
    assert isinstance(named.dtype, pl.Enum)
    place = {vital: number for number, vitals in enumerate(BY_HOUR.values()) for vital in vitals}
    places = pl.Series([place.get(word) for word in named.dtype.categories.to_list()], dtype=pl.Int64)
    kind = places.gather(named.to_physical())
    code = vitals.get_column("infusion")
    t0, w = (chart.infusions.get_column(name).gather(code) for name in ("t0", "w"))
    time = vitals.get_column("time")
    inside = (time >= t0) & (time < w) & ~vitals.get_column("day_only") & kind.is_not_null()
    # One number per infusion, kind and hour: no window has so many hours.
    most = 1_000_000
    key = ((code.cast(pl.Int64) * len(BY_HOUR) + kind) * most + (time - t0).dt.total_hours()).filter(inside)
    once = pl.DataFrame({"at": key.unique().sort()})
    return once.select(
        infusion=pl.col("at") // most // len(BY_HOUR),
        kind=pl.col("at") // most % len(BY_HOUR),
        hourly=pl.lit(True),
        at=pl.col("at") % most,
    ).cast(pl.Schema(_FOUND))


def _dates(chart: Chart) -> pl.DataFrame:
    """Dates with a value, once each, as _FOUND, sorted within each kind."""
    zone = chart.facts.timezone
    window = chart.infusions.select("infusion", "t0", "w")
    parts = []
    for name, (table, column) in BY_DATE.items():
        rows: pl.DataFrame = getattr(chart, table)
        placed = rows.filter(pl.col(column) == name).select("infusion", "time", "day_only").join(window, on="infusion")
        inside = (pl.col("time") >= pl.col("t0")) & (pl.col("time") < pl.col("w"))
        day = date_of(pl.col("time"), zone) - date_of(pl.col("t0"), zone)
        once = placed.filter("day_only" | inside).select(
            "infusion", kind=pl.lit(COVERED.index(name)), hourly=pl.lit(False), at=day.dt.total_days()
        )
        parts.append(once.unique().cast(pl.Schema(_FOUND)).sort("infusion", "at"))
    return pl.concat(parts)


def _counted(found: pl.DataFrame, spans: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("infusion") == pl.col("infusion").shift(1)) & (pl.col("kind") == pl.col("kind").shift(1))
    followed = pl.col("at") < pl.col("followed")
    between = pl.when(same).then(pl.col("at") - pl.col("at").shift(1) - 1)
    counts = (
        found.select("infusion", "kind", "at", "followed", between=between)
        .group_by("infusion", "kind")
        .agg(
            charted=pl.len(),
            charted_followed=followed.sum(),
            # Before the first, between two, and after the last up to the end of follow-up.
            longest_gap=pl.max_horizontal(
                pl.min_horizontal(pl.col("at").min(), pl.col("followed").first()),
                pl.col("between").filter(followed).max(),
                pl.col("followed").first() - pl.col("at").filter(followed).max() - 1,
            ),
        )
    )
    return (
        spans.join(_KINDS, on="hourly")
        .join(counts, on=["infusion", "kind"], how="left")
        .join(names, on="infusion")
        .with_columns(
            pl.col("charted", "charted_followed").fill_null(0),
            longest_gap=pl.when(pl.col("charted_followed") > 0).then("longest_gap").otherwise("followed"),
            name=_NAME,
            unit=_UNIT,
        )
        .sort("infusion_id", "kind")
        .select(COVERAGE.keys())
        .cast(pl.Schema(COVERAGE))
    )


def _cells(found: pl.DataFrame, names: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Neighbouring cells of one shade as one stretch."""
    step = pl.when(pl.col("hourly") & (pl.col("window") > _FINE)).then(WIDE_CELL).otherwise(1)
    cells = found.with_columns(step=step).with_columns(cell=pl.col("at") // pl.col("step"))
    once, charted = _runs(cells, [pl.col(key) == pl.col(key).shift(1) for key in ("infusion", "kind", "cell")])
    size = pl.min_horizontal("step", pl.col("window") - pl.col("cell") * pl.col("step"))
    shaded = once.with_columns(level=-(-LEVELS * charted // size))
    alike = [pl.col(key) == pl.col(key).shift(1) for key in ("infusion", "kind", "level")]
    runs, length = _runs(shaded, [*alike, pl.col("cell") == pl.col("cell").shift(1) + 1])
    runs = runs.with_columns(first="cell", after=pl.col("cell") + length)

    def edge(cell: str) -> pl.Expr:
        by_hour = pl.col("t0") + pl.duration(hours=pl.col(cell) * pl.col("step"))
        by_date = midnight(date_of(pl.col("t0"), zone) + pl.duration(days=pl.col(cell)), zone)
        return pl.when("hourly").then(by_hour).otherwise(by_date)

    inside = runs.join(names, on="infusion").with_columns(
        name=_NAME, start=pl.max_horizontal(edge("first"), "t0"), end=pl.min_horizontal(edge("after"), "w")
    )
    return inside.select(CELLS.keys()).cast(pl.Schema(CELLS)).sort("infusion_id", "name", "start")


def _runs(rows: pl.DataFrame, same: list[pl.Expr]) -> tuple[pl.DataFrame, pl.Series]:
    """The first of the rows that follow each other and are `same` as the one before, and their numbers. (Grouping says
    it, too, but does not know that the rows are sorted.)"""
    begins = rows.select(~pl.all_horizontal(same).fill_null(False)).to_series().arg_true()
    ends = begins.shift(-1).fill_null(rows.height)
    return rows[begins], (ends - begins).cast(pl.Int32)


def _over_time(found: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Of the infusions followed up to each hour or date, those with a value in it."""
    # An infusion followed up for n hours is so in hours 0 … n − 1: counted from the last hour backwards.
    ends = spans.filter(pl.col("followed") > 0).group_by("hourly", at=pl.col("followed") - 1).agg(ending=pl.len())
    every = (
        spans.group_by("hourly")
        .agg(pl.col("followed").max())
        .select("hourly", at=pl.int_ranges(0, "followed", dtype=pl.Int32))
        .explode("at")
        .drop_nulls("at")
        .join(ends, on=["hourly", "at"], how="left")
        .sort("hourly", "at")
        .with_columns(infusions=pl.col("ending").fill_null(0).cum_sum(reverse=True).over("hourly"))
    )
    charted = found.filter(pl.col("at") < pl.col("followed")).group_by("kind", "at").agg(charted=pl.len())
    told = every.join(_KINDS, on="hourly").join(charted, on=["kind", "at"], how="left")
    named = told.with_columns(pl.col("charted").fill_null(0), name=_NAME, unit=_UNIT)
    return TALLIES["charted_hours"].of(named)
