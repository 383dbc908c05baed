"""A patient told in a few words: the readable charts of the spec tests.

    patient().temp("1h", 38.2).sbp("2h", 85).oxygen("3h", "nasal cannula", 2).tables()

Times are offsets from the first infusion (`"90m"`, `"1h30m"`, `"-2h"`, `"3d 4h"`, `"0h"`) or aware datetimes. Drugs,
devices, routes and actions are the vocabulary's own words, as the accepted tables hold them. Every call adds
rows and gives the patient back. Rows are numbered from 2 in each table; `SOURCES` says which source a table is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from crs_audit.tables import DEVICE_CLASSES, SCHEMAS, TABLES, Facts, Tables

T0 = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCES = {table: number for number, table in enumerate(TABLES)}
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(d|h|m|s)")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}

When = str | timedelta | datetime


def offset(text: str | timedelta) -> timedelta:
    """`"1h30m"`, `"-2h"`, `"3d 4h"` as a timedelta; one sign before all of it."""
    if isinstance(text, timedelta):
        return text
    bare = text.replace(" ", "").lstrip("+-")
    parts = _PARTS.findall(bare)
    if "".join(number + unit for number, unit in parts) != bare or not parts:
        raise ValueError(f"not a duration: {text!r}")
    span = sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())
    return -span if text.lstrip().startswith("-") else span


class Patient:
    """Rows of one patient, table by table; the first infusion stands at `t0`."""

    def __init__(
        self,
        name: str = "P1",
        *,
        t0: datetime = T0,
        product: str | None = None,
        weight_kg: float | None = None,
        age: float | None = None,
        until: When | None = None,
        filter_used: str | None = None,
        site: str | None = None,
    ) -> None:
        self.name, self.t0 = name, t0
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self._infusion = {"weight_kg": weight_kg, "age_years": age, "filter_used": filter_used, "site": site}
        self.infusion("0h", product=product, until=until)

    def at(self, when: When) -> datetime:
        """The instant `when` stands for."""
        return when if isinstance(when, datetime) else self.t0 + offset(when)

    def _add(self, table: str, **cells: Any) -> Patient:
        cells = {"patient_id": self.name, "source": SOURCES[table], **cells}
        if "day_only" in SCHEMAS[table]:
            cells.setdefault("day_only", False)
        cells.setdefault("row", len(self.rows[table]) + 2)
        self.rows[table].append(cells)
        return self

    # infusions -------------------------------------------------------------------------------------------------------

    def infusion(self, when: When, *, product: str | None = None, until: When | None = None, **cells: Any) -> Patient:
        """A CAR-T infusion; the constructor adds the first one. `until` is its end of follow-up."""
        end = None if until is None else self.at(until)
        facts = {**self._infusion, "product": product, "product_text": product, "from_mar": False, **cells}
        return self._add("infusions", t0=self.at(when), end_of_followup=end, **facts)

    # vitals ----------------------------------------------------------------------------------------------------------

    def vital(self, when: When, vital: str, value: float | None, **cells: Any) -> Patient:
        """One vitals row."""
        raw = {"raw_value": None if value is None else f"{value:g}", "raw_unit": None}
        return self._add("vitals", time=self.at(when), vital=vital, value=value, **{**raw, **cells})

    def temp(self, when: When, value: float, **cells: Any) -> Patient:
        """Temperature, °C."""
        return self.vital(when, "temperature", value, **cells)

    def sbp(self, when: When, value: float, **cells: Any) -> Patient:
        """Systolic pressure, mmHg."""
        return self.vital(when, "sbp", value, **cells)

    def dbp(self, when: When, value: float, **cells: Any) -> Patient:
        """Diastolic pressure, mmHg."""
        return self.vital(when, "dbp", value, **cells)

    def map(self, when: When, value: float, **cells: Any) -> Patient:
        """Mean arterial pressure, mmHg."""
        return self.vital(when, "map", value, **cells)

    def spo2(self, when: When, value: float, **cells: Any) -> Patient:
        """Pulse oximetry, %."""
        return self.vital(when, "spo2", value, **cells)

    def heart_rate(self, when: When, value: float, **cells: Any) -> Patient:
        """Heart rate per minute."""
        return self.vital(when, "heart_rate", value, **cells)

    def respiratory_rate(self, when: When, value: float, **cells: Any) -> Patient:
        """Respiratory rate per minute."""
        return self.vital(when, "respiratory_rate", value, **cells)

    def fio2(self, when: When, value: float, **cells: Any) -> Patient:
        """Inspired oxygen, fraction."""
        return self.vital(when, "fio2", value, **cells)

    def weight(self, when: When, value: float, **cells: Any) -> Patient:
        """Body weight, kg."""
        return self.vital(when, "weight", value, **cells)

    def flow(self, when: When, value: float, **cells: Any) -> Patient:
        """Oxygen flow charted alone, L/min."""
        return self.vital(when, "o2_flow", value, **cells)

    def device(self, when: When, device: str | None, **cells: Any) -> Patient:
        """Oxygen device charted alone: a class of `DEVICE_CLASSES`, or None for a text the vocabulary does not know."""
        if device is not None and device not in DEVICE_CLASSES:
            raise ValueError(f"not a device class: {device!r}")
        cells.setdefault("raw_value", device)
        return self.vital(when, "o2_device", None, device=device, **cells)

    def oxygen(self, when: When, device: str, flow: float | None = None) -> Patient:
        """A device and, if known, its flow, charted together."""
        self.device(when, device)
        return self if flow is None else self.flow(when, flow)

    def every(self, step: str, start: When, end: When, **values: float) -> Patient:
        """Each of `values` (vital=value) charted every `step` from `start` up to, not including, `end`."""
        when, stop = self.at(start), self.at(end)
        while when < stop:
            for vital, value in values.items():
                self.vital(when, vital, value)
            when += offset(step)
        return self

    def well(self, start: When, end: When, step: str = "4h") -> Patient:
        """Afebrile, normotensive and looked at: temperature 36.8, SBP 120, every `step`."""
        return self.every(step, start, end, temperature=36.8, sbp=120)

    # labs, assessments, procedures, stays ----------------------------------------------------------------------------

    def lab(self, when: When, lab: str, value: float | None, **cells: Any) -> Patient:
        """A lab value in its canonical unit, at its time of collection; `bound="<"` or `">"`."""
        raw = "" if value is None else f"{value:g}"
        cells.setdefault("raw_value", (cells.get("bound") or "") + raw)
        return self._add("labs", time=self.at(when), lab=lab, value=value, **cells)

    def assessed(self, when: When, assessment: str, value: float, **cells: Any) -> Patient:
        """A documented crs_grade, icans_grade or ice_score."""
        cells.setdefault("raw_value", f"{value:g}")
        return self._add("assessments", time=self.at(when), assessment=assessment, value=value, **cells)

    def icans(self, when: When, grade: float) -> Patient:
        """A documented ICANS grade."""
        return self.assessed(when, "icans_grade", grade)

    def documented(self, when: When, grade: float) -> Patient:
        """A documented CRS grade."""
        return self.assessed(when, "crs_grade", grade)

    def procedure(self, when: When, procedure: str, end: When | None = None, **cells: Any) -> Patient:
        """A procedure, with its end where it has one."""
        stop = None if end is None else self.at(end)
        return self._add("procedures", time=self.at(when), procedure=procedure, end_time=stop, **cells)

    def stay(self, location: str, start: When, end: When | None = None) -> Patient:
        """A stay at icu, ward, ed or other; without `end` it is open."""
        out = None if end is None else self.at(end)
        return self._add("adt", in_time=self.at(start), out_time=out, location_type=location)

    # MAR -------------------------------------------------------------------------------------------------------------

    def mar(
        self,
        when: When,
        drug: str,
        action: str = "given",
        dose: float | None = None,
        *,
        route: str | None = "iv",
        rate: float | None = None,
        end: When | None = None,
        unit: str | None = None,
        **cells: Any,
    ) -> Patient:
        """One MAR row: `dose` in mg (fluids: mL), `end` = its end_time."""
        cells.setdefault("bolus_text", False)
        cells.setdefault("drug_text", drug)
        cells.setdefault("action_text", action)
        unit = unit or (None if dose is None else "mg")
        raw = {"raw_dose": None if dose is None else f"{dose:g}", "raw_dose_unit": unit}
        stop = None if end is None else self.at(end)
        given = {"drug": drug, "action": action, "dose": dose, "dose_unit": unit, "route": route, "rate": rate}
        return self._add("mar", time=self.at(when), end_time=stop, **{**given, **raw, **cells})

    def give(self, when: When, drug: str, dose: float | None = None, **cells: Any) -> Patient:
        """A given row."""
        return self.mar(when, drug, "given", dose, **cells)

    def start(self, when: When, drug: str, rate: float | None = 5.0, **cells: Any) -> Patient:
        """An infusion is started."""
        return self.mar(when, drug, "started", rate=rate, **cells)

    def stop(self, when: When, drug: str, **cells: Any) -> Patient:
        """An infusion is stopped."""
        return self.mar(when, drug, "stopped", **cells)

    def push(self, when: When, drug: str, dose: float | None = None, **cells: Any) -> Patient:
        """A push dose."""
        return self.mar(when, drug, "push", dose, **cells)

    def tocilizumab(
        self, when: When, dose: float | None = 560.0, *, minutes: float | None = 60, **cells: Any
    ) -> Patient:
        """Tocilizumab IV, over `minutes`."""
        end = None if minutes is None else self.at(when) + timedelta(minutes=minutes)
        return self.mar(when, "tocilizumab", "given", dose, end=end, **cells)

    def dexamethasone(self, when: When, dose: float | None = 10.0, **cells: Any) -> Patient:
        """Dexamethasone IV."""
        return self.mar(when, "dexamethasone", "given", dose, **cells)

    def methylprednisolone(self, when: When, dose: float | None = 500.0, **cells: Any) -> Patient:
        """Methylprednisolone IV."""
        return self.mar(when, "methylprednisolone", "given", dose, **cells)

    def acetaminophen(self, when: When, dose: float | None = 650.0, **cells: Any) -> Patient:
        """Acetaminophen by mouth."""
        return self.mar(when, "acetaminophen", "given", dose, **{"route": "po", **cells})

    def fluid(self, when: When, dose: float | None = 1000.0, *, minutes: float | None = 30, **cells: Any) -> Patient:
        """Normal saline in mL over `minutes`: a bolus by default."""
        end = None if minutes is None else self.at(when) + timedelta(minutes=minutes)
        facts = {"unit": "mL", "drug_text": "sodium chloride 0.9 %", **cells}
        return self.mar(when, "sodium_chloride_0.9", "given", dose, end=end, **facts)

    # what the program takes ------------------------------------------------------------------------------------------

    def tables(self) -> Tables:
        """The accepted tables of this patient."""
        return tables(self)

    def facts(self, **changes: Any) -> Facts:
        """What the extract holds, as this patient alone shows it."""
        return facts(self, **changes)


def patient(name: str = "P1", **cells: Any) -> Patient:
    """A patient infused at `T0`, without any other row."""
    return Patient(name, **cells)


def tables(*patients: Patient, shuffle: int | None = None) -> Tables:
    """The accepted tables of all `patients`; `shuffle` = seed of a random order of rows."""
    frames = {}
    for table, schema in SCHEMAS.items():
        rows = [row for one in patients for row in one.rows[table]]
        if table == "infusions":
            rows = list(_numbered(rows))
        frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
        frames[table] = frame if shuffle is None else frame.sample(fraction=1.0, shuffle=True, seed=shuffle)
    return Tables(frames)


def _numbered(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    seen: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row["patient_id"], row["t0"])):
        seen[row["patient_id"]] = seen.get(row["patient_id"], 0) + 1
        yield {**row, "infusion_id": f"{row['patient_id']}/{seen[row['patient_id']]}"}


def facts(*patients: Patient, timezone: str = "UTC", **changes: Any) -> Facts:
    """What an extract of these `patients` holds; all tables count as given unless `tables=` says otherwise."""
    kinds = {
        "tables": frozenset(TABLES),
        "procedures": frozenset(row["procedure"] for one in patients for row in one.rows["procedures"]),
        "assessments": frozenset(row["assessment"] for one in patients for row in one.rows["assessments"]),
    }
    return Facts(**{**kinds, **changes}, timezone=timezone)
