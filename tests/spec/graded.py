"""The graded timeline of a told patient, asked in the words it was told in.

graded(patient().temp("1h", 38.2)).grade("1h") == 1
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from crs_audit.chart import build_chart
from crs_audit.grading.astct import Grading, grade
from crs_audit.measures.days import without_days
from crs_audit.medication.given import medication
from crs_audit.protocol.load import load_protocol
from tests.spec.patient import Patient, When, facts, tables

PROTOCOL = load_protocol()


def graded(one: Patient, infusion: int = 1, *, shuffle: int | None = None) -> Graded:
    """Infusion number `infusion` of the only patient."""
    return Graded(one, grading_of(one, shuffle=shuffle), infusion)


def grading_of(*patients: Patient, shuffle: int | None = None, timezone: str = "UTC") -> Grading:
    """The grading of all `patients` at once."""
    chart = build_chart(tables(*patients, shuffle=shuffle), PROTOCOL, facts(*patients, timezone=timezone))
    given = medication(without_days(chart), PROTOCOL)
    return grade(chart, given.boluses, given.sparing, PROTOCOL)


def told(span: timedelta) -> str:
    """An offset as the tests write it: `1h30m`, `-2h`, `30d`, `0h`."""
    seconds = abs(int(span.total_seconds()))
    parts = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if seconds >= length:
            parts.append(f"{seconds // length}{unit}")
            seconds %= length
    return ("-" if span < timedelta() else "") + ("".join(parts) or "0h")


class Graded:
    """One infusion. Offsets count from the patient's first T0."""

    def __init__(self, one: Patient, grading: Grading, infusion: int) -> None:
        self.patient, self.grading, self.code = one, grading, infusion - 1

    def _rows(self, frame: pl.DataFrame) -> list[dict[str, Any]]:
        return frame.filter(pl.col("infusion") == self.code).to_dicts()

    def _told(self, time: datetime) -> str:
        return told(time - self.patient.t0)

    def segment(self, when: When) -> dict[str, Any]:
        """The segment that holds at `when`."""
        time = self.patient.at(when)
        found = [row for row in self._rows(self.grading.segments) if row["start"] <= time < row["end"]]
        assert len(found) == 1, f"{len(found)} segments at {when}"
        return found[0]

    def grade(self, when: When) -> int:
        """The grade at `when`."""
        return int(self.segment(when)["grade"])

    def strict(self, when: When) -> int:
        """The grade at `when` where antipyretics do not spare."""
        return int(self.segment(when)["strict_grade"])

    def fever(self, when: When) -> bool | None:
        """Fever at `when`; None = unknown."""
        found = self.segment(when)
        return bool(found["fever"]) if found["fever_known"] else None

    def hypotension(self, when: When) -> bool | None:
        """Hypotension at `when`; None = no pressure is known."""
        found = self.segment(when)
        return bool(found["hypotension"]) if found["bp_known"] else None

    def oxygen(self, when: When) -> int:
        """Oxygen support that counts at `when`."""
        return int(self.segment(when)["oxygen"])

    def pressor(self, when: When) -> int:
        """The vasopressors' part of the grade at `when`."""
        return int(self.segment(when)["pressor"])

    def drivers(self, when: When) -> str:
        """Drivers of the timeline row that holds at `when`."""
        return str(self.row(when)["drivers"])

    def observed(self, when: When) -> bool:
        """Whether the timeline row that holds at `when` is observed."""
        return bool(self.row(when)["observed"])

    def row(self, when: When) -> dict[str, Any]:
        """The timeline row that holds at `when`."""
        time = self.patient.at(when)
        (found,) = (row for row in self._rows(self.grading.timeline) if row["start"] <= time < row["end"])
        return found

    def timeline(self) -> list[tuple[str, str, int]]:
        """start, end, grade of every timeline row."""
        rows = self._rows(self.grading.timeline)
        return [(self._told(row["start"]), self._told(row["end"]), row["grade"]) for row in rows]

    def episodes(self) -> list[tuple[str, str, int]]:
        """onset, end, highest grade of every episode."""
        rows = self._rows(self.grading.episodes)
        return [(self._told(row["onset"]), self._told(row["end"]), row["max_grade"]) for row in rows]

    def episode(self, number: int = 1) -> dict[str, Any]:
        """All columns of one episode."""
        return self._rows(self.grading.episodes)[number - 1]

    def runs(self, drug: str) -> list[tuple[str, str]]:
        """start, end of every run and push of a vasopressor."""
        rows = [row for row in self._rows(self.grading.pressor_runs) if row["drug"] == drug]
        return [(self._told(row["start"]), self._told(row["end"])) for row in rows]

    def started(self, drug: str) -> list[str]:
        """When a vasopressor was started or pushed."""
        rows = self._rows(self.grading.pressor_runs)
        return [self._told(row["start"]) for row in rows if row["drug"] == drug and row["started"]]

    def low(self) -> list[tuple[str, str, bool]]:
        """time, channel, refuted of every low pressure."""
        rows = self._rows(self.grading.low_pressure)
        return [(self._told(row["time"]), row["channel"], row["refuted"]) for row in rows]

    def flags(self, name: str) -> list[str]:
        """When a flag was raised."""
        return [self._told(row["time"]) for row in self._rows(self.grading.flags) if row["flag"] == name]

    def cited(self, when: When) -> list[tuple[str, str]]:
        """driver, raw value that the timeline row holding at `when` rests on."""
        start = self.row(when)["start"]
        rows = [row for row in self._rows(self.grading.driver_rows) if row["start"] == start]
        return [(row["driver"], row["raw_value"]) for row in rows]
