"""High-dose methylprednisolone at grade 4: the course of it, and the way down from it."""

from __future__ import annotations

from typing import Any

import polars as pl

from crs_audit.measures.anchors import grade_4
from crs_audit.measures.blocks import ANCHOR, chain, with_count, with_first, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import clause_state
from crs_audit.measures.ladder import Dose, Ladder, Recovery, descend
from crs_audit.measures.recovery import recoveries
from crs_audit.tables import TIME

DESCENT = {
    "key": pl.UInt32(), "holds": pl.Boolean(), "walked": pl.List(pl.UInt32()), "reason": pl.String(), "due": TIME,
    "left_at": pl.UInt32(), "improved": pl.Boolean(),
}  # fmt: skip
"""As `Descent`; where only unobserved time stands between it and being met, holds is null and reason `unobserved`."""


def methylprednisolone(case: Case) -> pl.DataFrame:
    """The methylprednisolone doses of the window, whatever their amount: columns of `case.steroids`."""
    return case.steroids.filter(pl.col("drug") == "methylprednisolone")


def is_high(case: Case) -> pl.Expr:
    """Of a methylprednisolone dose: it is the text's high dose; null where its amount is unknown."""
    return pl.col("amount") >= pl.lit(case.value("shared.high_dose"))


def with_course(
    rows: pl.DataFrame, case: Case, doses: pl.DataFrame, prefix: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds to episodes of grade 4 <prefix>first (of the doses in time), doses (in the course from it), deadline and
    state (of the clause that the course is long enough or lasting improvement ended it); and gives the doses of the
    course."""
    due, gap = ANCHOR + case.span("G4-02.target"), case.span("shared.high_dose_gap")
    rows = with_first(rows, within(rows, doses, ANCHOR - case.span("G4-02.before"), due), "_first")
    course = chain(within(rows, doses, pl.col("_first"), pl.col("w")), gap)
    broke = course.group_by("key").agg(_broke=pl.col("time").max() + gap)
    rows = with_count(rows, course, "_doses").join(broke, on="key", how="left")
    lasting = recoveries(rows, case, case.span("shared.improved_run"))
    for name, improved in zip(("_improved", "_open"), lasting, strict=True):
        rows = with_first(
            rows, within(rows, improved, pl.col("first_grade_4"), pl.col("_broke"), until_included=False), name
        )
    long_enough = (pl.col("_doses") >= case.value("G4-02.fewest")) | pl.col("_improved").is_not_null()
    holds = pl.when(long_enough).then(pl.lit(True)).when(pl.col("_open").is_null()).then(pl.lit(False))
    deadline = pl.coalesce("_broke", due)
    return rows.with_columns(
        pl.col("_first").alias(f"{prefix}first"),
        pl.col("_doses").alias(f"{prefix}doses"),
        deadline.alias(f"{prefix}deadline"),
        clause_state(holds, deadline, pl.col("e")).alias(f"{prefix}state"),
    ).drop("_first", "_doses", "_broke", "_improved", "_open"), course


def descents(case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Episodes of grade 4 with a whole course of high doses, anchored at its last one, and how they came down from it.

    Adds to the columns of `grade_4` those of `with_course`, calm (first observed grade 1 or lower since grade 4), those
    of `DESCENT`, steps (doses walked), last_step (time of the last of them) and left_mg (amount of the dose that was no
    step); and gives the doses walked and that one: key, dose, time.
    """
    doses = methylprednisolone(case)
    rows, course = with_course(grade_4(case), case, doses.filter(is_high(case)))
    rows = rows.filter(pl.col("doses") >= case.value("G4-02.fewest"))
    rows = rows.join(course.group_by("key").agg(last_high=pl.col("time").max()), on="key", maintain_order="left")
    rows = _with_recovery(rows.with_columns(anchor="last_high"), case)
    after = within(rows, doses, pl.col("last_high"), pl.col("w"), until_included=False)
    after = after.join(rows.select("key", "last_high"), on="key").filter(pl.col("time") > pl.col("last_high"))
    after = after.sort("key", "time", "dose").with_columns(number=pl.int_range(pl.len()).over("key"))
    walks = [_descent(row, after.filter(key=row["key"]), case) for row in rows.iter_rows(named=True)]
    told = pl.DataFrame(walks, schema=DESCENT).with_columns(steps=pl.col("walked").list.sum())
    ordered = after.join(told.select("key", "steps", "left_at"), on="key")
    step = pl.col("number") < pl.col("steps")
    left = (pl.col("number") == pl.col("left_at")).fill_null(False)
    ends = ordered.group_by("key").agg(
        last_step=pl.col("time").filter(step).max(), left_mg=pl.col("amount").filter(left).first()
    )
    rows = rows.join(told, on="key", maintain_order="left").join(ends, on="key", how="left", maintain_order="left")
    return rows, ordered.filter(step | left).select("key", "dose", "time").sort("key", "time", "dose")


def ladder_of(case: Case) -> Ladder:
    """The ladder of the protocol."""
    return Ladder(
        levels=tuple(case.value(f"G4-03.{step}_step") for step in ("first", "second", "last")),
        tolerance=case.value("G4-03.tolerance"),
        fewest=case.value("G4-03.fewest"),
        most=case.value("G4-03.most"),
        gap=case.span("shared.high_dose_gap"),
    )


def _with_recovery(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Adds calm and lasted, as `Recovery` since grade 4, and calm_open and lasted_open: the same if whoever was not
    looked at was as low."""
    span = case.span("shared.improved_run")
    for name, runs in (("calm", recoveries(rows, case)), ("lasted", recoveries(rows, case, span))):
        for told, starts in zip((name, f"{name}_open"), runs, strict=True):
            found = within(rows, starts, pl.col("first_grade_4"), pl.col("w"), until_included=False)
            rows = with_first(rows, found, told)
    return rows.with_columns(pl.col("lasted", "lasted_open") + span)


def _descent(row: dict[str, Any], after: pl.DataFrame, case: Case) -> dict[str, Any]:
    """One row of `DESCENT` for an episode and the doses after its last high one."""
    doses: list[Dose] = list(after.select("time", "amount").iter_rows())
    ladder, start = ladder_of(case), row["last_high"]
    found = descend(doses, start, Recovery(row["calm"], row["lasted"]), ladder)
    told = {"key": row["key"], **vars(found)}
    if found.holds is False and descend(doses, start, Recovery(row["calm_open"], row["lasted_open"]), ladder).holds:
        told |= {"holds": None, "reason": "unobserved"}
    return told
