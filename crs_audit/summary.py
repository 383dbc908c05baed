"""summary.json: the run in one document for programs. No patient, no row of a single person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.accounting import totals
from crs_audit.assemble import Assembled
from crs_audit.publish import MARK
from crs_audit.report.result import MeasureSummary
from crs_audit.settings import Settings
from crs_audit.vocabulary.rows import vocabulary_hash

SCHEMA_VERSION = "1.0"


def summary_document(assembled: Assembled, settings: Settings) -> dict[str, Any]:
    """The document of summary.json; rates are null for 0/0."""
    result = assembled.result
    measures = [_measure(summary) for summary in result.measures]
    opportunities = sum(measure["opportunities"] for measure in measures)
    indeterminate = sum(measure["indeterminate"] for measure in measures)
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "crs-audit", "version": result.program_version, "libraries": dict(result.libraries)},
        "generated": result.generated.isoformat(),
        "input": result.input_name,
        "timezone": result.timezone,
        "timezone_defaulted": result.timezone_defaulted,
        "preset": settings.preset,
        "period": [day.isoformat() for day in settings.period] if settings.period else None,
        "counts": {
            "infusions": result.infusions.height,
            "episodes": result.episodes.height,
            "patients_without_infusion": len(result.unaudited),
            "opportunities": opportunities,
            "fallouts": sum(measure["fallouts"] for measure in measures),
            "indeterminate": indeterminate,
            "indeterminate_share": indeterminate / opportunities if opportunities else None,
            **totals(assembled.accounting),
        },
        "max_grade": {
            str(grade): n
            for grade, n in result.infusions.get_column("max_grade").value_counts().sort("max_grade").iter_rows()
        },
        "measures": measures,
        "accounting": assembled.accounting,
        "attrition": assembled.attrition,
        "checks": result.quality.checks.to_dicts(),
        "unmatched_names": int(result.unmatched.select(pl.len()).item()),
        "notes": list(assembled.notes),
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
        "excluded": summary.n_excluded, "excluded_by_reason": dict(summary.excluded),
        "indeterminate": summary.n_indeterminate, "indeterminate_by_reason": dict(summary.indeterminate),
        "not_applicable": summary.not_applicable, "rate": summary.rate, "low": summary.low, "high": summary.high,
        "interval_unit": summary.interval_unit, "rate_if_indeterminate_not_met": summary.bound_low,
        "rate_if_indeterminate_met": summary.bound_high,
    }  # fmt: skip


def write_summary(document: dict[str, Any], folder: Path) -> None:
    """Writes summary.json, the last file of a report."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / MARK).write_text(text + "\n", encoding="utf-8")
