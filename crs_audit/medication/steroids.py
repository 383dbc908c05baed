"""Systemic corticosteroid doses in dexamethasone-equivalents, physiologic ones told apart."""

from __future__ import annotations

import polars as pl

from crs_audit.medication.doses import SYSTEMIC_ROUTES, Doses
from crs_audit.protocol.load import Protocol
from crs_audit.vocabulary.match import concepts_of

DECIMALS = 6
"""Totals are compared after rounding to so many: 0.1 + 0.2 mg must not exceed a limit of 0.3 mg."""


def is_systemic() -> pl.Expr:
    """Rows of a corticosteroid by a route that reaches the body, or by an unknown one."""
    drugs = sorted(concepts_of("corticosteroid"))
    return pl.col("drug").is_in(drugs) & (pl.col("route").is_null() | pl.col("route").is_in(SYSTEMIC_ROUTES))


def steroid_doses(doses: Doses, protocol: Protocol) -> pl.DataFrame:
    """The systemic corticosteroid doses: columns of `Doses.frame` and dex_mg (null = unknown), physiologic.

    A dose is physiologic when all systemic steroids together stay within `medication.physiologic` in every period
    of `medication.physiologic_period` that holds it; one of unknown amount never is.
    """
    unit = protocol.value("medication.dexamethasone_unit")
    per_mg = {drug: unit / protocol.value(f"medication.equivalent_{drug}") for drug in _converted(protocol)}
    per_mg["dexamethasone"] = 1.0
    period = f"{protocol.span('medication.physiologic_period').total_seconds():.0f}s"
    given = (
        doses.frame.filter(is_systemic())
        .with_columns(dex_mg=pl.col("amount") * pl.col("drug").replace_strict(per_mg, return_dtype=pl.Float64))
        .sort("infusion", "time", "dose")
    )
    if given.is_empty():
        return given.with_columns(physiologic=pl.lit(None, dtype=pl.Boolean))
    # The highest total of the periods that hold a dose is that of one beginning with a dose: no other holds more.
    begun = given.rolling("time", period=period, offset="0s", closed="left", group_by="infusion")
    totals = begun.agg(total=pl.col("dex_mg").sum()).get_column("total").round(DECIMALS)
    held = given.with_columns(total=totals).rolling("time", period=period, closed="right", group_by="infusion")
    highest = held.agg(highest=pl.col("total").max()).get_column("highest")
    return given.with_columns(
        physiologic=pl.col("dex_mg").is_not_null() & (highest <= protocol.value("medication.physiologic"))
    )


def _converted(protocol: Protocol) -> list[str]:
    prefix = "medication.equivalent_"
    return [key.removeprefix(prefix) for key in protocol.parameters if key.startswith(prefix)]
