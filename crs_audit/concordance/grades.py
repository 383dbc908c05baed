"""`concordance`: the grades that were documented beside those that were computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from crs_audit.concordance.weighted_kappa import Kappa, kappa_of_clusters, kappa_of_pairs
from crs_audit.errors import InputError
from crs_audit.finished_run import open_run

MEASURE = "MON-07"
GRADES = (0, 1, 2, 3, 4)
LARGEST = 50
"""Disagreements listed, the widest first."""

_RESULTS = ("result_id", "infusion_id", "measure_id", "opportunity", "time", "threshold", "value")

Counts = list[list[int]]


@dataclass(frozen=True)
class Onsets:
    """Hours from the computed onset to the first documented grade of 1 or more, of infusions that have both."""

    n: int
    median_hours: float | None
    earliest_hours: float | None
    latest_hours: float | None
    only_documented: int
    only_computed: int


@dataclass(frozen=True)
class Concordance:
    """assessments: all documented grades with a computed one then; infusions: the highest of each.

    Matrices: row = documented grade, column = computed grade, 0 to 4.
    """

    assessments: Counts
    assessment_kappa: Kappa
    infusions: Counts
    infusion_kappa: Kappa
    without_computed: int
    """Documented grades at a time at which no grade could be computed, or outside 0 to 4."""
    onsets: Onsets
    largest: tuple[dict[str, Any], ...]
    """infusion_id, token, time, documented, computed, result_id."""


def concordance(run: Path) -> Concordance:
    """Of a published run. Raises InputError where it is none, or holds no documented grade."""
    found = open_run(run)
    results = found.table("results", *_RESULTS, where=pl.col("measure_id") == MEASURE)
    told = results.filter(pl.col("opportunity") > 0).select(
        "result_id",
        "infusion_id",
        "time",
        documented=pl.col("threshold").str.extract(r"(\d+)$").cast(pl.Int64),
        computed=pl.col("value").cast(pl.Int64),
    )
    told = told.filter(pl.col("documented").is_not_null())
    if told.is_empty():
        raise InputError(f"{run}: holds no documented CRS grade; give assessments (crs_grade) to `run`, and {MEASURE}")
    both = told.filter(pl.col("documented").is_in(GRADES) & pl.col("computed").is_in(GRADES))
    episodes = found.table("episodes", "infusion_id", "onset")
    infusions = found.table("infusions", "infusion_id", "token", "max_grade")
    highest = both.group_by("infusion_id").agg(pl.col("documented").max())
    highest = highest.join(infusions.select("infusion_id", computed="max_grade"), on="infusion_id").drop_nulls()
    clusters = {str(key[0]): _matrix(part) for key, part in both.partition_by("infusion_id", as_dict=True).items()}
    apart = both.with_columns(distance=(pl.col("documented") - pl.col("computed")).abs()).filter(pl.col("distance") > 0)
    apart = apart.join(infusions.select("infusion_id", "token"), on="infusion_id")
    apart = apart.sort("distance", "infusion_id", "time", descending=[True, False, False]).drop("distance")
    return Concordance(
        assessments=_matrix(both),
        assessment_kappa=kappa_of_clusters(clusters),
        infusions=_matrix(highest),
        infusion_kappa=kappa_of_pairs(_matrix(highest)),
        without_computed=told.height - both.height,
        onsets=_onsets(told, episodes),
        largest=tuple(apart.head(LARGEST).iter_rows(named=True)),
    )


def _matrix(pairs: pl.DataFrame) -> Counts:
    counts = {row[:2]: row[2] for row in pairs.group_by("documented", "computed").len().iter_rows()}
    return [[counts.get((documented, computed), 0) for computed in GRADES] for documented in GRADES]


def _onsets(told: pl.DataFrame, episodes: pl.DataFrame) -> Onsets:
    documented = told.filter(pl.col("documented") > 0).group_by("infusion_id").agg(written=pl.col("time").min())
    computed = episodes.group_by("infusion_id").agg(onset=pl.col("onset").min())
    # Only infusions in which somebody documents grades can have missed the onset.
    graded = told.select("infusion_id").unique()
    joined = graded.join(documented, on="infusion_id", how="left").join(computed, on="infusion_id", how="left")
    hours = (
        joined.drop_nulls()
        .select((pl.col("written") - pl.col("onset")).dt.total_seconds() / 3600)
        .to_series()
        .sort()
        .to_list()
    )
    return Onsets(
        n=len(hours),
        median_hours=median(hours) if hours else None,
        earliest_hours=hours[0] if hours else None,
        latest_hours=hours[-1] if hours else None,
        only_documented=joined.filter(pl.col("written").is_not_null() & pl.col("onset").is_null()).height,
        only_computed=joined.filter(pl.col("written").is_null() & pl.col("onset").is_not_null()).height,
    )
