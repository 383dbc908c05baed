"""The CRS grade that was written down: how often, how soon after a rise, and whether it was the computed one."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.anchors import drivers_at, within_episodes
from crs_audit.measures.blocks import ANCHOR, counted, in_words, lasting, minutes, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import MET, measure
from crs_audit.measures.improvement import with_grade_at
from crs_audit.measures.opportunities import NOTHING, Opportunities

GRADE = "crs_grade"
HOUR = timedelta(hours=1)
DATE_ALONE = ", a date alone"
"""Said of a documented grade whose hour is not known, also where the computed grade is the same at both its ends."""


@measure("MON-05", opened_by=("vitals",))
def graded_often_enough(case: Case) -> Opportunities:
    """Episodes that last at least the longest gap allowed: no gap between onset, the documented grades and the end is
    longer than it. The first longer one tells the deadline."""
    longest, said = case.span("MON-05.gap"), case.said("MON-05.gap")
    rows = case.episodes_from(1).filter(pl.col("over") - ANCHOR >= longest)
    found = within(rows, case.documented, ANCHOR, pl.col("over"), until_included=False)
    rows = with_count(_with_gaps(rows, found, longest), found, "grades")
    return (
        Opportunities(rows)
        .require(
            f"never longer than {said} without a documented grade", pl.col("broke").is_null(),
            by=pl.col("broke") + longest, lacking=case.lacks("assessments", GRADE), cites=found,
            fails=pl.when(pl.col("grades") == 0).then(pl.lit("not_done")).otherwise(pl.lit("late")),
        )
        .cite("onset", drivers_at(rows))
        .measured(pl.col("longest") / HOUR, "h", f"≤ {case.value('MON-05.gap'):g}")
        .tell(pl.format(f"{{}} in an episode of {{}}, at longest {{}} without one (limit {said})",
                        counted(pl.col("grades"), "documented grade"), lasting(pl.col("over") - ANCHOR),
                        lasting(pl.col("longest"))))
    )  # fmt: skip


def _with_gaps(rows: pl.DataFrame, found: pl.DataFrame, limit: timedelta) -> pl.DataFrame:
    """Adds longest (gap between onset, the grades found and the end) and broke (the start of the first gap longer than
    the limit, null where there is none)."""
    times = [rows.select("key", time=ANCHOR), found.select("key", "time"), rows.select("key", time="over")]
    ordered = pl.concat(times).sort("key", "time")
    gaps = ordered.with_columns(until=pl.col("time").shift(-1).over("key")).with_columns(
        gap=pl.col("until") - pl.col("time")
    )
    told = gaps.group_by("key").agg(
        longest=pl.col("gap").max(), broke=pl.col("time").filter(pl.col("gap") > limit).min()
    )
    return rows.join(told, on="key", how="left", maintain_order="left")


@measure("MON-06", opened_by=("vitals",))
def rise_documented(case: Case) -> Opportunities:
    """For information: minutes from each rise of the grade in an episode to the next documented grade, the longest of
    them told. Rises after which none was documented are counted apart."""
    episodes = case.episodes_from(1)
    before = pl.when(pl.col("infusion") == pl.col("infusion").shift(1)).then(pl.col("grade").shift(1)).fill_null(0)
    risen = within_episodes(episodes, case, pl.col("grade") > before)
    # Of grades documented at one instant the first charted is cited, whatever the order of rows.
    written = case.documented.sort("time", "source", "row").unique(
        ["infusion", "time"], keep="first", maintain_order=True
    )
    rises = risen.select("key", "infusion", "start").sort("start").join_asof(
        written, left_on="start", right_on="time", by="infusion", strategy="forward", check_sortedness=False,
        coalesce=False,
    )  # fmt: skip
    answered = rises.filter(pl.col("time").is_not_null())
    waits = answered.group_by("key").agg(longest=minutes(pl.col("start"), pl.col("time")).max())
    rows = with_count(with_count(episodes, rises, "rises"), answered, "answered").join(waits, on="key")
    unknown = case.lacks("assessments", GRADE)
    left = pl.col("rises") - pl.col("answered")
    return (
        Opportunities(rows)
        .leave_open(case.with_episode_of(1).filter(pl.lit(unknown is not None)), unknown or "")
        .cite("grade risen", drivers_at(rises, pl.col("start")))
        .cite("next documented grade", answered.select("key", "source", "row", "time", "raw_value").unique())
        .measured(pl.col("longest"), "min", NOTHING)
        .tell(pl.format("{} of the grade; at longest {} min to the next documented grade{}",
                        counted(pl.col("rises"), "rise"), in_words(pl.col("longest")),
                        pl.when(left > 0).then(pl.format(", none documented after {} of them", left)).fill_null("")))
    )  # fmt: skip


@measure("MON-07", opened_by=(f"assessments: {GRADE}",))
def documented_as_computed(case: Case) -> Opportunities:
    """For information: every grade documented in the window beside the computed one in force then."""
    graded = case.with_episode(case.in_window(case.documented)).rename({"grade": "written"})
    rows = case.opened(graded.with_columns(anchor="time").sort("infusion", "anchor", "source", "row"))
    rows = with_grade_at(rows, case, ANCHOR, "computed")
    written, computed = pl.col("written"), pl.col("computed")
    alone = pl.when("day_only").then(pl.lit(DATE_ALONE)).otherwise(pl.lit(""))
    return (
        Opportunities(rows)
        .require("computed grade known", computed.is_not_null(), table="vitals")
        .note("agree", written == computed, status=MET)
        .note("under", written < computed, status=MET)
        .note("over", written > computed, status=MET)
        .cite("documented grade", rows.select("key", "source", "row", "time", "raw_value"))
        .cite("computed grade", drivers_at(rows))
        .measured(computed, "grade", pl.format("documented {}{}", in_words(written), alone))
        .tell(
            pl.when("has_vitals")
            .then(pl.format("Documented grade {}, computed grade {}", in_words(written), computed))
            .otherwise(pl.format("Documented grade {}", in_words(written)))
        )
    )
