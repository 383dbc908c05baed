"""summary.json: the run in one document for programs. No patient, no row of a single person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.assemble import Assembled
from crs_audit.limits import Condition
from crs_audit.publish import MARK
from crs_audit.report.result import MeasureSummary
from crs_audit.review.answer import adjudication_document
from crs_audit.settings import Settings
from crs_audit.vocabulary.rows import vocabulary_hash

SCHEMA_VERSION = "1.2"
"""Of summary.schema.json."""

NOT_GRADABLE = "not_gradable"


def summary_document(assembled: Assembled, settings: Settings, conditions: Sequence[Condition] = ()) -> dict[str, Any]:
    """The document of summary.json; rates are null for 0/0. conditions: those set, where they may be told."""
    result = assembled.result
    told = result.headline
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "crs-audit", "version": result.program_version, "libraries": dict(result.libraries)},
        "audience": result.audience,
        "suppress_below": result.suppress_below,
        "deidentified": result.deidentified,
        "generated": result.generated.isoformat() if result.generated else None,
        "input": result.input_name or None,
        "timezone": None if result.deidentified else result.timezone,
        "timezone_defaulted": result.timezone_defaulted,
        "preset": settings.preset,
        "charted_until": settings.charted_until.isoformat() if settings.charted_until else None,
        "period": [day.isoformat() for day in settings.period] if settings.period and not result.deidentified else None,
        "counts": {
            "infusions": told.infusions,
            "infusions_with_episode": told.with_episode,
            "infusions_severe": told.severe,
            "infusions_not_gradable": told.ungraded,
            "infusions_with_fallout": told.with_fallout,
            "episodes": told.episodes,
            "patients_without_infusion": told.patients_without_infusion,
            "opportunities": told.opportunities,
            "fallouts": told.fallouts,
            "fallouts_amber": told.amber,
            "indeterminate": told.indeterminate,
            "indeterminate_share": told.indeterminate_share,
            "rows_read": told.rows_read,
            "rows_accepted": told.rows_accepted,
            "rows_rejected": told.rows_rejected,
            "rows_duplicates": told.rows_duplicates,
            "rejected_share": told.rejected_share,
        },
        "max_grade": None if told.grades is None else {_grade(grade): n for grade, n in told.grades},
        "measures": [_measure(summary) for summary in result.measures],
        "adjudication": adjudication_document(result.adjudication) if result.adjudication else None,
        "accounting": assembled.accounting,
        "conditions": [
            {"condition": one.text, "value": one.value, "hit": one.hit, "exit_code": one.exit_code}
            for one in conditions
        ],
        "attrition": result.attrition.filter(pl.col("of").is_null()).select("step", "count", "note").to_dicts(),
        "checks": result.quality.checks.to_dicts(),
        "unmatched_names": result.unmatched.height if result.internal else None,
        "notes": list(result.notes),
        "inputs": [
            {"file": source.file, "sheet": source.sheet, "table": source.table, "sha256": source.sha256}
            for source in (*result.sources, *result.looked_up)
        ],
        "skipped": list(result.skipped),
        "parameters": {
            key: {"value": parameter.value, "unit": parameter.unit}
            for key, parameter in sorted(result.protocol.parameters.items())
        },
        "parameters_sha256": result.parameters_hash,
        "vocabulary_sha256": vocabulary_hash(),
        "policy": [policy.name for policy in settings.policies],
        "policy_changes": [asdict(change) for change in result.protocol.changes],
    }


def _measure(summary: MeasureSummary) -> dict[str, Any]:
    return {
        "measure_id": summary.measure_id, "title": summary.title, "kind": summary.kind, "unit": summary.unit,
        "opportunities": summary.opportunities, "infusions": summary.infusions, "met": summary.met,
        "not_met": summary.not_met, "amber": summary.amber, "fallouts": summary.fallouts,
        "excluded": summary.n_excluded, "excluded_by_reason": _by_reason(summary.excluded),
        "indeterminate": summary.n_indeterminate, "indeterminate_by_reason": _by_reason(summary.indeterminate),
        "not_applicable": summary.not_applicable, "rate": summary.rate,
        "met_band": summary.met_band and list(summary.met_band), "low": summary.low, "high": summary.high,
        "interval_unit": summary.interval_unit, "rate_if_indeterminate_not_met": summary.bound_low,
        "rate_if_indeterminate_met": summary.bound_high,
    }  # fmt: skip


def _grade(grade: int | None) -> str:
    return NOT_GRADABLE if grade is None else str(grade)


def _by_reason(counts: tuple[tuple[str, int | None], ...]) -> dict[str, int | None] | None:
    """None where only the sum of the reasons is told, or not even that."""
    return None if any(not why for why, _ in counts) else dict(counts)


def write_summary(document: dict[str, Any], folder: Path) -> None:
    """Writes summary.json, the last file of a report."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / MARK).write_text(text + "\n", encoding="utf-8")
