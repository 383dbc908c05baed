"""What the files do not decide is never applied: it stands in the file as a comment that can be searched for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crs_audit.errors import InputError
from crs_audit.propose.propose import propose
from crs_audit.propose.toml_text import toml_text
from tests.propose.foreign import Rows, accepted, proposed, write

VITALS: Rows = [
    ["MRN", "Recorded Time", "Flowsheet Row", "Meas Value"],
    *([f"A{n}", f"2026-01-{n:02d} 08:00", "TEMP", "37"] for n in range(1, 9)),
    *([f"A{n}", f"2026-01-{n:02d} 08:00", "PULSE", "80"] for n in range(1, 9)),
]
MAR: Rows = [
    ["MRN", "Medication", "MAR Action", "Dose", "Dose Unit", "Taken Time"],
    ["A1", "Tocilizumab 400 mg", "Given", "400", "mg", "2026-01-02 08:00"],
    ["A2", "Acetaminophen", "Held", "650", "mg", "2026-01-02 09:00"],
]


def maps(folder: Path, **files: Rows) -> tuple[dict[str, Any], str]:
    """The proposal for some files, as a run would read it, and its text."""
    for name, rows in files.items():
        write(folder / f"{name}.csv", rows)
    _, text = proposed(folder)
    return tomllib.loads(text), text


def with_times(rows: Rows, *times: str) -> Rows:
    """The rows of VITALS with other times, in turn."""
    at = rows[0].index("Recorded Time")
    return [rows[0], *([*row[:at], times[n % len(times)], *row[at + 1 :]] for n, row in enumerate(rows[1:]))]


@pytest.mark.parametrize(
    ("times", "formats"),
    [
        (("01/13/2026 08:00", "01/02/2026 09:00"), ["%m/%d/%Y %H:%M"]),
        (("13/01/2026 08:00", "01/02/2026 09:00"), ["%d/%m/%Y %H:%M"]),
        (("1/13/26 8:00 AM", "1/2/26 9:00 PM"), ["%m/%d/%y %I:%M %p"]),
        (("46030.25", "46031.5"), ["excel"]),
        (("20260113080000", "20260102090000"), ["%Y%m%d%H%M%S"]),
        (("13-JAN-2026 08:00", "02-FEB-2026 09:00"), ["%d-%b-%Y %H:%M"]),
        (("01/13/2026 08:00", "01/02/2026 01:17 -0600"), ["%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M %z"]),
        (("2026-01-13T08:00:00Z", "2026-01-02 09:00"), None),
    ],
)
def test_formats_are_read_off_the_cells(tmp_path: Path, times: tuple[str, ...], formats: list[str] | None):
    assert maps(tmp_path, a=with_times(VITALS, *times))[0].get("time_formats") == formats


def test_day_or_month_is_not_guessed(tmp_path: Path):
    document, text = maps(tmp_path, a=with_times(VITALS, "01/02/2026 08:00", "03/04/2026 09:00"))
    assert "time_formats" not in document
    assert '# time_formats = ["%m/%d/%Y %H:%M"]' in text
    assert '# time_formats = ["%d/%m/%Y %H:%M"]' in text
    assert "# DOUBT: month first or day first?" in text


LABS: Rows = [
    ["MRN", "Component", "Result", "Unit", "Collected"],
    ["A1", "CRP", "5,5", "mg/L", "01/30/2026"],
    ["A1", "Ferritin", "300", "ng/mL", "01/30/2026"],
]


def unloaded(folder: Path, **files: Rows) -> tuple[dict[str, Any], str]:
    """The proposal for some files as TOML."""
    for name, rows in files.items():
        write(folder / f"{name}.csv", rows)
    text = toml_text(propose(folder, lambda _: None))
    return tomllib.loads(text)["tables"] | tomllib.loads(text), text


def test_files_that_contradict_each_other_have_their_own_formats_and_decimal(tmp_path: Path):
    points = [[*row[:-1], "37.5"] if len(row) > 3 and row[2] == "TEMP" else row for row in VITALS]
    document, text = unloaded(tmp_path, a=with_times(points, "30/01/2026 08:00"), b=LABS)
    assert not {"time_formats", "decimal"} & set(document)
    assert document["vitals"][0]["time_formats"] == ["%d/%m/%Y %H:%M"]
    assert document["labs"][0]["time_formats"] == ["%m/%d/%Y"]
    assert (document["vitals"][0].get("decimal"), document["labs"][0]["decimal"]) == (None, ",")
    assert "first?" not in text


def test_no_file_decides_the_order_of_another(tmp_path: Path):
    document, text = unloaded(tmp_path, a=with_times(VITALS, "01/02/2026 08:00"), b=LABS)
    assert "time_formats" not in document | document["vitals"][0]
    assert document["labs"][0]["time_formats"] == ["%m/%d/%Y"]
    assert '# time_formats = ["%d/%m/%Y %H:%M"]' in text
    assert "other files: month first" in text
    both = with_times(VITALS, "01/30/2026 08:00", "30/01/2026 08:00")
    document, text = unloaded(tmp_path / "both", a=both, b=LABS)
    assert "time_formats" not in document | document["vitals"][0]
    assert "no list of formats can tell the other cells apart" in text


def test_evidence_for_both_orders_is_told(tmp_path: Path):
    _, text = maps(tmp_path, a=with_times(VITALS, "01/30/2026 08:00", "30/01/2026 08:00"))
    assert "# DOUBT: %d/%m/%Y is the only reading of 8 cells, %m/%d/%Y of 8" in text


def test_the_zone_is_asked_for(tmp_path: Path):
    document, text = maps(tmp_path, a=VITALS)
    assert "timezone" not in document
    assert "# DOUBT: 16 clock times looked at have no zone" in text


def test_a_mar_without_actions_is_not_taken_as_given(tmp_path: Path):
    at = MAR[0].index("MAR Action")
    document, text = maps(tmp_path, a=[[*row[:at], *row[at + 1 :]] for row in MAR])
    assert "action" not in document["tables"]["mar"][0].get("constants", {})
    assert '# constants.action = "given"' in text


def test_orders_beside_a_mar_are_no_doses(tmp_path: Path):
    orders = [["MRN", "Medication", "Ordered Dose", "Order Time"], ["A1", "Tocilizumab", "400 mg", "2026-01-01 08:00"]]
    document, text = maps(tmp_path, a=MAR, b=orders)
    assert [one["file"] for one in document["tables"]["mar"]] == ["a.csv"]
    assert "b.csv: no table" in text


def test_what_was_not_given_has_only_the_time_it_was_due(tmp_path: Path):
    rows = [[*MAR[0], "Scheduled Time"], [*MAR[1], "2026-01-02 07:00"], [*MAR[2][:-1], "", "2026-01-02 07:00"]]
    held, _ = maps(tmp_path / "held", a=rows)
    assert held["tables"]["mar"][0]["columns"]["time"] == ["Taken Time", "Scheduled Time"]
    given, text = maps(tmp_path / "given", a=[[cell.replace("Held", "Given") for cell in row] for row in rows])
    assert given["tables"]["mar"][0]["columns"]["time"] == "Taken Time"
    assert '# columns.time = ["Taken Time", "Scheduled Time"]' in text


@pytest.mark.parametrize(
    ("others", "offered"),
    [
        (["Startzeit", "Endzeit"], '# columns.time = "Startzeit"'), ([], "columns.time = …"),
        (["Erfasst am"], '# columns.time = "Erfasst am"'), (["Verabreicht um"], 'columns.time = "Verabreicht um"'),
    ],
)  # fmt: skip
def test_when_a_dose_was_due_is_never_offered_for_when_it_was_given(tmp_path: Path, others: list[str], offered: str):
    head = ["Patientennummer", "Medikament", "Status", "Dosis", "Geplant", *others]
    rows = [["A1", drug, "verabreicht", "400 mg", *["02.01.2026 08:00", "02.01.2026 08:40", "02.01.2026 09:40"]]
            for drug in ("Tocilizumab", "Paracetamol")]  # fmt: skip
    document, text = maps(tmp_path, a=[head, *(row[: len(head)] for row in rows)])
    assert offered in text
    assert 'columns.time = "Geplant"' not in text
    assert document["tables"]["mar"][0]["columns"].get("end_time") == ("Endzeit" if "Endzeit" in others else None)
    assert "'Geplant'" in text or others == ["Verabreicht um"]


def test_hospitals_that_number_alike_are_told(tmp_path: Path):
    rows = [["Hospital", *VITALS[0]], *([f"H{n // 8}", *row] for n, row in enumerate(VITALS[1:]))]
    document, text = maps(tmp_path / "many", a=rows, b=MAR)
    for table in ("vitals", "mar"):
        assert "patient_id" not in document["tables"][table][0]["columns"]
    assert "# DOUBT: 8 of 8 keys in 'MRN' stand in more than one 'Hospital'" in text
    assert '# join.patient_id = ["Hospital", "MRN"]' in text
    assert "# DOUBT: this file names no hospital" in text
    moved = [[*rows[1 + n % 16][:1], f"B{n}", *rows[1 + n % 16][2:]] for n in range(40)]
    document, text = maps(tmp_path / "few", a=[rows[0], *moved, ["H9", *moved[0][1:]]])
    assert document["tables"]["vitals"][0]["columns"]["patient_id"] == "MRN"
    assert "# DOUBT: 1 of 40 keys in 'MRN' stands in more than one 'Hospital'" in text


def test_hospitals_of_a_crosswalk_that_number_alike_are_told(tmp_path: Path):
    walk = [["CSN", "Facility", "MRN"], *([f"E{n}", f"H{n % 2}", f"A{n // 2 + 1}"] for n in range(8))]
    by_encounter = [["CSN", *MAR[0][1:]], *([f"E{n}", *row[1:]] for n, row in enumerate(MAR[1:]))]
    document, text = maps(tmp_path, a=VITALS, b=by_encounter, c=walk)
    for table in ("vitals", "mar"):
        assert "patient_id" not in document["tables"][table][0]["columns"]
    assert '# join.patient_id = ["patient.Facility", "patient.MRN"]' in text


def test_a_header_that_is_the_key_itself_is_not_read_where_hospitals_number_alike(tmp_path: Path):
    head = ["site", "patient_id", *VITALS[0][1:]]
    maps(tmp_path, vitals=[head, *([f"H{n // 8}", *row] for n, row in enumerate(VITALS[1:]))])
    with pytest.raises(InputError, match="to decide"):
        accepted(tmp_path)


def test_an_encounter_is_no_patient_where_other_files_have_one(tmp_path: Path):
    by_encounter = [["CSN", *MAR[0][1:]], *([f"E{n}", *row[1:]] for n, row in enumerate(MAR[1:]))]
    document, text = maps(tmp_path, a=VITALS, b=by_encounter)
    assert "patient_id" not in document["tables"]["mar"][0]["columns"]
    assert "no file holds both keys" in text


def test_an_encounter_is_the_patient_where_there_is_nothing_else(tmp_path: Path):
    document, text = maps(tmp_path, a=[["CSN", *VITALS[0][1:]], *VITALS[1:]])
    assert document["tables"]["vitals"][0]["columns"]["patient_id"] == "CSN"
    assert "# DOUBT: the only key in all files" in text


def test_lost_leading_zeros_are_told(tmp_path: Path):
    zeros = [VITALS[0], *([f"00{row[0][1:]}", *row[1:]] for row in VITALS[1:])]
    bare = [MAR[0], *([row[0][1:], *row[1:]] for row in MAR[1:])]
    assert "only without leading zeros" in maps(tmp_path, a=zeros, b=bare)[1]


def temperatures(name: str, *values: str) -> Rows:
    pulse = [[f"A{n}", f"2026-01-{n + 1:02d} 08:00", "PULSE", "80"] for n in range(len(values))]
    return [VITALS[0], *([f"A{n}", f"2026-01-{n + 1:02d} 08:00", name, v] for n, v in enumerate(values)), *pulse]


def test_fahrenheit_by_its_numbers_is_a_doubt(tmp_path: Path):
    document, text = maps(tmp_path, a=temperatures("TEMP", "98.6", "101.2", "97.0"))
    assert "units" not in document["tables"]["vitals"][0]
    (doubt,) = (line for line in text.splitlines() if "temperature has no unit" in line)
    assert re.fullmatch(r"# DOUBT: temperature has no unit, and its [\d,]+ numbers fit °F and not °C", doubt)
    assert '# units.temperature = "°F"' in text


def test_fahrenheit_by_its_name_is_taken_unless_the_numbers_contradict(tmp_path: Path):
    document, _ = maps(tmp_path / "f", a=temperatures("Temp (F)", "98.6", "101.2"))
    assert document["tables"]["vitals"][0]["units"] == {"temperature": "°F"}
    document, text = maps(tmp_path / "c", a=temperatures("Temp (F)", "36.6", "38.2"))
    assert "units" not in document["tables"]["vitals"][0]
    assert "say otherwise" in text


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("84/50", ["sbp", "dbp"]), ("84 / 50 (61)", ["sbp", "dbp", "map"]), ("84/50/61", ["sbp", "dbp", "map"]),
        ("84/50 [61]", ["sbp", "dbp", "map"]), ("84/50 L arm", None), ("84-50", None),
    ],
)  # fmt: skip
def test_pressures_are_split_by_their_form_and_never_dropped(tmp_path: Path, cell: str, parts: list[str] | None):
    rows = [["A1", f"2026-01-{n:02d} 08:00", "BP", cell] for n in range(1, 9)]
    columns = [["MRN", "Recorded", "HR", "BP"], *([row[0], row[1], "80", row[3]] for row in rows)]
    long, in_long = maps(tmp_path / "long", a=[*VITALS, *rows])
    wide, in_wide = maps(tmp_path / "wide", a=columns)
    assert long["tables"]["vitals"][0].get("split", {}).get("BP") == parts
    assert wide["tables"]["vitals"][0].get("split", {}).get("BP") == parts
    form = {"84/50 L arm": "99/99 a aaa", "84-50": "99-99"}.get(cell, "")
    for text in (in_long, in_wide):
        assert ("# DOUBT: 'BP'" in text) == (parts is None)
        assert f'8 cells as "{form}"' in text or parts


def test_cells_of_a_form_that_is_not_read_are_told(tmp_path: Path):
    columns = [["MRN", "Recorded", "BP", "HR", "Temp"]]
    columns += [["A1", f"2026-01-{n:02d} 08:00", "120/80" if n > 2 else "n. b.", "80", "~36"] for n in range(1, 20)]
    document, text = maps(tmp_path, a=columns)
    assert set(document["tables"]["vitals"][0]["wide"]) == {"BP", "HR"}
    assert "# DOUBT: 'BP': 2 of 19 cells are in a form that is not read: 2 cells as \"a. a.\"" in text
    assert 'form that is not read: 19 cells as "~99"' in text


def test_a_column_of_units_is_known_by_its_cells(tmp_path: Path):
    labs = [["MRN", "Component", "Result", "RESULT_UNITS_CD", "Collected"]]
    labs += [["A1", name, "5", unit, "2026-01-01 08:00"] for name, unit in (("CRP", "mg/dL"), ("Ferritin", "ng/mL"))]
    document, text = maps(tmp_path, a=labs)
    assert document["tables"]["labs"][0]["columns"]["unit"] == "RESULT_UNITS_CD"
    assert "no column tells the unit" not in text


def test_names_that_only_begin_like_a_vital_are_not_mapped(tmp_path: Path):
    names = ["Heart Rate Alarm - High", "Respiratory Rate (Set)", "Temp Source", "SpO2 Alarm [Low]", "Pulse Quality"]
    rows = [["A1", "2026-01-01 08:00", name, "80"] for name in names]
    document, text = maps(tmp_path, a=[*VITALS, *rows])
    assert document["tables"]["vitals"][0]["values"]["vital"] == {"TEMP": "temperature", "PULSE": "heart_rate"}
    assert all(f'# values.vital."{name}" = ""  # 1 row' in text for name in names)


def test_a_name_whose_cells_are_words_is_not_mapped(tmp_path: Path):
    rows = [VITALS[0], *([*row[:-1], "strong" if row[2] == "PULSE" else row[-1]] for row in VITALS[1:])]
    document, text = maps(tmp_path, a=[*rows, ["A1", "2026-01-01 08:00", "SpO2", "98"]])
    assert "PULSE" not in document["tables"]["vitals"][0]["values"]["vital"]
    assert "# DOUBT: 'PULSE' (8 rows) is a name for heart_rate, but most of its cells are no number" in text


def test_unknown_units_are_told_and_not_mapped(tmp_path: Path):
    head = ["MRN", "Component", "Result", "Unit", "Collected"]
    labs = [head, ["A1", "CRP", "5", "furlong", "2026-01-01 08:00"], ["A1", "Ferritin", "5", "", "2026-01-01 08:00"]]
    document, text = maps(tmp_path, a=labs)
    assert "values" not in document["tables"]["labs"][0]
    assert "# DOUBT: unknown unit, 'furlong' (1 row of crp)" in text
    assert "rows without a unit of ferritin" in text


def test_a_blank_is_one_only_where_it_means_nothing_else(tmp_path: Path):
    head = ["MRN", "Component", "Result", "Unit", "Collected"]
    labs = [head, *(["A1", name, value, "mmol/L", "2026-01-01 08:00"] for name, value in
                    (("NA", "140"), ("K", "NULL"), ("CL", "N/A"), ("CRP", "NA")))]  # fmt: skip
    document, text = maps(tmp_path, a=labs)
    assert document["tables"]["labs"][0]["blanks"] == ["N/A", "NULL"]
    assert '# blanks = ["N/A", "NA", "NULL"]' not in text


def test_commas_that_may_be_thousands_are_a_doubt(tmp_path: Path):
    head = ["MRN", "Component", "Result", "Unit", "Collected"]
    labs = [
        head,
        ["A1", "Ferritin", "1,200", "ng/mL", "2026-01-01 08:00"],
        ["A1", "CRP", "5.1", "mg/L", "2026-01-01 08:00"],
    ]
    document, text = maps(tmp_path, a=labs)
    assert "decimal" not in document
    assert '# decimal = ","' in text


def test_what_was_ordered_and_not_done_is_left_out(tmp_path: Path):
    head = ["MRN", "Procedure Name", "Start Time", "Order Status"]
    rows = [["A1", "Blood culture", "2026-01-01 08:00", "Completed"], ["A1", "CXR", "2026-01-01 08:00", "Canceled"]]
    document, _ = maps(tmp_path / "known", a=[head, *rows])
    assert document["tables"]["procedures"][0]["where"] == {"Order Status": ["Completed"]}
    document, text = maps(tmp_path / "odd", a=[head, *rows, ["A1", "TTE", "2026-01-01 08:00", "Amended"]])
    assert "where" not in document["tables"]["procedures"][0]
    assert "# DOUBT: which of these were done?" in text


def test_labs_of_urine_are_left_out(tmp_path: Path):
    head = ["MRN", "Component", "Result", "Unit", "Collected", "Specimen"]
    rows = [["A1", name, "5", "mg/dL", "2026-01-01 08:00", fluid] for name, fluid in
            (("Glucose", "Urine"), ("Glucose", "Serum"), ("Creatinine", "Plasma"))]  # fmt: skip
    document, _ = maps(tmp_path / "known", a=[head, *rows])
    assert document["tables"]["labs"][0]["where"] == {"Specimen": ["Plasma", "Serum"]}
    document, text = maps(tmp_path / "odd", a=[head, *rows, [*rows[0][:-1], "Drainage"]])
    assert "where" not in document["tables"]["labs"][0]
    assert "# DOUBT: which of these are of blood?" in text
