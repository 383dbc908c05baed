"""For how long of each day the vital signs had been read recently enough.

Everything happens on one line of whole microseconds on which each infusion has a place of its own, too far from the
next for a reading to reach it. One sort per channel, and what no reading reaches lies between neighbours: of tens of
millions of readings few such stretches remain, and all that follows works on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from crs_audit.grading.hold import united
from crs_audit.grading.line import micros
from crs_audit.measures.case import Case

Channels = Mapping[str, tuple[str, ...]]
"""A part of a full set of vital signs → the vitals that show it."""
SPAN = pl.Duration("us")


@dataclass(frozen=True)
class Coverage:
    """`days`: the opportunities with length, covered (time with every channel read recently enough), worst (the
    channel covered least, null where all are throughout) and worst_covered.

    at: of each channel the readings (place, index = row of the vitals, null at the ends of an infusion's place) and
    unread: the stretches (start, end) that none of them reaches; both in order.
    """

    days: pl.DataFrame
    at: Mapping[str, pl.DataFrame]
    unread: Mapping[str, pl.DataFrame]
    reach: int
    stride: int


def coverage(days: pl.DataFrame, case: Case, channels: Channels, reach: timedelta) -> Coverage:
    """How well `days` (key, infusion, anchor, until; of `local_days`) are covered, a reading reaching so far."""
    spans = days.group_by("infusion").agg(
        first=pl.col("anchor").min().to_physical(), last=pl.col("until").max().to_physical()
    )
    far, longest = micros(reach), int(spans.select((pl.col("last") - pl.col("first")).max()).item() or 0)
    stride = longest + 2 * far
    at = _readings(spans, case, channels, far, stride)
    unread = {name: _unread(placed, far) for name, placed in at.items()}
    begin = pl.col("infusion").cast(pl.Int64) * stride - pl.col("first")
    placed = (
        days.join(spans.select("infusion", "first"), on="infusion", how="left", maintain_order="left")
        .with_columns(_from=pl.col("anchor").to_physical() + begin, _to=pl.col("until").to_physical() + begin)
        .drop("first")
    )
    lost = placed.select("key", *(_within(placed, stretches).alias(name) for name, stretches in unread.items()))
    most = pl.max_horizontal(*channels)
    told = lost.select(
        "key",
        _all=_within(placed, united(pl.concat(unread.values()))),
        worst=pl.coalesce(pl.when((pl.col(name) == most) & (most > 0)).then(pl.lit(name)) for name in channels),
        _most=most,
    )
    length = pl.col("_to") - pl.col("_from")
    known = placed.join(told, on="key", how="left", maintain_order="left").with_columns(
        length=length.cast(SPAN),
        covered=(length - pl.col("_all")).cast(SPAN),
        worst_covered=(length - pl.col("_most")).cast(SPAN),
    )
    return Coverage(known.drop("_all", "_most"), at, unread, far, stride)


def around_longest_unread(found: Coverage, days: pl.DataFrame, case: Case) -> pl.DataFrame:
    """key, source, row, time, raw_value of the readings of the worst channel before and after the longest time without
    one, of some of the days."""
    parts = [pl.DataFrame(schema={"key": pl.UInt32, "index": pl.UInt32})]
    for name, stretches in found.unread.items():
        own = days.filter(pl.col("worst") == name).select("key", "infusion", "_from", "_to")
        of_infusion = (pl.col("start") // found.stride).cast(pl.UInt32)
        touched = own.join(stretches.with_columns(infusion=of_infusion), on="infusion").filter(
            (pl.col("start") < pl.col("_to")) & (pl.col("end") > pl.col("_from"))
        )
        lasting = pl.min_horizontal("end", "_to") - pl.max_horizontal("start", "_from")
        longest = (
            touched.with_columns(lasting=lasting)
            .sort("key", "lasting", "start", descending=[False, True, False])
            .unique("key", keep="first", maintain_order=True)
        )
        sides = pl.concat(
            [longest.select("key", place=pl.col("start") - found.reach), longest.select("key", place="end")]
        )
        charted = found.at[name].filter(pl.col("index").is_not_null())
        parts.append(sides.join(charted, on="place").select("key", "index"))
    beside = pl.concat(parts)
    cells = case.chart.vitals[beside["index"], ["source", "row", "time", "vital", "raw_value", "raw_unit"]]
    said = pl.concat_str("vital", "raw_value", "raw_unit", separator=" ", ignore_nulls=True)
    told = cells.select(beside["key"], "source", "row", "time", raw_value=said).sort("key", "time", "source", "row")
    return told.unique(["key", "time"], keep="first", maintain_order=True)


def _readings(spans: pl.DataFrame, case: Case, channels: Channels, far: int, stride: int) -> dict[str, pl.DataFrame]:
    """Of each channel the places of the readings that reach into the span (infusion, first, last) of an infusion's
    days, in order; its ends, a reach before it and where it is over, are among them."""
    codes = pl.DataFrame({"infusion": pl.int_range(_highest(case) + 1, eager=True, dtype=pl.UInt32)})
    known = codes.join(spans, on="infusion", how="left", maintain_order="left")
    first, length = known["first"], known["last"] - known["first"]
    begin = pl.col("infusion").cast(pl.Int64) * stride
    ends = pl.concat(
        [
            spans.select(place=begin - far),
            spans.select(place=begin + (pl.col("last") - pl.col("first"))),
        ]
    ).with_columns(index=pl.lit(None, dtype=pl.UInt32))
    rows = case.chart.vitals.lazy().with_row_index("index").filter(pl.col("value").is_not_null())
    since = pl.col("time").to_physical() - pl.lit(first).gather(pl.col("infusion"))
    inside = (pl.col("since") > -far) & (pl.col("since") < pl.lit(length).gather(pl.col("infusion")))
    asked = []
    for vitals in channels.values():
        named = pl.any_horizontal(pl.col("vital") == vital for vital in vitals)
        reaching = rows.filter(named).select("infusion", "index", since=since).filter(inside)
        asked.append(
            pl.concat([reaching.select(place=begin + pl.col("since"), index="index"), ends.lazy()]).sort("place")
        )
    return dict(zip(channels, pl.collect_all(asked), strict=True))


def _highest(case: Case) -> int:
    """The highest code of an infusion; of some infusions alone they are not 0, 1, 2 …"""
    # polars types a maximum as any literal; of codes it is one.
    return int(case.infusions["infusion"].max() or 0)  # type: ignore[arg-type]


def _unread(placed: pl.DataFrame, far: int) -> pl.DataFrame:
    stretches = placed.select(start=pl.col("place") + far, end=pl.col("place").shift(-1))
    return stretches.filter(pl.col("end") > pl.col("start"))


def _within(days: pl.DataFrame, stretches: pl.DataFrame) -> pl.Series:
    """Microseconds of each day (in order of key) that lie in `stretches`, which are in order and apart."""
    passed = stretches.with_columns(total=(pl.col("end") - pl.col("start")).cum_sum())

    def by(place: str) -> pl.Series:
        asked = days.select("key", pl.col(place).alias("place")).sort("place")
        last = asked.join_asof(passed, left_on="place", right_on="start", check_sortedness=False)
        ahead = pl.max_horizontal(pl.col("end") - pl.col("place"), pl.lit(0, dtype=pl.Int64))
        return last.select("key", by=(pl.col("total") - ahead).fill_null(0)).sort("key")["by"]

    return by("_to") - by("_from")
