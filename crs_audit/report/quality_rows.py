"""Rows of the tables of the data-quality page, from the profile, the rejects and the row accounting of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.intake.rejects import IMPLAUSIBLE
from crs_audit.quality.checks import ADDS_UP, FAILED, NOT_APPLICABLE, PASSED, TOLD
from crs_audit.quality.flag_words import READING, SUSPECT, flag_words
from crs_audit.report import words
from crs_audit.report.clock import SiteClock, micros
from crs_audit.tables import TABLES

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

FIRST_ROWS = 5
"""Places told beside a reason or a flag."""
TEXTS = 6
"""Texts told beside a name, the most frequent."""
STATUS = {PASSED: "met", FAILED: "not_met", TOLD: "present", NOT_APPLICABLE: "not_applicable"}
"""Status of a check → the class and sign it is shown with."""

Row = dict[str, Any]


def place(result: AuditResult, source: int | None) -> str:
    """File and sheet of a source."""
    known = result.files.get(source) if source is not None else None
    if known is None:
        return ""
    return f"{known.file} [{known.sheet}]" if known.sheet else known.file


def places(result: AuditResult, found: list[Row]) -> str:
    """Places as `vitals.csv 12, 15; labs.csv 3`."""
    by_source: dict[int, list[str]] = {}
    for at in found[:FIRST_ROWS]:
        if at["row"] is None:
            continue  # of a de-identified report
        by_source.setdefault(at["source"], []).append(str(at["row"]))
    return "; ".join(f"{place(result, source)} {', '.join(rows)}" for source, rows in by_source.items())


def by_table(result: AuditResult) -> list[Row]:
    """A row per table: what was read of it and what became of it; a table that was not given has no `read`."""
    sums = result.accounting.group_by("table").agg(pl.col("read", "accepted", "rejected", "duplicates").sum())
    counts = {row["table"]: row for row in sums.iter_rows(named=True)}
    spans = {row["table"]: row for row in result.quality.tables.iter_rows(named=True)}
    unmatched = dict(result.unmatched.group_by("table").len().iter_rows())
    kinds = {flag: kind for flag, (kind, _) in flag_words().items()}
    suspects = dict.fromkeys(TABLES, 0)
    for row in result.quality.flags.iter_rows(named=True):
        suspects[row["table"]] += row["rows"] if kinds.get(row["flag"]) == SUSPECT else 0
    clock = SiteClock(result.timezone)
    rows = []
    for table in TABLES:
        span = spans.get(table)
        dates = [clock.date(micros(span[edge])) for edge in ("earliest", "latest") if span[edge]] if span else []
        rows.append(
            {"read": None, **counts.get(table, {}), "table": table, "unmatched": unmatched.get(table, 0),
             "suspects": suspects[table], "patients": span["patients"] if span else None, "dates": dates}
        )  # fmt: skip
    return rows


def checks(result: AuditResult) -> list[Row]:
    """The checks with words for their names; those that have nothing to look at last."""
    rows = list(result.quality.checks.iter_rows(named=True))
    for row in rows:
        row["shown"] = STATUS[row["status"]]
        row["what"] = "rows that do not add up" if row["check"] == ADDS_UP else row["check"].replace("_", " ")
    return sorted(rows, key=lambda row: row["status"] == NOT_APPLICABLE)


def columns(result: AuditResult) -> list[tuple[str, int, list[Row]]]:
    """Table, its accepted rows, its columns with the share of cells that are filled."""
    found = {}
    for (table,), part in result.quality.columns.partition_by("table", as_dict=True, maintain_order=True).items():
        found[table] = list(
            part.sort("share", "column", descending=[True, False], nulls_last=True).iter_rows(named=True)
        )
    return [(table, found[table][0]["rows"], found[table]) for table in TABLES if table in found]


def values(result: AuditResult) -> list[Row]:
    """What was measured and given, table by table."""
    order = {table: number for number, table in enumerate(TABLES)}
    rows = list(result.quality.values.iter_rows(named=True))
    for row in rows:
        row["label"] = label(row["name"])
        row["band"] = band(row["low"], row["high"])
        row["unit"] = unit(row["unit"])
        kinds = (("below", "with <"), ("above", "with >"), ("date_only", "with a date only"))
        row["apart"] = ", ".join(f"{row[key]} {text}" for key, text in kinds if row[key])
    return sorted(rows, key=lambda row: (order[row["table"]], row["name"] is None, row["name"] or ""))


def label(name: str | None) -> str:
    return "(no word of the audit)" if name is None else words.name(name)


def unit(text: str | None) -> str:
    return {"1": "fraction"}.get(text or "", (text or "").replace("uL", "µL").replace("ug", "µg"))


def band(low: float | None, high: float | None) -> str:
    """What is plausible, in words."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"from {words.number(low)}"
    return f"{words.number(low)} to {words.number(high)}" if low is not None else f"up to {words.number(high)}"


