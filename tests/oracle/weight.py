"""The weight a dose is judged by."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.unit import DAY, Row, Unit


def weight_at(unit: Unit, vitals: list[Row], time: datetime) -> float | None:
    """The last weight charted in the 7 days up to `time`, else the infusion's."""
    charted = [
        (row["time"], row["value"])
        for row in vitals
        if row["vital"] == "weight" and time - 7 * DAY <= row["time"] <= time
    ]
    return max(charted)[1] if charted else unit.weight_kg
