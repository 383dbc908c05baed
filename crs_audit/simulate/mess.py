"""The same cohort as a badly behaved warehouse writes it. Every fault is named, with what must come of it.

Faults either change how a value is written and not what it says, or stand in rows of their own; so the planted
verdicts are those of the clean cohort.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from .files import Sheet

Row = list[str]
_FAULT_COLUMNS = ("file", "kind", "rows", "effect", "note")
_LB = 2.20462


class _Faults:
    """Rows put behind others of a sheet, and the list of what was done."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.listed: list[Row] = []

    def tell(self, file: str, kind: str, rows: int, effect: str, note: str) -> None:
        self.listed.append([file, kind, str(rows), effect, note])

    def add(
        self, sheet: Sheet, kind: str, count: int, effect: str, note: str, change: Callable[[Row], Row],
        of: Callable[[Row], bool] = lambda row: True,
    ) -> Sheet:  # fmt: skip
        """`count` of the rows that `of` picks, each written once more as `change` makes it."""
        chosen = [n for n, row in enumerate(sheet.rows) if of(row)]
        picked = sorted(self.rng.sample(chosen, min(count, len(chosen))))
        behind = defaultdict(list)
        for n in picked:
            behind[n].append(change(list(sheet.rows[n])))
        rows = []
        for n, row in enumerate(sheet.rows):
            rows.append(row)
            rows += behind.get(n, [])
        self.tell(sheet.file, kind, len(picked), effect, note)
        return replace(sheet, rows=rows)


def make_messy(sheets: list[Sheet], rng: random.Random) -> tuple[list[Sheet], Sheet]:
    """The sheets rewritten, and `messy.csv` (file, kind, rows, effect, note)."""
    faults = _Faults(rng)
    clean = {sheet.file: sheet for sheet in sheets}
    made = [
        _infusions(clean["infusions.csv"], faults),
        *_vitals(clean["vitals.csv"], faults),
        _labs(clean["labs.csv"], faults),
        _mar(clean["mar.csv"], faults),
        clean["adt.csv"],
        clean["assessments.csv"],
        _procedures(clean["procedures.csv"], faults),
    ]
    return made, Sheet("messy.csv", _FAULT_COLUMNS, faults.listed)


def _infusions(sheet: Sheet, faults: _Faults) -> Sheet:
    faults.tell(sheet.file, "byte order mark", len(sheet.rows), "read", "UTF-8 with a byte order mark")
    return replace(sheet, encoding="utf-8-sig")


def _with(column: int, text: str) -> Callable[[Row], Row]:
    def change(row: Row) -> Row:
        row[column] = text
        return row

    return change


