"""A run's part in the review: the worklist goes out with the report, and what was said before is held against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crs_audit.review.adjudication import adjudicate
from crs_audit.review.fingerprint import fingerprints
from crs_audit.review.verdicts import FILE as REVIEWS
from crs_audit.review.verdicts import Review, as_csv
from crs_audit.review.worklist import FILE as WORKLIST
from crs_audit.review.worklist import choose, write_worklist

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult
    from crs_audit.settings import Settings


def put_up_for_review(result: AuditResult, reviews: Sequence[Review], settings: Settings, out_dir: Path) -> AuditResult:
    """Writes worklist.xlsx, and data/reviews.csv where there are reviews; the result with its adjudication."""
    chosen = choose(result.results, result.input_name, settings.sample_met)
    listed = set(chosen.get_column("result_id"))
    current = fingerprints(result.results, result.evidence, listed | {review.result_id for review in reviews})
    titles = {measure.measure_id: measure.title for measure in result.measures}
    tokens = dict(result.infusions.select("infusion_id", "token").iter_rows())
    write_worklist(out_dir / WORKLIST, chosen, titles, tokens, current, result.timezone, result.generated)
    if not reviews:
        return result
    (out_dir / "data").mkdir(exist_ok=True)
    (out_dir / "data" / REVIEWS).write_text(as_csv(reviews), encoding="utf-8", newline="")
    known = {id_: hash_ for id_, hash_ in current.items() if id_ in {review.result_id for review in reviews}}
    return replace(result, adjudication=adjudicate(result.results, result.protocol, result.measures, reviews, known))
