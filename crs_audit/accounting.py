"""The row accounting: for every table and source, read = accepted + rejected + duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from crs_audit.intake.take_in import Intake

FIRST_ROWS = 5
"""Row numbers told beside each reason."""


def accounting_rows(intake: Intake, duplicates: Mapping[int, int]) -> list[dict[str, Any]]:
    """One row per source: table, source, file, sheet, records, filtered, read, accepted, rejected, duplicates.

    `records` of the file, of which `filtered` were left out by the mapping; `read` = rows they became (a wide record
    becomes several). duplicates: source → exact duplicates.
    """
    rows = []
    for source in intake.extract.sources:
        read, rejected = intake.read[source.number], intake.rejected[source.number]
        twice = duplicates.get(source.number, 0) + intake.duplicates.get(source.number, 0)
        rows.append(
            {
                "table": source.table, "source": source.number, "file": source.file, "sheet": source.sheet,
                "records": intake.extract.records(source), "filtered": intake.extract.filtered(source), "read": read,
                "accepted": read - rejected - twice, "rejected": rejected, "duplicates": twice,
            }
        )  # fmt: skip
    return rows


def totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums over all sources, and the share of rejected rows (None for no rows)."""
    read = sum(row["read"] for row in rows)
    rejected = sum(row["rejected"] for row in rows)
    return {"rows_read": read, "rows_rejected": rejected, "rejected_share": rejected / read if read else None}


def rejects_by_reason(intake: Intake) -> list[dict[str, Any]]:
    """Rejects counted by table, file, column and reason, most frequent first; with the first row numbers and what the
    rows are of (vital, lab, drug, …: rows), no values."""
    files = {source.number: source for source in intake.extract.sources}
    grouped = (
        intake.rejects.group_by("table", "source", "column", "reason")
        .agg(
            rows=pl.len(),
            first_rows=pl.col("row").sort().head(FIRST_ROWS),
            names=pl.col("name").drop_nulls().value_counts(),
        )
        .sort(["rows", "table", "source", "column", "reason"], descending=[True, False, False, False, False])
    )
    return [
        {
            "table": row["table"], "file": files[row["source"]].file, "sheet": files[row["source"]].sheet,
            "column": row["column"], "reason": row["reason"], "rows": row["rows"], "first_rows": row["first_rows"],
            "names": {one["name"]: one["count"] for one in sorted(row["names"], key=_most_first)},
        }
        for row in grouped.iter_rows(named=True)
    ]  # fmt: skip


def _most_first(named: Mapping[str, Any]) -> tuple[int, str]:
    return -named["count"], named["name"]


def flags_told(intake: Intake, flags: pl.DataFrame) -> list[dict[str, Any]]:
    """Flags (`quality.run.flagged`): flag, table, name, standing, rows, and where the first rows stand; no values."""
    files = {source.number: source for source in intake.extract.sources}
    return [
        {
            **{name: row[name] for name in ("flag", "table", "name", "standing", "rows")},
            "first_rows": [{"file": files[at["source"]].place, "row": at["row"]} for at in row["places"]],
        }
        for row in flags.iter_rows(named=True)
    ]
