"""Names that warehouses give to columns, flowsheet rows, orders and locations → what they are here (tables beside)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crs_audit.intake.units import PER_TIME, known_units, normalised
from crs_audit.propose.limits import document
from crs_audit.tables import LABS, VITALS
from crs_audit.vocabulary.text import Words, words

GENERIC = "time"
"""Role of a column that calls itself a time and says not of what."""


@dataclass(frozen=True)
class Measure:
    """What a flowsheet row or a wide column is: a vital, assessment or procedure, or the parts of a pair."""

    table: str
    name: str
    parts: tuple[str, ...] = ()
    unit: str | None = None
    """The unit its own name states: Temp (F)."""


def header_roles(header: str) -> tuple[str, ...]:
    """What a column may be by its header, the likeliest first; empty where the header is unknown."""
    found = words(header)
    exact, times = _roles()
    roles = list(exact.get("".join(found), ()))
    stem = _stem(found)
    for bare in (stem, tuple(word for n, word in enumerate(stem) if n or word not in _words("context"))):
        roles += times.get("".join(bare), ())
    if found and not stem:
        roles.append(GENERIC)
    if not roles and (head := _BRACKET.sub("", header)) != header:
        return header_roles(head)
    return tuple(dict.fromkeys(roles))


_BRACKET = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")


def header_unit(header: str) -> str | None:
    """The unit that a header states in brackets at its end: Dose (mg)."""
    found = _BRACKET.search(header)
    text = found.group().strip(" ()[]") if found else ""
    return text if text and is_unit(text) else None


def is_time_role(role: str) -> bool:
    """Whether a role is of a time."""
    return role == GENERIC or role in _time_roles()


def says_time(header: str) -> bool:
    """Whether a header itself says that times stand below it."""
    return any(word in _words("time") for word in words(header))


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(document("words.toml")[kind])


def _stem(found: Words) -> Words:
    return tuple(word for word in found if word not in _words("time"))


@cache
def _roles() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Names → roles: as a whole, and (of times) without the words that only say that it is a time."""
    exact: dict[str, tuple[str, ...]] = {}
    times: dict[str, tuple[str, ...]] = {}
    for row in _rows("columns.csv"):
        for name in row["names"].split("|"):
            found = words(name)
            whole = "".join(found)
            if row["time"]:
                stem = "".join(_stem(found)) or whole
                times[stem] = (*times.get(stem, ()), row["role"])
                whole = whole if whole != stem else ""
            if whole and row["role"] not in exact.get(whole, ()):
                exact[whole] = (*exact.get(whole, ()), row["role"])
    return exact, times


@cache
def _time_roles() -> frozenset[str]:
    return frozenset(row["role"] for row in _rows("columns.csv") if row["time"])


def measure(name: str, pair: bool = False) -> Measure | None:
    """The vital, assessment or procedure a name stands for, as a whole; a unit at its end is taken off and told.

    pair: its cells hold two values (120/80), so that names of pairs go first (RR: respiratory rate, or Riva-Rocci).
    """
    found = words(name)
    bare = found[1:] if found and found[0] in _words("context") and len(found) > 1 else found
    for some in dict.fromkeys((found, bare)):
        hit = _measured(some, pair)
        if hit is not None:
            return Measure(hit.table, hit.name, hit.parts, _unit_of(hit, some[-1]))
    for some in dict.fromkeys((found, bare)):
        for n in range(1, min(len(some), _UNIT_WORDS + 1)):
            hit = _measured(some[:-n], pair)
            unit = _unit_of(hit, "/".join(some[-n:])) if hit else None
            if hit is not None and unit is not None:
                return Measure(hit.table, hit.name, hit.parts, unit)
    return None


_UNIT_WORDS = 2
"""Words a unit has at most: L / min."""


def _measured(found: Words, pair: bool) -> Measure | None:
    key = "".join(found)
    pairs, singles = _measures(True).get(key), _measures(False).get(key)
    return (pairs or singles) if pair else (singles or pairs)


def _unit_of(hit: Measure, text: str) -> str | None:
    """The unit that the end of a name states, of those known for the vital (of both parts, for a pair)."""
    rules = [known_units("vitals", name).get(normalised(text)) for name in (hit.parts or (hit.name,)) if name in VITALS]
    return rules[0][0] if rules and rules[0] is not None and hit.table == "vitals" else None


@cache
def _measures(pairs: bool) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for row in _rows("measures.csv"):
        for name in row["names"].split("|") if bool(row["parts"]) == pairs else ():
            found.setdefault("".join(words(name)), Measure(row["table"], row["name"], tuple(row["parts"].split())))
    return found


def location(text: str) -> str | None:
    """The kind of place a unit's name tells of, null where its words say nothing or contradict each other."""
    found = words(text)
    hits = {
        row["location_type"]
        for row in _rows("locations.csv")
        if _has_any(found, row["words"]) and not _has_any(found, row["not"])
    }
    return hits.pop() if len(hits) == 1 else None


def _has_any(found: Words, names: str) -> bool:
    padded = f" {' '.join(found)} "
    return any(f" {' '.join(words(name))} " in padded for name in names.split("|") if name)


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    text = files("crs_audit.propose").joinpath(table).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def is_unit(text: str) -> bool:
    """Whether a text is the unit of a dose, a rate, a vital or a lab."""
    bare = normalised(text)
    return bool(bare) and (bare in _units() or (re.search(PER_TIME, text) is not None and _begins_with_amount(text)))


def _begins_with_amount(text: str) -> bool:
    return normalised(text.split("/")[0]) in _units()


@cache
def _units() -> frozenset[str]:
    kinds = [("vitals", VITALS), ("labs", LABS), ("doses", ("mg", "mL", "other"))]
    return frozenset(unit for table, names in kinds for name in names for unit in known_units(table, name))
