"""Policies: what a site, or a published guideline, does otherwise than `crs.toml`. Laid over it before it is read.

A policy changes numbers, changes kinds, or switches measures off; it adds nothing. Ready ones lie in `policies/`; a
site writes its own into crs-audit.toml:

    policy = "asco-2021"                                   # a ready one, if any

    [protocol.parameters]
    "G2-02.target" = 60                                    # in the unit of crs.toml
    "G3-03.target" = { value = 90, why = "pharmacy on call" }

    [protocol.kinds]
    "G2-10" = "C"

    [protocol.off]
    "MON-06" = "grades are not charted here"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from importlib.resources import files
from itertools import pairwise
from typing import Any

from crs_audit.errors import UsageError, nearest
from crs_audit.protocol.load import Change, Parameter, Protocol, as_floats, default_rules, parse_protocol

KINDS = ("R", "C", "I")
SITE = "[protocol] of crs-audit.toml"
NAMES = "the methods page and crs_audit/protocol/crs.toml list the names"
_TABLES = ("parameters", "kinds", "off")


@dataclass(frozen=True)
class Policy:
    """Changes by key: of parameters (`G2-02.target`), of kinds and of measures switched off (`MON-06`). Each entry is
    the new value with `source` and `why`."""

    name: str
    title: str
    parameters: Mapping[str, Entry] = field(default_factory=dict)
    kinds: Mapping[str, Entry] = field(default_factory=dict)
    off: Mapping[str, Entry] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One change: its new value (None for a measure switched off), where it comes from and why."""

    value: Any
    source: str
    why: str


