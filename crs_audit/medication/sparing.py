"""Given rows that may hide a fever: antipyretics, anticytokines, corticosteroids above physiologic."""

from __future__ import annotations

import polars as pl

from crs_audit.chart import Chart
from crs_audit.medication.doses import Doses, in_words
from crs_audit.medication.steroids import is_systemic
from crs_audit.protocol.load import Protocol
from crs_audit.tables import CONTINUING, GIVEN
from crs_audit.vocabulary.match import concepts_of


def sparing(chart: Chart, doses: Doses, steroids: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Fever-sparing rows: infusion, time, kind (antipyretic, anticytokine, corticosteroid), source, row, raw_value (the
    row in words).

    `steroids`: of `steroid_doses`. Aspirin up to `grading.aspirin_antiplatelet` does not spare.
    """
    given = chart.mar.filter(pl.col("action").is_in(GIVEN))
    antiplatelet = (pl.col("drug") == "aspirin") & (pl.col("dose") <= protocol.value("grading.aspirin_antiplatelet"))
    kinds = {
        "antipyretic": given.filter(_is("antipyretic") & ~antiplatelet.fill_null(False)),
        "anticytokine": given.filter(_is("anticytokine")),
        "corticosteroid": _above_physiologic(given.filter(is_systemic()), doses, steroids, protocol),
    }
    told = [
        rows.select("infusion", "time", pl.lit(kind).alias("kind"), "source", "row", raw_value=in_words())
        for kind, rows in kinds.items()
    ]
    return pl.concat(told).sort("infusion", "time", "kind", "source", "row")


def _is(drug_class: str) -> pl.Expr:
    return pl.col("drug").is_in(sorted(concepts_of(drug_class)))


def _above_physiologic(given: pl.DataFrame, doses: Doses, steroids: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """The given rows of systemic steroids that are not part of a physiologic dose.

    A row of a dose is as its dose is. A row without an amount, too close to one that has it to make its own dose, is
    as that one. A row that continues is as the drug's latest dose. One that has no such dose is above.
    """
    near = protocol.span("medication.same_dose")
    of_drug = ["infusion", "drug"]
    rows = doses.rows.join(steroids.select("dose", "infusion", "drug", "physiologic"), on="dose")
    own = rows.select("infusion", "source", "row", "physiologic")
    # Of two doses at one instant the one above physiologic decides.
    known = rows.group_by(*of_drug, "time").agg(pl.col("physiologic").all()).with_columns(at="time").sort("time")
    ordered = given.join(own, on=["infusion", "source", "row"], how="left").sort("time")
    nearest = ordered.join_asof(known, on="time", by=of_drug, suffix="_before", check_sortedness=False).join_asof(
        known, on="time", by=of_drug, strategy="forward", suffix="_after", check_sortedness=False
    )
    gap_before, gap_after = pl.col("time") - pl.col("at"), pl.col("at_after") - pl.col("time")
    beside = (
        pl.when((gap_before <= near) & (gap_before <= gap_after).fill_null(True))
        .then("physiologic_before")
        .when(gap_after <= near)
        .then("physiologic_after")
    )
    latest = pl.when(pl.col("action").is_in(CONTINUING)).then("physiologic_before").otherwise(beside)
    return nearest.filter(~pl.coalesce("physiologic", latest, pl.lit(False)))
