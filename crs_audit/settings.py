"""Settings of a run: flag > `CRS_AUDIT_*` > `crs-audit.toml` > default, checked once and then frozen."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crs_audit.errors import UsageError

CONFIG_NAME = "crs-audit.toml"
ENVIRONMENT = "CRS_AUDIT_"

OPTIONS = {
    "preset": "canonical",
    "timezone": None,
    "out": None,
    "measures": None,
    "period": None,
    "jobs": None,
    "site_key": None,
    "as_of": None,
    "fail_on": (),
    "max_rejected": None,
    "max_indeterminate": None,
}
"""Every setting a run takes, with its default; each has a flag, a CRS_AUDIT_ variable and a key of the same name."""

MAPPING_KEYS = ("tables", "time_formats", "units", "time_shift_minutes", "decimal")
"""Keys of crs-audit.toml that say how the extract is written; `intake.mapping` reads and checks them."""


@dataclass(frozen=True)
class FailOn:
    """A condition that ends a finished run with exit code 1: any fallout, or a measure's rate below a limit."""

    text: str
    measure: str | None = None
    below: float | None = None


@dataclass(frozen=True)
class Settings:
    """What one run needs to know beside its input."""

    input: Path
    out: Path
    preset: str
    mapping: Mapping[str, Any]
    config: Path | None
    timezone: str
    timezone_defaulted: bool
    measures: frozenset[str] | None
    period: tuple[date, date] | None
    jobs: int
    site_key: str | None
    as_of: datetime
    fail_on: tuple[FailOn, ...]
    max_rejected: float | None
    max_indeterminate: float | None


def load_settings(
    input_path: Path, flags: Mapping[str, Any], measure_ids: Iterable[str], config: Path | None = None
) -> Settings:
    """Settings from `flags` (None = not given), the environment and the configuration file.

    Raises UsageError for an unknown key or variable (with the nearest known one) or a value of the wrong form.
    """
    config = _config_file(input_path, config)
    document = _read_config(config) if config else {}
    environment = _environment()
    chosen: dict[str, Any] = {}
    for name, default in OPTIONS.items():
        given = [source[name] for source in (flags, environment, document) if source.get(name) is not None]
        chosen[name] = given[0] if given else default
    zone = chosen["timezone"] or _preset_timezone(chosen["preset"])
    return Settings(
        input=input_path,
        out=Path(chosen["out"]) if chosen["out"] else Path("reports") / report_name(input_path),
        preset=str(chosen["preset"]),
        mapping={key: document[key] for key in MAPPING_KEYS if key in document},
        config=config,
        timezone=_timezone(zone or "UTC"),
        timezone_defaulted=zone is None,
        measures=_measures(chosen["measures"], measure_ids),
        period=_period(chosen["period"]),
        jobs=_jobs(chosen["jobs"]),
        site_key=chosen["site_key"],
        as_of=_as_of(chosen["as_of"]),
        fail_on=tuple(_fail_on(text, measure_ids) for text in _words(chosen["fail_on"])),
        max_rejected=_share("max_rejected", chosen["max_rejected"]),
        max_indeterminate=_share("max_indeterminate", chosen["max_indeterminate"]),
    )


def report_name(input_path: Path) -> str:
    """The default folder name of a report: the input's own, without its ending."""
    path = input_path.resolve()
    return path.stem if path.is_file() else path.name


def unknown(what: str, name: str, known: Collection[str]) -> UsageError:
    """An error that names what is unknown and the nearest known word."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
    return UsageError(f"{what} {name!r} is unknown; {hint}")


def _config_file(input_path: Path, given: Path | None) -> Path | None:
    named = given or (Path(os.environ[ENVIRONMENT + "CONFIG"]) if os.environ.get(ENVIRONMENT + "CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise UsageError(f"{named}: no such configuration file; give the path of a crs-audit.toml")
        return named
    folder = input_path if input_path.is_dir() else input_path.parent
    beside = folder / CONFIG_NAME
    return beside if beside.is_file() else None


def _read_config(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as TOML ({error}); mend the file") from None
    known = [*OPTIONS, *MAPPING_KEYS]
    for key in document:
        if key not in known:
            raise UsageError(f"{path}: {unknown('key', key, known)}")
    return document


def _environment() -> dict[str, str]:
    known = {ENVIRONMENT + name.upper(): name for name in OPTIONS}
    found = {}
    for variable, value in os.environ.items():
        if variable in known:
            found[known[variable]] = value
        elif variable.startswith(ENVIRONMENT) and variable not in _OTHER_VARIABLES:
            raise unknown("environment variable", variable, known)
    return found


_OTHER_VARIABLES = {ENVIRONMENT + "CONFIG", ENVIRONMENT + "CHROMIUM", ENVIRONMENT + "REQUIRE_BROWSER"}


def _preset_timezone(preset: str) -> str | None:
    from crs_audit.intake.mapping import preset_timezone

    return preset_timezone(preset)


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"timezone {name!r} is unknown; give an IANA name such as America/Chicago") from None
    return name


def _measures(value: Any, known: Iterable[str]) -> frozenset[str] | None:
    if value is None:
        return None
    by_upper = {id_.upper(): id_ for id_ in known}
    ids = _words(value)
    for id_ in ids:
        if id_.upper() not in by_upper:
            raise unknown("measure", id_, list(by_upper.values()))
    return frozenset(by_upper[id_.upper()] for id_ in ids)


def _words(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else [part for item in value for part in str(item).split(",")]
    return [part.strip() for part in parts if part.strip()]


def _period(value: Any) -> tuple[date, date] | None:
    """`2026`, `2026-10`, `2026-Q3` or `2026-10-01..2026-10-31` (both days in) → first day, day after the last."""
    if value is None:
        return None
    text = str(value)
    try:
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return _months(int(match[1]), int(match[2]), 1)
        if re.fullmatch(r"\d{4}", text):
            return _months(int(text), 1, 12)
        first, last = (date.fromisoformat(part) for part in text.split(".."))
        if first <= last:
            return first, date.fromordinal(last.toordinal() + 1)
    except ValueError:
        pass
    raise UsageError(f"period {text!r} is not one; write 2026, 2026-10, 2026-Q3 or 2026-10-01..2026-10-31")


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = month - 1 + count
    return date(year, month, 1), date(year + after // 12, after % 12 + 1, 1)


def _jobs(value: Any) -> int:
    if value is None:
        return os.cpu_count() or 1
    try:
        jobs = int(value)
    except (TypeError, ValueError):
        jobs = 0
    if jobs < 1:
        raise UsageError(f"jobs {value!r} is not a whole number of at least 1")
    return jobs


def _as_of(value: Any) -> datetime:
    if value is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"as_of {value!r} is not an ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fail_on(text: str, measure_ids: Iterable[str]) -> FailOn:
    if text == "fallouts":
        return FailOn(text)
    if match := re.fullmatch(r"([A-Za-z0-9-]+)\s*<\s*(\d+(?:\.\d+)?)\s*(%?)", text):
        (measure,) = _measures(match[1], measure_ids) or ()
        limit = float(match[2]) / (100 if match[3] else 1)
        if 0 <= limit <= 1:
            return FailOn(text, measure, limit)
    raise UsageError(f"fail_on {text!r} is not a condition; write 'fallouts' or, for a rate, 'G2-02<90%'")


def _share(name: str, value: Any) -> float | None:
    if value is None:
        return None
    try:
        text = str(value).strip()
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{name} {value!r} is not a share; write 0.05 or 5%")
    return share
