"""Whether a patient improved after a dose: the grade then, the worst grade before the time it is judged."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.case import Case
from crs_audit.measures.opportunities import Opportunities

OBSERVED = pl.col("fever_known") & pl.col("bp_known")
"""Of a segment of the grading: somebody looked."""


def with_grade_at(rows: pl.DataFrame, case: Case, time: pl.Expr, name: str) -> pl.DataFrame:
    """Adds `name` to rows (infusion, …; one or several an opportunity): the grade in force at `time`, after all changes
    at it; null outside the window."""
    segments = case.grading.segments.select("infusion", "start", _until="end", _grade="grade").sort("start")
    numbered = rows.with_row_index("_nth")
    asked = numbered.select("_nth", "infusion", _at=time).filter(pl.col("_at").is_not_null()).sort("_at")
    found = asked.join_asof(segments, left_on="_at", right_on="start", by="infusion", check_sortedness=False)
    inside = found.filter(pl.col("_at") < pl.col("_until")).select("_nth", pl.col("_grade").alias(name))
    return numbered.join(inside, on="_nth", how="left", maintain_order="left").drop("_nth")


def with_worst_grade(rows: pl.DataFrame, case: Case, since: pl.Expr, until: pl.Expr) -> pl.DataFrame:
    """Adds `worst` (highest grade from `since` to `until`, both included), `worst_at` (when it was last so: its last
    stretch's beginning, or `since`) and `watched` (observed all that time, at `until` too)."""
    bounds = rows.select("key", "infusion", _since=since, _until=until)
    touched = bounds.join(case.grading.segments, on="infusion").filter(
        (pl.col("start") <= pl.col("_until")) & (pl.col("end") > pl.col("_since"))
    )
    told = touched.group_by("key").agg(
        worst=pl.col("grade").max(),
        worst_at=pl.max_horizontal("start", "_since").filter(pl.col("grade") == pl.col("grade").max()).max(),
        watched=OBSERVED.all(),
    )
    return rows.join(told, on="key", how="left", maintain_order="left").with_columns(pl.col("watched").fill_null(False))


def not_improved(rows: pl.DataFrame, case: Case, given: pl.Expr, after: timedelta) -> pl.DataFrame:
    """Of doses given in an episode (key, infusion, over, e) those after which nobody can say that the patient improved.

    Adds `judged_at` (`after` the dose), `gone_on` (follow-up ended before it: censored), `unimproved` (true, or null
    where part of the time was not observed and no such grade was seen) and `unimproved_at` (when that grade was last
    seen). Dropped: the episode was over by then under follow-up, or the grade had fallen below that at the dose (which
    counts as `shared.improvement_reference` at least).
    """
    at = given + after
    rows = rows.with_columns(judged_at=at, gone_on=at >= pl.col("e"))
    rows = rows.filter((pl.col("judged_at") < pl.col("over")) | (pl.col("over") >= pl.col("e")))
    rows = with_grade_at(rows, case, given, "_then")
    reference = pl.max_horizontal("_then", pl.lit(case.value("shared.improvement_reference")))
    rows = with_worst_grade(
        rows, case, pl.col("judged_at") - case.span("shared.improvement_look_back"), pl.col("judged_at")
    )
    worse = (pl.col("worst") >= reference).fill_null(False)
    rows = rows.with_columns(
        unimproved=pl.when(worse).then(pl.lit(True)).when("watched").then(pl.lit(False)),
        unimproved_at=pl.when(worse).then("worst_at"),
    )
    kept = rows.filter(pl.col("gone_on") | pl.col("unimproved").fill_null(True))
    return kept.drop("_then", "worst", "worst_at", "watched")


def require_unimproved(opportunities: Opportunities, said: str, cites: pl.DataFrame | None = None) -> Opportunities:
    """The clauses of opportunities out of `not_improved`: censored, or unknown where nobody looked. `said`: after how
    long. What else is required of them must be told `if_unimproved`."""
    return opportunities.exclude("censored", pl.col("gone_on")).require(
        f"not improved {said} after the dose", pl.col("unimproved"), unknown="unobserved", cites=cites
    )


def if_unimproved(holds: pl.Expr) -> pl.Expr:
    """What must follow for a patient who did not improve; unknown where nobody can say whether that is so."""
    return pl.when("unimproved").then(holds)
