"""Infusions followed to one instant with others, before their window was over: mostly that of the extract.

Such an end stays in the report, since verdicts rest on it; whoever knows the day it was can count back from it.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

LEAST = 2
"""Patients with one end make it the extract's rather than their own."""


def shared_ends(infusions: pl.DataFrame, length: timedelta) -> tuple[str, ...]:
    """What to tell who runs it: counts alone, nothing where there is none. infusions: patient_id, t0, e (end of the
    window or of follow-up), true or each moved by one span for all. length: of a window."""
    cut_short = infusions.filter(pl.col("e") < pl.col("t0") + length)
    shared = cut_short.filter(pl.col("patient_id").n_unique().over("e") >= LEAST)
    if shared.is_empty():
        return ()
    n, patients, instants = shared.height, shared["patient_id"].n_unique(), shared["e"].n_unique()
    ends = "one instant" if instants == 1 else f"{instants:,} instants"
    return (
        f"{n:,} infusions of {patients:,} patients are followed, before their {length.days} days are over, to {ends} "
        "that they share: whoever knows when the extract was made can count back to their true dates; de-identify only "
        "infusions whose window is over (e.g. by --period)",
    )
