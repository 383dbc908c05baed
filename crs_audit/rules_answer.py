"""What `crs-audit measures` puts on stdout: the rules in force, one in full or a line for each."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from crs_audit.answers import as_json
from crs_audit.console import aligned
from crs_audit.errors import UsageError
from crs_audit.protocol.policy import ready_policies
from crs_audit.setting_forms import unknown

if TYPE_CHECKING:
    from crs_audit.protocol.load import MeasureRule, Parameter, Protocol


def measures_answer(protocol: Protocol, id_: str | None, as_document: bool) -> str:
    """The answer of `measures`: one rule in full, or a line for each; UsageError for an unknown id."""
    if id_ is None:
        if as_document:
            changes = [asdict(change) for change in protocol.changes]
            rules = [asdict(rule) for rule in protocol.measures.values()]
            return as_json({"measures": rules, "changes": changes, "policies": _policies()})
        rows = [["id", "kind", "unit", "title"]] + [[m.id, m.kind, m.unit, m.title] for m in protocol.measures.values()]
        parts = [aligned(rows)]
        if protocol.changes:
            changed = [[c.key, c.default, c.value, c.source, c.why] for c in protocol.changes]
            parts.append(aligned([["changed", "default", "here", "source", "why"], *changed]))
        parts.append("kind: R required, C considered, I informational. One in full: crs-audit measures ID")
        parts.append(aligned([["--policy", ""], *([name, title] for name, title in _policies().items())]))
        return "\n\n".join(parts)
    by_upper = {known.upper(): rule for known, rule in protocol.measures.items()}
    if id_.upper() not in by_upper:
        for change in protocol.changes:
            if change.what == "off" and change.key == id_.upper():
                raise UsageError(f"measure {change.key} is switched off by {change.source}: {change.why}")
        raise unknown("measure", id_, list(protocol.measures))
    rule = by_upper[id_.upper()]
    return as_json(asdict(rule)) if as_document else _rule_text(rule)


def _policies() -> dict[str, str]:
    return {name: policy.title for name, policy in ready_policies().items()}


def _rule_text(rule: MeasureRule) -> str:
    kinds = {"R": "required (a fallout when not met)", "C": "considered (a rate, no fallout)", "I": "informational"}
    rows = [
        ["kind", kinds[rule.kind] + (f"; default {rule.default_kind}" if rule.default_kind else "")],
        ["unit", rule.unit],
        ["opportunity", rule.opportunity],
        ["met when", rule.met_when],
        ["excluded when", rule.excluded_when or "never"],
        ["value", rule.value or "none"],
        ["needs", ", ".join(rule.needs)],
        ["source", "source text, " + "; ".join(f"line {one.line}: {one.gist}" for one in rule.statements)],
    ]
    parts = [f"{rule.id}  {rule.title}", aligned(rows, indent="  ")]
    if rule.parameters:
        parts.append("  parameters (crs_audit/protocol/crs.toml)\n" + aligned(
            [["key", "value", "source", "why"], *[_parameter(p) for p in rule.parameters]], indent="    "
        ))  # fmt: skip
    return "\n\n".join(parts)


def _parameter(parameter: Parameter) -> list[str]:
    value = parameter.text + (f" (default {parameter.default})" if parameter.default else "")
    return [parameter.key, value, parameter.source, parameter.why]
