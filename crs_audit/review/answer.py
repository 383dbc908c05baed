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
                "adjudication": taken.adjudication
                and {
                    **adjudication_document(taken.adjudication),
                    "pairs_of_reviewers": [asdict(pair) for pair in taken.adjudication.reviewers.pairs],
                },
            }
        )
    head = f"{taken.taken} reviews taken, {len(taken.refused)} rows refused, {taken.blank} findings not reviewed"
    return "\n\n".join([head, *_text(taken.adjudication)])


def adjudication_document(found: Adjudication) -> dict[str, Any]:
    """What reviews make of a run, in counts; no reviewer, no finding."""
    return {
        "reviewed": found.reviewed,
        "stale": found.stale,
        "stale_by_rules": found.stale_by_rules,
        "foreign": found.foreign,
        "reviewers": {
            "n": found.reviewers.n,
            "same": found.reviewers.same,
            "kappas": [pair.agreement.kappa for pair in found.reviewers.pairs],
        },
        "measures": [
            {
                "measure_id": one.raw.measure_id, "raw": _counts(one.raw), "adjudicated": _counts(one.after),
                "fallouts_reviewed": one.fallouts_reviewed, "confirmed": one.confirmed, "overturned": one.overturned,
                "excluded": one.excluded, "open": one.open, "met_reviewed": one.met_reviewed,
                "met_confirmed": one.met_confirmed, "met_overturned": one.met_overturned,
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
    rows = [
        ["measure", "raw", "rate", "after", "rate", "95 % interval", "fallouts confirmed", "overturned",
         "met confirmed", "overturned", "excluded", "open"]
    ]  # fmt: skip
    rows += [_row(one) for one in found.measures]
    parts = [aligned(rows, right=(1, 2, 3, 4, 6, 7, 8, 9, 10, 11))]
    if found.reviewers.pairs:
        parts.append("\n".join(found.reviewers.in_words))
    if found.stale or found.foreign:
        by_rules = f" ({found.stale_by_rules} by a limit or rule alone)" if found.stale_by_rules else ""
        parts.append(
            f"{found.stale} earlier reviews are stale{by_rules}, {found.foreign} of findings this report does not have"
        )
    return parts


def _row(one: MeasureReview) -> list[str]:
    raw, after = one.raw, one.after
    interval = "" if after.low is None else f"{percent(after.low)} to {percent(after.high)}"
    judged = [f"{m.met}/{(m.met or 0) + (m.not_met or 0)}" for m in (raw, after)]
    return [
        raw.measure_id, judged[0], percent(raw.rate), judged[1], percent(after.rate), interval,
        f"{one.confirmed}/{one.fallouts_reviewed}", str(one.overturned), f"{one.met_confirmed}/{one.met_reviewed}",
        str(one.met_overturned), str(one.excluded), str(one.open),
    ]  # fmt: skip
