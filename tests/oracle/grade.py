"""States → grade and drivers over elementary segments, on which nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tests.oracle.boluses import boluses_of
from tests.oracle.oxygen import Support, baseline_of, counted, counted_at, events_of
from tests.oracle.sparing import Sparing, sparing_of
from tests.oracle.states import Channel, fever_at, pressure_at, pressure_channels, readings
from tests.oracle.unit import HOUR, Row, Unit
from tests.oracle.vasopressors import Run, pressor_grade_at, running_at, two_drug_overlaps, vasopressor_runs

# Everything that begins or ends does so at a charted time plus one of these: pushes, carries, memories.
ECHOES = [HOUR * hours for hours in (0, 1, 6, 12, 24, 30)]


@dataclass
class Segment:
    """[start, end) with constant states; grades are filled in by the course."""

    start: datetime
    end: datetime
    fever: bool | None
    hypotension: bool | None
    oxygen: Support | None
    oxygen_grade: int
    pressors: list[str]
    pressor_grade: int
    two_pressors: bool
    grade: int = 0
    strict_grade: int = 0

    @property
    def support(self) -> int:
        """s(t): the grade that the states other than fever ask for."""
        return max(2 if self.hypotension else 0, self.oxygen_grade, self.pressor_grade)

    @property
    def candidate(self) -> bool:
        return bool(self.fever) or self.support >= 2

    @property
    def observed(self) -> bool:
        return self.fever is not None and self.hypotension is not None

    @property
    def drivers(self) -> str:
        names = ["fever"] if self.fever else []
        names += ["hypotension"] if self.hypotension else []
        names += [f"oxygen={self.oxygen.text}"] if self.oxygen else []
        return "; ".join(names + self.pressors)


@dataclass(frozen=True)
class States:
    """What one infusion's segments and sparing rows are made from: rows with a time only."""

    vitals: list[Row]
    runs: list[Run]
    sparing: list[Sparing]
    pressures: list[Channel]
    interventions: list[datetime]
    """starts of boluses and vasopressors"""
    oxygen: dict[datetime, list[Support]]
    """oxygen events and every device then in force, counted or not"""
    segments: list[Segment]


def timed(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not row["day_only"]]


def states_of(unit: Unit) -> States:
    vitals, mar = timed(unit.rows["vitals"]), timed(unit.rows["mar"])
    runs = vasopressor_runs(mar)
    overlaps = two_drug_overlaps(runs)
    interventions = [dose.time for dose in boluses_of(unit, vitals, mar)] + [run.start for run in runs if run.started]
    temperatures, pressures = readings(vitals, "temperature", max), pressure_channels(unit, vitals)
    oxygen_rows = [row for row in vitals if row["vital"] in ("o2_device", "o2_flow")]
    baseline, events = baseline_of(unit, oxygen_rows), events_of(oxygen_rows)
    segments = []
    for start, end in _elementary(unit, vitals, mar):
        oxygen = counted_at(events, baseline, start)
        segment = Segment(
            start=start,
            end=end,
            fever=fever_at(temperatures, start),
            hypotension=pressure_at(pressures, interventions, start),
            oxygen=oxygen,
            oxygen_grade=0 if oxygen is None else counted(oxygen, baseline),
            pressors=running_at(runs, start),
            pressor_grade=pressor_grade_at(runs, overlaps, start),
            two_pressors=any(first <= start < last for first, last in overlaps),
        )
        segments.append(segment)
    return States(vitals, runs, sparing_of(mar), pressures, interventions, events, segments)


def _elementary(unit: Unit, vitals: list[Row], mar: list[Row]) -> list[tuple[datetime, datetime]]:
    """The window cut wherever anything could change."""
    charted = [unit.t0] + [row["time"] for row in vitals + mar]
    charted += [row["end_time"] for row in mar if row["end_time"] is not None]
    cuts = {time + echo for time in charted for echo in ECHOES} | {unit.w}
    inside = sorted(time for time in cuts if unit.t0 <= time <= unit.w)
    return list(pairwise(inside))


@dataclass(frozen=True)
class TimelineRow:
    start: datetime
    end: datetime
    grade: int
    observed: bool
    drivers: str


def timeline(segments: list[Segment]) -> list[TimelineRow]:
    rows: list[TimelineRow] = []
    for s in segments:
        last = rows[-1] if rows else None
        if last and (last.grade, last.observed, last.drivers) == (s.grade, s.observed, s.drivers):
            rows[-1] = TimelineRow(last.start, s.end, s.grade, s.observed, s.drivers)
        else:
            rows.append(TimelineRow(s.start, s.end, s.grade, s.observed, s.drivers))
    return rows


def stretches(segments: list[Segment]) -> list[tuple[datetime, datetime]]:
    """Segments that touch are one stretch."""
    found: list[tuple[datetime, datetime]] = []
    for s in segments:
        if found and found[-1][1] == s.start:
            found[-1] = (found[-1][0], s.end)
        else:
            found.append((s.start, s.end))
    return found
