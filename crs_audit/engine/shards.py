"""Accepted rows split by patient, so that no step after intake holds more than one shard.

A small extract is one shard, kept in memory; a large one goes to Arrow files in a working folder, one per shard, table
and batch. They hold only the columns that vary, as they lie in memory: half again as many bytes as the extract, for
about half the time that writing and reading them as Parquet takes.
"""

from __future__ import annotations

import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crs_audit.intake.names import look_up
from crs_audit.intake.runs import once_per_run
from crs_audit.intake.schemas import DIGEST
from crs_audit.tables import SCHEMAS, TABLES

BYTES_PER_SHARD = 80_000_000
"""Of input; about two million vitals rows as CSV, which take some 700 MB while they are graded."""


def shard_count(input_bytes: int) -> int:
    """How many shards an input of this size (as CSV text) is split into."""
    return max(1, -(-input_bytes // BYTES_PER_SHARD))


class ShardStore:
    """Takes accepted frames in any order and gives back all rows of a shard."""

    def __init__(self, folder: Path, shards: int) -> None:
        self.shards = shards
        self._folder = folder
        self._frames: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
        self._files: dict[tuple[int, str], list[Spill]] = {}
        self._written = 0
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Keeps `frame`, accepted rows of `table` with a column patient_id."""
        if self.shards == 1:
            self._frames[table].append(frame)
            return
        # One frame is written while the next is read; a second would only wait in memory.
        self._written_out()
        self._writing = self._pool.submit(self._spill, table, frame)

    def _written_out(self) -> None:
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _spill(self, table: str, frame: pl.DataFrame) -> None:
        shards = self.shards_of(frame)
        varied, same = _parted(frame)
        for shard in shards.unique().sort():
            spill = Spill(self._folder / f"{table}-{shard}-{self._written}.arrow", same)
            varied.filter(shards == shard).write_ipc(spill.path, compression="uncompressed")
            self._files.setdefault((shard, table), []).append(spill)
        self._written += 1

    def part(self, shard: int) -> ShardPart:
        """What a worker needs to read shard number `shard` (0 …)."""
        self._written_out()
        if self.shards == 1:
            return ShardPart({table: tuple(frames) for table, frames in self._frames.items() if frames}, {})
        return ShardPart({}, {table: tuple(self._files.get((shard, table), ())) for table in TABLES})

    def shards_of(self, frame: pl.DataFrame) -> pl.Series:
        """The shard number of each row of a frame with a column patient_id."""
        return once_per_run(frame.get_column("patient_id"), self._numbers)["shard"]

    def _numbers(self, patients: pl.Series) -> pl.DataFrame:
        distinct = patients.unique()
        # Not polars' own hash: it may change between versions and machines of a cluster.
        numbers = [zlib.crc32(patient.encode()) % self.shards for patient in distinct]
        return look_up(patients, pl.DataFrame({"text": distinct, "shard": pl.Series(numbers, dtype=pl.UInt32)}))


@dataclass(frozen=True)
class Spill:
    """Rows on disk: the columns that vary in `path`; `same` is one row of those that do not."""

    path: Path
    same: pl.DataFrame

    def read(self, table: str) -> pl.DataFrame:
        """The rows as they were, columns in the order of `table`'s schema."""
        rows = pl.read_ipc(self.path)
        constant = [column.new_from_index(0, rows.height) for column in self.same]
        return rows.with_columns(constant).select(*SCHEMAS[table], *DIGEST)


def _parted(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The columns with more than one value, and one row of the others: an extract leaves most optional cells blank."""
    same = [column.name for column in frame if _constant(column)]
    return frame.drop(same), frame.select(same).head(1)


def _constant(column: pl.Series) -> bool:
    if column.null_count():
        return column.null_count() == column.len()
    return column.dtype in (pl.Boolean, pl.UInt16) and column.min() == column.max()


class ShardPart:
    """The accepted rows of one shard, in memory or on disk; can be sent to another process."""

    def __init__(self, frames: dict[str, tuple[pl.DataFrame, ...]], files: dict[str, tuple[Spill, ...]]) -> None:
        self._frames = frames
        self._files = files

    def read(self, table: str) -> pl.DataFrame | None:
        """All rows of `table`, None where there is none."""
        parts = list(self._frames.get(table, ())) + [spill.read(table) for spill in self._files.get(table, ())]
        return pl.concat(parts, rechunk=True) if parts else None
