"""What the text says of single CAR-T products."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import hours, in_words, only_first, with_first, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import NOTHING, Opportunities
from crs_audit.vocabulary.load import load_vocabulary


@measure("G3-09")
def early_steroids(case: Case) -> Opportunities:
    """Informational: of products that permit early steroids, hours from the infusion to the first treatment steroid."""
    permits = pl.col("product").is_in(sorted(load_vocabulary().early_steroid_products))
    rows = case.every_infusion.filter(permits)
    found = only_first(within(rows, case.treatment, pl.col("t0"), pl.col("w"), until_included=False))
    given = with_first(rows, found, "first").filter(pl.col("first").is_not_null())
    value = hours(pl.col("t0"), pl.col("first"))
    return (
        Opportunities(given)
        .leave_open(rows.filter(~pl.col("has_mar")), "mar")
        .cite("first treatment steroid", found.select("key", "dose"))
        .measured(value, "h", NOTHING)
        .tell(pl.format("First treatment steroid {} h after the infusion of {}", in_words(value), "product"))
    )
