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
    asked = chart.infusions.filter(pl.col("infusion_id").is_in(list(infusion_ids)))
    spans = _spans(asked, chart.facts.timezone)
    found = pl.concat([_hours(chart), _dates(chart)]).join(spans, on=["infusion", "unit"])
    found = found.filter((pl.col("at") >= 0) & (pl.col("at") < pl.col("window"))).sort("infusion", "name", "at")
    return Coverage(_counted(found, spans), _cells(found, chart.facts.timezone), _over_time(found, spans))


def _spans(infusions: pl.DataFrame, zone: str) -> pl.DataFrame:
    """infusion, infusion_id, t0, w, unit, window, followed: the hours and dates that each window touches."""

    def hours(end: str) -> pl.Expr:
        return -((pl.col("t0") - pl.col(end)).dt.total_microseconds() // (HOUR // _INSTANT))

    def dates(end: str) -> pl.Expr:
        # The end is no longer part of it: midnight belongs to the date before.
        last = date_of(pl.col(end) - _INSTANT, zone) - date_of(pl.col("t0"), zone)
        return pl.when(pl.col(end) > pl.col("t0")).then(last.dt.total_days() + 1).otherwise(0)

    cells = ("infusion", "infusion_id", "t0", "w")
    parts = [
        infusions.select(*cells, unit=pl.lit(unit), window=count("w"), followed=count("e"))
        for unit, count in (("hour", hours), ("date", dates))
    ]
    return pl.concat(parts).with_columns(pl.col("window", "followed").cast(pl.Int32))


def _hours(chart: Chart) -> pl.DataFrame:
    """infusion, name, unit, at: hours with a value, once each."""
    vitals, kinds = chart.vitals, chart.vitals.get_column("vital")
    words = kinds.dtype.categories.to_list() if isinstance(kinds.dtype, pl.Enum) else []
    of = {vital: number for number, (_, vitals) in enumerate(BY_HOUR.items()) for vital in vitals}
    number = pl.Series([of.get(word) for word in words], dtype=pl.Int64).gather(kinds.to_physical())
    code = vitals.get_column("infusion")
    t0, w = (chart.infusions.get_column(name).gather(code) for name in ("t0", "w"))
    time = vitals.get_column("time")
    inside = (time >= t0) & (time < w) & ~vitals.get_column("day_only") & number.is_not_null()
    hour = (time - t0).dt.total_hours()
    # One number per infusion, kind and hour: no window has a million hours.
    key = (code.cast(pl.Int64) * len(BY_HOUR) + number) * 1_000_000 + hour
    once = pl.DataFrame({"key": key.filter(inside).unique()})
    kind = pl.col("key") // 1_000_000
    return once.select(
        infusion=(kind // len(BY_HOUR)).cast(pl.UInt32),
        name=(kind % len(BY_HOUR)).replace_strict(dict(enumerate(BY_HOUR)), return_dtype=pl.String),
        unit=pl.lit("hour"),
        at=(pl.col("key") % 1_000_000).cast(pl.Int32),
    )


def _dates(chart: Chart) -> pl.DataFrame:
    """infusion, name, unit, at: dates with a value, once each, numbered from T0's own (0)."""
    zone = chart.facts.timezone
    window = chart.infusions.select("infusion", "t0", "w")
    parts = []
    for name, (table, column) in BY_DATE.items():
        rows: pl.DataFrame = getattr(chart, table)
        named = rows.filter(pl.col(column).cast(pl.String) == name).select("infusion", "time", "day_only")
        placed = named.join(window, on="infusion").filter(
            "day_only" | ((pl.col("time") >= pl.col("t0")) & (pl.col("time") < pl.col("w")))
        )
        day = date_of(pl.col("time"), zone) - date_of(pl.col("t0"), zone)
        once = placed.select("infusion", name=pl.lit(name), unit=pl.lit("date"), at=day.dt.total_days().cast(pl.Int32))
        parts.append(once.unique())
    return pl.concat(parts)


def _counted(found: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    kinds = pl.DataFrame(
        {"name": COVERED, "unit": ["hour"] * len(BY_HOUR) + ["date"] * len(BY_DATE)}
    ).with_row_index("order")
    keys = ["infusion", "name"]
    followed = found.filter(pl.col("at") < pl.col("followed"))
    gaps = followed.group_by(keys).agg(
        charted_followed=pl.len(),
        # Before the first, between two, and after the last up to the end of follow-up.
        longest_gap=pl.max_horizontal(
            pl.col("at").min(),
            (pl.col("at").sort().diff().max() - 1).fill_null(0),
            pl.col("followed").first() - pl.col("at").max() - 1,
        ),
    )
    return (
        spans.join(kinds, on="unit")
        .join(found.group_by(keys).agg(charted=pl.len()), on=keys, how="left")
        .join(gaps, on=keys, how="left")
        .with_columns(
            pl.col("charted", "charted_followed").fill_null(0), pl.col("longest_gap").fill_null(pl.col("followed"))
        )
        .sort("infusion_id", "order")
        .select(COVERAGE.keys())
        .cast(pl.Schema(COVERAGE))
    )


def _cells(found: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Neighbouring cells of one shade as one stretch."""
    hourly = pl.col("unit") == "hour"
    step = pl.when(hourly & (pl.col("window") > _FINE)).then(WIDE_CELL).otherwise(1)
    cells = (
        found.with_columns(step=step)
        .with_columns(cell=pl.col("at") // pl.col("step"))
        .group_by("infusion", "infusion_id", "name", "unit", "t0", "w", "window", "step", "cell")
        .agg(charted=pl.len())
        .with_columns(size=pl.min_horizontal("step", pl.col("window") - pl.col("cell") * pl.col("step")))
        .with_columns(level=-(-LEVELS * pl.col("charted").cast(pl.Int32) // pl.col("size")))
        .sort("infusion", "name", "cell")
    )
    keys = ["infusion", "name", "level"]
    follows = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in keys)
    new = ~(follows & (pl.col("cell") == pl.col("cell").shift(1) + 1)).fill_null(False)
    runs = cells.group_by(run=new.cum_sum(), maintain_order=True).agg(
        pl.col("infusion_id", "name", "unit", "t0", "w", "step", "level").first(),
        first=pl.col("cell").first(),
        after=pl.col("cell").last() + 1,
    )

    def edge(cell: str) -> pl.Expr:
        by_hour = pl.col("t0") + pl.duration(hours=pl.col(cell) * pl.col("step"))
        by_date = midnight(date_of(pl.col("t0"), zone) + pl.duration(days=pl.col(cell)), zone)
        return pl.when(hourly).then(by_hour).otherwise(by_date)

    inside = runs.with_columns(
        start=pl.max_horizontal(edge("first"), "t0"), end=pl.min_horizontal(edge("after"), "w")
    )
    return inside.select(CELLS.keys()).cast(pl.Schema(CELLS)).sort("infusion_id", "name", "start")


def _over_time(found: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Of the infusions followed up to each hour or date, those with a value in it."""
    followed = (
        spans.filter(pl.col("followed") > 0)
        .select("unit", at=pl.int_ranges(0, "followed", dtype=pl.Int32))
        .explode("at")
        .group_by("unit", "at")
        .agg(infusions=pl.len())
    )
    kinds = pl.DataFrame({"name": COVERED, "unit": ["hour"] * len(BY_HOUR) + ["date"] * len(BY_DATE)})
    charted = (
        found.filter(pl.col("at") < pl.col("followed")).group_by("name", "unit", "at").agg(charted=pl.len())
    )
    every = followed.join(kinds, on="unit").join(charted, on=["name", "unit", "at"], how="left")
    return TALLIES["charted_hours"].of(every.with_columns(pl.col("charted").fill_null(0)))
