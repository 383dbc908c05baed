"""Texts of times → instants. The site's zone gives naive times their meaning; nothing about a text is guessed.

ISO 8601 is always read; every other form must be declared, and a declared form wins over ISO where both read a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from crs_audit.intake.plausible import years
from crs_audit.intake.rejects import IMPLAUSIBLE, MISSING, NO_SUCH_TIME, NOT_A_TIME, PROBLEM
from crs_audit.intake.runs import once_per_run
from crs_audit.intake.time_forms import ISO, LOCAL, READING, Form, declared, tidy, unread

_MINUTE = 60_000_000
_SLOT = 15 * _MINUTE


class Clock:
    """Reads the time cells of one extract.

    zone: IANA name of the site's zone. formats: declared strftime formats, or `excel`. shift_minutes: for extracts
    that label wall-clock times with an offset they do not have: such a time, taken as UTC and moved by these minutes,
    is the wall clock of the site; naive times are not touched.
    """

    def __init__(self, zone: str, formats: Sequence[str] = (), shift_minutes: int = 0) -> None:
        self.zone = zone
        self._shift = shift_minutes * _MINUTE
        self._declared = [declared(text) for text in formats]

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Texts → time (UTC), day_only, fold (the wall clock showed it twice, the first is taken), problem; rows as
        they come. A day_only time is the first instant of its local date."""
        return once_per_run(texts, self._read)

    def _read(self, texts: pl.Series) -> pl.DataFrame:
        read = self._walls(texts)
        local, offset, day_only = read["local"], read["offset"], read["day_only"]
        if self._shift and offset.null_count() < offset.len():
            labelled = local.to_physical() - offset + self._shift
            local = labelled.cast(LOCAL).zip_with(offset.is_not_null(), local)
            offset = pl.repeat(None, texts.len(), dtype=pl.Int64, eager=True)
        sane = _in_years(local)
        known = local if sane.all() else local.set(~sane, None)
        time, fold = self._instants(known, offset)
        if day_only.any():
            time, fold = self.day_start(known.dt.date()).zip_with(day_only, time), fold & ~day_only
        problem: pl.Series = pl.repeat(None, texts.len(), dtype=PROBLEM, eager=True)
        if time.null_count():
            blank = (texts.str.strip_chars() == "").fill_null(True)
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

    def day_start(self, dates: pl.Series) -> pl.Series:
        """Dates → the first instant of each in the site's zone; null for a date the zone left out."""
        midnight = dates.cast(LOCAL)
        found = _localise(midnight, self.zone, "earliest")
        if found.null_count() == midnight.null_count():
            return found
        return self._after_gap(midnight).zip_with(found.is_null(), found)

    def day_end(self, times: pl.Series) -> pl.Series:
        """Instants → the first instant of the local date after theirs."""
        return self.day_start(self.local_date(times).dt.offset_by("1d"))

    def local_date(self, times: pl.Series) -> pl.Series:
        """Instants → local dates."""
        return times.dt.convert_time_zone(self.zone).dt.date()

    def _walls(self, texts: pl.Series) -> pl.DataFrame:
        """Every text by the first form that reads it, as READING. What no form reads is tried again, trimmed."""
        parts: list[pl.DataFrame] = []
        left, at = texts, pl.int_range(texts.len(), eager=True)
        for prepare in (None, tidy):
            if left.len() == left.null_count():
                break
            for form in self._forms(left):
                if left.len() == left.null_count():
                    break
                read = form(prepare(left) if prepare else left)
                hit = read["local"].is_not_null()
                if not parts and hit.all():
                    return read
                if hit.any():
                    parts.append(read.with_columns(at=at).filter(hit))
                    left, at = left.filter(~hit), at.filter(~hit)
        return pl.concat([*parts, unread(at.len()).with_columns(at=at)]).sort("at").select(READING.keys())

    def _forms(self, texts: pl.Series) -> Iterator[Form]:
        """The declared forms in their order, then ISO, beginning with the form of the first text."""
        yield from self._declared
        first = texts.drop_nulls().head(1)
        likely = (form for shape, form in ISO.items() if first.str.contains(shape).any())
        yield from dict.fromkeys((*likely, *ISO.values()))

    def _instants(self, local: pl.Series, offset: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Wall clocks → instants, and whether the wall clock showed the time twice."""
        if offset.null_count() == offset.len():
            return self._in_zone(local)
        exact = (local.to_physical() - offset).cast(LOCAL).dt.replace_time_zone("UTC")
        if offset.null_count() == 0:
            return exact, pl.repeat(False, local.len(), eager=True)
        named = offset.is_not_null()
        time, fold = self._in_zone(local.set(named, None))
        return exact.zip_with(named, time), fold

    def _in_zone(self, local: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Wall clocks of the site's zone → instants (of two, the first) and whether there are two."""
        never = pl.repeat(False, local.len(), eager=True)
        if self.zone == "UTC" or local.null_count() == local.len():
            return local.dt.replace_time_zone("UTC"), never
        # The zone is asked once per quarter of an hour that occurs: in one without a change of the clock, which is
        # nearly every one, all wall clocks have the same offset.
        slot = local.to_physical() // _SLOT
        slots = slot.unique().drop_nulls().sort()
        offset = _steady_offset(slots, self.zone)
        at = slots.search_sorted(slot.fill_null(slots[0]))
        instant = (local.to_physical() - offset.gather(at)).cast(LOCAL).dt.replace_time_zone("UTC")
        odd = offset.is_null().gather(at) & local.is_not_null()
        if not odd.any():
            return instant, never
        rows, unsteady = odd.arg_true(), local.filter(odd)
        first, last = _localise(unsteady, self.zone, "earliest"), _localise(unsteady, self.zone, "latest")
        return instant.scatter(rows, first), never.scatter(rows, (first != last).fill_null(False))

    def _after_gap(self, midnight: pl.Series) -> pl.Series:
        """Midnights the clock jumps over → the first minute after, if the date has one; null for all others."""
        dates = midnight.drop_nulls().unique()
        skipped = dates.filter(_localise(dates, self.zone, "earliest").is_null())
        minutes = pl.DataFrame({"minutes": pl.int_range(1, 24 * 60, eager=True)})
        tries = pl.DataFrame({"midnight": skipped}).join(minutes, how="cross")
        wall = (tries["midnight"].to_physical() + tries["minutes"] * _MINUTE).cast(LOCAL)
        first = (
            tries.with_columns(time=_localise(wall, self.zone, "earliest"))
            .group_by("midnight")
            .agg(pl.col("time").min())
        )
        found = pl.DataFrame({"midnight": midnight}).join(first, on="midnight", how="left", maintain_order="left")
        return found["time"]


def _steady_offset(slots: pl.Series, zone: str) -> pl.Series:
    """Quarters of an hour (numbered from 1970, wall clock) → µs east of UTC, null where the clock changes within."""
    offsets = []
    for edge in (0, _SLOT - 1):
        wall = (slots * _SLOT + edge).cast(LOCAL)
        for ambiguous in ("earliest", "latest"):
            offsets.append(wall.to_physical() - _localise(wall, zone, ambiguous).to_physical())
    steady = (offsets[0] == offsets[1]) & (offsets[0] == offsets[2]) & (offsets[0] == offsets[3])
    return offsets[0].set(~steady.fill_null(False), None)


def _localise(local: pl.Series, zone: str, ambiguous: str) -> pl.Series:
    # One of the two words polars takes; its stub asks for the literal.
    aware = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
    return aware.dt.convert_time_zone("UTC")


def _in_years(local: pl.Series) -> pl.Series:
    first, last = years()
    edges = pl.Series([date(first, 1, 1), date(last + 1, 1, 1)]).cast(LOCAL)
    sane: pl.Series = ((local >= edges[0]) & (local < edges[1])).fill_null(True)
    return sane
