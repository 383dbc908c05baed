"""Building blocks of measures: what lies within a time, the first of it, how many, chains, runs, numbers in words.

`rows` are opportunities with `key`; `events` are rows with infusion and time. What is found keeps the columns of
`events` and the `key` of the opportunity it was found for, so it can be cited as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from crs_audit.tables import TIME

ANCHOR = pl.col("anchor")


_ORDER = ("key", "time", "dose", "source", "row")


def within(
    rows: pl.DataFrame,
    events: pl.DataFrame,
    since: pl.Expr,
    until: pl.Expr,
    *,
    since_included: bool = True,
    until_included: bool = True,
) -> pl.DataFrame:
    """Events of the opportunity's infusion from `since` to `until`, by key and time (at one instant by dose or row, so
    that the order of charting decides nothing)."""
    kept = ["key", "infusion", *(name for name in events.columns if name not in ("key", "infusion"))]
    if rows.is_empty() or events.is_empty():
        # Most of what measures look for is rare; looking for it in nothing costs as much as in thousands of rows.
        return pl.DataFrame(schema={"key": pl.UInt32(), "infusion": pl.UInt32(), **events.schema})[kept]
    bounds = rows.select("key", "infusion", _since=since, _until=until)
    time = pl.col("time")
    begun = time >= pl.col("_since") if since_included else time > pl.col("_since")
    before_end = time <= pl.col("_until") if until_included else time < pl.col("_until")
    pairs = bounds.join(events, on="infusion").filter(begun & before_end)
    return pairs[kept].sort([column for column in _ORDER if column in kept], maintain_order=True)


def with_first(rows: pl.DataFrame, found: pl.DataFrame, name: str) -> pl.DataFrame:
    """Adds `name`: the time of the first event found, null where there is none."""
    if found.is_empty():
        return rows.with_columns(pl.lit(None, dtype=TIME).alias(name))
    return rows.join(found.group_by("key").agg(pl.col("time").min().alias(name)), on="key", how="left")


def with_count(rows: pl.DataFrame, found: pl.DataFrame, name: str) -> pl.DataFrame:
    """Adds `name`: how many events were found."""
    if found.is_empty():
        return rows.with_columns(pl.lit(0, dtype=pl.UInt32).alias(name))
    counted = rows.join(found.group_by("key").agg(pl.len().alias(name)), on="key", how="left")
    return counted.with_columns(pl.col(name).fill_null(0))


def with_first_by(
    rows: pl.DataFrame, events: pl.DataFrame, since: pl.Expr, due: pl.Expr
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds `first` (time of the first event from `since` on, however late in the window) and `in_time` (it came by
    `due`); and gives that event for citation."""
    found = within(rows, events, since, pl.col("w"), until_included=False)
    told = with_first(rows, found, "first")
    return told.with_columns(in_time=(pl.col("first") <= due).fill_null(False)), only_first(found)


def too_late(first: pl.Expr, never: str = "never_given") -> pl.Expr:
    """Why what is due was not done in time: `never`, or `late`."""
    return pl.when(first.is_null()).then(pl.lit(never)).otherwise(pl.lit("late"))


def only_first(found: pl.DataFrame) -> pl.DataFrame:
    """The first event of each opportunity."""
    if found.is_empty():
        return found
    return found.sort("key", "time", maintain_order=True).unique("key", keep="first", maintain_order=True)


