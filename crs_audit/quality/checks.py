"""The checks of an extract, table by table: what was looked at, what was found, and whether it keeps within a limit.

Only what somebody has set a limit for is held against one: the row accounting must add up, and a site may set a
greatest share of rejected rows. Everything else is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from crs_audit.intake import plausible
from crs_audit.intake.units import normalised
from crs_audit.tables import TABLES

PASSED, FAILED, TOLD, NOT_APPLICABLE = "passed", "failed", "told", "not applicable"
ADDS_UP, REJECTED, TWICE, OUTSIDE = "rows add up", "rejected", "exact duplicates", "outside plausible range"
ALL = "all"
"""In place of a table: the whole extract."""

CHECKS = {
    "check": pl.String(), "table": pl.String(), "looked_at": pl.UInt64(), "found": pl.UInt64(), "share": pl.Float64(),
    "limit": pl.Float64(), "status": pl.String(),
}  # fmt: skip

_Check = tuple[str, str, int, int, float | None]
"""check, table, rows looked at, rows found, greatest share allowed."""


def checks(
    accounting: pl.DataFrame,
    values: pl.DataFrame,
    units: pl.DataFrame,
    flags: pl.DataFrame,
    looked: pl.DataFrame,
    max_rejected: float | None,
) -> pl.DataFrame:
    """CHECKS, in the order of the page. `not applicable`: there was no row to look at."""
    found = [
        *_accounted(accounting, max_rejected),
        *_outside(values),
        *_suspects(flags, looked),
        *_intake_suspects(values, units, flags),
    ]
    rows = [
        (check, table, n, k, k / n if n else None, limit, _status(n, k, limit)) for check, table, n, k, limit in found
    ]
    return pl.DataFrame(rows, schema=CHECKS, orient="row")


def _status(looked_at: int, found: int, limit: float | None) -> str:
    if not looked_at:
        return NOT_APPLICABLE
    if limit is None:
        return TOLD
    return PASSED if found / looked_at <= limit else FAILED


def _accounted(accounting: pl.DataFrame, max_rejected: float | None) -> Iterator[_Check]:
    sums = accounting.group_by("table").agg(pl.col("read", "accepted", "rejected", "duplicates").sum())
    by_table = {row["table"]: row for row in sums.iter_rows(named=True)}
    names = ("read", "accepted", "rejected", "duplicates")
    rows = {table: by_table.get(table, dict.fromkeys(names, 0)) for table in TABLES}
    for table, row in rows.items():
        lost = abs(row["read"] - row["accepted"] - row["rejected"] - row["duplicates"])
        yield ADDS_UP, table, row["read"], lost, 0.0
    for table, row in rows.items():
        yield REJECTED, table, row["read"], row["rejected"], None
    read, rejected = (sum(row[name] for row in rows.values()) for name in ("read", "rejected"))
    yield REJECTED, ALL, read, rejected, max_rejected
    for table, row in rows.items():
        yield TWICE, table, row["read"], row["duplicates"], None


def _outside(values: pl.DataFrame) -> Iterator[_Check]:
    banded = values.filter(pl.col("low").is_not_null() | pl.col("high").is_not_null())
    for table in ("infusions", "vitals", "labs", "mar", "assessments"):
        rows = banded.filter(pl.col("table") == table)
        outside = int(rows["rejected_outside"].sum())
        yield OUTSIDE, table, int(rows["with_value"].sum()) + outside, outside, None


def _suspects(flags: pl.DataFrame, looked: pl.DataFrame) -> Iterator[_Check]:
    counts = flags.group_by("flag", "table").agg(pl.col("rows").sum())
    found = {(flag, table): rows for flag, table, rows in counts.iter_rows()}
    order = {table: number for number, table in enumerate(TABLES)}
    for flag, table, rows in sorted(looked.iter_rows(), key=lambda row: (row[0], order[row[1]])):
        yield flag, table, rows, found.get((flag, table), 0), None


def _intake_suspects(values: pl.DataFrame, units: pl.DataFrame, flags: pl.DataFrame) -> Iterator[_Check]:
    """°F as °C among the temperatures; small cell counts among those without a unit."""

    def rows(flag: str) -> int:
        return int(flags.filter(pl.col("flag") == flag)["rows"].sum())

    temperature = values.filter((pl.col("table") == "vitals") & (pl.col("name") == "temperature"))
    read = int(temperature["rows"].sum()) + int(temperature["rejected_outside"].sum()) + rows("fahrenheit_suspect")
    yield "fahrenheit_suspect", "vitals", read, rows("fahrenheit_suspect"), None
    # A unit the site declared for cells without one was not taken for granted.
    small = [f"{lab} {normalised(band['unit'])}" for lab, band in plausible.bands()["unit_suspect"].items()]
    read_as = pl.col("read_as").map_elements(normalised, return_dtype=pl.String)
    blank = units.filter((pl.col("table") == "labs") & pl.col("unit").is_null() & pl.col("read_as").is_not_null())
    counts = blank.filter(pl.format("{} {}", "name", read_as).is_in(small))
    yield "unit_suspect", "labs", int(counts["rows"].sum()), rows("unit_suspect"), None
