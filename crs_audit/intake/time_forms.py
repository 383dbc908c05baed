"""The forms a time may be written in: ISO 8601, and what the site declares. Each reads a column of texts at once."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from crs_audit.errors import UsageError

EXCEL_SERIAL = "excel"
"""The declared format of bare Excel serials (days since 1899-12-30); a whole number is a date without a time."""

SERIALS = (61, 200_000)
"""Numbers that are read as Excel serials: 1900-03-01 to the year 2447. Excel counts a 29 February 1900, day 60, that
never was: the serials before it are a day apart from program to program."""

LOCAL = pl.Datetime("us")

READING: dict[str, pl.DataType] = {"local": LOCAL, "offset": pl.Int64(), "day_only": pl.Boolean()}
"""What a form makes of texts: wall clock (null = not this form), µs east of UTC (null = the site's zone), day_only."""

Form = Callable[[pl.Series], pl.DataFrame]

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE_ALONE = f"^{_DATE}$"
_FRACTION = "[.,][0-9]{1,9}"
_ZONE = " ?(?:[Zz]|UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_TIME_DIRECTIVES = "HIklMSsTRrcXpPf"


def unread(rows: int) -> pl.DataFrame:
    """READING of texts no form reads."""
    return _reading(_alike(None, LOCAL, rows))


def tidy(texts: pl.Series) -> pl.Series:
    """Texts without outer blanks, the date and the time divided by a capital T, if by one."""
    return texts.str.strip_chars().str.replace(f"^({_DATE})t", "${1}T")


def declared(text: str) -> Form:
    """The form of a declared strftime format, or of EXCEL_SERIAL. Raises UsageError where it cannot be one."""
    if text == EXCEL_SERIAL:
        return _excel
    if "%" not in text:
        raise UsageError(f"time format {text!r} has no %-directive; write it as for strftime, e.g. '%d.%m.%Y %H:%M'")
    # Python's %f, a fraction of any length, is %.f to polars, with the point.
    pattern = text.replace(".%f", "%.f").replace("%f", "%6f")
    directives = [part.lstrip("-_0.:#36")[:1] for part in pattern.split("%")[1:]]
    day_only = not any(directive in _TIME_DIRECTIVES for directive in directives if directive)
    has_zone = "z" in directives

    def read(texts: pl.Series) -> pl.DataFrame:
        parsed = texts.str.to_datetime(pattern, time_unit="us", strict=False, time_zone="UTC" if has_zone else None)
        offset = pl.repeat(0, texts.len(), dtype=pl.Int64, eager=True) if has_zone else None
        return _reading(parsed.dt.replace_time_zone(None), day_only, offset)

    return read


def _reading(local: pl.Series, day_only: bool = False, offset: pl.Series | None = None) -> pl.DataFrame:
    if offset is None:
        offset = _alike(None, pl.Int64(), local.len())
    return pl.DataFrame({"local": local, "offset": offset, "day_only": _alike(day_only, pl.Boolean(), local.len())})


def _alike(value: object, dtype: pl.DataType, rows: int) -> pl.Series:
    return pl.Series([value], dtype=dtype).new_from_index(0, rows)


def _iso_shape(separator: str, seconds: bool) -> str:
    time = "[0-9]{2}:[0-9]{2}" + (f":[0-5][0-9](?:{_FRACTION})?" if seconds else "")
    return f"^{_DATE}{separator}{time}(?:{_ZONE})?$"


def _iso(separator: str, seconds: bool) -> Form:
    """A form of ISO 8601 with a time; the head has a fixed length, what follows it is read once per distinct text."""
    head = f"%Y-%m-%d{separator}%H:%M" + (":%S" if seconds else "")
    length = 19 if seconds else 16
    shape = _iso_shape(separator, seconds)

    def read(texts: pl.Series) -> pl.DataFrame:
        fits = texts.str.contains(shape)
        if not fits.any():
            return unread(texts.len())
        fitting = texts if fits.all() else texts.set(~fits, None)
        if fitting.str.len_bytes().max() == length:
            return _reading(fitting.str.to_datetime(head, time_unit="us", strict=False, cache=False))
        local = fitting.str.slice(0, length).str.to_datetime(head, time_unit="us", strict=False, cache=False)
        tail = fitting.str.slice(length)
        known = _tails(tail.unique())
        if known.height == 1:  # as where all times end in Z: no tail has to be looked up
            known = known.select(column.new_from_index(0, texts.len()) for column in known)
        else:
            known = tail.to_frame("tail").join(known, on="tail", how="left", maintain_order="left")
        local = (local.to_physical() + known["fraction"].fill_null(0)).cast(LOCAL)
        return _reading(local, offset=known["offset"])

    return read


def _tails(tails: pl.Series) -> pl.DataFrame:
    """`.250+02:00` → fraction 250000 µs, offset 7200000000 µs; offset is null for a tail without one."""
    tail = pl.col("tail")
    hours = tail.str.extract(r"[+-]([0-9]{2}):?[0-9]*$").cast(pl.Int64)
    minutes = tail.str.extract(r"[+-][0-9]{2}:?([0-9]{2})$").cast(pl.Int64).fill_null(0)
    east = (hours * 60 + minutes) * pl.when(tail.str.contains("-", literal=True)).then(-1).otherwise(1)
    return pl.DataFrame({"tail": tails}).with_columns(
        fraction=tail.str.extract("^[.,]([0-9]{1,6})").str.pad_end(6, "0").cast(pl.Int64).fill_null(0),
        offset=pl.when(tail.str.contains("Z|z|UTC")).then(0).otherwise(east * 60_000_000),
    )


def _iso_date(texts: pl.Series) -> pl.DataFrame:
    fits = texts.str.contains(_DATE_ALONE)
    if not fits.any():
        return unread(texts.len())
    dates = (texts if fits.all() else texts.set(~fits, None)).str.to_date("%Y-%m-%d", strict=False, cache=False)
    return _reading(dates.cast(LOCAL), day_only=True)


def _excel(texts: pl.Series) -> pl.DataFrame:
    days = texts.cast(pl.Float64, strict=False)
    days = days.set(~days.is_between(*SERIALS).fill_null(True), None)
    first = pl.Series(["1899-12-30"]).str.to_date("%Y-%m-%d").cast(LOCAL).to_physical()[0]
    # To the millisecond: a serial has no more digits.
    local = ((days * 86_400_000).round().cast(pl.Int64) * 1000 + first).cast(LOCAL)
    return _reading(local).with_columns(day_only=(days == days.floor()).fill_null(False))


ISO: dict[str, Form] = {
    _iso_shape(separator, seconds): _iso(separator, seconds) for separator in (" ", "T") for seconds in (True, False)
} | {_DATE_ALONE: _iso_date}
"""ISO 8601, extended format: `T` or a blank, with or without seconds, fraction and offset; or a date alone. Each form
by the pattern of its texts; no text has two."""
