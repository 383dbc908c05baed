"""What a setting may look like. Each function reads one, as a flag, a variable or TOML gives it, or says the cure."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crs_audit.audience import AUDIENCES, DEFAULT_BELOW, LEAST_BELOW, SHARE
from crs_audit.errors import UsageError, nearest


@dataclass(frozen=True)
class FailOn:
    """A condition that ends a finished run with exit code 1: any fallout, or a measure's rate below a limit."""

    text: str
    measure: str | None = None
    below: float | None = None


def unknown(what: str, name: str, known: Collection[str]) -> UsageError:
    """An error that names what is unknown and the nearest known word."""
    return UsageError(f"{what} {name!r} is unknown; {nearest(name, sorted(known))}")


def text(name: str, value: Any) -> str | None:
    """A setting that is text; TOML may hold a number or a list in its place."""
    if value is None or isinstance(value, str | Path):
        return None if value is None else str(value)
    raise UsageError(f"{name} {value!r} is not text; put it in quotes")


def timezone(name: str) -> str:
    """An IANA name that this machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"timezone {name!r} is unknown; give an IANA name such as America/Chicago") from None
    return name


def measures(value: Any, known: Iterable[str]) -> frozenset[str] | None:
    """Ids of measures, None = all. An empty list is no choice: nothing would be measured, and all would look well."""
    if value is None:
        return None
    by_upper = {id_.upper(): id_ for id_ in known}
    ids = _words("measures", value)
    if not ids:
        raise UsageError("measures names none; write e.g. G2-01,G2-02, or leave it out for all")
    for id_ in ids:
        if id_.upper() not in by_upper:
            raise unknown("measure", id_, list(by_upper.values()))
    return frozenset(by_upper[id_.upper()] for id_ in ids)


def _words(name: str, value: Any) -> list[str]:
    if not isinstance(value, str | list | tuple):
        raise UsageError(f'{name} {value!r} is not a list; write ["..."] or "..."')
    parts = value.split(",") if isinstance(value, str) else [part for item in value for part in str(item).split(",")]
    return [part.strip() for part in parts if part.strip()]


def period(value: Any) -> tuple[date, date] | None:
    """`2026`, `2026-10`, `2026-Q3` or `2026-10-01..2026-10-31` (both days in) → first day, day after the last."""
    if value is None:
        return None
    written = str(value)
    try:
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", written):
            return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
        if match := re.fullmatch(r"(\d{4})-(\d{2})", written):
            return _months(int(match[1]), int(match[2]), 1)
        if re.fullmatch(r"\d{4}", written):
            return _months(int(written), 1, 12)
        first, last = (date.fromisoformat(part) for part in written.split(".."))
        if first <= last:
            return first, date.fromordinal(last.toordinal() + 1)
    except ValueError:
        pass
    raise UsageError(f"period {written!r} is not one; write 2026, 2026-10, 2026-Q3 or 2026-10-01..2026-10-31")


def history(value: str | None, days: tuple[date, date] | None, chosen: Collection[str] | None) -> Path | None:
    """The file of the history. It keeps whole months of all measures: half a month would take a whole one's place."""
    if not value:
        return None
    if days is None or days[0].day != 1 or days[1].day != 1:
        raise UsageError("history keeps whole months: give the months as --period, e.g. 2026-10, 2026-Q3 or 2026")
    if chosen is not None:
        raise UsageError("history keeps all measures of a month: leave --measures out, or --history")
    return Path(value)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = month - 1 + count
    return date(year, month, 1), date(year + after // 12, after % 12 + 1, 1)


def jobs(value: Any) -> int:
    """A number of processes, by default one for each core."""
    if value is None:
        return os.cpu_count() or 1
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if number < 1:
        raise UsageError(f"jobs {value!r} is not a whole number of at least 1")
    return number


def whole(name: str, value: Any) -> int:
    """A whole number, nought included."""
    written = str(value).strip()
    if isinstance(value, bool) or not written.isdecimal():
        raise UsageError(f"{name} {value!r} is not a whole number")
    return int(written)


def audience(value: Any, chosen: Mapping[str, Any]) -> str:
    """Who the report is for; `chosen`: all settings. A shared report carries nothing that was said of single findings,
    and keeps no months."""
    if value not in AUDIENCES:
        raise unknown("audience", str(value), AUDIENCES)
    for name in ("history", "reviews"):
        if value == SHARE and chosen[name] is not None:
            raise UsageError(f"{name} is for internal reports: leave it out, or --audience share")
    return str(value)


def deidentify(chosen: Mapping[str, Any]) -> bool:
    """Whether nobody shall be named; `chosen`: all settings. Such a report keeps no true months, and nothing that
    reviewers wrote: their comments are free text."""
    wanted = _yes_or_no("deidentify", chosen["deidentify"])
    for name, why in _NAMING.items():
        if wanted and chosen[name] is not None:
            raise UsageError(f"{name} {why}: leave it out, or --deidentify")
    if wanted and chosen["audience"] == SHARE:
        raise UsageError("--audience share holds no patient, so that there is nobody to hide: leave out --deidentify")
    return wanted


_NAMING = {
    "history": "keeps true months",
    "reviews": "holds what people wrote of patients",
    "charted_until": "is one day for all, from which everybody's true dates could be counted",
}
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _yes_or_no(name: str, value: Any) -> bool:
    written = str(value).strip().lower()
    if written not in (*_YES, *_NO):
        raise UsageError(f"{name} {value!r} is neither yes nor no; write true or false")
    return written in _YES


def suppress_below(value: Any) -> int:
    """The least count of patients that a shared report tells."""
    number = DEFAULT_BELOW if value is None else whole("suppress_below", value)
    if number < LEAST_BELOW:
        raise UsageError(f"suppress_below {number} is too small to hide anything; write {LEAST_BELOW} or more")
    return number


def existing(name: str, value: str | None) -> Path | None:
    """A file or folder that is there."""
    if value is None:
        return None
    if not Path(value).exists():
        raise UsageError(f"{name} {value}: no such file or folder")
    return Path(value)


def as_of(value: Any) -> datetime:
    """The time of the report, by default now; without an offset it is UTC."""
    return datetime.now(UTC).replace(microsecond=0) if value is None else _moment("as_of", value, UTC)


def charted_until(value: Any, zone: str) -> datetime | None:
    """Up to when the extract holds what was charted; without an offset by the site's clock, a date is its beginning."""
    return None if value is None else _moment("charted_until", value, ZoneInfo(zone)).astimezone(UTC)


def _moment(name: str, value: Any, zone: tzinfo) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{name} {value!r} is not an ISO 8601 time; write e.g. 2026-11-02T06:15") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def fail_on(value: Any, known: Iterable[str], chosen: frozenset[str] | None) -> tuple[FailOn, ...]:
    """The conditions; `chosen`: the measures of the run. One that can never be hit guards nothing: it is refused."""
    conditions = tuple(_condition(word, known) for word in _words("fail_on", value))
    if (value and not conditions) or value == "":
        raise UsageError("fail_on names no condition; write 'fallouts' or, for a rate, 'G2-02<90%'")
    for condition in conditions:
        if chosen is not None and condition.measure is not None and condition.measure not in chosen:
            raise UsageError(f"fail_on {condition.text!r} is about a measure that `measures` leaves out; add it there")
    return conditions


def _condition(word: str, known: Iterable[str]) -> FailOn:
    if word == "fallouts":
        return FailOn(word)
    if match := re.fullmatch(r"([A-Za-z0-9-]+)\s*<\s*(\d+(?:\.\d+)?)\s*(%?)", word):
        measure = next(iter(measures(match[1], known) or ()), None)
        limit = float(match[2]) / (100 if match[3] else 1)
        if 0 <= limit <= 1:
            return FailOn(word, measure, limit)
    raise UsageError(f"fail_on {word!r} is not a condition; write 'fallouts' or, for a rate, 'G2-02<90%'")


def share(name: str, value: Any) -> float | None:
    """`0.05` or `5%`."""
    if value is None:
        return None
    try:
        written = str(value).strip()
        found = float(written.removesuffix("%")) / (100 if written.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1:
        hint = " below 100 %, which nothing is beyond" if found == 1 else ""
        raise UsageError(f"{name} {value!r} is not a share{hint}; write 0.05 or 5%")
    return found
