"""In which declared formats the cells of a time column are written, decided by the cells alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from crs_audit.intake.plausible import years
from crs_audit.intake.time_forms import EXCEL_SERIAL, ISO, declared, tidy
from crs_audit.propose.limits import document, limit

_ZONED = r"[0-9] ?[+-][0-9]{2}:?[0-9]{2}$"
_TRIED_FIRST = 40
"""Cells on which every format is tried; those that read none of them are not tried on the rest."""


@dataclass(frozen=True)
class Written:
    """How the cells of a time column are written. Counts are of cells.

    formats: declared format → cells it reads. undecided: (month first, day first, cells) where each cell reads both
    ways. against: format → cells that its twin with day and month exchanged cannot read. offsets, naive: ISO cells with
    and without a zone, other cells being naive.
    """

    iso: int
    formats: dict[str, int]
    undecided: tuple[tuple[str, str, int], ...]
    against: dict[str, int]
    unread: int
    offsets: int
    naive: int


def written(counts: pl.DataFrame) -> Written:
    """counts: text, count; distinct texts that are not blank."""
    counts = counts.head(int(limit("look", "times")))
    read, with_zone = _iso(counts["text"])
    iso, offsets = _cells(counts, read), _cells(counts, with_zone)
    rest = counts.filter(~read)
    formats: dict[str, int] = {}
    against: dict[str, int] = {}
    undecided: list[tuple[str, str, int]] = []
    while rest.height:
        tried = pl.concat([rest.tail(_TRIED_FIRST), rest.gather_every(max(1, rest.height // _TRIED_FIRST))])
        zoned = bool(rest["text"].str.contains(_ZONED).any())
        likely = [one for one in _formats(zoned) if reads(one, tried["text"]).any()]
        hits = {one: reads(one, rest["text"]) for one in likely}
        if not hits:
            break
        best = max(hits, key=lambda one: int(hits[one].sum()))
        twin = twins().get(best)
        both = hits[best] & hits[twin] if twin in hits else None
        if twin is not None and both is not None and int(both.sum()) == int(hits[best].sum()):
            month, day = sorted((best, twin), key=lambda one: one.index("%d") < one.index("%m"))
            undecided.append((month, day, _cells(rest, both)))
        else:
            formats[best] = _cells(rest, hits[best])
            offsets += formats[best] if "%z" in best else 0
            if twin is not None:
                against[best] = formats[best] - (_cells(rest, both) if both is not None else 0)
        rest = rest.filter(~hits[best])
    naive = int(counts["count"].sum()) - offsets - int(rest["count"].sum())
    return Written(iso, formats, tuple(undecided), against, int(rest["count"].sum()), offsets, naive)


def reads(form: str, texts: pl.Series) -> pl.Series:
    """Where a declared format reads a text as a time of a plausible year."""
    local = declared(form)(tidy(texts))["local"]
    first, last = years() if form != EXCEL_SERIAL else _serial_years()
    return local.dt.year().is_between(first, last).fill_null(False)


def _serial_years() -> tuple[int, int]:
    return int(limit("dates", "serial_from")), int(limit("dates", "serial_to"))


def _iso(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Where ISO 8601 reads a text, and where that text has an offset."""
    read = with_zone = pl.repeat(False, texts.len(), dtype=pl.Boolean, eager=True)
    for form in ISO.values():
        found = form(tidy(texts))
        read = read | found["local"].is_not_null()
        with_zone = with_zone | found["offset"].is_not_null()
    return read, with_zone & read


def _cells(counts: pl.DataFrame, where: pl.Series) -> int:
    return int(counts.filter(where)["count"].sum())


@cache
def _formats(zoned: bool) -> tuple[str, ...]:
    given = document("time_formats.toml")
    days = [one for pair in given["day_or_month"] for one in pair] + given["dates"]
    clocked = [f"{day}{between}{clock}" for day in days for between in given["between"] for clock in given["clocks"]]
    if zoned:
        clocked += [f"{form}{zone}" for form in clocked for zone in given["zones"]]
    known = set(given["read_without"]["formats"])
    return tuple(one for one in (*clocked, *days, *given["both"], EXCEL_SERIAL) if one not in known)


@cache
def twins() -> dict[str, str]:
    """Each format that begins with day and month as numbers → the one with the two exchanged."""
    found: dict[str, str] = {}
    for pair in document("time_formats.toml")["day_or_month"]:
        for one, other in (pair, pair[::-1]):
            found |= {form: form.replace(one, other, 1) for form in _formats(True) if form.startswith(one)}
    return found
