"""Clusters of fever and support, the courses they are part of, and the episodes these come to."""

from __future__ import annotations

import polars as pl

from crs_audit.grading.hold import INTERVALS, interval
from crs_audit.grading.line import Line, micros
from crs_audit.grading.states import CONTINUED, COURSE, SPARED, SPARED_STRICT
from crs_audit.protocol.load import Protocol
from crs_audit.tables import TIME

GRADES = (1, 2, 3, 4)
HOUR = 3_600_000_000
"""Microseconds in an hour, the unit episodes are told in."""


def clusters(segments: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Segments (start, end, fever, s; sorted) → start, end, chain (number), onset (of the chain; null = no CRS),
    continued (has no fever and belongs to the chain of the one before).

    Fever or support less than `grading.cluster_gap` apart is one cluster. A cluster without fever that begins less
    than `grading.continuation_gap` after the one before it continues that one's course, if that one has a course.
    """
    gap, continuation = (micros(protocol.span(f"grading.{name}_gap")) for name in ("cluster", "continuation"))
    fever_start = pl.when("fever").then("start")
    grouped = (
        segments.filter(pl.col("fever") | (pl.col("s") > 1))
        .with_columns(cluster=(pl.col("start") - pl.col("end").shift(1) >= gap).fill_null(True).cum_sum())
        .group_by("cluster")
        .agg(pl.col("start").min(), pl.col("end").max(), fever=fever_start.min())
        .sort("start")
    )
    near = (pl.col("start") - pl.col("end").shift(1) < continuation).fill_null(False)
    # A chain is headed by a cluster with fever, or by one that has nothing to continue and is then no CRS.
    return (
        grouped.with_columns(continued=pl.col("fever").is_null() & near)
        .with_columns(chain=(~pl.col("continued")).cum_sum())
        .with_columns(onset=pl.col("fever").first().over("chain"))
        .select("start", "end", "chain", "onset", "continued")
    )


def courses(found: pl.DataFrame, sparing: pl.DataFrame, line: Line, protocol: Protocol) -> list[pl.DataFrame]:
    """What grading must know of the clusters, as parts for `hold.overlaid`: from onset on a cluster with fever is
    COURSE; one that goes on without is CONTINUED; both are SPARED from the first fever-sparing row at or after
    `grading.sparing_before_onset` before the onset, SPARED_STRICT where that is no antipyretic.

    `sparing`: infusion, time, kind.
    """
    of_course = found.filter(pl.col("onset").is_not_null()).with_columns(
        since=pl.col("onset") - micros(protocol.span("grading.sparing_before_onset"))
    )
    drugs = line.placed(sparing.select("infusion", "time", "kind"))
    strict = drugs.filter(pl.col("kind") != "antipyretic")
    own, continued = of_course.filter(~pl.col("continued")), of_course.filter("continued")
    return [
        interval(own.with_columns(start="onset"), COURSE),
        interval(continued, CONTINUED),
        _from_first(own, drugs, line, SPARED),
        _from_first(of_course, strict, line, SPARED_STRICT),
    ]


def _from_first(of_course: pl.DataFrame, drugs: pl.DataFrame, line: Line, bits: int) -> pl.DataFrame:
    """The clusters from the first of `drugs` at or after `since` on; none of it if that is after their end."""
    if of_course.is_empty() or drugs.is_empty():
        return pl.DataFrame(schema=INTERVALS)
    given = drugs.select(given="at", at="at")
    first = of_course.sort("since").join_asof(given, left_on="since", right_on="at", strategy="forward")
    begun = first.filter(line.infusion("given") == line.infusion("start")).with_columns(
        start=pl.max_horizontal("start", "given")
    )
    return interval(begun.filter(pl.col("start") < pl.col("end")), bits)


def episodes(graded: pl.DataFrame, found: pl.DataFrame, line: Line) -> pl.DataFrame:
    """Segments on the line (start, end, grade, strict_grade, observed) and `clusters` → infusion, episode (1 …), onset,
    end, max_grade, first_grade_1 … 4 (first instant at or above), hours_grade_1 … 4 (at exactly), hours_unobserved,
    strict_max_grade, and the places begins, ends. An episode lasts from onset to the end of its last grade ≥ 1."""
    chains = (
        found.filter(pl.col("onset").is_not_null())
        .group_by("chain")
        .agg(pl.col("onset").first(), last=pl.col("end").max())
        .sort("onset")
    )
    inside = (
        graded.join_asof(chains, left_on="start", right_on="onset", strategy="backward", coalesce=False)
        .filter(pl.col("start") < pl.col("last"))
        .with_columns(ends=pl.col("end").filter(pl.col("grade") > 0).max().over("chain"))
        .filter(pl.col("start") < pl.col("ends"))
    )
    # Whole microseconds are summed: sums of fractions depend on their order.
    lasting = pl.col("end") - pl.col("start")
    grade = pl.col("grade")
    return (
        inside.group_by("chain")
        .agg(
            begins=pl.col("onset").first(),
            ends=pl.col("ends").first(),
            max_grade=grade.max(),
            **{f"first_{g}": pl.col("start").filter(grade >= g).min() for g in GRADES},
            **{f"hours_grade_{g}": lasting.filter(grade == g).sum() / HOUR for g in GRADES},
            hours_unobserved=lasting.filter(~pl.col("observed")).sum() / HOUR,
            strict_max_grade=pl.col("strict_grade").max(),
        )
        .sort("begins")
        .with_columns(infusion=line.infusion("begins"))
        .with_columns(episode=pl.int_range(1, pl.len() + 1).over("infusion").cast(pl.UInt16))
        .select(
            "infusion",
            "episode",
            line.time("begins").alias("onset"),
            line.time("ends").alias("end"),
            "max_grade",
            *(line.time(f"first_{g}").cast(TIME).alias(f"first_grade_{g}") for g in GRADES),
            *(f"hours_grade_{g}" for g in GRADES),
            "hours_unobserved",
            "strict_max_grade",
            "begins",
            "ends",
        )
    )
