"""What one shard adds to the profile of a run."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from crs_audit.chart import Chart, windows_of
from crs_audit.protocol.load import Protocol
from crs_audit.quality.coverage import coverage
from crs_audit.quality.profile import per_patient, profile
from crs_audit.quality.suspects import Rows, RunClock, suspects
from crs_audit.quality.tally import TALLIES
from crs_audit.tables import Facts

PARTS = (*TALLIES, "places", "coverage", "cells")
"""Frames a shard leaves: those of TALLIES; FLAG_PLACES; COVERAGE; CELLS of the infusions drawn on the page."""


def rows_of(frames: Mapping[str, pl.DataFrame], infusions: pl.DataFrame, facts: Facts, protocol: Protocol) -> Rows:
    """The accepted rows of some patients, without duplicates. infusions: all of these patients', the extract's own or
    those found in the MAR; they are rows of a table of their own only where there is such a table."""
    ends = windows_of(infusions, protocol).select("infusion_id", "w")
    windows = infusions.join(ends, on="infusion_id", maintain_order="left")
    tables = {**frames, "infusions": infusions} if "infusions" in facts.tables else dict(frames)
    return Rows(tables, per_patient(tables), windows)


def shard_profile(
    rows: Rows, chart: Chart, clock: RunClock, protocol: Protocol, reported: Collection[str]
) -> dict[str, pl.DataFrame]:
    """PARTS; `cells` of all infusions of the shard. reported: ids of the run's infusions, of whatever shard."""
    flags, looked, places = suspects(rows, clock, chart.facts, protocol)
    covered = coverage(chart, reported)
    return {
        **profile(rows.frames, rows.counted),
        "flags": flags,
        "looked": looked,
        "places": places,
        "charted_hours": covered.hours,
        "coverage": covered.coverage,
        "cells": covered.cells,
    }
