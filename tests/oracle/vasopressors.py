"""Which vasopressors run when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tests.oracle.unit import HOUR, Row
from tests.oracle.vocabulary import VASOPRESSORS


@dataclass(frozen=True)
class Run:
    """A drug runs on [start, end); `started` = it did not run just before."""

    drug: str
    start: datetime
    end: datetime
    push: bool
    started: bool


def vasopressor_runs(mar: list[Row]) -> list[Run]:
    """All runs and push doses of one patient; a run is the stretch one on-row answers for."""
    rows = [row for row in mar if row["drug"] in VASOPRESSORS and row["route"] in ("iv", None)]
    runs = [Run(row["drug"], row["time"], row["time"] + HOUR, True, True) for row in rows if is_push(row)]
    for drug in sorted({row["drug"] for row in rows}):
        runs += _runs_of_drug(drug, [row for row in rows if row["drug"] == drug])
    return runs


def is_push(row: Row) -> bool:
    if row["action"] == "given":
        return row["rate"] is None
    return row["action"] in ("push", "bolus") and (row["rate"] is None or row["rate"] == 0)


def is_on(row: Row) -> bool:
    if row["action"] == "given":
        return row["rate"] is not None and row["rate"] > 0
    if row["action"] in ("started", "new_bag", "rate_change", "verify", "restarted"):
        return row["rate"] is None or row["rate"] > 0
    return False


def is_off(row: Row) -> bool:
    if row["action"] in ("stopped", "paused"):
        return True
    return row["action"] in ("given", "started", "new_bag", "rate_change", "verify", "restarted") and row["rate"] == 0


def _runs_of_drug(drug: str, rows: list[Row]) -> list[Run]:
    runs: list[Run] = []
    instants = sorted({row["time"] for row in rows if is_on(row) or is_off(row)})
    running_until: datetime | None = None
    ends_since_stop: list[datetime] = []
    for n, t in enumerate(instants):
        if running_until is None or running_until < t:
            running_until = None
            ends_since_stop = []
        on_rows = [row for row in rows if row["time"] == t and is_on(row)]
        if not on_rows:
            running_until = None
            ends_since_stop = []
            continue
        started = running_until is None
        own = [row["end_time"] for row in on_rows if row["end_time"] is not None]
        ahead = [end for end in ends_since_stop if end > t]
        known_end = max(own) if own else max(ahead, default=None)
        next_row = instants[n + 1] if n + 1 < len(instants) and instants[n + 1] - t <= 24 * HOUR else None
        ends = [end for end in (next_row, known_end) if end is not None]
        running_until = min(ends) if ends else t + 6 * HOUR
        runs.append(Run(drug, t, running_until, False, started))
        ends_since_stop += own
    return runs


def two_drug_overlaps(runs: list[Run]) -> list[tuple[datetime, datetime]]:
    """Maximal stretches of at least 60 min in which two drugs other than vasopressin run at each instant."""
    runs = [run for run in runs if not run.push and run.drug != "vasopressin"]
    instants = sorted({run.start for run in runs} | {run.end for run in runs})
    overlaps: list[tuple[datetime, datetime]] = []
    for start, end in pairwise(instants):
        if len({run.drug for run in runs if run.start <= start < run.end}) >= 2:
            if overlaps and overlaps[-1][1] == start:
                overlaps[-1] = (overlaps[-1][0], end)
            else:
                overlaps.append((start, end))
    return [(start, end) for start, end in overlaps if end - start >= HOUR]


def running_at(runs: list[Run], t: datetime) -> list[str]:
    return sorted({run.drug for run in runs if run.start <= t < run.end})


def pressor_grade_at(runs: list[Run], overlaps: list[tuple[datetime, datetime]], t: datetime) -> int:
    if any(start <= t < end for start, end in overlaps):
        return 4
    return 3 if running_at(runs, t) else 0