def anchored_at_first(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Those of `rows` for which there is an event, anchored at the first."""
    first = found.group_by("key").agg(anchor=pl.col("time").min())
    return rows.drop("anchor").join(first, on="key", maintain_order="left")


def chain(found: pl.DataFrame, gap: timedelta) -> pl.DataFrame:
    """Of each opportunity's events those before the first pause longer than `gap`."""
    ordered = found.sort("key", "time", maintain_order=True)
    broken = (pl.col("time") - pl.col("time").shift(1).over("key") > gap).fill_null(False)
    return ordered.filter(broken.cast(pl.UInt32).cum_sum().over("key") == 0)


def most_within(events: pl.DataFrame, period: timedelta) -> pl.DataFrame:
    """infusion, most: the largest number of `events` in any half-open period of this length."""
    if events.is_empty():
        return pl.DataFrame(schema={"infusion": pl.UInt32, "most": pl.UInt32})
    ordered = events.select("infusion", "time").sort("infusion", "time")
    # The fullest period begins with an event.
    begun = ordered.rolling("time", period=period, offset=timedelta(), closed="left", group_by="infusion")
    return begun.agg(n=pl.len()).group_by("infusion").agg(most=pl.col("n").max())


def runs(segments: pl.DataFrame, condition: pl.Expr, *, lasting: timedelta = timedelta()) -> pl.DataFrame:
    """infusion, start, end of every longest stretch of touching `segments` with `condition` that lasts at least so
    long."""
    held = segments[["infusion", "start", "end"]].filter(segments.select(held=condition)["held"])
    begins = (pl.col("start") != pl.col("end").shift(1)) | (pl.col("infusion") != pl.col("infusion").shift(1))
    marked = held.sort("infusion", "start").with_columns(run=begins.fill_null(True).cum_sum())
    found = marked.group_by("run", maintain_order=True).agg(
        pl.col("infusion").first(), pl.col("start").first(), pl.col("end").last()
    )
    return found.drop("run").filter(pl.col("end") - pl.col("start") >= lasting)


def below(limit: float) -> pl.Expr:
    """Of a laboratory row (value, bound): under the limit; null where there is no value or a bound leaves it open."""
    value, bound = pl.col("value"), pl.col("bound").fill_null("")
    under = pl.when(bound == "<").then(value <= limit).otherwise(value < limit)
    return (
        pl.when(bound.is_in(["<", "<="]))
        .then(pl.when(under).then(pl.lit(True)))
        .when(bound.is_in([">", ">="]))
        .then(pl.when(value >= limit).then(pl.lit(False)))
        .otherwise(value < limit)
    )


_OPEN = pl.lit(datetime.max.replace(tzinfo=UTC), dtype=TIME)


def united(rows: pl.DataFrame) -> pl.DataFrame:
    """infusion, start, end (null = open) of the longest stretches that `rows` (infusion, start, end; null = open) cover
    together: rows that touch or overlap are one."""
    ordered = rows.select("infusion", "start", end=pl.col("end").fill_null(_OPEN)).sort("infusion", "start", "end")
    reached = ordered.with_columns(reach=pl.col("end").cum_max().over("infusion"))
    begins = (pl.col("start") > pl.col("reach").shift(1).over("infusion")).fill_null(True)
    stretches = reached.with_columns(stretch=begins.cum_sum()).group_by("stretch", maintain_order=True)
    found = stretches.agg(pl.col("infusion", "start").first(), end=pl.col("reach").last()).drop("stretch")
    return found.with_columns(end=pl.when(pl.col("end") != _OPEN).then("end"))


def minutes(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Minutes from `start` to `end`, negative if it comes before."""
    return (end - start).dt.total_microseconds() / 60_000_000


def hours(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Hours from `start` to `end`, negative if it comes before."""
    return (end - start) / timedelta(hours=1)


def in_words(number: pl.Expr) -> pl.Expr:
    """A number without needless decimals: 150, 7.5."""
    return number.cast(pl.Float64).round(1).cast(pl.String).str.replace(r"\.0$", "")


def lasting(span: pl.Expr) -> pl.Expr:
    """A duration in whole minutes, rounded down: `13 h 1 min`, `13 h`, `45 min`."""
    hours, rest = span.dt.total_hours(), span.dt.total_minutes() - 60 * span.dt.total_hours()
    whole = pl.when(hours > 0).then(pl.format("{} h", hours))
    broken = pl.when((rest > 0) | (hours == 0)).then(pl.format("{} min", rest))
    return pl.concat_str(whole, broken, separator=" ", ignore_nulls=True)


def counted(number: pl.Expr, thing: str) -> pl.Expr:
    """`1 dose`, `2 doses`."""
    ending = pl.when(number == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    return pl.concat_str(number.cast(pl.String), pl.lit(f" {thing}"), ending)


TOCILIZUMAB_DOSE = "IV tocilizumab dose"
"""What is counted; a dose of unknown route counts as one by vein."""
NO_TOCILIZUMAB = "No IV tocilizumab (or of unknown route) charted after the infusion"
"""Begins what is said where none was found: one by another route, or before the infusion, may well be charted."""


def from_then(number: pl.Expr, then: str) -> pl.Expr:
    """Minutes told from an instant: `150 min after grade 2`, `30 min before grade 2`."""
    side = pl.when(number < 0).then(pl.lit("before")).otherwise(pl.lit("after"))
    return pl.format("{} min {} {}", in_words(number.abs()), side, pl.lit(then))
