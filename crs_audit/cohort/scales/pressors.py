"""How many vasopressors run together, and whether at a high dose."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.scales.course import graded
from crs_audit.cohort.scales.overlay import meeting
from crs_audit.grading.vasopressors import RUNNING, VASOPRESSIN
from crs_audit.intake.units import rate_conversions
from crs_audit.measures.blocks import runs
from crs_audit.measures.case import Case, once_per_case
from crs_audit.medication.steroids import DECIMALS
from crs_audit.medication.weights import weights_at
from crs_audit.protocol.scales import load_scales

_HIGH, _EQUAL = "pressor.high_", "pressor.equal_"
PER_KG = "µg/kg/min"


@once_per_case
def several(case: Case) -> pl.DataFrame:
    """infusion: those with two or more vasopressors, vasopressin too, together in graded time. As in the ASTCT grade
    a push is none of them, and less than `grading.two_pressors` is a switch."""
    together = runs(_together(case), pl.col("drugs") > 1, lasting=case.span("grading.two_pressors"))
    return meeting(graded(case), together)


@once_per_case
def high_dose(case: Case) -> pl.DataFrame:
    """infusion: those with a high dose, held long enough, in graded time."""
    return meeting(graded(case), runs(_together(case), pl.col("high"), lasting=load_scales().span("pressor.high_held")))


@once_per_case
def perhaps_high_dose(case: Case) -> pl.DataFrame:
    """infusion: those with a dose that was high or of which that is unknown, held as long, in graded time."""
    perhaps = pl.col("high") | pl.col("unknown")
    return meeting(graded(case), runs(_together(case), perhaps, lasting=load_scales().span("pressor.high_held")))


@once_per_case
def _together(case: Case) -> pl.DataFrame:
    """infusion, start, end, drugs (how many run, pushes aside), high, unknown (the dose of one that could make it
    high); pieces between any two changes, not cut to the window.

    The dose is that of the drug's last on-row while that row's run lasts. A dose is high at the drug's own limit, or
    where the norepinephrine-equivalent of all is: at one limit beside vasopressin, at another without.
    """
    doses = _doses(case)
    edges = [doses.select("infusion", start=edge) for edge in ("start", "end", "reach")]
    at = pl.concat(edges).unique().sort("infusion", "start")
    pieces = at.with_columns(end=pl.col("start").shift(-1).over("infusion")).drop_nulls("end").sort("start")
    named = doses.get_column("drug").unique().sort().to_list()
    for drug in named:
        of_drug = doses.filter(drug=drug).sort("start").select(
            "infusion", "start", pl.col("reach").alias(f"{drug}.reach"), pl.col("end").alias(f"{drug}.end"),
            pl.col("dose").alias(f"{drug}.dose"),
        )  # fmt: skip
        pieces = pieces.join_asof(of_drug, on="start", by="infusion", check_sortedness=False)
    scales = load_scales()
    equals = {key.removeprefix(_EQUAL): scales.value(key) for key in scales.parameters if key.startswith(_EQUAL)}
    start = pl.col("start")
    on = {drug: (start < pl.col(f"{drug}.reach")).fill_null(False) for drug in named}
    dose = {
        drug: pl.when((start < pl.col(f"{drug}.end")).fill_null(False)).then(pl.col(f"{drug}.dose")) for drug in named
    }
    measured = [drug for drug in named if drug in equals]
    own = [(dose[drug] >= scales.value(_HIGH + drug)).fill_null(False) for drug in measured]
    total = pl.sum_horizontal(pl.lit(0.0), *(dose[drug] / equals[drug] for drug in measured)).round(DECIMALS)
    limit = (
        pl.when(on.get(VASOPRESSIN, pl.lit(False)))
        .then(scales.value("pressor.high_with_vasopressin"))
        .otherwise(scales.value("pressor.high_combined"))
    )
    unknown = [on[drug] & dose[drug].is_null() for drug in named if drug != VASOPRESSIN]
    told = pieces.with_columns(
        drugs=pl.sum_horizontal(pl.lit(0, pl.UInt32), *(on[drug].cast(pl.UInt32) for drug in named)),
        high=pl.any_horizontal(total >= limit, *own),
        unknown=pl.any_horizontal(pl.lit(False), *unknown),
    )
    return told.select("infusion", "start", "end", "drugs", "high", "unknown").sort("infusion", "start")


def _doses(case: Case) -> pl.DataFrame:
    """The runs of every vasopressor in infusions that have graded time: infusion, drug, start, end, reach (until when
    some on-row so far answers for the drug), dose (in the unit of the drug's limit, null = unknown)."""
    found = case.grading.pressor_runs.filter(~pl.col("push") & (pl.col("end") > pl.col("start")))
    found = found.join(graded(case).select("infusion").unique(), on="infusion", how="semi")
    rates = _rates(case, found.select("infusion", "drug", time="start"))
    told = found.select("infusion", "drug", "end", time="start").join(
        rates, on=["infusion", "drug", "time"], how="left"
    )
    ordered = told.rename({"time": "start"}).sort("infusion", "drug", "start")
    return ordered.with_columns(reach=pl.col("end").cum_max().over("infusion", "drug"))


def _rates(case: Case, on_rows: pl.DataFrame) -> pl.DataFrame:
    """infusion, drug, time, dose of the on-rows at those instants; of several at one the highest."""
    parameters = load_scales().parameters.items()
    per_kg = {key.removeprefix(_EQUAL): one.unit == PER_KG for key, one in parameters if key.startswith(_EQUAL)}
    by_vein = pl.col("route").is_null() | (pl.col("route") == "iv")
    rows = case.chart.mar.filter(
        pl.col("drug").is_in(list(per_kg)) & by_vein & ~pl.col("day_only") & (pl.col("rate") > 0)
        & pl.col("action").is_in((*RUNNING, "given"))
    ).join(on_rows, on=["infusion", "drug", "time"], how="semi")  # fmt: skip
    known = rows.join(rate_conversions(rows["rate_unit"]), left_on="rate_unit", right_on="unit", nulls_equal=True)
    weighed = weights_at(case.chart, known.with_row_index("dose_number").rename({"dose": "_", "dose_number": "dose"}),
                         case.protocol)  # fmt: skip
    amount = pl.col("rate") * pl.col("per_min")
    asked = pl.col("drug").replace_strict(per_kg, return_dtype=pl.Boolean)
    dose = (
        pl.when(pl.col("per_kg") == asked)
        .then(amount)
        .when(asked)
        .then(amount / pl.col("kg"))
        .otherwise(amount * pl.col("kg"))
    )
    return weighed.group_by("infusion", "drug", "time").agg(dose=dose.round(DECIMALS).max())
