"""The flowsheet of a warehouse: vitals and documented grades of all patients in one long table, cut by half-years."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from .clock import Clock
from .encounters import LOOKUP, STRANGER, Encounters
from .events import DAY
from .faults import Row
from .files import Sheet
from .hospital import BLOOD_PRESSURE, FLOWSHEET, OTHER_FLOWSHEET, OUNCES, Flo

_COLUMNS = (
    "PAT_ENC_CSN_ID", "RECORDED_TIME", "ENTRY_TIME", "FLO_MEAS_ID", "FLO_MEAS_NAME", "MEAS_VALUE", "UNITS",
)  # fmt: skip
_OVERLAP = 4 * DAY
"""What was recorded so long before and after the first of July stands in both files."""
_OTHERS = 200
"""How often each row that the audit does not read was charted."""
_VITALS, _ASSESSMENTS, _NEITHER = "vitals", "assessments", ""
_READ = {_VITALS: "a blood pressure is two rows", _ASSESSMENTS: "documented grades"}


class _Line(NamedTuple):
    patient: str
    minute: int
    flo: Flo
    value: str
    table: str

    @property
    def rows(self) -> int:
        """Rows of the audit that it becomes."""
        return 2 if self.flo is BLOOD_PRESSURE else 1


def flowsheet(
    vitals: Sheet, assessments: Sheet, encounters: Encounters, clock: Clock, start: date, rng: random.Random
) -> tuple[list[Sheet], list[Row]]:
    """Two files from the clean tables, the later one to the end of the last stay, and what must come of each."""
    lines = [*_vitals(vitals.rows, clock), *_assessments(assessments.rows, clock)]
    lines += _others(lines, rng)
    # Stable: what was charted at one time stays in the order of the clean tables.
    lines.sort(key=lambda line: (line.patient, line.minute))
    rows = [_row(line, encounters, clock, rng) for line in lines]
    july = clock.at(date(start.year, 7, 1), 0, 0)
    files = {
        f"Flowsheet_{start.year}-01_to_06.csv": [at for at, x in enumerate(lines) if x.minute < july + _OVERLAP],
        f"Flowsheet_{start.year}-07_to_12.csv": [at for at, x in enumerate(lines) if x.minute >= july - _OVERLAP],
    }
    told: list[Row] = []
    written: set[int] = set()
    for file, places in files.items():
        told += _told(file, [lines[at] for at in places], [lines[at] for at in places if at in written])
        written.update(places)
    return [Sheet(file, _COLUMNS, [rows[at] for at in places]) for file, places in files.items()], told


def _vitals(rows: list[Row], clock: Clock) -> Iterator[_Line]:
    """A line each, systolic and diastolic pressure of one instant in one cell."""
    diastolic = defaultdict(list)
    for patient, time, vital, value, _ in rows:
        if vital == "dbp":
            diastolic[patient, time].append(value)
    for patient, time, vital, value, _ in rows:
        minute, beside = clock.minute(time), diastolic[patient, time]
        if vital == "sbp" and beside:
            yield _Line(patient, minute, BLOOD_PRESSURE, f"{value}/{beside.pop(0)}", _VITALS)
        elif vital != "dbp":
            yield _Line(patient, minute, FLOWSHEET[vital], _written(vital, value), _VITALS)
    for (patient, time), alone in diastolic.items():
        yield from (_Line(patient, clock.minute(time), FLOWSHEET["dbp"], value, _VITALS) for value in alone)


def _written(vital: str, value: str) -> str:
    """The value as the hospital charts it. A tenth of a degree Fahrenheit is finer than one of a degree Celsius: no
    temperature changes sides, and 38.0 °C is 100.4 °F to the last digit."""
    match vital:
        case "temperature":
            return f"{float(value) * 9 / 5 + 32:.1f}"
        case "weight":
            return f"{float(value) * OUNCES:.1f}"
        case "fio2":
            return f"{float(value) * 100:g}"
    return value


def _assessments(rows: list[Row], clock: Clock) -> Iterator[_Line]:
    for patient, time, assessment, value in rows:
        yield _Line(patient, clock.minute(time), FLOWSHEET[assessment], value, _ASSESSMENTS)


def _others(lines: list[_Line], rng: random.Random) -> Iterator[_Line]:
    """What a ward charts beside, at times at which a pulse was."""
    pulses = [line for line in lines if line.flo is FLOWSHEET["heart_rate"] and line.patient != STRANGER]
    for flo, lowest, highest in OTHER_FLOWSHEET:
        for line in rng.sample(pulses, min(_OTHERS, len(pulses))):
            yield line._replace(flo=flo, value=str(rng.randint(lowest, highest)), table=_NEITHER)


def _row(line: _Line, encounters: Encounters, clock: Clock, rng: random.Random) -> Row:
    filed = line.minute + rng.randint(0, 25)
    csn = encounters.csn(line.patient, line.minute)
    return [csn, clock.american(line.minute), clock.american(filed), *line.flo[:2], line.value, line.flo.units]


def _told(file: str, lines: list[_Line], again: list[_Line]) -> Iterator[Row]:
    """What the audit makes of one file, which it reads as two tables: file, table, kind, rows, effect, note. `again`:
    lines that an earlier file has too."""
    for table in (_VITALS, _ASSESSMENTS):
        mine = [line for line in lines if line.table == table]
        lost = sum(line.patient == STRANGER for line in mine)
        told = [
            ("row", sum(line.rows for line in mine), "read", _READ[table]),
            ("row of another table or of none", len(lines) - len(mine), "filtered", "by `where`"),
            ("encounter that the crosswalk does not know", lost, f"rejected: no match in {LOOKUP}", "pulses"),
        ]
        if again:
            twice = sum(line.rows for line in again if line.table == table)
            told.append(("row of both files", twice, "duplicates", "recorded around the first of July"))
        yield from ([file, table, kind, str(rows), effect, note] for kind, rows, effect, note in told if rows)
