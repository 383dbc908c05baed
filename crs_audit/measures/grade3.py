"""Grade 3: tocilizumab goes on, steroids begin."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, with_cap
from crs_audit.measures.blocks import ANCHOR, from_then, minutes, too_late, with_first, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.steroid_dose import steroid_dose_said, with_steroid_dose

first = pl.col("first")


@measure("G3-02", opened_by=("vitals",))
def tocilizumab_continued(case: Case) -> Opportunities:
    """Grade 3: tocilizumab from shortly before to shortly after it, unless a cap was reached."""
    rows = with_cap(case.episodes_from(3), case)
    due = ANCHOR + case.span("G3-02.after")
    found = within(rows, case.tocilizumab, ANCHOR - case.span("G3-02.before"), due)
    rows = with_first(rows, found, "first")
    value = minutes(ANCHOR, first)
    limits = f"{case.said('G3-02.before')} before to {case.said('G3-02.after')} after"
    return (
        Opportunities(rows)
        .exclude("cap", pl.col("capped"))
        .require(f"tocilizumab {limits} grade 3", first.is_not_null(), by=due, table="mar", cites=found)
        .cite("grade 3 reached", drivers_at(case, rows))
        .measured(value, "min", f"−{case.said('G3-02.before')} to {case.said('G3-02.after')}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"No tocilizumab {limits} grade 3"))
              .otherwise(pl.format("Tocilizumab {}", from_then(value, "grade 3"))))
    )  # fmt: skip


@measure("G3-03", opened_by=("vitals",))
def steroid_at_once(case: Case) -> Opportunities:
    """Grade 3: a steroid dose worth the text's dexamethasone from shortly before to the target after it; up to the
    amber limit not met, but amber. A dose of unknown amount in that time leaves it unknown."""
    due, since = ANCHOR + case.span("G3-03.target"), ANCHOR - case.span("G3-03.before")
    rows, cited = with_steroid_dose(case.episodes_from(3), case, since, due)
    value, limit, amber = minutes(ANCHOR, first), case.value("G3-03.target"), case.value("G3-03.amber")
    told = pl.format(f"First steroid dose {{}} (limit {limit:g}, amber to {amber:g})", from_then(value, "grade 3"))
    return (
        Opportunities(rows)
        .require(
            f"{steroid_dose_said(case)} at most {case.said('G3-03.target')} after grade 3",
            pl.col("in_time"), by=due, table="mar", fails=too_late(first), unknown="amount", cites=cited,
        )
        .amber(first <= ANCHOR + case.span("G3-03.amber"))
        .cite("grade 3 reached", drivers_at(case, rows))
        .measured(value, "min", f"≤ {limit:g}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  f"No steroid dose charted as worth {case.said('medication.steroid_dose')} or more "
                  f"from {case.said('G3-03.before')} before grade 3 on (limit {limit:g} min after)"))
              .otherwise(told))
    )  # fmt: skip
