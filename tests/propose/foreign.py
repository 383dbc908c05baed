"""A canonical extract and the same facts as hospitals write them; what comes of both must be equal."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl

from crs_audit.intake.accept import Acceptor
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.sources import open_extract
from crs_audit.propose.proposal import Proposal
from crs_audit.propose.propose import propose
from crs_audit.propose.toml_text import toml_text
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.functional import extract

Rows = list[list[str]]
KEYS = {
    "infusions": ("patient_id", "t0", "product", "weight_kg"),
    "vitals": ("patient_id", "time", "vital", "value", "device"),
    "labs": ("patient_id", "time", "lab", "value", "bound"),
    "mar": ("patient_id", "time", "end_time", "drug", "action", "dose", "dose_unit", "route"),
    "assessments": ("patient_id", "time", "assessment", "value"),
    "adt": ("patient_id", "in_time", "out_time", "location_type"),
    "procedures": ("patient_id", "time", "end_time", "procedure"),
}
"""What must be equal, whatever the extract was written like."""


def canonical() -> dict[str, Rows]:
    """The small extract of the functional tests with a diastolic to each systolic, oxygen devices and grades, moved to
    days above 12, so that day and month can be told apart."""
    content = {
        table: [[cell.replace("2026-01-0", "2026-01-2") for cell in row] for row in rows]
        for table, rows in extract.tables().items()
    }
    vitals = content["vitals"]
    vitals += [[row[0], row[1], "dbp", "60", "mmHg"] for row in vitals if row[2] == "sbp"]
    vitals += [[row[0], row[1], "o2_device", "Room air", ""] for row in vitals if row[2] == "sbp"]
    content["assessments"] = [["patient_id", "time", "assessment", "value"], ["P-1", vitals[1][1], "crs_grade", "2"]]
    return content


def clock(form: str) -> Callable[[str], str]:
    """Canonical times in another form."""
    return lambda text: datetime.fromisoformat(text).strftime(form) if text else ""


def write(path: Path, rows: Rows, delimiter: str = ",") -> None:
    """One delimited file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def proposed(folder: Path) -> tuple[Proposal, str]:
    """The proposal for a folder, and its text, put in place and loaded as it stands."""
    (folder / "crs-audit.toml").unlink(missing_ok=True)
    proposal = propose(folder, lambda _: None)
    text = toml_text(proposal)
    (folder / "crs-audit.toml").write_text(text, encoding="utf-8")
    settings = load_settings(folder, {}, load_protocol().measures)
    load_mapping(settings.preset, dict(settings.mapping))
    return proposal, text


