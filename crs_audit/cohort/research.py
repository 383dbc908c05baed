"""The research rows of a shard: each infusion with all that a study asks of it, from what the audit found."""

from __future__ import annotations

from functools import reduce

import polars as pl

from crs_audit.cohort.date_only import agreed, at_day_end
from crs_audit.cohort.grades import grades
from crs_audit.cohort.hlh import hlh
from crs_audit.cohort.infusions import follow_up, infusions
from crs_audit.cohort.laboratory import laboratory
from crs_audit.cohort.neurotoxicity import neurotoxicity
from crs_audit.cohort.organ_support import organ_support
from crs_audit.cohort.scales.ctcae import ctcae
from crs_audit.cohort.scales.lee import lee
from crs_audit.cohort.scales.oxygen import oxygen
from crs_audit.cohort.scales.penn import penn
from crs_audit.cohort.steroids import steroid_days, steroids
from crs_audit.cohort.tocilizumab import tocilizumab
from crs_audit.measures.case import Case

FRAMES = ("cohort", "steroid_days")


def cohort_frames(case: Case) -> dict[str, pl.DataFrame]:
    """cohort: a row an infusion, the columns of `infusions`, `grades`, the scales, `tocilizumab`, `steroids`,
    `organ_support`, `laboratory`, `hlh`, `neurotoxicity`, `follow_up`; steroid_days: of `steroids`. Both have
    infusion_id in place of infusion, and are sorted by it.

    Cells that would differ with the rows of a date alone at the last second of that date are null.
    """
    first = _frames(case)
    late = at_day_end(case)
    if late is None:
        return first
    last = _frames(late)
    return {
        "cohort": agreed(first["cohort"], last["cohort"], FIRST),
        "steroid_days": agreed(first["steroid_days"], last["steroid_days"], ["infusion_id", "date", "day"]),
    }


def _frames(case: Case) -> dict[str, pl.DataFrame]:
    told = infusions(case)
    graded = grades(case)
    parts = [
        graded,
        lee(case),
        ctcae(case),
        penn(case),
        _estimated(case, graded),
        tocilizumab(case, graded.select("infusion", "onset", "first_grade_2")),
        steroids(case, graded.select("infusion", "onset")),
        organ_support(case),
        laboratory(case),
        hlh(case),
        neurotoxicity(case),
        follow_up(case),
    ]
    cohort = reduce(lambda rows, part: rows.join(part, on="infusion", how="left"), parts, told)
    named = told.select("infusion", "infusion_id")
    days = steroid_days(case).join(named, on="infusion").select("infusion_id", pl.exclude("infusion", "infusion_id"))
    return {
        "cohort": cohort.select(FIRST + [name for name in cohort.columns if name not in (*FIRST, "infusion")]).sort(
            "infusion_id"
        ),
        "steroid_days": days.sort("infusion_id", "date"),
    }


FIRST = ["infusion_id", "patient_id", "infusion_number", "infusion_time"]


def _estimated(case: Case, graded: pl.DataFrame) -> pl.DataFrame:
    """infusion, fio2_estimated: whether a scale rests on an FiO2 estimated from a flow; null where nothing was
    graded."""
    found = oxygen(case).group_by("infusion").agg(estimated=pl.col("estimated").any())
    told = graded.select("infusion", "max_grade").join(found, on="infusion", how="left")
    known = pl.when(pl.col("max_grade").is_not_null()).then(pl.col("estimated").fill_null(False))
    return told.select("infusion", fio2_estimated=known)
