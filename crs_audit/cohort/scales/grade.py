"""A scale's grade: the highest that anything asks for, and whether something unknown could ask for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from crs_audit.cohort.scales.course import ill
from crs_audit.cohort.scales.organs import worst_organs
from crs_audit.measures.case import Case
from crs_audit.protocol.scales import load_scales


def asks(infusions: pl.DataFrame, grade: int) -> pl.DataFrame:
    """infusion, grade: what these infusions are worth."""
    return infusions.select("infusion", grade=pl.lit(grade, dtype=pl.UInt8))


def organs_ask(case: Case, scale: str, organs: Iterable[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """infusion, grade: what the organ grades are worth on `scale`, and what those could be that are unknown or rest on
    a value told as above a number."""
    found, missing = [], []
    worst = worst_organs(case)
    for organ in organs:
        grades = load_scales().value(f"{scale}.{organ}")
        of_organ = worst.filter(organ=organ)
        worth = dict(enumerate([0, *grades]))
        known = of_organ.drop_nulls("worst")
        found.append(known.select("infusion", grade=pl.col("worst").replace_strict(worth, return_dtype=pl.UInt8)))
        missing.append(asks(of_organ.filter(pl.col("worst").is_null() | pl.col("open")), max(grades)))
    return pl.concat(found), pl.concat(missing)


def scale_columns(
    case: Case, scale: str, found: Mapping[str, pl.DataFrame], known: list[pl.DataFrame], missing: list[pl.DataFrame]
) -> pl.DataFrame:
    """infusion, <scale>_grade, <scale>_lower_bound.

    found: parameter of the scale → the infusions (infusion) that reach it; known: infusion, grade; missing: infusion,
    grade that an input which is not there could have given. Without an episode the grade is 0, and null where fever
    and pressure were never known together.
    """
    every = [asks(ill(case), load_scales().value(f"{scale}.fever")), *known]
    every += [asks(infusions, load_scales().value(f"{scale}.{name}")) for name, infusions in found.items()]
    reached = pl.concat(every).group_by("infusion").agg(grade=pl.col("grade").max())
    could = pl.concat(missing).group_by("infusion").agg(could=pl.col("grade").max())
    observed = case.grading.timeline.filter("observed").select("infusion").unique()
    grade = pl.coalesce("grade", pl.when(pl.col("infusion").is_in(observed["infusion"].implode())).then(0))
    told = case.infusions.select("infusion").join(reached, on="infusion", how="left").join(
        could, on="infusion", how="left"
    )  # fmt: skip
    return told.with_columns(grade=grade.cast(pl.UInt8)).select(
        "infusion",
        pl.col("grade").alias(f"{scale}_grade"),
        pl.when(pl.col("grade").is_not_null())
        .then((pl.col("could") > pl.col("grade")).fill_null(False))
        .alias(f"{scale}_lower_bound"),
    )
