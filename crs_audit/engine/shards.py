"""Accepted rows split by patient, so that no step after intake holds more than one shard.

A small extract is one shard, kept in memory; a large one goes to Arrow files in a working folder, one per shard, table
and batch. They hold only the columns that vary, as they lie in memory: half again as many bytes as the extract, for
about half the time that writing and reading them as Parquet takes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crs_audit.intake.names import look_up
from crs_audit.intake.runs import once_per_run
from crs_audit.intake.schemas import DIGEST
from crs_audit.tables import SCHEMAS, TABLES

BYTES_PER_SHARD = 160_000_000
"""Of input; about four million vitals rows as CSV, which take almost 1 GB while they are graded and scored: about what
reading takes. Scoring costs a fifth of a second however few the rows are, so smaller shards are slower."""


def shard_count(input_bytes: int) -> int:
    """How many shards an input of this size (as CSV text) is split into."""
    return max(1, -(-input_bytes // BYTES_PER_SHARD))


class ShardStore:
    """Takes accepted frames in any order and gives back all rows of a shard."""

    def __init__(self, folder: Path, shards: int) -> None:
        self.shards = shards
        self._folder = folder
        self._pieces: dict[tuple[int, str], list[Piece]] = {}
        self._written = 0
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Keeps `frame`, accepted rows of `table` with a column patient_id."""
        if self.shards == 1:
            self._pieces.setdefault((0, table), []).append(Piece(*_parted(frame)))
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
            path = self._folder / f"{table}-{shard}-{self._written}.arrow"
            varied.filter(shards == shard).write_ipc_stream(path, compression="uncompressed")
            self._pieces.setdefault((shard, table), []).append(Piece(path, same))
        self._written += 1

    def part(self, shard: int) -> ShardPart:
        """What a worker needs to read shard number `shard` (0 …)."""
        self._written_out()
        return ShardPart({table: tuple(self._pieces.get((shard, table), ())) for table in TABLES})

    def shards_of(self, frame: pl.DataFrame) -> pl.Series:
        """The shard number of each row of a frame with a column patient_id."""
        return once_per_run(frame.get_column("patient_id"), self._numbers)["shard"]

    def _numbers(self, patients: pl.Series) -> pl.DataFrame:
        distinct = patients.unique()
        # Not polars' own hash: it may change between versions and machines of a cluster.
        numbers = [zlib.crc32(patient.encode()) % self.shards for patient in distinct]
        return look_up(patients, pl.DataFrame({"text": distinct, "shard": pl.Series(numbers, dtype=pl.UInt32)}))


@dataclass(frozen=True)
class Piece:
    """Rows of one batch: the columns that vary, in memory or in a file; `same` is one row of those that do not."""

    varied: pl.DataFrame | Path
    same: pl.DataFrame

    def read(self, table: str) -> pl.DataFrame:
        """The rows as they were, columns in the order of `table`'s schema."""
        rows = pl.read_ipc_stream(self.varied) if isinstance(self.varied, Path) else self.varied
        # As expressions, not as columns: polars then keeps one value of each, and neither fills nor copies a column.
        constant = [pl.lit(column).first().alias(column.name) for column in self.same]
        return rows.with_columns(constant).select(*SCHEMAS[table], *DIGEST)


def _parted(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The columns with more than one value, and one row of the others: an extract leaves most optional cells blank."""
    same = [column.name for column in frame if _constant(column)]
    return frame.drop(same), frame.select(same).head(1)


def _constant(column: pl.Series) -> bool:
    if column.null_count():
        return column.null_count() == column.len()
    return column.dtype in (pl.Boolean, pl.UInt16) and column.min() == column.max()


@dataclass(frozen=True)
class ShardPart:
    """The accepted rows of one shard, in memory or on disk; can be sent to another process."""

    pieces: Mapping[str, tuple[Piece, ...]]
    """By table."""

    def read(self, table: str) -> pl.DataFrame | None:
        """All rows of `table` in one piece, None where there is none."""
        parts = [piece.read(table) for piece in self.pieces[table]]
        return pl.concat(parts, rechunk=True) if parts else None
