"""The CLIF demo's real rows, to be written as another warehouse would send them and held against what it makes of them.

The rows come as the text that the clif preset reads, before acceptance, so that those it rejects are written too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from crs_audit.intake.accept import Acceptor
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.rejects import UNMATCHED, gather_unmatched
from crs_audit.intake.sources import open_extract
from crs_audit.protocol.load import load_protocol

DEMO = Path(__file__).parents[2] / "sample_data" / "clif-demo"
ZONE = "Etc/GMT+5"
"""The zone in which the demo's instants are the clock times that were charted."""

_OF_A_FILE = ("source", "row", "digest", "raw_value", "raw_unit", "raw_dose", "raw_dose_unit")
"""Columns that say where a row stood and how it was written."""


@dataclass(frozen=True)
class Read:
    """What became of an extract: accepted rows by table, rejected and filtered rows by file, names without a match."""

    accepted: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    filtered: dict[str, int]
    unmatched: pl.DataFrame

    def names(self, table: str) -> dict[str, int]:
        found = self.unmatched.filter(pl.col("table") == table)
        return dict(found.select("text", "count").iter_rows())

    def reasons(self, table: str) -> dict[str, int]:
        found = self.rejects.filter(pl.col("table") == table)
        return dict(found.group_by("reason").len().iter_rows())


def read_extract(path: Path, preset: str, config: Mapping[str, Any] | None = None) -> Read:
    mapping = load_mapping(preset, config)
    extract = open_extract(path, mapping)
    acceptor = Acceptor(mapping, ZONE, load_protocol())
    accepted: dict[str, list[pl.DataFrame]] = {}
    rejects, unmatched, filtered = [], [pl.DataFrame(schema=UNMATCHED)], dict.fromkeys(extract.tables, 0)
    read = dict.fromkeys(extract.sources, 0)
    for source, one in acceptor.accept_all(extract):
        accepted.setdefault(source.table, []).append(one.frame)
        rejects.append(one.rejects)
        unmatched.append(one.unmatched)
        read[source] += one.frame.height + one.rejects.height
    for source in extract.sources:
        unmatched += extract.aside(source)
        filtered[source.table] += extract.filtered(source)
        assert read[source] + extract.filtered(source) >= extract.records(source)
    return Read(
        accepted={table: pl.concat(frames) for table, frames in accepted.items()},
        rejects=pl.concat(rejects),
        filtered=filtered,
        unmatched=gather_unmatched(unmatched),
    )


@cache
def clif() -> Read:
    """The demo as its own preset reads it."""
    return read_extract(DEMO, "clif")


@cache
def clif_texts() -> dict[str, pl.DataFrame]:
    """The demo's rows as text, by table, with `wall`: the charted clock time (of `in_time` in adt)."""
    extract = open_extract(DEMO, load_mapping("clif"))
    found: dict[str, list[pl.DataFrame]] = {}
    for source in extract.sources:
        found.setdefault(source.table, []).extend(extract.batches(source))
    return {
        table: pl.concat(frames).with_columns(wall=wall(pl.col("in_time" if table == "adt" else "time")))
        for table, frames in found.items()
        if table != "infusions"
    }


def wall(instants: pl.Expr) -> pl.Expr:
    """Clock times as a database writes them: 2180-07-23 12:36:00."""
    read = instants.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", strict=False, time_unit="us")
    return read.dt.convert_time_zone(ZONE).dt.strftime("%Y-%m-%d %H:%M:%S")


def hold_equal(found: pl.DataFrame, expected: pl.DataFrame, but: tuple[str, ...] = ()) -> None:
    """Both frames hold the same accepted rows, to the last bit of every number, but for the columns named."""
    left_out = [name for name in (*_OF_A_FILE, *but) if name in expected.columns]
    frames = [frame.drop(left_out) for frame in (found, expected)]
    assert_frame_equal(*(frame.sort(frame.columns) for frame in frames), check_exact=True)
