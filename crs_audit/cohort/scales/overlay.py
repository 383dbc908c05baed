"""Step functions of one infusion laid over each other, and which of them meet."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

INTERVAL = ("infusion", "start", "end")


def overlaid(base: pl.DataFrame, *others: pl.DataFrame) -> pl.DataFrame:
    """The intervals of `base` (infusion, start, end, …) cut wherever one of `others` begins or ends, with the cells of
    those in force (null where none is). Intervals of one frame and infusion must not overlap.

    Sorted by infusion and start; pieces that touch and say the same stay apart.
    """
    kept = base.select("infusion").unique()
    frames = [base, *(one.join(kept, on="infusion", how="semi") for one in others)]
    at = [frame.select("infusion", start=edge) for frame in frames for edge in ("start", "end")]
    pieces = pl.concat(at).unique().sort("infusion", "start")
    pieces = pieces.with_columns(end=pl.col("start").shift(-1).over("infusion")).drop_nulls("end").sort("start")
    pieces = _with_cells(pieces, base).filter("_held").drop("_held")
    for frame in frames[1:]:
        cells = [name for name in frame.columns if name not in INTERVAL]
        pieces = _with_cells(pieces, frame).with_columns(pl.when("_held").then(pl.col(cells))).drop("_held")
    return pieces.sort("infusion", "start")


def _with_cells(pieces: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds the cells of the interval of `frame` that began last, and _held: whether it is still in force. Both frames
    are taken in order of `start`."""
    begun = frame.rename({"end": "_until"}).sort("start")
    found = pieces.join_asof(begun, on="start", by="infusion", check_sortedness=False)
    return found.with_columns(_held=(pl.col("start") < pl.col("_until")).fill_null(False)).drop("_until")


def meeting(base: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """infusion: those of which an interval of `base` and one of `stretches` (both infusion, start, end) share an
    instant."""
    pairs = base.select("infusion", "start", "end").join(
        stretches.select("infusion", other_start="start", other_end="end"), on="infusion"
    )
    shared = (pl.col("start") < pl.col("other_end")) & (pl.col("other_start") < pl.col("end"))
    return pairs.filter(shared).select("infusion").unique()


def until_next(readings: pl.DataFrame, carry: timedelta) -> pl.DataFrame:
    """Readings (infusion, time, …; one an instant) as intervals: start, end = the next reading, at most `carry`
    later."""
    ordered = readings.sort("infusion", "time").rename({"time": "start"})
    following = pl.col("start").shift(-1).over("infusion")
    return ordered.with_columns(end=pl.min_horizontal(following, pl.col("start") + carry))
