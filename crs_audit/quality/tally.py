"""The frames of a profile, and how the parts of several shards become one: exactly, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from crs_audit.tables import TIME

COUNT = pl.UInt64()
TEXT = pl.String()


@dataclass(frozen=True)
class Tally:
    """A frame of one row per `keys`. Of the other columns `sums` are added up, of `lows` the least and of `highs` the
    greatest counts."""

    keys: dict[str, Any]
    sums: tuple[str, ...] = ()
    lows: tuple[str, ...] = ()
    highs: tuple[str, ...] = ()
    extremes: Any = None
    """Type of the columns `lows` and `highs`."""

    @property
    def schema(self) -> dict[str, Any]:
        return {
            **self.keys,
            **dict.fromkeys(self.sums, COUNT),
            **dict.fromkeys((*self.lows, *self.highs), self.extremes),
        }

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame`, with at least the keys and no column of another name, in these columns and types."""
        absent = [pl.lit(0).alias(name) for name in self.sums if name not in frame.columns]
        absent += [pl.lit(None).alias(name) for name in (*self.lows, *self.highs) if name not in frame.columns]
        return frame.with_columns(absent).select(self.schema.keys()).cast(pl.Schema(self.schema))

    def combined(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """The parts as one frame, sorted by its keys."""
        every = pl.concat([pl.DataFrame(schema=self.schema), *parts])
        counts = [pl.col(name).sum() for name in self.sums]
        edges = [*(pl.col(name).min() for name in self.lows), *(pl.col(name).max() for name in self.highs)]
        return every.group_by(list(self.keys)).agg(counts + edges).sort(list(self.keys))


TALLIES = {
    "tables": Tally(
        {"table": TEXT}, sums=("rows", "patients"), lows=("earliest",), highs=("latest",), extremes=TIME
    ),
    "columns": Tally({"table": TEXT, "column": TEXT}, sums=("rows", "filled")),
    "values": Tally(
        {"table": TEXT, "name": TEXT},
        sums=("rows", "patients", "with_value", "below", "above", "date_only"),
        lows=("min",), highs=("max",), extremes=pl.Float64(),
    ),
    "units": Tally({"table": TEXT, "name": TEXT, "unit": TEXT}, sums=("rows",)),
    "names": Tally({"table": TEXT, "column": TEXT, "name": TEXT, "text": TEXT}, sums=("rows",)),
    "flags": Tally({"table": TEXT, "name": TEXT, "flag": TEXT}, sums=("rows", "patients")),
    "looked": Tally({"flag": TEXT, "table": TEXT}, sums=("rows",)),
    "charted_hours": Tally({"name": TEXT, "unit": TEXT, "at": pl.Int32()}, sums=("infusions", "charted")),
}  # fmt: skip
"""tables: patients with a row; the first and last time a row is of.
columns: filled cells of each accepted column.
values: by what was measured or given; `below`, `above`: bounds such as <0.5 and >10000; min, max in the canonical unit.
units: the unit as charted, null = none. names: texts as charted, with the audit's own word for them, null = none.
flags: rows with a flag. looked: rows that could have had one, for the flags that are looked for after acceptance.
charted_hours: infusions followed up to hour (or date) `at` after T0, and those of them with a value in it."""


@dataclass(frozen=True)
class Places:
    """The first rows of each key, by source and row."""

    keys: dict[str, Any]
    shown: int

    @property
    def schema(self) -> dict[str, Any]:
        return {**self.keys, "source": pl.UInt16(), "row": pl.UInt32()}

    def combined(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """The first `shown` places of each key among the parts."""
        every = pl.concat([pl.DataFrame(schema=self.schema), *(part.select(self.schema.keys()) for part in parts)])
        keys = list(self.keys)
        ordered = every.unique().sort(self.schema.keys())
        return ordered.group_by(keys, maintain_order=True).head(self.shown)


FLAG_PLACES = Places(TALLIES["flags"].keys, 5)
