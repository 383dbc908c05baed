"""What a verdict rests on, as a hash: the same facts give the same hash, however the extract was cut into files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

import polars as pl

_FINDING = ("status", "reason", "value", "unit", "threshold")


def fingerprints(results: pl.DataFrame, evidence: pl.DataFrame, wanted: Collection[str]) -> dict[str, str]:
    """result_id → two SHA-256 (hex) with a dash between: of all that the verdict rests on (finding, limit, time, and
    the charted cells behind its clauses), and of these cells alone (empty where there are none).

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
    charted: dict[str, set[tuple[object, object]]] = {}
    for result_id, *clause in rows.iter_rows():
        cells.setdefault(result_id, []).append(clause)
        if clause[-1] is not None:
            charted.setdefault(result_id, set()).add((clause[-2], clause[-1]))
    found = {}
    finding = results.filter(pl.col("result_id").is_in(chosen)).select(
        "result_id", *_FINDING, pl.col("time").dt.epoch("us")
    )
    for result_id, *told in finding.iter_rows():
        facts = sorted(charted.get(result_id, ()), key=str)
        found[result_id] = f"{_hash([told, cells.get(result_id, [])])}-{_hash(facts) if facts else ''}"
    return found


FACTS, RULES, FINDING = "facts", "rules", "finding"


def change_of(before: str, now: str) -> str:
    """What made two fingerprints of a finding differ: FACTS, other charted cells; RULES, another limit or rule over the
    same cells, FINDING where there is nothing to tell it by (no cell is charted behind it, or none was recorded)."""
    _, recorded, cells = before.partition("-")
    cells_now = now.partition("-")[2]
    if not recorded or cells == cells_now == "":
        return FINDING
    return RULES if cells == cells_now else FACTS


def _hash(told: object) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
