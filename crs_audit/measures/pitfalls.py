"""Pitfalls the text warns of."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import counted, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.medication.doses import in_words
from crs_audit.tables import GIVEN
from crs_audit.vocabulary.match import concepts_of


@measure("PIT-02")
def no_gmcsf(case: Case) -> Opportunities:
    """Every infusion: no GM-CSF given in the window; each row of it is cited."""
    drug, action = pl.col("drug").is_in(sorted(concepts_of("gmcsf"))), pl.col("action").is_in(GIVEN)
    given = case.chart.mar.filter(drug & action).with_columns(raw_value=in_words())
    rows = case.every_infusion
    found = within(rows, given, pl.col("t0"), pl.col("w"), until_included=False)
    found = found.select("key", "time", "source", "row", "raw_value")
    return (
        Opportunities(with_count(rows, found, "given"))
        .require("no GM-CSF in the window", pl.col("given") == 0, table="mar", fails="gm_csf", cites=found)
        .measured(pl.col("given"), "rows", "0")
        .tell(
            pl.when(pl.col("given") == 0)
            .then(pl.lit("No GM-CSF charted as given in the window"))
            .otherwise(pl.format("GM-CSF given in the window in {}", counted(pl.col("given"), "MAR row")))
        )
    )
