"""How the verdicts come about: definitions, every rule with its numbers, what is not measured, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_audit.protocol.statements import HEADING, statements
from crs_audit.report.environment import generated, render

if TYPE_CHECKING:
    from crs_audit.protocol.load import MeasureRule, Parameter
    from crs_audit.report.result import AuditResult

SECTIONS = {
    "window": "Unit of audit",
    "grading": "States, grade and episodes",
    "medication": "Doses",
    "shared": "Numbers several measures share",
    "ctcae": "Organ grades (CTCAE v5)",
}
"""Parameter sections of the protocol that belong to no single measure."""


def methods_page(result: AuditResult) -> str:
    """HTML of `methods.html`."""
    protocol = result.protocol
    audited = {measure.measure_id for measure in result.measures}
    chapters: dict[str, list[MeasureRule]] = {}
    for rule in protocol.measures.values():
        if rule.id in audited:
            chapters.setdefault(rule.chapter, []).append(rule)
    general: dict[str, list[Parameter]] = {title: [] for title in SECTIONS.values()}
    for key, parameter in protocol.parameters.items():
        section = key.split(".", 1)[0]
        if section in SECTIONS:
            general[SECTIONS[section]].append(parameter)
    return render(
        "methods.html.j2",
        run=result,
        generated=generated(result.generated, result.timezone),
        chapters=list(chapters.items()),
        general=[(title, found) for title, found in general.items() if found],
        audited=audited,
        statements=[one for one in statements() if one.why_not != HEADING],
        left_out=[rule for rule in protocol.measures.values() if rule.id not in audited],
    )
