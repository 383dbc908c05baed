"""Neurotoxicity (ICANS): beside a dose, and beside grade 1."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, with_nearby
from crs_audit.measures.blocks import (
    ANCHOR,
    TOCILIZUMAB_DOSE,
    counted,
    runs,
    too_late,
    with_count,
    with_first,
    with_first_by,
    within,
)
from crs_audit.measures.case import Case, once_per_case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.medication.courses import AMBIGUOUS


@once_per_case
def _concurrent(case: Case) -> pl.DataFrame:
    """The ICANS grades that ask for steroids."""
    return case.icans.filter(pl.col("grade") >= case.value("shared.icans_concurrent"))


def with_icans(rows: pl.DataFrame, case: Case, name: str = "icans") -> pl.DataFrame:
    """Adds `name` to doses (infusion, time, …): an ICANS grade that asks for steroids was charted close to it."""
    near, high = case.span("shared.icans_window"), _concurrent(case)
    keyed = rows.rename({"key": "_key"}, strict=False).with_row_index("key")
    told = with_nearby(keyed, high, name, pl.col("time") - near, pl.col("time") + near)
    return told.drop("key").rename({"_key": "key"}, strict=False)


def icans_beside(doses: pl.DataFrame, case: Case) -> pl.DataFrame:
    """key, source, row, time, raw_value of the ICANS grades that `with_icans` goes by, for the opportunities (key) of
    `doses` (key, infusion, time)."""
    near = case.span("shared.icans_window")
    pairs = doses.select("key", "infusion", given="time").join(_concurrent(case), on="infusion")
    close = pairs.filter((pl.col("time") - pl.col("given")).abs() <= near)
    return close.select("key", "source", "row", "time", "raw_value").unique().sort("key", "time", "source", "row")


@once_per_case
def ambiguous_doses(case: Case) -> pl.DataFrame:
    """dose: steroid doses of which nobody can say whether they were for CRS or for ICANS."""
    return case.steroids.filter(pl.col("indication") == AMBIGUOUS).select("dose")


@measure("ICANS-01", opened_by=("vitals",))
def steroid_not_tocilizumab(case: Case) -> Opportunities:
    """ICANS that asks for steroids beside grade 1 of an episode: a steroid above physiologic close to it and no
    tocilizumab from it on for some hours. Out where the grade is higher than 1 close to it."""
    since = ANCHOR - case.span("ICANS-01.steroid")
    due, spared = ANCHOR + case.span("ICANS-01.steroid"), ANCHOR + case.span("ICANS-01.tocilizumab")
    rows = _with_higher(_beside_grade_1(case), case)
    steroids, tocilizumab = within(rows, case.treatment, since, due), within(rows, case.tocilizumab, ANCHOR, spared)
    rows = with_count(with_count(rows, tocilizumab, "tocilizumab"), steroids, "steroids")
    rows, _ = with_first_by(rows, case.treatment, since, due)
    lacking = case.lacks("assessments", "icans_grade")
    opened = Opportunities(rows)
    if lacking is not None:
        opened.leave_open(case.with_episode_of(1), lacking)
    graded = pl.when(pl.col("higher").is_null()).then(pl.lit("grade 1")).otherwise(pl.lit("grade 1 and higher"))
    said = {name: case.said(f"ICANS-01.{name}") for name in ("concurrent", "steroid", "tocilizumab")}
    return (
        opened.exclude("grade_2", pl.col("higher").is_not_null())
        .require(
            f"no tocilizumab in the {said['tocilizumab']} after ICANS", pl.col("tocilizumab") == 0, table="mar",
            fails="tocilizumab", cites=tocilizumab,
        )
        .require(
            f"steroid above physiologic within {said['steroid']} of ICANS", pl.col("steroids") > 0, by=due, table="mar",
            fails=too_late(pl.col("first")), cites=steroids,
        )
        .cite("ICANS", rows.select("key", "source", "row", "raw_value", time="anchor"))
        .cite("grade 1 beside it", drivers_at(rows, pl.col("beside")))
        .cite("higher grade beside it", drivers_at(rows, pl.col("higher")))
        .tell(pl.format(f"ICANS grade {{}} with {{}} within {said['concurrent']}; after the infusion {{}} above "
                        f"physiologic within {said['steroid']} and {{}} in the {said['tocilizumab']} after it",
                        pl.col("icans").cast(pl.Int64), graded, counted(pl.col("steroids"), "steroid dose"),
                        counted(pl.col("tocilizumab"), TOCILIZUMAB_DOSE)))
    )  # fmt: skip


def _beside_grade_1(case: Case) -> pl.DataFrame:
    """One opportunity per episode, anchored at the first such ICANS grade (`icans`, with its row) close to a time of
    the episode with grade 1; `beside`: the ICANS grade's own time if it was grade 1 then, else when that one began."""
    near, time, start, end = case.span("ICANS-01.concurrent"), pl.col("time"), pl.col("start"), pl.col("end")
    spans = case.grading.episodes.select("infusion", "episode", "onset", over="end")
    high = _concurrent(case)
    segments = case.grading.segments.join(high, on="infusion", how="semi")
    grade_1 = runs(segments, pl.col("grade") == 1).join(spans, on="infusion")
    grade_1 = grade_1.filter((start >= pl.col("onset")) & (start < pl.col("over")))
    pairs = high.join(grade_1, on="infusion").filter((start <= time + near) & (end > time - near))
    # Of several at one instant the highest is cited; of several times of grade 1 beside it the first.
    highest = pairs.sort("infusion", "episode", "time", -pl.col("grade"), "source", "row", "start")
    first = highest.unique(["infusion", "episode"], keep="first", maintain_order=True)
    beside = pl.when((start <= time) & (time < end)).then(time).otherwise(start)
    return case.opened(first.with_columns(beside=beside).rename({"time": "anchor", "grade": "icans"}))


def _with_higher(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Adds `higher`: the first time close to the anchor with a grade above 1, of whatever episode."""
    near, segments = case.span("ICANS-01.concurrent"), case.grading.segments.join(rows, on="infusion", how="semi")
    higher = runs(segments, pl.col("grade") > 1)
    pairs = rows.select("key", "infusion", "anchor").join(higher, on="infusion").filter(
        (pl.col("start") <= ANCHOR + near) & (pl.col("end") > ANCHOR - near)
    )  # fmt: skip
    return with_first(rows, pairs.select("key", time=pl.max_horizontal("start", ANCHOR - near)), "higher")
