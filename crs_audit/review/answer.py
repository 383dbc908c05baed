"""The answer of `review`: what was taken, raw and adjudicated rates side by side. No patient, no value."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crs_audit.answers import as_json
from crs_audit.console import aligned, percent
from crs_audit.report.result import MeasureSummary
from crs_audit.review.adjudication import Adjudication, MeasureReview
from crs_audit.review.take_in import Taken


def review_answer(taken: Taken, as_document: bool) -> str:
    """Text or one JSON document."""
    if as_document:
        return as_json(
            {
                "taken": taken.taken,
                "blank": taken.blank,
                "refused": [{"row": row, "why": why} for row, why in taken.refused],
                "adjudication": _document(taken.adjudication),
            }
        )
    head = f"{taken.taken} reviews taken, {len(taken.refused)} rows refused, {taken.blank} findings not reviewed"
    return "\n\n".join([head, *_text(taken.adjudication)])


def _document(found: Adjudication | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "reviewed": found.reviewed,
        "stale": found.stale,
        "foreign": found.foreign,
        "reviewers": asdict(found.reviewers),
        "measures": [
            {
                "measure_id": one.raw.measure_id, "raw": _counts(one.raw), "adjudicated": _counts(one.after),
                "fallouts_reviewed": one.fallouts_reviewed, "confirmed": one.confirmed, "overturned": one.overturned,
                "excluded": one.excluded, "open": one.open, "met_reviewed": one.met_reviewed,
                "met_confirmed": one.met_confirmed,
            }
            for one in found.measures
        ],
    }  # fmt: skip


def _counts(summary: MeasureSummary) -> dict[str, Any]:
    names = ("met", "not_met", "rate", "low", "high", "interval_unit")
    return {name: getattr(summary, name) for name in names}


def _text(found: Adjudication | None) -> list[str]:
    if found is None:
        return []
    rows = [["measure", "raw", "rate", "after", "rate", "95 % interval", "confirmed", "overturned", "excluded", "open"]]
    rows += [_row(one) for one in found.measures]
    parts = [aligned(rows, right=(1, 2, 3, 4, 6, 7, 8, 9))]
    if found.reviewers.n:
        kappa = "" if found.reviewers.kappa is None else f", kappa {found.reviewers.kappa:.2f}"
        parts.append(f"two reviewers agree in {found.reviewers.same} of {found.reviewers.n} pairs{kappa}")
    if found.stale or found.foreign:
        parts.append(f"{found.stale} earlier reviews are stale, {found.foreign} of findings this report does not have")
    return parts


def _row(one: MeasureReview) -> list[str]:
    raw, after = one.raw, one.after
    interval = "" if after.low is None else f"{percent(after.low)} to {percent(after.high)}"
    judged = [f"{m.met}/{(m.met or 0) + (m.not_met or 0)}" for m in (raw, after)]
    return [
        raw.measure_id, judged[0], percent(raw.rate), judged[1], percent(after.rate), interval,
        f"{one.confirmed}/{one.fallouts_reviewed}", str(one.overturned), str(one.excluded), str(one.open),
    ]  # fmt: skip
