"""Tocilizumab doses that count for the audit."""

from __future__ import annotations

import polars as pl

from crs_audit.medication.doses import Doses
from crs_audit.vocabulary.match import concepts_of


def tocilizumab_doses(doses: Doses) -> pl.DataFrame:
    """Tocilizumab doses by vein or unknown route, before and after T0: columns of `Doses.frame`."""
    drugs = sorted(concepts_of("tocilizumab"))
    by_vein = pl.col("route").is_null() | (pl.col("route") == "iv")
    return doses.frame.filter(pl.col("drug").is_in(drugs) & by_vein)
