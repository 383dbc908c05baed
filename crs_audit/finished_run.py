"""A finished run, opened: its summary.json and the tables of its `data/`, or one line that says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.errors import InputError
from crs_audit.publish import MARK, opened

_AGAIN = "the report is incomplete or of another crs-audit; run the audit again"


@dataclass(frozen=True)
class FinishedRun:
    """An internal report. summary: its summary.json, with the keys that were asked for."""

    path: Path
    summary: dict[str, Any]

    def table(self, name: str, *columns: str, where: pl.Expr | None = None) -> pl.DataFrame:
        """Rows of `data/<name>.parquet` that fulfil `where`; only `columns`, or all of them where none is named.

        Raises InputError where the table or one of the columns is missing, or the file cannot be read.
        """
        file = self.path / "data" / f"{name}.parquet"
        if not file.is_file():
            raise InputError(f"{file}: is not there; {_AGAIN}")
        try:
            rows = pl.scan_parquet(file)
            missing = [column for column in columns if column not in rows.collect_schema()]
            if missing:
                raise InputError(f"{file}: column {missing[0]!r} is missing; {_AGAIN}")
            rows = rows if where is None else rows.filter(where)
            return (rows.select(columns) if columns else rows).collect()
        except (OSError, pl.exceptions.PolarsError):
            raise InputError(f"{file}: cannot be read; {_AGAIN}") from None


def open_run(run: Path, *keys: str) -> FinishedRun:
    """The internal report at `run`. keys: those of summary.json that are needed.

    Raises InputError where `run` is none, or its summary.json lacks a key.
    """
    summary = opened(run)
    missing = [key for key in keys if key not in summary]
    if missing:
        raise InputError(f"{run / MARK}: {missing[0]!r} is missing; {_AGAIN}")
    return FinishedRun(run, summary)
