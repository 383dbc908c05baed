"""What is told of an extract before verdicts are made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.functional.extract import crs_audit, tables, write


def notes(folder: Path, content: dict[str, Any], config: str = "") -> str:
    """What `run` says on stderr; it goes on."""
    extract = write(folder / "in", content)
    (extract / "crs-audit.toml").write_text(config)
    done = crs_audit("run", extract, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    assert "P-1" not in done.stderr
    return done.stderr


def test_a_vital_that_occurs_nowhere_is_missed_aloud(tmp_path: Path):
    content = tables()
    content["vitals"] = [row for row in content["vitals"] if row[2] not in ("temperature", "sbp")]
    content["vitals"].append(["P-1", "2026-01-03T09:00:00Z", "heart_rate", "90", ""])
    said = notes(tmp_path, content)
    assert "no temperature was accepted from the whole extract: no fever can be seen" in said
    assert "no blood pressure was accepted from the whole extract" in said


def test_a_dose_that_was_rejected_or_whose_action_is_unknown_is_told_by_drug(tmp_path: Path):
    content = tables()
    content["mar"] += [
        ["P-1", "2026-01-03 25:00", "Actemra", "Given", "640", "mg", "IV", ""],
        ["P-1", "2026-01-03T13:00:00Z", "dexamethasone 10 mg", "Admin Complete", "10", "mg", "IV", ""],
    ]
    said = notes(tmp_path, content)
    assert "rejected MAR rows name drugs of the audit (tocilizumab 1): verdicts may miss these doses" in said
    assert "an action nobody knows (dexamethasone 1): none counts as given" in said


def test_one_number_for_two_people_is_doubted(tmp_path: Path):
    content = tables()
    content["infusions"] = [
        [*content["infusions"][0], "site"],
        ["P-1", "2026-01-01T12:00:00Z", "Yescarta", "80", "North"],
        ["P-1", "2026-02-15T12:00:00Z", "Yescarta", "60", "South"],
    ]
    assert "1 patient id has several sites: is it one person?" in notes(tmp_path, content)


def test_rows_that_the_mapping_leaves_out_are_told(tmp_path: Path):
    aside = '[tables.vitals]\nskip_unknown = true\n[tables.labs]\nwhere.lab = "CRPP"\n'
    content = tables()
    content["vitals"].append(["P-1", "2026-01-03T09:00:00Z", "Temperature Temporal Artery", "39", ""])
    said = notes(tmp_path, content, aside)
    assert "vitals.csv: 1 rows of 1 names that the audit does not know were left aside (table vitals)" in said
    assert "labs.csv: the mapping of table labs leaves out all 2 records; look at its where" in said
    assert "Temperature Temporal Artery" in (tmp_path / "out" / "data-quality.html").read_text()


def test_a_sound_extract_gives_no_such_note(tmp_path: Path):
    said = notes(tmp_path, tables())
    for word in ("whole extract", "drugs of the audit", "patient id", "left aside", "leaves out"):
        assert word not in said


def test_time_forms_and_decimals_of_one_table(tmp_path: Path):
    content = tables()
    first = content["labs"][1]
    first[1], first[3] = "03/01/2026 06:00", "12,5"
    content["labs"] = content["labs"][:2]
    own = '[tables.labs]\ntime_formats = ["%d/%m/%Y %H:%M"]\ndecimal = ","\n'
    said = notes(tmp_path, content, own)
    assert "rejected" not in said
    labs = (tmp_path / "out" / "data" / "profile_values.csv").read_text()
    assert "12.5" in labs


def test_an_error_in_one_cell_of_a_wide_sheet_is_that_of_one_reading(tmp_path: Path):
    import openpyxl

    from tests.intake.reading import read

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "vitals"
    for row in (
        ["patient_id", "time", "T", "SBP"],
        ["1", "2026-01-03 08:00", "#N/A", 80],
        ["1", "2026-01-03 09:00", 38, 81],
    ):
        sheet.append(row)
    sheet["C2"].data_type = "e"
    book.save(tmp_path / "extract.xlsx")
    found = read(tmp_path, config={"tables": {"vitals": {"wide": {"t": "temperature", "sbp": "sbp"}}}})
    assert found.select("row", "vital", "value", "broken").rows() == [
        (2, "temperature", "#N/A", None),
        (2, "sbp", "80", None),
        (3, "temperature", "38", None),
        (3, "sbp", "81", None),
    ]


def test_without_any_temperature_accepted_the_run_stops_and_names_the_cure(tmp_path: Path):
    content = tables()
    for row in content["vitals"]:
        if row[2] == "temperature":
            row[3], row[4] = "98.6", ""
    extract = write(tmp_path / "in", content)
    done = crs_audit("run", extract, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout, (tmp_path / "out").exists()) == (3, "", False)
    (line,) = (line for line in done.stderr.splitlines() if "temperatures were rejected" in line)
    assert 'units.temperature = "°F"' in line
    (extract / "crs-audit.toml").write_text('units.temperature = "°F"\n')
    assert crs_audit("run", extract, "--out", tmp_path / "out").returncode == 0


def test_a_temperature_under_a_name_nobody_knows_stops_the_run(tmp_path: Path):
    content = tables()
    for row in content["vitals"]:
        row[2] = row[2].replace("temperature", "core warmth")
    done = crs_audit("run", write(tmp_path / "in", content), "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "no row of vitals is a temperature, and some have names nobody knows" in done.stderr


def test_a_flow_in_a_devices_text_and_an_unknown_action_are_flagged():
    from tests.intake.accepting import row

    assert row("vitals", vital="o2_device", value="NC 8L", unit=None)["flags"] == "flow_in_text"
    assert row("vitals", vital="o2_device", value="nasal cannula", unit=None)["flags"] is None
    assert row("mar", drug="Actemra", action="Admin Complete")["flags"] == "action_unknown"
    assert row("mar", drug="Actemra", action="Given")["flags"] is None
