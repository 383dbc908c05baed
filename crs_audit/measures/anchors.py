"""Instants and conditions several measures hang on: dose caps, the anchor of grade 4, fever that persists."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import ANCHOR, runs, with_count, with_first, within
from crs_audit.measures.case import Case, once_per_case

CELLS = ("key", "source", "row", "time", "raw_value")
"""A charted row as it is cited."""


def with_cap(rows: pl.DataFrame, case: Case, at: pl.Expr = ANCHOR) -> pl.DataFrame:
    """Adds `capped`: all the tocilizumab that may be given was given before `at`, in all or in the last day."""
    span, lowest = case.span("shared.cap_period"), pl.col("t0")
    before = within(rows, case.tocilizumab, lowest, at, until_included=False)
    counted = with_count(rows, before, "given_before")
    # Open at both ends: a dose exactly one period ago has left it.
    recent = before.join(rows.select("key", since=at - span), on="key").filter(pl.col("time") > pl.col("since"))
    counted = with_count(counted, recent, "given_lately")
    in_all = pl.col("given_before") >= case.value("shared.cap_total")
    lately = pl.col("given_lately") >= case.value("shared.cap_day")
    return counted.with_columns(capped=in_all | lately).drop("given_before", "given_lately")


def episode_tocilizumab(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Tocilizumab of episodes anchored at their first grade 2: from a while before it, but not before the end of the
    episode before, to the episode's end."""
    since = pl.max_horizontal(ANCHOR - case.span("shared.tocilizumab_lead"), "over_before")
    return within(rows, case.tocilizumab, since, pl.col("over"), until_included=False)


def drivers_at(rows: pl.DataFrame, time: pl.Expr = ANCHOR) -> pl.DataFrame:
    """For citation: the charted rows that set the grade in force at `time`."""
    return rows.select("key", grade_at=time).drop_nulls()


def drivers_of(case: Case, asked: pl.DataFrame) -> pl.DataFrame:
    """The charted rows that set the grade in force at `grade_at` (asked: infusion, grade_at, …): those with which its
    row of the timeline began. Adds source, row, time, raw_value."""
    ordered = asked.drop_nulls("grade_at").sort("grade_at")
    told = ordered.join_asof(
        case.timeline_by_start, left_on="grade_at", right_on="start", by="infusion", check_sortedness=False,
        coalesce=False,
    ).filter(pl.col("grade_at") < pl.col("end"))  # fmt: skip
    return told.join(case.grading.driver_rows, on=["infusion", "start"])


def reading_at(case: Case, rows: pl.DataFrame, vital: str, time: pl.Expr = ANCHOR) -> pl.DataFrame:
    """The last rows of a vital charted up to `time`, for citation."""
    asked = rows.select("key", "infusion", _at=time)
    timed = (pl.col("vital") == vital) & ~pl.col("day_only") & pl.col("value").is_not_null()
    of_vital = case.chart.vitals.lazy().filter(timed).select("infusion", "time", "source", "row", "raw_value").collect()
    charted = of_vital.join(asked, on="infusion").filter(pl.col("time") <= pl.col("_at"))
    return charted.filter(pl.col("time") == pl.col("time").max().over("key")).select(CELLS)


@once_per_case
def grade_4(case: Case) -> pl.DataFrame:
    """Episodes that reach grade 4, anchored when it is known, with `ventilated` (grade 4 is only invasive
    ventilation) and `airway` (and all of it followed an intubation while ICANS was high).

    Where two vasopressors alone make the grade, it is known only after they have run together long enough.
    """
    rows, reached = case.episodes_from(4), pl.col("first_grade_4")
    intubated = _protected_tubes(case).sort("time")
    severe = within_episodes(rows, case, pl.col("grade") >= 4).sort("start")
    severe = severe.join_asof(
        intubated, left_on="start", right_on="time", by="infusion", check_sortedness=False, coalesce=False
    )
    tube = invasive() & ~pl.col("two_pressors")
    known = severe.group_by("key").agg(
        two_drugs=(pl.col("two_pressors") & (pl.col("oxygen") < 4)).sort_by("start").first(),
        ventilated=tube.all(),
        airway=(tube & (pl.col("start") < pl.col("until")).fill_null(False)).all(),
    )
    later = reached + case.span("shared.two_pressor_lead")
    anchored = rows.join(known, on="key", how="left", maintain_order="left")
    return anchored.with_columns(anchor=pl.when("two_drugs").then(later).otherwise(reached))


