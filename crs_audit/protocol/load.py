"""The protocol file as objects: every parameter with unit, source and reason, every measure with its rule in words."""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from crs_audit.protocol.statements import Statement, of_measure

Value = float | int | str | list[float]

_SPAN = {"min": "minutes", "h": "hours", "d": "days"}
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_.-]+)\}")
_TABLES_OF_PARAMETERS = ("window", "grading", "medication", "shared", "ctcae")


@dataclass(frozen=True)
class Parameter:
    """One number of the protocol. `key` is `section.name` or `MEASURE-ID.name`."""

    key: str
    value: Value
    unit: str
    source: str
    why: str
    not_below: str | None = None
    """Key of a parameter in the same unit that this one may not be lower than: a second limit of its first."""
    default: str | None = None
    """What `crs.toml` says, where a policy changed it."""
    least: float = 0.0
    most: float = math.inf
    whole: bool = False
    """What a value may be: from `least` to `most`, and a whole number; by the parameter's entry, else by its unit's."""

    @property
    def text(self) -> str:
        """Value and unit as a reader says them: `120 min`, `8 mg/kg`, `10 %`."""
        values = self.value if isinstance(self.value, list) else [self.value]
        number = ", ".join(f"{one:.12g}" if isinstance(one, int | float) else one for one in values)
        return number if self.unit in ("doses", "grade") else f"{number} {self.unit}"


@dataclass(frozen=True)
class MeasureRule:
    """A measure in words, its placeholders filled with the parameters in force."""

    id: str
    title: str
    kind: str
    unit: str
    chapter: str
    opportunity: str
    met_when: str
    excluded_when: str
    value: str
    """What the number of a result is; empty where a result has none."""
    needs: tuple[str, ...]
    statements: tuple[Statement, ...]
    """Of the source text, that it answers to."""
    parameters: tuple[Parameter, ...]
    default_kind: str | None = None
    """What `crs.toml` says, where a policy changed it."""


@dataclass(frozen=True)
class Change:
    """What a policy changed: a `parameter`, the `kind` of a measure, or a measure switched `off`; texts as read by a
    person."""

    what: str
    key: str
    default: str
    value: str
    source: str
    why: str


@dataclass(frozen=True)
class Protocol:
    """All rules and numbers of one audit; equal protocols give equal verdicts on equal rows."""

    title: str
    version: str
    parameters: Mapping[str, Parameter]
    measures: Mapping[str, MeasureRule]
    changes: tuple[Change, ...] = ()
    """What differs from `crs.toml`, in the order it was told."""

    def value(self, key: str) -> Any:
        """The bare value of `key`, e.g. `grading.fever` or `G2-02.target`; KeyError if there is none."""
        return self.parameters[key].value

    def span(self, key: str) -> timedelta:
        """The value of a parameter in min, h or d as a duration."""
        parameter = self.parameters[key]
        return timedelta(**{_SPAN[parameter.unit]: float(str(parameter.value))})

    @property
    def hash(self) -> str:
        """SHA-256 over all keys, values, units and kinds: two runs with the same hash used the same rules."""
        rules = {
            "parameters": {key: [as_floats(p.value), p.unit] for key, p in sorted(self.parameters.items())},
            "kinds": {id_: rule.kind for id_, rule in sorted(self.measures.items())},
        }
        return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()


def as_floats(value: Value) -> Any:
    """The same number written as 120 or as 120.0 is the same rule."""
    if isinstance(value, list):
        return [float(one) for one in value]
    return float(value) if isinstance(value, int) else value


def load_protocol() -> Protocol:
    """The protocol shipped with the package (`crs.toml`), without any policy."""
    return parse_protocol(default_rules())


@cache
def default_rules() -> dict[str, Any]:
    """The document of `crs.toml`, read once; what lays policies over it copies it first."""
    return tomllib.loads(files("crs_audit.protocol").joinpath("crs.toml").read_text(encoding="utf-8"))


def parse_protocol(data: Mapping[str, Any]) -> Protocol:
    """A protocol from the parsed TOML document; see `crs.toml` for its form."""
    parameters: dict[str, Parameter] = {}
    units = data["units"]
    for section in _TABLES_OF_PARAMETERS:
        parameters.update(parameters_of(section, data.get(section, {}), units))
    for measure_id, rule in data["measures"].items():
        parameters.update(parameters_of(measure_id, rule.get("parameters", {}), units))
    measures = {id_: _measure(id_, rule, parameters) for id_, rule in data["measures"].items()}
    return Protocol(
        title=data["title"],
        version=data["version"],
        parameters=parameters,
        measures=measures,
    )


def parameters_of(section: str, entries: Mapping[str, Any], units: Mapping[str, Any]) -> dict[str, Parameter]:
    """The entries of one table of a rules file, by `section.name`; `units`: what a value of each unit may be."""
    found = {}
    for name, entry in entries.items():
        limits = {**units[entry["unit"]], **entry}
        found[f"{section}.{name}"] = Parameter(
            f"{section}.{name}",
            entry["value"],
            entry["unit"],
            entry["source"],
            entry["why"],
            entry.get("not_below"),
            entry.get("default"),
            limits["least"],
            limits["most"],
            limits.get("whole", False),
        )
    return found


def _measure(id_: str, rule: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> MeasureRule:
    used: dict[str, Parameter] = {key: p for key, p in parameters.items() if key.startswith(f"{id_}.")}

    def fill(sentence: str) -> str:
        def text(match: re.Match[str]) -> str:
            name = match[1]
            parameter = parameters[name if "." in name else f"{id_}.{name}"]
            used[parameter.key] = parameter
            return parameter.text

        return _PLACEHOLDER.sub(text, sentence)

    return MeasureRule(
        id=id_,
        title=fill(rule["title"]),
        kind=rule["kind"],
        unit=rule["unit"],
        chapter=rule["chapter"],
        opportunity=fill(rule["opportunity"]),
        met_when=fill(rule["met_when"]),
        excluded_when=fill(rule["excluded_when"]),
        value=fill(rule.get("value", "")),
        needs=tuple(rule["needs"]),
        statements=of_measure(id_),
        parameters=tuple(used[key] for key in sorted(used)),
        default_kind=rule.get("default_kind"),
    )
