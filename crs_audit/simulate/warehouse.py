"""The same cohort as a hospital's warehouse sends it: its own files, names, units and clock, and a crosswalk.

Nothing of it is canonical; the mapping written beside it (`warehouse.toml`) says how to read it. What is written
otherwise says the same, and faults stand in rows of their own; so the planted verdicts are those of the clean cohort,
under the patients' record numbers.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from importlib import resources

from .clock import Clock
from .encounters import LOOKUP, NOBODY, STRANGER, Encounters, mrn
from .excel import Book, Cell
from .faults import FAULT_COLUMNS, Faults, Row, sound, with_cell
from .files import Sheet
from .flowsheet import flowsheet
from .hospital import ACTIONS, COMPONENTS, NOT_TAKEN, OUNCES, PROCEDURES, ROUTES, TROPONIN, UNITS, Component

_FILES = {
    "infusions": "CELL_THERAPY.csv", "labs": "RESULTS.xlsx", "mar": "MAR_ADMIN.csv.gz", "adt": "ADT.csv",
    "procedures": "ORDERS_PROCEDURES.csv",
}  # fmt: skip
_CROSSWALK = "ENCOUNTERS.csv"
_PULSES = 14
"""Rows of the patient whom the crosswalk does not know, and of the one without an infusion."""
_CANCELED = 5
_QUARTER = 15
_DAYS_SINCE_BIRTHDAY = (10, 300)


def make_warehouse(
    sheets: list[Sheet], truth: list[Sheet], rng: random.Random, clock: Clock, start: date
) -> tuple[list[Sheet | Book], list[Sheet]]:
    """The extract's files and the truth's: `truth` under record numbers, `patients.csv` (mrn, patient_id of the clean
    cohort) and `warehouse.csv` (file, table, kind, rows, effect, note), which says what must come of every file."""
    faults = Faults(rng)
    clean = {table: _named(sheet) for sheet in sheets for table in [sheet.file.removesuffix(".csv")]}
    begun = [(row[0], clock.minute(row[1])) for row in clean["infusions"].rows]
    encounters = Encounters(begun, clock)
    vitals = _with_others(clean["vitals"])
    flowsheets, told = flowsheet(vitals, clean["assessments"], encounters, clock, start, rng)
    written: list[Sheet | Book] = [
        _infusions(clean["infusions"], clock, faults),
        *flowsheets,
        _labs(clean["labs"], clock, faults),
        _mar(clean["mar"], encounters, clock, faults),
        _adt(clean["adt"], clock, faults),
        _procedures(clean["procedures"], clock, faults),
        encounters.sheet(_CROSSWALK),
    ]
    tables = {file: table for table, file in _FILES.items()}
    told += [[file, tables[file], *rest] for file, *rest in faults.listed]
    numbers = [[mrn(patient), patient] for patient in dict.fromkeys(patient for patient, _ in begun)]
    return written, [
        *(_renamed(sheet) for sheet in truth),
        Sheet("patients.csv", ("mrn", "patient_id"), numbers),
        Sheet("warehouse.csv", (FAULT_COLUMNS[0], "table", *FAULT_COLUMNS[1:]), told),
    ]


def mapping() -> bytes:
    """The `crs-audit.toml` that reads it."""
    return (resources.files(__package__) / "warehouse.toml").read_bytes()


def _named(sheet: Sheet) -> Sheet:
    """The clean sheet under the name of the file in which its rows will stand."""
    return replace(sheet, file=_FILES.get(sheet.file.removesuffix(".csv"), sheet.file))


def _renamed(truth: Sheet) -> Sheet:
    def number(infusion: str) -> str:
        patient, _, which = infusion.partition("/")
        return f"{mrn(patient)}/{which}"

    return replace(truth, rows=[[number(row[0]), *row[1:]] for row in truth.rows])


def _with_others(vitals: Sheet) -> Sheet:
    pulses = [row for row in vitals.rows if row[2] == "heart_rate"][:_PULSES]
    others = [[patient, *row[1:]] for patient in (STRANGER, NOBODY) for row in pulses]
    return replace(vitals, rows=vitals.rows + others)


def _infusions(sheet: Sheet, clock: Clock, faults: Faults) -> Sheet:
    """Pounds, a date of birth for the age, Y and N."""
    births: dict[str, str] = {}
    rows = []
    for patient, time, product, weight, age, site, follow_up, filter_used in sheet.rows:
        if patient not in births:
            births[patient] = _birth(clock, clock.minute(time), int(age), faults.rng)
        pounds = f"{float(weight) * OUNCES / 16:.1f}" if weight else ""
        rows.append(
            [mrn(patient), site, _at(clock, time), product, pounds, births[patient], _at(clock, follow_up),
             filter_used[:1].upper()]
        )  # fmt: skip
    faults.tell(sheet.file, "row", len(rows), "read", "record numbers begin with a zero")
    columns = (
        "MRN", "HOSPITAL", "INFUSION_DTTM", "PRODUCT", "WEIGHT_LB", "BIRTH_DATE", "LAST_CONTACT", "BEDSIDE_FILTER",
    )  # fmt: skip
    return Sheet(sheet.file, columns, rows)


def _at(clock: Clock, iso: str) -> str:
    return clock.american(clock.minute(iso)) if iso else ""


def _birth(clock: Clock, minute: int, age: int, rng: random.Random) -> str:
    """A birthday some time before the infusion, and more than two months before the next: the age holds."""
    birthday = clock.local(minute - rng.randint(*_DAYS_SINCE_BIRTHDAY) * 24 * 60).date()
    return f"{birthday:%m/}{min(birthday.day, 28):02d}/{birthday.year - age}"


def _labs(sheet: Sheet, clock: Clock, faults: Faults) -> Book:
    """Excel: dates are dates, values are text; comments and a total row among the results."""
    add = faults.add
    sheet = add(sheet, "repeated row", 10, "duplicates", "the same row once more", list)
    sheet = add(
        sheet, "comment for a number", 6, "rejected: not a number", "'SEE NOTE'", with_cell(3, "SEE NOTE"),
        sound("potassium"),
    )  # fmt: skip
    sheet = add(
        sheet, "unknown lab", 8, "rejected: unknown name", f"{TROPONIN.name} is no lab of the audit",
        lambda row: [*row[:2], "troponin", "9", "", row[5]], sound("crp"),
    )  # fmt: skip
    rows = [_result(row, clock) for row in sheet.rows]
    rows.append(["Total results", "", str(len(rows)), "", "", "", "", ""])
    faults.tell(sheet.file, "total row", 1, "rejected: missing", "the last row counts the results")
    faults.tell(sheet.file, "row", len(rows), "read", "below a merged title and a blank row")
    columns = (
        "MRN", "COMPONENT_NAME", "ORD_VALUE", "REFERENCE_UNIT", "COLLECTED_DTTM", "RESULT_DTTM", "ABNORMAL_FLAG",
        "COMMENTS",
    )  # fmt: skip
    notes = ("Pulled from the results view by collection date.", "Times are clock times of the hospital.")
    return Book(sheet.file, "LABORATORY RESULTS - CELL THERAPY PATIENTS", columns, rows, notes)


def _result(row: Row, clock: Clock) -> list[Cell]:
    patient, time, lab, value, _, result = row
    component = COMPONENTS.get(lab, TROPONIN)
    number = value.lstrip("<>")
    if not number.replace(".", "", 1).isdigit():
        return [mrn(patient), component.name, value, component.unit, *_dates(clock, time, result), "", "Hemolyzed"]
    if component.digits is not None:
        number = f"{float(number) * component.factor:.{component.digits}f}"
    bound = value[0] if value[0] in "<>" else ""
    flag = _flag(component, float(number))
    return [mrn(patient), component.name, bound + number, component.unit, *_dates(clock, time, result), flag, ""]


def _flag(component: Component, number: float) -> str:
    return "L" if number < component.low else "H" if number > component.high else ""


def _dates(clock: Clock, *times: str) -> list[Cell]:
    """Dates as a spreadsheet holds them; as text where the clock shows the time again, which no date can say."""
    found: list[Cell] = []
    for time in times:
        local = clock.local(clock.minute(time))
        found.append(_at(clock, time) if local.fold else local.replace(tzinfo=None))
    return found


def _mar(sheet: Sheet, encounters: Encounters, clock: Clock, faults: Faults) -> Sheet:
    """By encounter; amounts with their units in one cell; what was not taken has its scheduled time only."""
    add = faults.add
    sheet = add(sheet, "repeated row", 12, "duplicates", "the same row once more", list)
    sheet = add(
        sheet, "unknown drug", 5, "accepted: unmatched", "listed with its count",
        with_cell(2, "Investigational agent QX-17 50 mg"), lambda row: "KEPPRA" in row[2],
    )  # fmt: skip
    sheet = add(
        sheet, "encounter that the crosswalk does not know", 4, f"rejected: no match in {LOOKUP}", "cefepime",
        with_cell(0, STRANGER), lambda row: row[2].startswith("ceFEPIme"),
    )  # fmt: skip
    rows = []
    for patient, time, drug, action, dose, unit, route, rate, rate_unit, end, order, indication in sheet.rows:
        minute = clock.minute(time)
        csn = encounters.csn(patient, minute)
        taken = "" if action in NOT_TAKEN else clock.american(minute)
        scheduled = clock.american(minute if not taken else minute - minute % _QUARTER)
        rows.append(
            [csn, csn[3:] + order.zfill(3), drug, ACTIONS.get(action, action), scheduled, taken,
             f"{dose} {unit}" if dose else "", ROUTES[route], f"{rate} {rate_unit}" if rate else "", _at(clock, end),
             indication]
        )  # fmt: skip
    faults.tell(sheet.file, "row", len(rows), "read", "compressed")
    columns = (
        "PAT_ENC_CSN_ID", "ORDER_MED_ID", "MEDICATION_NAME", "MAR_ACTION", "SCHEDULED_TIME", "TAKEN_TIME", "DOSE",
        "ROUTE", "INFUSION_RATE", "END_TIME", "INDICATION",
    )  # fmt: skip
    return Sheet(sheet.file, columns, rows)


def _adt(sheet: Sheet, clock: Clock, faults: Faults) -> Sheet:
    """Dates and times in columns of their own, wards by their names."""
    rows = []
    for number, (patient, begin, end, location) in enumerate(sheet.rows):
        in_date, _, in_time = _at(clock, begin).partition(" ")
        out_date, _, out_time = _at(clock, end).partition(" ")
        unit = UNITS[location][number % len(UNITS[location])]
        rows.append([mrn(patient), unit, in_date, in_time, out_date, out_time])
    faults.tell(sheet.file, "row", len(rows), "read", "dates and times apart")
    return Sheet(sheet.file, ("MRN", "UNIT_NAME", "IN_DATE", "IN_TIME", "OUT_DATE", "OUT_TIME"), rows)


def _procedures(sheet: Sheet, clock: Clock, faults: Faults) -> Sheet:
    """Orders with their status; canceled ones are no procedures."""
    rows: list[Row] = []
    canceled = set(faults.rng.sample(range(len(sheet.rows)), min(_CANCELED, len(sheet.rows))))
    for number, (patient, time, procedure, end) in enumerate(sheet.rows):
        for status in ("Canceled", "Completed") if number in canceled else ("Completed",):
            order = str(8_800_000 + len(rows))
            rows.append([mrn(patient), order, PROCEDURES[procedure], status, _at(clock, time), _at(clock, end)])
    faults.tell(sheet.file, "canceled order", len(canceled), "filtered", "by `where`")
    faults.tell(sheet.file, "row", len(rows) - len(canceled), "read", "completed orders")
    return Sheet(sheet.file, ("MRN", "ORDER_ID", "PROC_NAME", "ORDER_STATUS", "START_TIME", "STOP_TIME"), rows)
