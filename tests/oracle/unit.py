"""One infusion: its window, its follow-up end and the rows of its patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Extract:
    """What the whole extract holds: its tables, the kinds of procedure and assessment that occur anywhere in it."""

    tables: frozenset[str]
    procedures: frozenset[str]
    assessments: frozenset[str]
    timezone: str
    charted_until: datetime | None = None
    """Nobody is followed beyond this, where the site says so."""


@dataclass(frozen=True)
class Unit:
    """`rows` are all rows of the patient, before and after the window; `older` is the infusion before, if any."""

    infusion_id: str
    t0: datetime
    w: datetime
    e: datetime
    product: str | None
    weight_kg: float | None
    age_years: float | None
    filter_used: str | None
    rows: Rows
    older: Unit | None

    def in_window(self, time: datetime) -> bool:
        return self.t0 <= time < self.w


def units_of(rows: Rows, charted_until: datetime | None = None) -> list[Unit]:
    """All infusions, in order of patient and time."""
    units: list[Unit] = []
    for patient in sorted({row["patient_id"] for row in rows["infusions"]}):
        own = {table: [row for row in some if row["patient_id"] == patient] for table, some in rows.items()}
        infusions = sorted(own["infusions"], key=lambda row: row["t0"])
        older = None
        for n, infusion in enumerate(infusions):
            following = infusions[n + 1]["t0"] if n + 1 < len(infusions) else None
            older = _unit(infusion, following, own, older, charted_until)
            units.append(older)
    return units


def _unit(
    infusion: Row, following: datetime | None, rows: Rows, older: Unit | None, charted_until: datetime | None
) -> Unit:
    t0: datetime = infusion["t0"]
    ends = [t0 + 30 * DAY, following, infusion["end_of_followup"]]
    w = max(t0, min(end for end in ends if end is not None))
    e = _follow_up_end(infusion, t0, w, rows)
    if charted_until is not None and charted_until < e:
        e = max(t0, charted_until)
    return Unit(
        infusion_id=infusion["infusion_id"],
        t0=t0,
        w=w,
        e=e,
        product=infusion["product"],
        weight_kg=infusion["weight_kg"],
        age_years=infusion["age_years"],
        filter_used=infusion["filter_used"],
        rows=rows,
        older=older,
    )


def _follow_up_end(infusion: Row, t0: datetime, w: datetime, rows: Rows) -> datetime:
    if infusion["end_of_followup"] is not None:
        return w
    stays = [s for s in rows["adt"] if s["in_time"] < w and (s["out_time"] is None or s["out_time"] > t0)]
    if any(stay["out_time"] is None for stay in stays):
        return w
    if stays:
        last_out: datetime = max(stay["out_time"] for stay in stays)
        return min(w, last_out)
    times: list[datetime] = [row["time"] for table in ("vitals", "labs", "mar") for row in rows[table]]
    last: datetime = max((time for time in times if t0 <= time < w), default=t0)
    return last
