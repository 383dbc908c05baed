"""The same cohort as a badly behaved warehouse writes it. Every fault is named, with what must come of it.

Faults either change how a value is written and not what it says, or stand in rows of their own; so the planted
verdicts are those of the clean cohort.
"""

from __future__ import annotations

import random
from dataclasses import replace

from .faults import FAULT_COLUMNS, Faults, sound, with_cell
from .files import Sheet

_LB = 2.20462


def make_messy(sheets: list[Sheet], rng: random.Random) -> tuple[list[Sheet], Sheet]:
    """The sheets rewritten, and `messy.csv` (file, kind, rows, effect, note)."""
    faults = Faults(rng)
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
    return made, Sheet("messy.csv", FAULT_COLUMNS, faults.listed)


def _infusions(sheet: Sheet, faults: Faults) -> Sheet:
    faults.tell(sheet.file, "byte order mark", len(sheet.rows), "read", "UTF-8 with a byte order mark")
    return replace(sheet, encoding="utf-8-sig")


def _vitals(sheet: Sheet, faults: Faults) -> list[Sheet]:
    patients = sorted({row[0] for row in sheet.rows})
    first_half = set(patients[: (len(patients) + 1) // 2])
    north = Sheet("vitals_north.csv", sheet.columns, [row for row in sheet.rows if row[0] in first_half])
    south = Sheet("vitals_south.csv", sheet.columns, [row for row in sheet.rows if row[0] not in first_half])
    return [_north(north, faults), _south(south, faults)]


def _north(sheet: Sheet, faults: Faults) -> Sheet:
    add = faults.add
    sheet = add(sheet, "repeated row", 25, "duplicates", "the same row once more", list)
    sheet = add(
        sheet, "text for a number", 5, "rejected: not a number", "heart rate 'refused'", with_cell(3, "refused"),
        sound("heart_rate"),
    )  # fmt: skip
    sheet = add(
        sheet, "°F labelled °C", 4, "rejected: fahrenheit as celsius suspect", "98.6 °C, never converted by guess",
        with_cell(3, "98.6"), sound("temperature"),
    )  # fmt: skip
    sheet = add(
        sheet,
        "impossible pressure",
        3,
        "rejected: outside plausible range",
        "SBP of 12",
        with_cell(3, "12"),
        sound("sbp"),
    )
    sheet = add(
        sheet, "impossible saturation", 2, "rejected: outside plausible range", "SpO2 of 980", with_cell(3, "980"),
        sound("spo2"),
    )  # fmt: skip
    sheet = add(
        sheet, "unknown vital", 6, "rejected: unknown name", "pain_score is no vital of the audit",
        lambda row: [row[0], row[1], "pain_score", "4", ""], sound("heart_rate"),
    )  # fmt: skip
    sheet = add(
        sheet, "no time", 2, "rejected: not a time", "'yesterday'", with_cell(1, "yesterday"), sound("heart_rate")
    )
    sheet = add(
        sheet, "hour that never was", 1, "rejected: time does not exist", "02:30 of the night the clocks go forward",
        with_cell(1, "2025-03-09T02:30:00"), sound("heart_rate"),
    )  # fmt: skip
    stranger = [["SYN-9001", row[1], *row[2:]] for row in sheet.rows[:14]]
    faults.tell(sheet.file, "patient without infusion", len(stranger), "left aside", "SYN-9001 has vitals only")
    return replace(sheet, rows=sheet.rows + stranger)


def _south(sheet: Sheet, faults: Faults) -> Sheet:
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
        sheet, "empty cell", 4, "rejected: missing", "a saturation without a value", with_cell(3, ""), sound("spo2")
    )


def _labs(sheet: Sheet, faults: Faults) -> Sheet:
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
        lambda row: [row[0], row[1], "troponin_i", "0.02", "ng/mL", row[5]], sound("crp"),
    )  # fmt: skip
    sheet = add(
        sheet, "text for a number", 5, "rejected: not a number", "'hemolyzed'", with_cell(3, "hemolyzed"),
        sound("potassium"),
    )  # fmt: skip
    sheet = add(
        sheet, "date without time", 6, "accepted: day only", "a second glucose of that date",
        lambda row: [row[0], row[1][:10], row[2], "101", row[4], ""], sound("glucose"),
    )  # fmt: skip
    return add(
        sheet, "unknown unit", 2, "rejected: unknown unit", "glucose in furlongs", with_cell(4, "furlongs"),
        sound("glucose"),
    )  # fmt: skip


def _mar(sheet: Sheet, faults: Faults) -> Sheet:
    sheet = replace(sheet, delimiter="\t")
    faults.tell(sheet.file, "tabs", len(sheet.rows), "read", "tabulator between the cells")
    add = faults.add
    sheet = add(
        sheet, "repeated row", 12, "duplicates", "doses exported twice", list,
        lambda row: any(word in row[2].lower() for word in ("tocilizumab", "actemra", "dexamethasone", "solu-medrol")),
    )  # fmt: skip
    sheet = add(
        sheet, "unknown drug", 5, "accepted: unmatched", "listed with its count",
        with_cell(2, "Investigational agent QX-17 50 mg"), lambda row: "KEPPRA" in row[2],
    )  # fmt: skip
    return add(
        sheet, "end before start", 3, "rejected: end before start", "ends on the day before",
        lambda row: [*row[:2], "ceFEPIme 1 g in NS 50 mL IVPB", *row[3:9], "2024-01-01T00:00:00-06:00", *row[10:]],
        lambda row: row[2].startswith("ceFEPIme"),
    )  # fmt: skip


def _procedures(sheet: Sheet, faults: Faults) -> Sheet:
    faults.tell(
        sheet.file, "header only", 0, "indeterminate: procedures",
        "no kind of procedure occurs, so measures that need one cannot be judged",
    )  # fmt: skip
    return replace(sheet, rows=[])
