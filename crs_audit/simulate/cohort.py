"""A seeded cohort with known truth, written as an extract: the same seed gives the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from .bedside import vitals
from .care import antipyretics
from .clock import ZONE, Clock
from .events import DAY, HOUR, Person
from .excel import Book, write_book
from .expected import listed, without_procedures
from .files import Sheet, write
from .laboratory import labs
from .mess import make_messy
from .names import PRODUCTS
from .pharmacy import mar
from .plan import Course
from .presence import present
from .scenarios import PATIENTS, SAMPLE, STAND_IN, Scenario
from .truth import Episode, Piece, grade
from .wardbook import Assessment, assessments, procedures, stays
from .warehouse import make_warehouse, mapping

_YEAR = timedelta(days=365)
_SECOND_AFTER = 20 * DAY
START = date(2025, 1, 6)


@dataclass(frozen=True)
class SimulatedCohort:
    """What was written."""

    infusions: int
    patients: int
    seed: int
    messy: bool
    warehouse: bool
    rows: dict[str, int] = field(default_factory=dict)
    """Data rows of each file."""


@dataclass(frozen=True)
class _Unit:
    """One infusion with its place in time and its truth."""

    infusion_id: str
    course: Course
    t0: int
    """Minutes since 1970, UTC."""
    timeline: list[Piece]
    episodes: list[Episode]
    documented: list[Assessment]


def simulate(
    out: Path, *, infusions: int = SAMPLE, seed: int = 1, messy: bool = False, warehouse: bool = False,
    start: date = START,
) -> SimulatedCohort:  # fmt: skip
    """Writes an extract of `infusions` infusions into `out`, spread over a year from `start`, and its `truth/` beside.

    `messy` writes the same patients badly, with `truth/messy.csv` naming every fault; `warehouse` (not both) as a
    hospital's warehouse sends them, with the mapping that reads it and `truth/warehouse.csv`. Raises OSError where the
    folder cannot be written.
    """
    if messy and warehouse:
        raise ValueError("messy or warehouse, not both")
    clock = Clock()
    units = list(_units(infusions, seed, start, clock))
    tables, truth = _tables(units, clock), _truth(units, clock, procedures_kept=not messy)
    sheets: list[Sheet | Book] = [*tables]
    config = f'timezone = "{ZONE}"\n'.encode()
    if messy:
        rewritten, faults = make_messy(tables, random.Random(f"{seed}/mess"))
        sheets, truth = [*rewritten], [*truth, faults]
    if warehouse:
        sheets, truth = make_warehouse(tables, truth, random.Random(f"{seed}/warehouse"), clock, start)
        config = mapping()
    for sheet in sheets:
        if isinstance(sheet, Book):
            write_book(out, sheet)
        else:
            write(out, sheet)
    for sheet in truth:
        write(out / "truth", sheet)
    (out / "crs-audit.toml").write_bytes(config)
    patients = len({unit.course.person.patient_id for unit in units})
    rows = {s.file: len(s.rows) for s in (*sheets, *truth)}
    return SimulatedCohort(infusions, patients, seed, messy, warehouse, rows)


def _units(infusions: int, seed: int, start: date, clock: Clock) -> Iterator[_Unit]:
    slot = 0
    patient = 0
    while slot < infusions:
        scenarios = PATIENTS[patient % len(PATIENTS)]
        if slot + len(scenarios) > infusions:
            scenarios = (STAND_IN,)
        patient += 1
        rng = random.Random(f"{seed}/{patient}")
        day = start + _YEAR * slot / infusions
        t0 = clock.at(day, rng.randint(9, 14), rng.randrange(60))
        yield from _patient(f"SYN-{patient:04d}", scenarios, rng, t0, clock)
        slot += len(scenarios)


def _patient(
    patient_id: str, scenarios: tuple[Scenario, ...], rng: random.Random, first: int, clock: Clock
) -> Iterator[_Unit]:
    person = Person(patient_id, rng.randint(24, 78), round(rng.uniform(54, 96), 1))
    for number, scenario in enumerate(scenarios, start=1):
        t0 = first + (number - 1) * _SECOND_AFTER
        product = rng.choice(tuple(PRODUCTS))
        onset = rng.randint(20 * HOUR, 58 * HOUR)
        course = Course(rng, person, scenario.__name__, product, onset, _midnights(t0, clock))
        if number < len(scenarios):
            course.next_infusion = _SECOND_AFTER
        scenario(course)
        course.doses += antipyretics(course)
        timeline, episodes = grade(course)
        documented = assessments(course, timeline)
        course.expected += present(course, timeline, grade(course, strict=True)[0], episodes, documented)
        yield _Unit(f"{patient_id}/{number}", course, t0, timeline, episodes, documented)


def _midnights(t0: int, clock: Clock) -> Callable[[int], int]:
    date = clock.local(t0).date()
    return lambda day: clock.at(date + timedelta(days=day), 0, 0) - t0


def _tables(units: list[_Unit], clock: Clock) -> list[Sheet]:
    """The extract's tables, each in order of patient and time."""
    rows: dict[str, list[list[str]]] = {name: [] for name in _COLUMNS}
    for unit in units:
        course, t0 = unit.course, unit.t0
        patient = course.person.patient_id

        def at(minute: int | None, t0: int = t0) -> str:
            return "" if minute is None else clock.iso(t0 + minute)

        rows["infusions"].append(_infusion_row(unit, at(0), at(course.follow_up)))
        rows["vitals"] += [[patient, at(v.minute), v.vital, v.value, v.unit] for v in vitals(course)]
        rows["labs"] += [[patient, at(x.minute), x.lab, x.value, x.unit, at(x.result)] for x in labs(course)]
        rows["mar"] += [
            [patient, at(e.minute), e.drug, e.action, e.dose, e.dose_unit, e.route, e.rate, e.rate_unit, at(e.end),
             str(e.order), e.indication]
            for e in mar(course)
        ]  # fmt: skip
        rows["adt"] += [[patient, at(stay.start), at(stay.end), stay.location] for stay in stays(course)]
        rows["assessments"] += [[patient, at(row.minute), row.assessment, row.value] for row in unit.documented]
        rows["procedures"] += [
            [patient, at(row.minute), row.procedure, at(row.end)]
            for row in procedures(course, unit.episodes, unit.timeline)
        ]
    return [Sheet(f"{name}.csv", columns, rows[name]) for name, columns in _COLUMNS.items()]


