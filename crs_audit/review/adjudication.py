"""Raw rates beside the rates after review, measure by measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from crs_audit.report.summaries import summarise
from crs_audit.review.agreement import Reviewers, between_reviewers
from crs_audit.review.fingerprint import FACTS, FINDING, RULES, change_of
from crs_audit.review.verdicts import AGREE, EXCLUDE, Review, adjudicated, standing

if TYPE_CHECKING:
    from crs_audit.protocol.load import Protocol
    from crs_audit.report.result import MeasureSummary


@dataclass(frozen=True)
class MeasureReview:
    """One measure with reviewed findings."""

    raw: MeasureSummary
    after: MeasureSummary
    fallouts_reviewed: int
    confirmed: int
    """Fallouts that the reviewers agree with."""
    overturned: int
    excluded: int
    open: int
    """Findings on which reviewers differ, or that wait for a second review: counted as the audit found them."""
    met_reviewed: int
    met_confirmed: int
    met_overturned: int
    """Of the sample of what was met: what the reviewers say was not."""


@dataclass(frozen=True)
class Adjudication:
    """What reviews make of a run. `stale`: verdicts on findings that have changed; `foreign`: on those it has not."""

    measures: tuple[MeasureReview, ...]
    reviewed: int
    stale: int
    stale_by_rules: int
    """Of `stale`: the charted facts are the same, and a limit or rule made another finding of them."""
    foreign: int
    reviewers: Reviewers
    said: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """As `said_of` gives it."""


def adjudicate(
    results: pl.DataFrame,
    protocol: Protocol,
    raw: Sequence[MeasureSummary],
    reviews: Sequence[Review],
    current: Mapping[str, str],
) -> Adjudication | None:
    """None without reviews. results: RESULTS. raw: the measures of the run. current: result_id → fingerprint of the
    reviewed findings that the run has."""
    if not reviews:
        return None
    stand = standing(reviews, current)
    status = dict(
        results.filter(pl.col("result_id").is_in(pl.Series(list(stand), dtype=pl.String).implode()))
        .select("result_id", "status")
        .iter_rows()
    )
    after = {id_: adjudicated(status[id_], given) for id_, given in stand.items()}
    changed = pl.DataFrame(
        [(id_, new) for id_, new in after.items() if new is not None],
        schema={"result_id": pl.String, "adjudicated": pl.String},
        orient="row",
    )
    judged = results.join(changed, on="result_id", how="left", maintain_order="left")
    judged = judged.with_columns(status=pl.coalesce("adjudicated", "status"))
    chosen = frozenset(summary.measure_id for summary in raw)
    adjusted = {summary.measure_id: summary for summary in summarise(judged, protocol, chosen)}
    by_measure: dict[str, list[str]] = {}
    for id_ in stand:
        by_measure.setdefault(id_.rsplit("|", 2)[1], []).append(id_)
    measures = tuple(
        _measure(summary, adjusted[summary.measure_id], by_measure[summary.measure_id], status, after)
        for summary in raw
        if summary.measure_id in by_measure
    )
    known = [review for review in reviews if review.result_id in current]
    stale = [review for review in known if current[review.result_id] != review.fingerprint]
    return Adjudication(
        measures=measures,
        reviewed=len(stand),
        stale=len(stale),
        stale_by_rules=sum(change_of(review.fingerprint, current[review.result_id]) == RULES for review in stale),
        foreign=len(reviews) - len(known),
        reviewers=between_reviewers(review for given in stand.values() for review in given),
        said=said_of(reviews, current),
    )


def _measure(
    raw: MeasureSummary,
    after: MeasureSummary,
    ids: Sequence[str],
    status: Mapping[str, str],
    new: Mapping[str, str | None],
) -> MeasureReview:
    missed = [id_ for id_ in ids if status[id_] == "not_met"]
    met = [id_ for id_ in ids if status[id_] == "met"]
    return MeasureReview(
        raw=raw,
        after=after,
        fallouts_reviewed=len(missed),
        confirmed=sum(new[id_] == "not_met" for id_ in missed),
        overturned=sum(new[id_] == "met" for id_ in missed),
        excluded=sum(new[id_] == "excluded" for id_ in ids),
        open=sum(new[id_] is None for id_ in ids),
        met_reviewed=len(met),
        met_confirmed=sum(new[id_] == "met" for id_ in met),
        met_overturned=sum(new[id_] == "not_met" for id_ in met),
    )


def said_of(reviews: Sequence[Review], current: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """result_id → what each reviewer said of the finding, with why it no longer stands (empty: it does); findings
    that the run has.

    current: as in `adjudicate`.
    """
    said: dict[str, tuple[tuple[str, str], ...]] = {}
    for review in reviews:
        now = current.get(review.result_id)
        if now is None:
            continue
        gone = "" if now == review.fingerprint else _GONE[change_of(review.fingerprint, now)]
        said[review.result_id] = (*said.get(review.result_id, ()), (told(review), gone))
    return said


_GONE = {
    FACTS: "The facts have changed since: this review no longer stands.",
    RULES: "A limit or rule has changed since, over the same facts: this review no longer stands.",
    FINDING: "The finding has changed since: this review no longer stands.",
}


def told(review: Review) -> str:
    """A verdict in words, for the page beside the finding."""
    what = {AGREE: "agrees", EXCLUDE: "excludes the case"}.get(review.verdict, f"says “{review.verdict}”")
    why = f": {review.reason}" if review.reason else ""
    comment = f" ({review.comment})" if review.comment else ""
    return f"{review.reviewer}, {review.date}, {what}{why}{comment}"
