"""The text and the JSON that commands put on stdout. No patient, no value of the data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crs_audit.console import aligned, percent
from crs_audit.report.pictures.interval import of_infusions, share_of_infusions

if TYPE_CHECKING:
    from crs_audit.audit import RunOutcome
    from crs_audit.report.result import MeasureSummary
    from crs_audit.validation import ValidateOutcome


def as_json(document: Mapping[str, Any]) -> str:
    """One JSON document, keys in the order given."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)


def run_text(outcome: RunOutcome) -> str:
    """The answer of `run`: row accounting, measures, where the report lies."""
    summary = outcome.summary
    counts = summary["counts"]
    head = ", ".join(_counted(counts[name], word) for name, word in _HEADLINE)
    return "\n\n".join(
        [
            head,
            _accounting(summary["accounting"]) if summary["accounting"] else _equation(counts),
            _measures(summary["measures"], outcome.measures),
            f"report: {outcome.out / 'index.html'}",
        ]
    )


_HEADLINE = (("infusions", "infusion"), ("episodes", "CRS episode"), ("fallouts", "fallout"))


def _counted(n: int | None, word: str) -> str:
    if n is None:
        return f"number of {word}s withheld"
    return f"{_told(n)} {word}" if n == 1 else f"{_told(n)} {word}s"


def _told(n: int | None) -> str:
    return "withheld" if n is None else f"{n:,}"


def _equation(counts: Mapping[str, Any]) -> str:
    read, accepted, rejected, duplicates = (
        _told(counts[f"rows_{name}"]) for name in ("read", "accepted", "rejected", "duplicates")
    )
    return f"rows: {read} read = {accepted} accepted + {rejected} rejected + {duplicates} duplicates"


def validation_text(outcome: ValidateOutcome) -> str:
    """The answer of `validate`."""
    document = outcome.document
    parts = [_accounting(document["accounting"])]
    if document["rejects"]:
        rows = [["rejected", "table", "file", "column", "reason", "of", "first rows"]] + [
            [
                f"{r['rows']:,}",
                r["table"],
                _place(r),
                r["column"] or "",
                r["reason"],
                ", ".join(f"{name} {n:,}" for name, n in r["names"].items()),
                ", ".join(map(str, r["first_rows"])),
            ]
            for r in document["rejects"]
        ]
        parts.append(aligned(rows, right=(0,)))
    if document["flags"]:
        rows = [["flagged", "table", "of", "flag", "", "first rows"]] + [
            [
                f"{r['rows']:,}",
                r["table"],
                r["name"] or "",
                r["flag"].replace("_", " "),
                r["standing"],
                ", ".join(f"{at['file']} {at['row']}" for at in r["first_rows"][:1]),
            ]
            for r in document["flags"]
        ]
        parts.append(aligned(rows, right=(0,)))
    if document["unmatched"]:
        rows = [["rows", "table", "column", "name without a match"]] + [
            [f"{r['count']:,}", r["table"], r["column"], r["text"]] for r in document["unmatched"]
        ]
        parts.append(aligned(rows, right=(0,)))
    parts += [f"note: {text}" for text in document["notes"]]
    return "\n\n".join(parts)


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['file']} [{row['sheet']}]" if row["sheet"] else str(row["file"])


def _accounting(rows: list[dict[str, Any]]) -> str:
    table = [["rows", "file", "read", "", "accepted", "", "rejected", "", "duplicates"]]
    for row in rows:
        read, accepted, rejected, duplicates = (
            f"{row[name]:,}" for name in ("read", "accepted", "rejected", "duplicates")
        )
        table.append([row["table"], _place(row), read, "=", accepted, "+", rejected, "+", duplicates])
    return aligned(table, right=(2, 4, 6, 8))


def _measures(measures: list[dict[str, Any]], summaries: Sequence[MeasureSummary]) -> str:
    of = {one.measure_id: one for one in summaries}
    table = [["measure", "", "met", "of", "rate", "95 % interval", "fallouts", "indeterminate", "excluded"]]
    for m in measures:
        both = None if m["met"] is None or m["not_met"] is None else m["met"] + m["not_met"]
        judged = ["", ""] if m["kind"] == "I" else [_told(both), percent(m["rate"])]
        table.append(
            [m["measure_id"], m["title"], _told(m["met"]), *judged, _interval(of[m["measure_id"]]),
             _told(m["fallouts"]) if m["kind"] == "R" else "", _told(m["indeterminate"]), _told(m["excluded"])]
        )  # fmt: skip
    notes = (
        "an interval behind infusions is of those with every judged opportunity met, and not of the rate: "
        "opportunities of one patient are not independent"
    )
    informs = "without a rate: for information, met = present; without a fallout: only considered in the text"
    return aligned(table, right=(2, 3, 4, 6, 7, 8)) + f"\n{notes}\n{informs}"


def _interval(m: MeasureSummary) -> str:
    if m.low is None or m.high is None:
        return ""
    interval, share = f"{percent(m.low)} to {percent(m.high)}", share_of_infusions(m) if of_infusions(m) else None
    if share is None:
        return interval
    return f"{_told(m.interval_met)} of {_counted(m.interval_of, 'infusion')}: {percent(share)}, {interval}"


def simulate_answer(folder: Path, cohort: Any, as_document: bool) -> str:
    """The answer of `simulate`: what was written where."""
    document = asdict(cohort) if is_dataclass(cohort) and not isinstance(cohort, type) else dict(cohort)
    if as_document:
        return as_json({"folder": str(folder), **document})
    written = ", ".join(f"{_counted(n, 'row')} in {table}" for table, n in document.pop("rows", {}).items())
    rows = [[str(key), str(value)] for key, value in document.items()] + [["written", written]]
    return f"{folder}\n{aligned(rows, indent='  ')}\naudit it: crs-audit run {folder}"
