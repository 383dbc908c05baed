"""Alternative agents, for what tocilizumab and steroids do not hold."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import TOCILIZUMAB_DOSE, counted, hours, in_words, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import NOTHING, Opportunities


@measure("ALT-01", opened_by=("mar",))
def alternative_agents(case: Case) -> Opportunities:
    """Informational: any alternative agent from the infusion on, when the first was given and what was before it."""
    given = case.in_window(case.given("alternative"))
    agents = given.group_by("infusion").agg(
        first=pl.col("time").min(), agents=pl.col("drug").unique().sort().str.join(", ")
    )
    rows = case.every_infusion.join(agents, on="infusion", maintain_order="left")
    first = pl.col("first")
    tocilizumab = within(rows, case.tocilizumab, pl.col("t0"), first, until_included=False)
    steroids = within(rows, case.treatment, pl.col("t0"), first, until_included=False)
    rows = with_count(with_count(rows, tocilizumab, "tocilizumab"), steroids, "steroids")
    value = hours(pl.col("t0"), first)
    return (
        Opportunities(rows)
        .cite("alternative agent", within(rows, given, pl.col("t0"), pl.col("w")).drop("drug"))
        .cite("tocilizumab before it", tocilizumab.select("key", "dose"))
        .cite("treatment steroid before it", steroids.select("key", "dose"))
        .measured(value, "h", NOTHING)
        .tell(pl.format("Alternative agent given ({}), first {} h after the infusion, after {} and {} since then",
                        "agents", in_words(value), counted(pl.col("tocilizumab"), TOCILIZUMAB_DOSE),
                        counted(pl.col("steroids"), "treatment steroid dose")))
    )  # fmt: skip