_COLUMNS: dict[str, tuple[str, ...]] = {
    "infusions": (
        "patient_id", "infusion_time", "product", "weight_kg", "age_years", "site", "end_of_followup", "filter_used",
    ),
    "vitals": ("patient_id", "time", "vital", "value", "unit"),
    "labs": ("patient_id", "time", "lab", "value", "unit", "result_time"),
    "mar": (
        "patient_id", "time", "drug", "action", "dose", "dose_unit", "route", "rate", "rate_unit", "end_time",
        "order_id", "indication",
    ),
    "adt": ("patient_id", "in_time", "out_time", "location_type"),
    "assessments": ("patient_id", "time", "assessment", "value"),
    "procedures": ("patient_id", "time", "procedure", "end_time"),
}  # fmt: skip


def _infusion_row(unit: _Unit, time: str, follow_up: str) -> list[str]:
    course, rng = unit.course, unit.course.rng
    person = course.person
    weight = f"{person.weight:g}" if person.weight_known else ""
    site = rng.choice(("North", "South"))
    product = rng.choice(PRODUCTS[course.product])
    unknown = course.lapses.filter_used == "no" and rng.random() < 0.07
    filter_used = "" if unknown else course.lapses.filter_used
    return [person.patient_id, time, product, weight, str(person.age), site, follow_up, filter_used]


def _truth(units: list[_Unit], clock: Clock, procedures_kept: bool) -> list[Sheet]:
    grades, episodes, planted, stories = [], [], [], []
    for unit in units:
        name, t0 = unit.infusion_id, unit.t0
        grades += [[name, clock.iso(t0 + p.start), clock.iso(t0 + p.end), str(p.grade)] for p in unit.timeline]
        for number, e in enumerate(unit.episodes, start=1):
            firsts = ["" if first is None else clock.iso(t0 + first) for first in e.firsts]
            ends = [clock.iso(t0 + e.onset), clock.iso(t0 + e.end)]
            episodes.append([name, str(number), *ends, str(e.max_grade), *firsts])
        expected = unit.course.expected
        if not procedures_kept:
            expected = without_procedures(expected, [episode.max_grade for episode in unit.episodes])
        for opportunity, how, row in listed(expected):
            episode = "" if row.episode is None else str(row.episode)
            planted.append([name, row.measure, str(opportunity), episode, row.status, row.reason, how, row.note])
        cut = unit.course.follow_up
        stories.append([name, unit.course.scenario, "" if cut is None else clock.iso(t0 + cut), _story(unit.course)])
    first = tuple(f"first_grade_{level}" for level in (1, 2, 3, 4))
    return [
        Sheet("grades.csv", ("infusion_id", "start", "end", "grade"), grades),
        Sheet("episodes.csv", ("infusion_id", "episode", "onset", "end", "max_grade", *first), episodes),
        Sheet(
            "planted.csv",
            ("infusion_id", "measure_id", "opportunity", "episode", "status", "reason", "listed", "note"),
            planted,
        ),
        Sheet("scenarios.csv", ("infusion_id", "scenario", "follow_up_cut", "story"), stories),
    ]


def _story(course: Course) -> str:
    functions = (scenario for patient in PATIENTS for scenario in patient)
    text = next((f.__doc__ for f in functions if f.__name__ == course.scenario), None) or ""
    return " ".join(text.split())
