"""Texts of times → instants. The site's zone gives naive times their meaning; nothing about a text is guessed.

ISO 8601 is always read (`T` or a blank, with or without seconds, fraction, offset, `Z`); every other form must be
declared as a strftime format, and a declared format wins over ISO where both would read a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import polars as pl

from crs_audit.errors import UsageError
from crs_audit.intake.plausible import years
from crs_audit.intake.rejects import IMPLAUSIBLE, MISSING, NO_SUCH_TIME, NOT_A_TIME, PROBLEM
from crs_audit.tables import TIME

EXCEL_SERIAL = "excel"
"""The declared format of bare Excel serials (days since 1899-12-30); a whole number is a date without a time."""

LOCAL = pl.Datetime("us")

_READING = {"local": LOCAL, "offset": pl.Int32(), "day_only": pl.Boolean()}
"""What one form makes of texts: wall clock (null = not this form), minutes east of UTC (null = the site's zone)."""

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FRACTION = "[.,][0-9]{1,9}"
_ZONE = " ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_TIME_DIRECTIVES = "HIklMSsTRrcXpP+f"

Form = Callable[[pl.Series], pl.DataFrame]


class Clock:
    """Reads the time cells of one extract.

    zone: IANA name of the site's zone. formats: declared strftime formats, or `excel`. shift_minutes: for extracts
    that label wall-clock times with an offset they do not have: such a time, taken as UTC and moved by these minutes,
    is the wall clock of the site; naive times are not touched.
    """

    def __init__(self, zone: str, formats: Sequence[str] = (), shift_minutes: int = 0) -> None:
        self.zone = zone
        self._shift = shift_minutes
        self._declared = [_declared(text) for text in formats]

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Texts → time (UTC), day_only, fold (the wall clock showed it twice, the first is taken), problem; rows as
        they come. A day_only time is the first instant of its local date."""
        read = self._walls(texts)
        if self._shift:
            shift = timedelta(minutes=self._shift)
            moved = pl.col("local") - pl.duration(minutes=pl.col("offset")) + shift
            labelled = pl.col("offset").is_not_null()
            read = read.with_columns(
                local=pl.when(labelled).then(moved).otherwise("local"), offset=pl.lit(None, dtype=pl.Int32)
            )
        read = read.with_columns(read["local"].dt.replace_time_zone(None).alias("local"))
        return self._instants(texts, read)

    def day_start(self, dates: pl.Series) -> pl.Series:
        """Dates → the first instant of each in the site's zone; null for a date the zone left out."""
        midnight = dates.cast(LOCAL)
        found = _localise(midnight, self.zone, "earliest")
        if found.null_count() == midnight.null_count():
            return found
        return pl.select(pl.when(found.is_null()).then(self._after_gap(midnight)).otherwise(found)).to_series()

    def day_end(self, times: pl.Series) -> pl.Series:
        """Instants → the first instant of the local date after theirs."""
        return self.day_start(self.local_date(times).dt.offset_by("1d"))

    def local_date(self, times: pl.Series) -> pl.Series:
        """Instants → local dates."""
        return times.dt.convert_time_zone(self.zone).dt.date()

    def _walls(self, texts: pl.Series) -> pl.DataFrame:
        """Every text by the first form that reads it, as _READING."""
        parts: list[pl.DataFrame] = []
        left = texts
        at: pl.Series | None = None
        for tidy in (False, True):
            for form in self._forms(left):
                if left.len() == left.null_count():
                    break
                tried = _tidy(left) if tidy else left
                read = form(tried)
                if at is None and read["local"].null_count() == left.null_count():
                    return read
                at = pl.int_range(texts.len(), eager=True) if at is None else at
                hit = read["local"].is_not_null()
                parts.append(read.with_columns(at=at).filter(hit))
                left, at = left.filter(~hit), at.filter(~hit)
        rest = pl.DataFrame(schema=_READING) if at is None else _nothing(at.len()).with_columns(at=at)
        if not parts:
            return _nothing(texts.len())
        return pl.concat([*parts, rest]).sort("at").drop("at")

    def _forms(self, texts: pl.Series) -> Iterator[Form]:
        """The declared formats in their order, then ISO, beginning with the form of the first text."""
        yield from self._declared
        first = next(iter(texts.drop_nulls().head(1)), "")
        yield from sorted(_ISO, key=lambda form: form(pl.Series([first], dtype=pl.String))["local"].null_count())

    def _instants(self, texts: pl.Series, read: pl.DataFrame) -> pl.DataFrame:
        local, offset, day_only = read["local"], read["offset"], read["day_only"]
        blank = texts.is_null()
        if local.null_count() > blank.sum():
            blank = blank | (texts.str.strip_chars() == "")
        sane = local.dt.year().is_between(*years())
        local = local if sane.all() else local.set(~sane.fill_null(True), None)
        if offset.null_count() == 0:
            time = (local - pl.select(pl.duration(minutes=offset)).to_series()).dt.replace_time_zone("UTC")
            fold = pl.repeat(False, texts.len(), eager=True)
        else:
            time, fold = self._in_zone(local)
            if offset.null_count() < offset.len():
                named = offset.is_not_null()
                exact = (local - pl.select(pl.duration(minutes=offset)).to_series()).dt.replace_time_zone("UTC")
                time, fold = exact.zip_with(named, time), fold & ~named
        if day_only.any():
            time = self.day_start(local.dt.date()).zip_with(day_only, time)
            fold = fold & ~day_only
        problem: pl.Series = pl.select(pl.repeat(None, texts.len(), dtype=PROBLEM)).to_series()
        if time.null_count():
            problem = pl.select(
                pl.when(time.is_not_null())
                .then(None)
                .when(blank)
                .then(pl.lit(MISSING, dtype=PROBLEM))
                .when(~sane)
                .then(pl.lit(IMPLAUSIBLE, dtype=PROBLEM))
                .when(local.is_null())
                .then(pl.lit(NOT_A_TIME, dtype=PROBLEM))
                .otherwise(pl.lit(NO_SUCH_TIME, dtype=PROBLEM))
            ).to_series()
        return pl.DataFrame({"time": time, "day_only": day_only, "fold": fold, "problem": problem})

    def _in_zone(self, local: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Wall clocks → instants (of two, the first) and whether there are two."""
        first = _localise(local, self.zone, "earliest")
        never = pl.repeat(False, local.len(), eager=True)
        if self.zone == "UTC":
            return first, never
        # Only near a change of the clock can a wall clock stand for two instants; far from one, a second reading of
        # every row would find nothing.
        around = self._change_dates(local)
        if around.is_empty():
            return first, never
        near = local.dt.date().is_in(around.implode())
        last = _localise(local.filter(near), self.zone, "latest")
        twice = (first.filter(near) != last).fill_null(False)
        return first, never.scatter(near.arg_true(), twice)

    def _change_dates(self, local: pl.Series) -> pl.Series:
        """Dates within a day of a change of the zone's clock, over the span of `local`."""
        low, high = local.dt.date().min(), local.dt.date().max()
        if low is None or high is None:
            return pl.Series(dtype=pl.Date)
        days = pl.datetime_range(
            pl.lit(low).cast(LOCAL) - timedelta(days=2),
            pl.lit(high).cast(LOCAL) + timedelta(days=3),
            "1d",
            time_zone="UTC",
            eager=True,
        )
        wall = days.dt.convert_time_zone(self.zone).dt.replace_time_zone(None)
        changed = days.filter((wall.diff() != timedelta(days=1)).fill_null(False)).dt.date()
        return pl.concat([changed.dt.offset_by(f"{days}d") for days in (-2, -1, 0, 1)]).unique()

    def _after_gap(self, midnight: pl.Series) -> pl.Series:
        """Midnights the clock jumps over → the first minute after, if the date has one."""
        dates = midnight.drop_nulls().unique()
        tries = pl.DataFrame({"midnight": dates}).join(
            pl.DataFrame({"minutes": pl.int_range(1, 24 * 60, eager=True)}), how="cross"
        )
        gap = _localise(dates, self.zone, "earliest").is_null()
        tries = tries.filter(pl.col("midnight").is_in(dates.filter(gap).implode()))
        wall = tries.select(pl.col("midnight") + pl.duration(minutes=pl.col("minutes"))).to_series()
        first = (
            tries.with_columns(time=_localise(wall, self.zone, "earliest"))
            .drop_nulls("time")
            .group_by("midnight")
            .agg(pl.col("time").min())
        )
        return pl.DataFrame({"midnight": midnight}).join(first, on="midnight", how="left", maintain_order="left")[
            "time"
        ]


def _localise(local: pl.Series, zone: str, ambiguous: str) -> pl.Series:
    if zone == "UTC":
        return local.dt.replace_time_zone("UTC")
    aware = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
    return aware.dt.convert_time_zone("UTC")


def _nothing(rows: int) -> pl.DataFrame:
    return pl.select(**{name: pl.repeat(None, rows, dtype=dtype) for name, dtype in _READING.items()}).with_columns(
        day_only=pl.lit(False)
    )


def _tidy(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars().str.replace(f"^({_DATE})t", "${1}T")


def _reading(local: pl.Series, day_only: bool = False, offset: pl.Series | None = None) -> pl.DataFrame:
    return pl.DataFrame({"local": local, "offset": offset}, schema_overrides=_READING).with_columns(
        day_only=pl.lit(day_only)
    )


def _iso(separator: str, seconds: bool) -> Form:
    """A form of ISO 8601 with a time; the head has a fixed length, what follows it is read once per distinct text."""
    head = f"%Y-%m-%d{separator}%H:%M" + (":%S" if seconds else "")
    length = 19 if seconds else 16
    shape = f"^{_DATE}{separator}[0-9]{{2}}:[0-9]{{2}}" + (f":[0-5][0-9](?:{_FRACTION})?" if seconds else "")

    def read(texts: pl.Series) -> pl.DataFrame:
        fits = texts.str.contains(f"{shape}(?:{_ZONE})?$")
        if not fits.any():
            return _nothing(texts.len())
        fitting = texts if fits.all() else texts.set(~fits, None)
        if fitting.str.len_bytes().max() == length:
            return _reading(fitting.str.to_datetime(head, time_unit="us", strict=False, cache=False))
        local = fitting.str.slice(0, length).str.to_datetime(head, time_unit="us", strict=False, cache=False)
        tail = pl.DataFrame({"tail": fitting.str.slice(length)})
        known = tail.join(_tails(tail["tail"].unique()), on="tail", how="left", maintain_order="left")
        local = pl.select(local + pl.duration(microseconds=known["microseconds"].fill_null(0))).to_series()
        return _reading(local, offset=known["offset"])

    return read


def _tails(tails: pl.Series) -> pl.DataFrame:
    """`.250+02:00` → microseconds 250000, offset 120; offset is null for a tail without one."""
    tail = pl.col("tail")
    hours = tail.str.extract(r"[+-]([0-9]{2}):?[0-9]*$").cast(pl.Int32)
    minutes = tail.str.extract(r"[+-][0-9]{2}:?([0-9]{2})$").cast(pl.Int32).fill_null(0)
    east = (hours * 60 + minutes) * pl.when(tail.str.contains("-", literal=True)).then(-1).otherwise(1)
    return pl.DataFrame({"tail": tails}).with_columns(
        microseconds=tail.str.extract("^[.,]([0-9]{1,6})").str.pad_end(6, "0").cast(pl.Int64).fill_null(0),
        offset=pl.when(tail.str.contains("Z|z|UTC")).then(0).otherwise(east).cast(pl.Int32),
    )


def _iso_date(texts: pl.Series) -> pl.DataFrame:
    fits = texts.str.contains(f"^{_DATE}$")
    if not fits.any():
        return _nothing(texts.len())
    dates = (texts if fits.all() else texts.set(~fits, None)).str.to_date("%Y-%m-%d", strict=False, cache=False)
    return _reading(dates.cast(LOCAL), day_only=True)


def _declared(text: str) -> Form:
    if text == EXCEL_SERIAL:
        return _excel
    if "%" not in text:
        raise UsageError(
            f"time format {text!r} has no %-directive; write it as strftime does, such as '%d.%m.%Y %H:%M'"
        )
    directives = [part[:1] or "%" for part in text.replace("%-", "%").replace("%.", "%").split("%")[1:]]
    day_only = not any(directive in _TIME_DIRECTIVES for directive in directives)
    has_zone = "z" in directives or "%:z" in text or "%#z" in text

    def read(texts: pl.Series) -> pl.DataFrame:
        parsed = texts.str.to_datetime(text, time_unit="us", strict=False, time_zone="UTC" if has_zone else None)
        offset = pl.repeat(0, texts.len(), dtype=pl.Int32, eager=True) if has_zone else None
        return _reading(parsed.dt.replace_time_zone(None), day_only, offset)

    return read


def _excel(texts: pl.Series) -> pl.DataFrame:
    days = texts.cast(pl.Float64, strict=False)
    days = days.set(~days.is_between(1, 200_000).fill_null(True), None)
    milliseconds = (days * 86_400_000).round().cast(pl.Int64)
    start = pl.lit("1899-12-30").str.to_datetime("%Y-%m-%d", time_unit="us")
    local = pl.select(start + pl.duration(milliseconds=milliseconds)).to_series().cast(LOCAL)
    return _reading(local).with_columns(day_only=(days == days.floor()).fill_null(False))


_ISO: tuple[Form, ...] = (
    *(_iso(separator, seconds) for separator in (" ", "T") for seconds in (True, False)),
    _iso_date,
)