def invasive() -> pl.Expr:
    """Of a segment of the grading: the oxygen support that counts is invasive ventilation."""
    return pl.col("oxygen_text").str.starts_with("invasive").fill_null(False)


@once_per_case
def _protected_tubes(case: Case) -> pl.DataFrame:
    """infusion, time, until: stretches of invasive ventilation begun while ICANS was high. As the grading's flag
    `airway`, but of what the measures may look at: ICANS of the window, days without a time in both readings."""
    near, least = case.span("grading.airway_window"), case.value("grading.airway_icans")
    tubes = runs(case.grading.segments, invasive()).with_row_index("key")
    high = case.icans.filter(pl.col("grade") >= least)
    found = within(tubes, high, pl.col("start") - near, pl.col("start") + near).select("key").unique()
    return tubes.join(found, on="key", how="semi").select("infusion", time="start", until="end")


def within_episodes(rows: pl.DataFrame, case: Case, where: pl.Expr) -> pl.DataFrame:
    """The segments of the grading `where` something holds, of each episode of `rows` (key, infusion, onset, over) with
    its columns."""
    joined = case.grading.segments.filter(where).join(rows, on="infusion")
    return joined.filter((pl.col("start") >= pl.col("onset")) & (pl.col("start") < pl.col("over")))


def persisting_fever(case: Case, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `persisted` to episodes: when fever had lasted so long that grade 1 is managed as grade 2, else null.

    The first febrile instant that long after onset, with no fever-free run in between and no grade 2 up to the time
    tocilizumab would be due.
    """
    long_after = pl.col("onset") + case.span("shared.persisting_fever")
    febrile = within_episodes(rows, case, pl.col("fever")).filter(pl.col("end") > long_after)
    first = febrile.group_by("key").agg(start=pl.col("start").min())
    known = rows.join(first, on="key", how="left", maintain_order="left").with_columns(
        persisted=pl.max_horizontal(long_after, "start")
    )
    known = known.with_columns(persisted=pl.when(pl.col("start").is_not_null()).then("persisted")).drop("start")
    asked = known.filter(pl.col("persisted").is_not_null())

    segments, pause = case.grading.segments, case.span("shared.fever_free_run")
    free = runs(segments, pl.col("fever_known") & ~pl.col("fever"), lasting=pause)
    between = asked.join(free, on="infusion", suffix="_free").with_columns(
        since=pl.max_horizontal("start", "onset"), until=pl.min_horizontal("end", "persisted")
    )
    interrupted = between.filter(pl.col("until") - pl.col("since") >= pause)
    due = pl.col("persisted") + case.span("shared.persisting_fever_deadline")
    worse = asked.join(segments.filter(pl.col("grade") >= 2).select("infusion", "start", "end"), on="infusion")
    worse = worse.filter((pl.col("start") <= due) & (pl.col("end") > pl.col("onset")))
    no_more = pl.col("key").is_in(pl.concat([interrupted["key"], worse["key"]]).unique().implode())
    return known.with_columns(persisted=pl.when(~no_more).then("persisted"))


def with_nearby(rows: pl.DataFrame, events: pl.DataFrame, name: str, since: pl.Expr, until: pl.Expr) -> pl.DataFrame:
    """Adds `name`: whether any event lies from `since` to `until`."""
    found = with_first(rows, within(rows, events, since, until), "_first")
    return found.with_columns(pl.col("_first").is_not_null().alias(name)).drop("_first")
