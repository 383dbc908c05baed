"""Step functions of time: readings that hold until the next one or until they are too old, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from crs_audit.grading.line import Line

INTERVALS = pl.Schema({"start": pl.Int64(), "end": pl.Int64(), "bits": pl.Int64()})


def channels(vitals: pl.DataFrame, line: Line, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """The readings of each named vital: at, value, index (row number in `vitals`), sorted by `at`.

    Rows that are a date only, or have no value, set no state. Devices have their own channel, see `oxygen`.
    """
    rows = vitals.lazy().with_row_index("index")
    timed = ~pl.col("day_only") & pl.col("value").is_not_null()
    asked = {
        name: rows.filter((pl.col("vital") == name) & timed).select(at=line.place(), value="value", index="index")
        for name in names
    }
    found = pl.collect_all([frame.sort("at") for frame in asked.values()])
    return dict(zip(asked, found, strict=True))


def instants_shared() -> pl.Expr:
    """Whether a row, in order of `at`, has its instant in common with the row before or after it."""
    same = (pl.col("at") == pl.col("at").shift(1)).fill_null(False)
    return same | same.shift(-1, fill_value=False)


def merged(readings: pl.DataFrame, vitals: pl.DataFrame, *, highest: bool) -> pl.DataFrame:
    """Of several readings at one instant the worst; of equal ones the first charted row, whatever the rows' order."""
    shared = readings.select(instants_shared())["at"]
    if not shared.any():
        return readings
    rivals = readings.filter(shared)
    worst = (
        rivals.with_columns(vitals[rivals["index"], ["source", "row"]].get_columns())
        .sort("at", "value", "source", "row", descending=[False, highest, False, False])
        .unique("at", keep="first", maintain_order=True)
        .select(readings.columns)
    )
    return pl.concat([readings.filter(~shared), worst]).sort("at")


def hold(readings: pl.DataFrame, carry: int) -> pl.DataFrame:
    """Adds `end`: a reading holds on [at, min(next at, at + carry)). `readings` sorted, one per instant."""
    return readings.with_columns(end=pl.min_horizontal(pl.col("at").shift(-1), pl.col("at") + carry))


def runs(held: pl.DataFrame, state: str) -> pl.DataFrame:
    """Maximal intervals of equal `state`: start, end, <state>, index (of the reading a run begins with)."""
    begins = (pl.col("at") != pl.col("end").shift(1)) | pl.col(state).ne_missing(pl.col(state).shift(1))
    mark = held.select(first=begins.fill_null(True)).with_columns(last=pl.col("first").shift(-1, fill_value=True))
    first, last = mark["first"], mark["last"]
    kept = {name: held[name].filter(first) for name in (state, "index") if name in held.columns}
    return pl.DataFrame({"start": held["at"].filter(first), "end": held["end"].filter(last), **kept})


def united(intervals: pl.DataFrame) -> pl.DataFrame:
    """The union of intervals [start, end) that may overlap or touch: start, end of its maximal parts."""
    ordered = intervals.filter(pl.col("end") > pl.col("start")).sort("start", "end")
    reach = pl.col("end").cum_max()
    marked = ordered.select("start", end=reach, first=(pl.col("start") > reach.shift(1)).fill_null(True))
    first = marked["first"]
    return pl.DataFrame(
        {"start": marked["start"].filter(first), "end": marked["end"].filter(first.shift(-1, fill_value=True))}
    )


def overlaid(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Intervals with `bits` laid over each other: start, end, code (sum of the bits in force), sorted, maximal.

    Each state owns some bits of one integer and its intervals do not overlap, so adding the bits where an interval
    begins and taking them away where it ends never carries into another state's bits. Stretches without any bit are
    left out.
    """
    every = list(parts)
    starts = [part.select(at="start", step="bits") for part in every]
    ends = [part.select(at="end", step=-pl.col("bits")) for part in every]
    return (
        pl.concat(starts + ends)
        .sort("at")
        .with_columns(code=pl.col("step").cum_sum())
        .filter((pl.col("at") != pl.col("at").shift(-1)).fill_null(True))
        .filter((pl.col("code") != pl.col("code").shift(1)).fill_null(True))
        .select(start="at", end=pl.col("at").shift(-1), code="code")
        .filter(pl.col("code") != 0)
    )


def interval(frame: pl.DataFrame, bits: int | pl.Expr) -> pl.DataFrame:
    """start, end, bits of a frame with start and end: one state's part of `overlaid`."""
    value = pl.lit(bits, dtype=pl.Int64) if isinstance(bits, int) else bits.cast(pl.Int64)
    return frame.select("start", "end", bits=value)
