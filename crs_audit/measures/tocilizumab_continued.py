"""Tocilizumab around the instant a grade is reached, as grade 3 and grade 4 ask for it."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import with_cap
from crs_audit.measures.blocks import NO_TOCILIZUMAB
from crs_audit.measures.case import Case
from crs_audit.measures.due import due_around
from crs_audit.measures.opportunities import Opportunities


def continued_tocilizumab(rows: pl.DataFrame, case: Case, id_: str, grade: str) -> Opportunities:
    """Tocilizumab from `<id_>.before` before the anchor to `<id_>.after` after it, unless a cap was reached.

    `grade`: what is reached at the anchor, in words.
    """
    told = due_around(with_cap(rows, case), case.tocilizumab, case, id_, "tocilizumab", grade, none=NO_TOCILIZUMAB)
    return told.exclude("cap", pl.col("capped"))
