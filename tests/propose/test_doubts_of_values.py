"""What the files do not decide is never applied, but stands as a comment to search for: names, units, values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.propose.doubts import VITALS, maps
from tests.propose.foreign import Rows


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
