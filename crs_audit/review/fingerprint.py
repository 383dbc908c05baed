"""What a verdict rests on, in one hash: the same facts give the same hash, however the extract was cut into files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

import polars as pl

_FINDING = ("status", "reason", "value", "unit", "threshold")


def fingerprints(results: pl.DataFrame, evidence: pl.DataFrame, wanted: Collection[str]) -> dict[str, str]:
    """result_id → SHA-256 (hex) of its finding, limit, time and of the charted cells behind its clauses.

    results: result_id, status, reason, value, unit, threshold, time. evidence: result_id, clause, outcome, time,
    raw_value. Neither file nor row counts: they change when the same facts are exported anew.
    """
    chosen = pl.Series(sorted(wanted), dtype=pl.String).implode()
    rows = (
        evidence.filter(pl.col("result_id").is_in(chosen))
        .select("result_id", "clause", "outcome", pl.col("time").dt.epoch("us"), "raw_value")
        .unique()
        .sort(pl.all())
    )
    cells: dict[str, list[list[object]]] = {}
    for result_id, *clause in rows.iter_rows():
        cells.setdefault(result_id, []).append(clause)
    found = {}
    finding = results.filter(pl.col("result_id").is_in(chosen)).select(
        "result_id", *_FINDING, pl.col("time").dt.epoch("us")
    )
    for result_id, *told in finding.iter_rows():
        text = json.dumps([told, cells.get(result_id, [])], ensure_ascii=False)
        found[result_id] = hashlib.sha256(text.encode()).hexdigest()
    return found
