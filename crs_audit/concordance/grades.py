"""`concordance`: the grades that were documented beside those that were computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.concordance.documented import DATE_ONLY, GRADES, LEFT_OUT, NO_VITALS, documented
from crs_audit.concordance.onsets import Onsets, onsets
from crs_audit.concordance.weighted_kappa import Kappa, kappa_of_clusters, kappa_of_pairs
from crs_audit.finished_run import open_run

LARGEST = 50
"""Disagreements listed, the widest first."""

_RESULTS = ("result_id", "infusion_id", "measure_id", "opportunity", "time", "threshold", "value")

Counts = list[list[int]]


@dataclass(frozen=True)
class Concordance:
    """assessments: all documented grades that can be compared; infusions: the highest of each.

    Matrices: row = documented grade, column = computed grade, 0 to 4. left_out: reason (`LEFT_OUT`) → how many.
    """

    assessments: Counts
    assessment_kappa: Kappa
    left_out: Mapping[str, int]
    infusions: Counts
    infusion_kappa: Kappa
    infusions_left_out: Mapping[str, int]
    """Infusions whose highest documented grade is one that is left out: a lower one does not take its place."""
    onsets: Onsets
    disagreements: int
    largest: tuple[dict[str, Any], ...]
    """infusion_id, token, opportunity (number of the documented grade within the infusion), time, dated, documented,
    computed."""


def concordance(run: Path) -> Concordance:
    """Of a published run. Raises InputError where it is none, or holds no documented grade."""
    found = open_run(run)
    told = documented(found)
    compared = told.filter(pl.col("left_out").is_null())
    infusions = found.table("infusions", "infusion_id", "max_grade")
    highest = _highest(told).join(infusions, on="infusion_id").with_columns(
        left_out=pl.coalesce("left_out", pl.when(pl.col("max_grade").is_null()).then(pl.lit(NO_VITALS)))
    )  # fmt: skip
    pairs = highest.filter(pl.col("left_out").is_null()).select(
        "patient_id", "documented", computed=pl.col("max_grade").cast(pl.Int64)
    )
    distance = (pl.col("documented") - pl.col("computed")).abs()
    apart = compared.with_columns(distance=distance).filter(pl.col("distance") > 0)
    apart = apart.sort("distance", "infusion_id", "opportunity", descending=[True, False, False])
    return Concordance(
        assessments=_matrix(compared),
        assessment_kappa=kappa_of_clusters(_by_patient(compared)),
        left_out=_counts(told),
        infusions=_matrix(pairs),
        infusion_kappa=_of_infusions(pairs),
        infusions_left_out=_counts(highest),
        onsets=onsets(told, found.table("episodes", "infusion_id", "onset")),
        disagreements=apart.height,
        largest=tuple(apart.drop("patient_id", "left_out", "distance").head(LARGEST).iter_rows(named=True)),
    )


def _highest(told: pl.DataFrame) -> pl.DataFrame:
    """infusion_id, patient_id, documented (the highest of the infusion), left_out (why that one is left out; null where
    one as high is compared). Of a grade with a date alone the hour does not matter here."""
    reason = pl.when(pl.col("left_out").fill_null("") != DATE_ONLY).then("left_out")
    ordered = told.with_columns(left_out=reason).sort(
        "infusion_id", "documented", "left_out", descending=[False, True, False], nulls_last=False
    )
    first = ordered.unique("infusion_id", keep="first", maintain_order=True)
    return first.select("infusion_id", "patient_id", "documented", "left_out")


def _of_infusions(pairs: pl.DataFrame) -> Kappa:
    """Two infusions of one patient are not independent of each other."""
    if pairs["patient_id"].n_unique() == pairs.height:
        return kappa_of_pairs(_matrix(pairs))
    return kappa_of_clusters(_by_patient(pairs))


def _by_patient(pairs: pl.DataFrame) -> dict[str, Counts]:
    return {str(key[0]): _matrix(part) for key, part in pairs.partition_by("patient_id", as_dict=True).items()}


def _matrix(pairs: pl.DataFrame) -> Counts:
    counts = {row[:2]: row[2] for row in pairs.group_by("documented", "computed").len().iter_rows()}
    return [[counts.get((documented, computed), 0) for computed in GRADES] for documented in GRADES]


def _counts(told: pl.DataFrame) -> dict[str, int]:
    """Every reason with its count, 0 too."""
    found = dict(told.group_by("left_out").len().iter_rows())
    return {reason: found.get(reason, 0) for reason in LEFT_OUT}
