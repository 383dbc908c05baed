"""Given rows that make up for a missing fever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.steroids import is_systemic_steroid, row_above_physiologic, steroid_doses
from tests.oracle.unit import Row
from tests.oracle.vocabulary import ANTICYTOKINES, ANTIPYRETICS, GIVEN_ACTIONS


@dataclass(frozen=True)
class Sparing:
    time: datetime
    kind: str
    """antipyretic, anticytokine or corticosteroid"""


def sparing_of(mar: list[Row]) -> list[Sparing]:
    """All fever-sparing rows of one patient (rows with a time)."""
    doses = steroid_doses(mar)
    found = []
    for row in mar:
        if row["action"] not in GIVEN_ACTIONS:
            continue
        if is_antipyretic(row):
            found.append(Sparing(row["time"], "antipyretic"))
        if row["drug"] in ANTICYTOKINES:
            found.append(Sparing(row["time"], "anticytokine"))
        if is_systemic_steroid(row["drug"], row["route"]) and row_above_physiologic(row, mar, doses):
            found.append(Sparing(row["time"], "corticosteroid"))
    return found


def is_antipyretic(row: Row) -> bool:
    antiplatelet = row["drug"] == "aspirin" and row["dose"] is not None and row["dose"] <= 325
    return row["drug"] in ANTIPYRETICS and not antiplatelet
