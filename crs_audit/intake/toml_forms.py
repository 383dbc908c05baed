"""What a part of a mapping may look like in TOML, checked: each function reads one or raises UsageError."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as AnyMapping
from typing import Any

from crs_audit.errors import UsageError, nearest


def known(place: str, names: Collection[str] | AnyMapping[str, Any], all_known: Collection[str]) -> None:
    """All `names` are among those that are known."""
    for name in names:
        if name not in all_known:
            raise UsageError(f"{place}: {name!r} is unknown; {nearest(name, all_known)}")


def need(holds: bool, place: str, what: str) -> None:
    """`holds`, else the error says `what` of `place`."""
    if not holds:
        raise UsageError(f"crs-audit.toml: {place} {what}")


def part(place: str, given: AnyMapping[str, Any], key: str) -> list[tuple[str, Any]]:
    """The items of a table within a table; none where it is left out."""
    found = given.get(key, {})
    need(isinstance(found, dict), f"{place}.{key}", "must be a table of names")
    return list(found.items())


def texts(place: str, given: Any) -> dict[str, str]:
    """A table of texts."""
    sound = isinstance(given, dict) and all(isinstance(text, str) for text in given.values())
    need(sound, place, "must be a table of texts")
    return dict(given)


def text_list(place: str, given: Any) -> tuple[str, ...]:
    """A list of texts."""
    sound = isinstance(given, list | tuple) and all(isinstance(text, str) for text in given)
    need(sound, place, "must be a list of texts")
    return tuple(given)


def one_or_more(place: str, given: Any) -> tuple[str, ...]:
    """A text, or a list of at least one."""
    several = text_list(place, [given] if isinstance(given, str) else given)
    need(bool(several), place, "must not be empty")
    return several


def flag(place: str, given: Any) -> bool:
    """true or false."""
    need(isinstance(given, bool), place, "must be true or false")
    return bool(given)


def text_or_none(place: str, given: Any) -> str | None:
    """A text, or nothing."""
    need(given is None or isinstance(given, str), place, "must be text")
    return None if given is None else str(given)


def decimal(place: str, given: Any) -> str:
    """The sign before the decimals."""
    need(given in (".", ","), place, "must be '.' or ','")
    return str(given)
