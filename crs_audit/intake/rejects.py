"""Why a row is not accepted: the fixed words for it, and the frame the rejected rows are listed in."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

MISSING = "missing"
INVISIBLE = "invisible characters"
NOT_A_TIME = "not a time"
NO_SUCH_TIME = "time does not exist"
NO_TIME_OF_DAY = "date without time"
NOT_A_NUMBER = "not a number"
UNKNOWN_NAME = "unknown name"
UNKNOWN_UNIT = "unknown unit"
FAHRENHEIT_SUSPECT = "fahrenheit as celsius suspect"
IMPLAUSIBLE = "outside plausible range"
END_BEFORE_START = "end before start"
GIVEN_TWICE = "infusion given twice"

REASONS = (
    MISSING, INVISIBLE, NOT_A_TIME, NO_SUCH_TIME, NO_TIME_OF_DAY, NOT_A_NUMBER, UNKNOWN_NAME, UNKNOWN_UNIT,
    FAHRENHEIT_SUSPECT, IMPLAUSIBLE, END_BEFORE_START, GIVEN_TWICE,
)  # fmt: skip
"""Every reason of acceptance itself; a row the readers found broken brings their word instead."""

PROBLEM = pl.Enum(REASONS)
"""Type of a `<column>.problem` column: why the cell cannot stand, null where it can."""

REJECTS: dict[str, pl.DataType] = {
    "table": pl.String(), "source": pl.UInt16(), "row": pl.UInt32(), "column": pl.String(), "reason": pl.String(),
    "raw_value": pl.String(), "name": pl.String(),
}  # fmt: skip
"""One row per rejected row. `column` is null for a row that is broken as a whole. `raw_value` may identify a patient:
it is for the local list of rejects only, never for a message. `name`: the vital, lab, assessment, procedure or drug the
row is of, in the audit's own word (`tables.NAMED_BY`); null where none was read."""

UNMATCHED: dict[str, pl.DataType] = {
    "table": pl.String(), "column": pl.String(), "text": pl.String(), "count": pl.UInt32(),
    "some_patients": pl.List(pl.UInt64()),
}  # fmt: skip
"""Names no vocabulary knows, with the number of rows that hold them, and hashes of up to A_NAME of their patients."""

A_NAME = 3
"""Patients whose rows hold a text make it the name of a thing; one of fewer may be a person's."""


def gather_rejects(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The parts as one frame of REJECTS, in order of source and row."""
    return pl.concat([pl.DataFrame(schema=REJECTS), *parts]).sort("source", "row")


def gather_unmatched(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The parts (say, of many batches) as one frame of UNMATCHED, counts added up, the most frequent first."""
    every = pl.concat([pl.DataFrame(schema=UNMATCHED), *parts])
    of = pl.col("some_patients").explode().drop_nulls().unique().bottom_k(A_NAME).sort()
    counted = every.group_by("table", "column", "text").agg(pl.col("count").sum(), of)
    return counted.cast({"count": pl.UInt32}).sort(
        "table", "column", "count", "text", descending=[False, False, True, False]
    )