def ready_policies() -> dict[str, Policy]:
    """The policies shipped with the package, by name."""
    folder = files("crs_audit.protocol").joinpath("policies")
    texts = sorted(
        (file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name[-5:] == ".toml"
    )
    found = [_policy(tomllib.loads(text)) for _, text in texts]
    return {policy.name: policy for policy in found}


def site_policy(rules: Any) -> Policy:
    """The `[protocol]` table of a crs-audit.toml as a policy. UsageError where it has not the form above."""
    if not isinstance(rules, Mapping):
        raise UsageError('protocol is not a table; write [protocol.parameters] and below it "G2-02.target" = 60')
    for key in rules:
        if key not in _TABLES:
            raise UsageError(f"{SITE}: key {key!r} is unknown; {nearest(key, _TABLES)}")
    return _policy({"name": "site", "title": SITE, "source": SITE, **rules})


def protocol_with(policies: Iterable[Policy]) -> Protocol:
    """The protocol of `crs.toml` with `policies` laid over it in turn. UsageError for an unknown key or a value that
    cannot be one."""
    rules = default_rules()
    default = parse_protocol(rules)
    changed = deepcopy(rules)
    changes: dict[tuple[str, str], Change] = {}
    for policy in policies:
        for key, entry in policy.parameters.items():
            parameter = _known("parameter", key, default.parameters)
            value = _checked(parameter, entry.value)
            if as_floats(value) == as_floats(parameter.value):
                # Said again, or taken back by the later of two policies.
                _place(changed, key).update(_place(rules, key))
                changes.pop(("parameter", key), None)
                continue
            told = {"value": value, "source": entry.source, "why": entry.why, "default": parameter.text}
            _place(changed, key).update(told)
            changes["parameter", key] = _change("parameter", key, parameter.text, _said(parameter, value), entry)
        for id_, entry in policy.kinds.items():
            rule = _known("measure", id_, default.measures)
            if entry.value not in KINDS:
                raise UsageError(f"{SITE}: kind {entry.value!r} of {id_} is none; write R, C or I")
            if (rule.kind == "I") != (entry.value == "I"):
                raise UsageError(
                    f"{SITE}: {id_} cannot become {entry.value}: what only informs has no rule to fail; see `off`"
                )
            changed["measures"][id_].update(kind=entry.value, default_kind=rule.kind)
            changes["kind", id_] = _change("kind", id_, rule.kind, entry.value, entry)
        for id_, entry in policy.off.items():
            _known("measure", id_, default.measures)
            changes["off", id_] = _change("off", id_, "on", "off", entry)
    protocol = parse_protocol(changed)
    real = tuple(one for one in changes.values() if one.what == "parameter" or one.default != one.value)
    off = {change.key for change in real if change.what == "off"}
    kept = {id_: rule for id_, rule in protocol.measures.items() if id_ not in off}
    if not kept:
        raise UsageError(f"{SITE} switches every measure off; leave at least one on")
    _check_order(protocol)
    return replace(protocol, measures=kept, changes=real)


def _policy(document: Mapping[str, Any]) -> Policy:
    source = document.get("source", "")
    return Policy(
        name=document["name"],
        title=document["title"],
        parameters=_entries(document, "parameters", "value", source),
        kinds=_entries(document, "kinds", "kind", source),
        off=_entries(document, "off", None, source),
    )


def _entries(document: Mapping[str, Any], table: str, cell: str | None, source: str) -> dict[str, Entry]:
    """A change is written bare, or as a table with its value, source and why."""
    found = document.get(table, {})
    if not isinstance(found, Mapping):
        raise UsageError(f"{SITE}: {table} is not a table of names and values")
    known = {"source", "why", *([cell] if cell else [])}
    entries = {}
    for key, written in found.items():
        told = written if isinstance(written, Mapping) else {cell or "why": written}
        unknown = sorted(set(told) - known)
        if unknown and f"{key}.{unknown[0]}" in _names():
            raise UsageError(f'{SITE}: {table}: put the name in quotes: "{key}.{unknown[0]}" = ...')
        if unknown:
            cure = nearest(unknown[0], sorted(known))
            raise UsageError(f"{SITE}: {table}: {key!r} has the unknown key {unknown[0]!r}; {cure}")
        if (cell or "why") not in told:
            raise UsageError(f"{SITE}: {table}: {key!r} says no {cell or 'why'}")
        if not isinstance(told.get("why", ""), str) or (cell is None and not told["why"].strip()):
            raise UsageError(f'{SITE}: {table}: {key!r} takes a reason in words, like "judged elsewhere"')
        entries[key] = Entry(told[cell] if cell else None, str(told.get("source", source)), str(told.get("why", "")))
    return entries


def _names() -> frozenset[str]:
    """Of all parameters."""
    return frozenset(parse_protocol(default_rules()).parameters)


def _known(what: str, key: str, known: Mapping[str, Any]) -> Any:
    if key not in known:
        near = nearest(key, sorted(known)) if difflib.get_close_matches(key, known, n=1) else NAMES
        raise UsageError(f"{SITE}: {what} {key!r} is unknown; {near}")
    return known[key]


def _place(rules: dict[str, Any], key: str) -> dict[str, Any]:
    """The table of the parameter `key` in the document of crs.toml."""
    section, name = key.split(".", 1)
    place: dict[str, Any] = rules[section] if section in rules else rules["measures"][section]["parameters"]
    found: dict[str, Any] = place[name]
    return found


def _checked(parameter: Parameter, value: Any) -> Any:
    default = parameter.value
    what = f"{parameter.least:.12g} to {parameter.most:.12g} {parameter.unit}"
    if isinstance(default, list):
        fits = isinstance(value, list) and len(value) == len(default) and all(_fits(parameter, one) for one in value)
        if not fits or any(after <= before for before, after in pairwise(value)):
            raise UsageError(f"{SITE}: {parameter.key} takes {len(default)} rising numbers of {what}, like {default}")
    elif not _fits(parameter, value):
        number = "a whole number" if parameter.whole else "a number"
        raise UsageError(f"{SITE}: {parameter.key} takes {number} of {what}, like {default:g}")
    return value


def _fits(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Compared before anything is computed: TOML's integers have no largest.
    within = parameter.least <= value <= parameter.most
    return within and (not parameter.whole or value == int(value))


def _said(parameter: Parameter, value: Any) -> str:
    return replace(parameter, value=value).text


def _change(what: str, key: str, default: str, value: str, entry: Entry) -> Change:
    return Change(what, key, default, value, entry.source, entry.why)


def _check_order(protocol: Protocol) -> None:
    """A second limit below its first would never be reached."""
    for parameter in protocol.parameters.values():
        if parameter.not_below is not None:
            other = protocol.parameters[parameter.not_below]
            if float(str(parameter.value)) < float(str(other.value)):
                raise UsageError(
                    f"{SITE}: {parameter.key} ({parameter.text}) is below {other.key} ({other.text}); change both"
                )