def accepted(folder: Path, rejects: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """Table → what was accepted, KEYS of each row, sorted; no row may be rejected, unless `rejects` may be."""
    settings = load_settings(folder, {}, load_protocol().measures)
    mapping = load_mapping(settings.preset, dict(settings.mapping))
    acceptor = Acceptor(mapping, settings.timezone, load_protocol())
    found = open_extract(folder, mapping)
    rows: dict[str, list[tuple[object, ...]]] = {}
    for source, batch in acceptor.accept_all(found):
        assert rejects or batch.rejects.is_empty(), batch.rejects.group_by("table", "column", "reason").len().rows()
        frame = batch.frame.select(pl.col(KEYS[source.table]))
        rows.setdefault(source.table, []).extend(frame.rows())
    return {table: sorted(several, key=repr) for table, several in rows.items()}


def epic(folder: Path) -> Path:
    """Flowsheet rows with BP 120/80 in a workbook under title rows, a MAR with doses such as 640 mg and an encounter as
    its key, a crosswalk, month first, names that say nothing."""
    from openpyxl import Workbook

    content = canonical()
    month_first, spoken = clock("%m/%d/%Y %H:%M"), clock("%m/%d/%Y %I:%M %p")
    names = {"temperature": "TEMP", "weight": "Weight (kg)", "o2_device": "R OXYGEN DEVICE", "crs_grade": "CRS GRADE"}
    pressures: dict[tuple[str, str], dict[str, str]] = {}
    flowsheet = []
    for patient, time, vital, value, _ in content["vitals"][1:]:
        if vital in ("sbp", "dbp"):
            pressures.setdefault((patient, time), {})[vital] = value
        else:
            flowsheet.append([patient, time, names[vital], value])
    flowsheet += [[patient, time, "BP", f"{bp['sbp']}/{bp['dbp']}"] for (patient, time), bp in pressures.items()]
    flowsheet += [[patient, time, names[kind], value] for patient, time, kind, value in content["assessments"][1:]]
    flowsheet += [[patient, time, "PAIN SCORE", "3"] for patient, time, *_ in content["vitals"][1:4]]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Export"
    sheet.append(["Flowsheet rows of the cell therapy unit"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["MRN", "Recorded Time", "Entry Time", "Flowsheet Row", "Meas Value"])
    for patient, time, name, value in flowsheet:
        sheet.append([patient, month_first(time), month_first(time), name, value])
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / "Extract Oct.xlsx")
    keys = {"P-1": "700100", "P-2": "700200"}
    write(folder / "enc.csv", [["CSN", "MRN", "Hosp Admission Date"], *([n, p, "2026-01-10"] for p, n in keys.items())])
    head = ["CSN", "MEDICATION_NAME", "SCHEDULED_TIME", "TAKEN_TIME", "INFUSION_END", "MAR_ACTION", "DOSE", "ROUTE"]
    head[4] = "END_TIME"
    mar = [
        [keys[p], drug, spoken(time), spoken(time), spoken(end), action, f"{dose} {unit}", route]
        for p, time, drug, action, dose, unit, route, end in content["mar"][1:]
    ]
    write(folder / "2026-10.csv", [head, *mar])
    labs = [
        [p, {"crp": "C-Reactive Protein"}[lab], value, unit, month_first(time), month_first(time)]
        for p, time, lab, value, unit in content["labs"][1:]
    ]
    labs.append([*labs[0][:1], "Ferritin", "400", "ng/mL", *labs[0][4:]])
    head = ["MRN", "COMPONENT_NAME", "ORD_VALUE", "REFERENCE_UNIT", "SPECIMN_TAKEN_TIME", "RESULT_TIME"]
    write(folder / "RESULTS.csv", [head, *labs])
    cells = [[p, month_first(time), product, kg] for p, time, product, kg in content["infusions"][1:]]
    write(folder / "list of cells.csv", [["MRN", "Infusion Date", "Product", "Weight (kg)"], *cells])
    return folder


def german(folder: Path) -> Path:
    """Wide vitals with date and clock apart, day first, semicolons, decimal commas, NULL for a blank."""
    content = canonical()
    date, time_of_day = clock("%d.%m.%Y"), clock("%H:%M")
    wide: dict[tuple[str, str], dict[str, str]] = {}
    for patient, time, vital, value, _ in content["vitals"][1:]:
        wide.setdefault((patient, time), {})[vital] = value.replace(".", ",")
    rows = [["Patientennummer", "Datum", "Uhrzeit", "Temperatur (°C)", "Blutdruck", "Gewicht (kg)", "O2 Device"]]
    for (patient, time), cells in wide.items():
        pressure = f"{cells['sbp']}/{cells['dbp']}" if "sbp" in cells else ""
        rows.append(
            [patient, date(time), time_of_day(time), cells.get("temperature", "NULL"), pressure,
             cells.get("weight", ""), cells.get("o2_device", "")]
        )  # fmt: skip
    write(folder / "Werte.csv", rows, ";")
    labs = [[p, date(t), time_of_day(t), lab.upper(), value, unit] for p, t, lab, value, unit in content["labs"][1:]]
    labs.append([*labs[0][:3], "Kalium", "4,1", "mmol/l"])
    write(folder / "Labor.csv", [["PatNr", "Abnahmedatum", "Abnahmezeit", "Analyt", "Ergebnis", "Einheit"], *labs], ";")
    mar = [
        [p, clock("%d.%m.%Y %H:%M")(t), drug, action, dose, unit, route, clock("%d.%m.%Y %H:%M")(end)]
        for p, t, drug, action, dose, unit, route, end in content["mar"][1:]
    ]
    head = ["Patientennummer", "Gabezeit", "Medikament", "Status", "Dosis", "Dosiseinheit", "Applikationsweg", "Ende"]
    write(folder / "Gaben.csv", [head, *mar], ";")
    cells = [[p, clock("%d.%m.%Y %H:%M")(t), product, kg] for p, t, product, kg in content["infusions"][1:]]
    write(folder / "Zellen.csv", [["Patientennummer", "Infusionszeitpunkt", "Produkt", "Gewicht"], *cells], ";")
    return folder
