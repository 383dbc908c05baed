"""Principles that hold for every infusion."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import ANCHOR, counted, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities


@measure("PRIN-02")
def no_steroid_premedication(case: Case) -> Opportunities:
    """Every infusion: no systemic steroid above physiologic shortly before it; earlier ones are told, not failed."""
    rows = case.every_infusion
    above = case.medication.steroids.filter(~pl.col("physiologic"))
    limit = ANCHOR - case.span("PRIN-02.before")
    found = within(rows, above, limit, ANCHOR, until_included=False)
    earlier = within(rows, above, ANCHOR - case.span("PRIN-02.told_before"), limit, until_included=False)
    rows = with_count(with_count(rows, found, "doses"), earlier, "earlier")
    said = case.said("PRIN-02.before")
    return (
        Opportunities(rows)
        .require(
            f"no steroid above physiologic in the {said} before", pl.col("doses") == 0, table="mar", fails="steroid",
            cites=found,
        )
        .note("earlier_steroid", (pl.col("earlier") > 0) & pl.col("has_mar"))
        .cite(f"steroid up to {case.said('PRIN-02.told_before')} before", earlier)
        .measured(pl.col("doses"), "doses", "0")
        .tell(pl.format(f"{{}} above physiologic in the {said} before the infusion",
                        counted(pl.col("doses"), "steroid dose")))
    )  # fmt: skip
