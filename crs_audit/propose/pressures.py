"""Blood pressures in one cell: 120/80, or with their mean 84/50 (61)."""

from __future__ import annotations

import polars as pl

from crs_audit.propose.cell_forms import forms_told
from crs_audit.propose.known import Measure
from crs_audit.propose.limits import limit
from crs_audit.propose.maps import Draft

MEAN = "map"


def pressure_parts(hit: Measure, triples: float) -> tuple[str, ...]:
    """The parts of a cell, with the mean where any cell has it; a cell of two parts is still read then."""
    return (*hit.parts, MEAN) if triples else hit.parts


def say_stray(draft: Draft, name: str, odd: pl.DataFrame, filled: int) -> None:
    """Tells the form of cells (text, count) of a vital that are not read, if there are more than a few."""
    n = int(odd["count"].sum())
    if n and n >= limit("column", "stray") * filled:
        said = f"{name!r}: {n:,} of {filled:,} cells are in a form that is not read: {forms_told(odd.iter_rows())}"
        draft.block.say(said, doubt=True)
