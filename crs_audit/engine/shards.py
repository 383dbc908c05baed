"""Accepted rows split by patient, so that no step after intake holds more than one shard.

A small extract is one shard, kept in memory; a large one goes to Parquet files in a working folder, one per shard,
table and batch. (Uncompressed Arrow files were tried: six times the bytes cost more in the system than they saved.)
"""

from __future__ import annotations

import zlib
from pathlib import Path

import polars as pl

from crs_audit.tables import TABLES

BYTES_PER_SHARD = 160_000_000
"""Of input; about three million vitals rows as CSV, which take about a gigabyte while they are graded."""


def shard_count(input_bytes: int) -> int:
    """How many shards an input of this size (as CSV text) is split into."""
    return max(1, -(-input_bytes // BYTES_PER_SHARD))


class ShardStore:
    """Takes accepted frames in any order and gives back all rows of a shard."""

    def __init__(self, folder: Path, shards: int) -> None:
        self.shards = shards
        self._folder = folder
        self._frames: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
        self._files: dict[tuple[int, str], list[Path]] = {}
        self._written = 0

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Keeps `frame`, accepted rows of `table` with a column patient_id."""
        if self.shards == 1:
            self._frames[table].append(frame)
            return
        for (shard,), rows in self._split(frame).items():
            path = self._folder / f"{table}-{shard}-{self._written}.parquet"
            rows.write_parquet(path, compression="lz4", statistics=False)
            self._files.setdefault((int(str(shard)), table), []).append(path)
        self._written += 1

    def part(self, shard: int) -> ShardPart:
        """What a worker needs to read shard number `shard` (0 …)."""
        if self.shards == 1:
            return ShardPart({table: tuple(frames) for table, frames in self._frames.items() if frames}, {})
        return ShardPart({}, {table: tuple(self._files.get((shard, table), ())) for table in TABLES})

    def shards_of(self, frame: pl.DataFrame) -> pl.Series:
        """The shard number of each row of a frame with a column patient_id."""
        patients = frame.get_column("patient_id").unique()
        # Not polars' own hash: it may change between versions and machines of a cluster.
        numbers = [zlib.crc32(patient.encode()) % self.shards for patient in patients]
        keys = pl.DataFrame({"patient_id": patients, "shard": pl.Series(numbers, dtype=pl.UInt32)})
        return frame.select("patient_id").join(keys, on="patient_id", how="left", maintain_order="left")["shard"]

    def _split(self, frame: pl.DataFrame) -> dict[tuple[object, ...], pl.DataFrame]:
        return frame.with_columns(shard=self.shards_of(frame)).partition_by("shard", as_dict=True, include_key=False)


class ShardPart:
    """The accepted rows of one shard, in memory or on disk; can be sent to another process."""

    def __init__(self, frames: dict[str, tuple[pl.DataFrame, ...]], files: dict[str, tuple[Path, ...]]) -> None:
        self._frames = frames
        self._files = files

    def read(self, table: str) -> pl.DataFrame | None:
        """All rows of `table`, None where there is none."""
        parts = list(self._frames.get(table, ())) + [
            pl.read_parquet(path, memory_map=False) for path in self._files.get(table, ())
        ]
        return pl.concat(parts) if parts else None
