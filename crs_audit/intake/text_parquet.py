"""Parquet → text: every column written out as a person would, and read as text like the other formats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from crs_audit.errors import InputError
from crs_audit.intake.columns import TIMES
from crs_audit.intake.hashing import FileHash
from crs_audit.intake.raw import BROKEN, Origin, Tally

ROWS = 500_000
CELL_BYTES = 10
"""A cell as text, its delimiter included, in vitals and labs."""


class ParquetTable:
    """A Parquet file. Its names count as record 0, its first record as 1.

    decimal: the sign that the extract's texts of numbers have; numbers get the same.
    """

    def __init__(self, path: Path, file: str, decimal: str = ".") -> None:
        self.path, self.decimal = path, decimal
        self.origin = Origin(file=file, hash=FileHash(path, file))
        try:
            self.lazy = pl.scan_parquet(path, glob=False)
            self.schema = self.lazy.collect_schema()
            self.height = int(self.lazy.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError):
            raise InputError(f"{file}: is no Parquet file that can be read; write it again") from None

    @property
    def text_bytes(self) -> int:
        return self.height * len(self.schema) * CELL_BYTES

    @property
    def head(self) -> list[tuple[int, list[str]]]:
        return [(0, list(self.schema.names()))]

    def frames(self, header: int, width: int, used: dict[int, str], tally: Tally) -> Iterator[pl.DataFrame]:
        columns = self.schema.names()
        texts = [self._text(columns[at], name).alias(str(at)) for at, name in used.items()]
        for start in range(0, self.height, ROWS):
            try:
                frame = self.lazy.slice(start, ROWS).select(texts).collect()
            except (pl.exceptions.PolarsError, OSError):
                raise InputError(f"{self.origin.file}: is damaged at record {start + 1} or after it") from None
            frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all())).with_columns(
                pl.int_range(start + 1, start + 1 + pl.len(), dtype=pl.UInt32).alias("row"),
                pl.lit(None, pl.String).alias(BROKEN),
            )
            yield frame

    def _text(self, name: str, canonical: str) -> pl.Expr:
        column, dtype = pl.col(name), self.schema[name]
        match dtype:
            case pl.Datetime(time_zone=None):
                return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
            case pl.Datetime():
                return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z")
            case pl.Duration() | pl.Binary() | pl.Object() | pl.List() | pl.Array() | pl.Struct():
                raise InputError(f"{self.origin.file}: column {name!r} holds {dtype}, which is no text, number or time")
        text = column.cast(pl.String)
        if self.decimal != "." and canonical not in TIMES and (dtype.is_float() or dtype.is_decimal()):
            return text.str.replace(".", self.decimal, literal=True)
        return text