def _vitals(sheet: Sheet, faults: _Faults) -> list[Sheet]:
    patients = sorted({row[0] for row in sheet.rows})
    first_half = set(patients[: (len(patients) + 1) // 2])
    north = Sheet("vitals_north.csv", sheet.columns, [row for row in sheet.rows if row[0] in first_half])
    south = Sheet("vitals_south.csv", sheet.columns, [row for row in sheet.rows if row[0] not in first_half])
    return [_north(north, faults), _south(south, faults)]


def _named(*names: str) -> Callable[[Row], bool]:
    """Rows of these names whose time and value are still sound, so that one fault at a time stands in a row."""
    return lambda row: row[2] in names and "T" in row[1] and row[3].lstrip("<>").replace(".", "", 1).isdigit()


def _north(sheet: Sheet, faults: _Faults) -> Sheet:
    add = faults.add
    sheet = add(sheet, "repeated row", 25, "duplicates", "the same row once more", list)
    sheet = add(
        sheet, "text for a number", 5, "rejected: not a number", "heart rate 'refused'", _with(3, "refused"),
        _named("heart_rate"),
    )  # fmt: skip
    sheet = add(
        sheet, "°F labelled °C", 4, "rejected: fahrenheit as celsius suspect", "98.6 °C, never converted by guess",
        _with(3, "98.6"), _named("temperature"),
    )  # fmt: skip
    sheet = add(
        sheet, "impossible pressure", 3, "rejected: outside plausible range", "SBP of 12", _with(3, "12"), _named("sbp")
    )
    sheet = add(
        sheet, "impossible saturation", 2, "rejected: outside plausible range", "SpO2 of 980", _with(3, "980"),
        _named("spo2"),
    )  # fmt: skip
    sheet = add(
        sheet, "unknown vital", 6, "rejected: unknown name", "pain_score is no vital of the audit",
        lambda row: [row[0], row[1], "pain_score", "4", ""], _named("heart_rate"),
    )  # fmt: skip
    sheet = add(sheet, "no time", 2, "rejected: not a time", "'yesterday'", _with(1, "yesterday"), _named("heart_rate"))
    sheet = add(
        sheet, "hour that never was", 1, "rejected: time does not exist", "02:30 of the night the clocks go forward",
        _with(1, "2025-03-09T02:30:00"), _named("heart_rate"),
    )  # fmt: skip
    stranger = [["SYN-9001", row[1], *row[2:]] for row in sheet.rows[:14]]
    faults.tell(sheet.file, "patient without infusion", len(stranger), "left aside", "SYN-9001 has vitals only")
    return replace(sheet, rows=sheet.rows + stranger)


def _south(sheet: Sheet, faults: _Faults) -> Sheet:
    """Degrees Fahrenheit and pounds, in the Windows code page."""
    rows = []
    warm = heavy = 0
    for patient, time, vital, value, unit in sheet.rows:
        if vital == "temperature":
            value, unit, warm = f"{float(value) * 9 / 5 + 32:.1f}", "°F", warm + 1
        elif vital == "weight":
            value, unit, heavy = f"{float(value) * _LB:.1f}", "lb", heavy + 1
        rows.append([patient, time, vital, value, unit])
    sheet = replace(sheet, rows=rows, encoding="cp1252")
    faults.tell(sheet.file, "Windows code page", len(rows), "read", "cp1252, the degree sign is one byte")
    faults.tell(sheet.file, "degrees Fahrenheit", warm, "converted", "unit °F")
    faults.tell(sheet.file, "pounds", heavy, "converted", "unit lb")
    return faults.add(
        sheet, "empty cell", 4, "rejected: missing", "a saturation without a value", _with(3, ""), _named("spo2")
    )


def _labs(sheet: Sheet, faults: _Faults) -> Sheet:
    rows = []
    changed = 0
    for patient, time, lab, value, unit, result in sheet.rows:
        if lab == "crp" and int(patient[-1]) % 2 == 0:
            bound = value[0] if value[0] in "<>" else ""
            value, unit, changed = f"{bound}{float(value.lstrip('<>')) / 10:.2f}", "mg/dL", changed + 1
        rows.append([patient, time, lab, value, unit, result])
    sheet = replace(sheet, rows=rows, delimiter=";")
    faults.tell(sheet.file, "semicolons", len(rows), "read", "semicolon between the cells")
    faults.tell(sheet.file, "CRP in mg/dL", changed, "converted", "unit mg/dL")
    add = faults.add
    sheet = add(sheet, "repeated row", 10, "duplicates", "the same row once more", list)
    sheet = add(
        sheet, "unknown lab", 8, "rejected: unknown name", "troponin_i is no lab of the audit",
        lambda row: [row[0], row[1], "troponin_i", "0.02", "ng/mL", row[5]], _named("crp"),
    )  # fmt: skip
    sheet = add(
        sheet, "text for a number", 5, "rejected: not a number", "'hemolyzed'", _with(3, "hemolyzed"),
        _named("potassium"),
    )  # fmt: skip
    sheet = add(
        sheet, "date without time", 6, "accepted: day only", "a second glucose of that date",
        lambda row: [row[0], row[1][:10], row[2], "101", row[4], ""], _named("glucose"),
    )  # fmt: skip
    return add(
        sheet, "unknown unit", 2, "rejected: unknown unit", "glucose in furlongs", _with(4, "furlongs"),
        _named("glucose"),
    )  # fmt: skip


def _mar(sheet: Sheet, faults: _Faults) -> Sheet:
    sheet = replace(sheet, delimiter="\t")
    faults.tell(sheet.file, "tabs", len(sheet.rows), "read", "tabulator between the cells")
    add = faults.add
    sheet = add(
        sheet, "repeated row", 12, "duplicates", "doses exported twice", list,
        lambda row: any(word in row[2].lower() for word in ("tocilizumab", "actemra", "dexamethasone", "solu-medrol")),
    )  # fmt: skip
    sheet = add(
        sheet, "unknown drug", 5, "accepted: unmatched", "listed with its count",
        _with(2, "Investigational agent QX-17 50 mg"), lambda row: "KEPPRA" in row[2],
    )  # fmt: skip
    return add(
        sheet, "end before start", 3, "rejected: end before start", "ends on the day before",
        lambda row: [*row[:2], "ceFEPIme 1 g in NS 50 mL IVPB", *row[3:9], "2024-01-01T00:00:00-06:00", *row[10:]],
        lambda row: row[2].startswith("ceFEPIme"),
    )  # fmt: skip


def _procedures(sheet: Sheet, faults: _Faults) -> Sheet:
    faults.tell(
        sheet.file, "header only", 0, "indeterminate: procedures",
        "no kind of procedure occurs, so measures that need one cannot be judged",
    )  # fmt: skip
    return replace(sheet, rows=[])