def units(result: AuditResult) -> list[Row]:
    rows = list(result.quality.units.iter_rows(named=True))
    for row in rows:
        row |= {"label": label(row["name"]), "read_as": unit(row["read_as"])}
    return rows


def names(result: AuditResult) -> list[Row]:
    """Each word of the audit with the texts it was read from, the most frequent first."""
    texts = result.quality.names.sort("rows", "text", descending=[True, False])
    grouped = texts.group_by("table", "column", "name").agg(
        pl.col("rows").sum(), pl.len().alias("n"), pl.col("text").sort_by("rows", "text", descending=[True, False])
    )
    ordered = grouped.sort("table", "column", "rows", "name", descending=[False, False, True, False])
    rows = list(ordered.filter(pl.col("name").is_not_null()).iter_rows(named=True))
    for row in rows:
        # None: left out of a de-identified report.
        known = [text for text in row["text"] if text is not None]
        row |= {"label": label(row["name"]), "texts": known[:TEXTS], "more": max(len(known) - TEXTS, 0)}
    return rows


def reasons(result: AuditResult) -> list[Row]:
    """Rejected rows by table, column and reason: rows, share of what was read, what they are of, the first places."""
    read = dict(result.accounting.group_by("table").agg(pl.col("read").sum()).iter_rows())
    bands = {(row["table"], row["name"]): row for row in values(result)}
    grouped = (
        result.rejects.sort("source", "row")
        .group_by("table", "column", "reason", maintain_order=True)
        .agg(
            count=pl.len(),
            places=pl.struct("source", "row").head(FIRST_ROWS),
            names=pl.col("name").drop_nulls().value_counts(),
        )
        .sort("count", "table", "column", "reason", descending=[True, False, False, False])
    )
    found = []
    for row in grouped.iter_rows(named=True):
        left = row["reason"] == IMPLAUSIBLE
        of = [(one["name"], one["count"]) for one in sorted(row["names"], key=lambda one: (-one["count"], one["name"]))]
        if left and not of:
            of = [(row["column"], row["count"])]
        found.append(
            {**row, "share": row["count"] / read[row["table"]] if read.get(row["table"]) else None,
             "first": places(result, row["places"]),
             "of": [(label(name), n, _left(bands.get((row["table"], name))) if left else "") for name, n in of]}
        )  # fmt: skip
    return found


def _left(row: Row | None) -> str:
    return f"{row['band']} {row['unit']}".strip() if row and row["band"] else ""


def suspects(result: AuditResult) -> list[Row]:
    """Rows that look wrong, in the whole extract: counts by flag, table and name, and the first places."""
    return [
        {**row, "of": label(row["name"]) if row["name"] else "", "first": places(result, row["places"])}
        for row in _flags(result, SUSPECT)
    ]


def readings(result: AuditResult) -> list[Row]:
    """How rows were read, in the whole extract: counts by flag and table, with what they are of."""
    found: dict[tuple[str, str], Row] = {}
    for row in _flags(result, READING):
        one = found.setdefault((row["flag"], row["table"]), {**row, "rows": 0, "of": []})
        one["rows"] += row["rows"]
        one["of"].append((label(row["name"]), row["rows"]))
    for one in found.values():
        one["of"] = sorted(one["of"], key=lambda of: (-of[1], of[0])) if len(one["of"]) > 1 or one["name"] else []
    return list(found.values())


def _flags(result: AuditResult, kind: str) -> Iterator[Row]:
    known = flag_words()
    for row in result.quality.flags.iter_rows(named=True):
        own, says = known.get(row["flag"], (SUSPECT, ""))
        if own == kind:
            yield {**row, "says": says, "word": row["flag"].replace("_", " ")}
