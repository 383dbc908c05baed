"""Tocilizumab around the instant a grade is reached, as grade 3 and grade 4 ask for it."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import with_cap
from crs_audit.measures.blocks import (
    ANCHOR,
    NO_TOCILIZUMAB,
    from_then,
    minutes,
    too_late,
    with_first_by,
)
from crs_audit.measures.case import Case
from crs_audit.measures.opportunities import Opportunities


def continued_tocilizumab(rows: pl.DataFrame, case: Case, id_: str, grade: str) -> Opportunities:
    """Tocilizumab from `<id_>.before` before the anchor to `<id_>.after` after it, unless a cap was reached.

    `grade`: what is reached at the anchor, in words.
    """
    rows = with_cap(rows, case)
    due, first = ANCHOR + case.span(f"{id_}.after"), pl.col("first")
    rows, cited = with_first_by(rows, case.tocilizumab, ANCHOR - case.span(f"{id_}.before"), due)
    value, before, after = minutes(ANCHOR, first), case.said(f"{id_}.before"), case.said(f"{id_}.after")
    return (
        Opportunities(rows)
        .exclude("cap", pl.col("capped"))
        .require(
            f"tocilizumab {before} before to {after} after {grade}", pl.col("in_time"), by=due, table="mar",
            fails=too_late(first), cites=cited,
        )
        .measured(value, "min", f"−{before} to {after}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"{NO_TOCILIZUMAB} from {before} before {grade} on"))
              .otherwise(pl.format(f"Tocilizumab {{}} (limit {after})", from_then(value, grade))))
    )  # fmt: skip
