"""The preset epic-flowsheet: the demo's rows as Clarity holds them come back the same; small files for the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.errors import InputError
from crs_audit.intake.mapping import load_mapping
from tests.intake.epic_tables import other_vitals, write_epic
from tests.intake.rewritten import Read, clif, hold_equal, read_extract

OUNCES = {"units": {"weight": "oz"}}


@pytest.fixture(scope="module")
def epic(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read_extract(write_epic(tmp_path_factory.mktemp("epic")), "epic-flowsheet", OUNCES)


@pytest.mark.parametrize("table", ["vitals", "labs", "mar", "adt"])
def test_the_demo_comes_back(epic: Read, table: str):
    hold_equal(epic.accepted[table], clif().accepted[table])
    assert sum(epic.reasons(table).values()) == sum(clif().reasons(table).values())


def test_names_nobody_asks_for_are_left_aside_and_listed(epic: Read):
    written = dict(other_vitals().group_by("vital_category").len().iter_rows())
    assert epic.names("vitals") == {**written, "Other": 3}  # a device of the demo
    assert epic.filtered["vitals"] == sum(written.values()) == 71


def test_what_was_due_is_no_dose(epic: Read):
    assert epic.filtered["mar"] == epic.accepted["mar"].height


FLOWSHEET = "PAT_ID,RECORDED_TIME,FLO_MEAS_NAME,MEAS_VALUE\n"
AT = "2025-03-01 10:30:00"


def read(folder: Path, name: str, text: str, config: dict[str, object] | None = None, **others: str) -> Read:
    for file, content in {name: text, **others}.items():
        (folder / f"{file}.csv").write_text(content)
    return read_extract(folder, "epic-flowsheet", config)


@pytest.mark.parametrize("name", sorted(load_mapping("epic-flowsheet").tables["vitals"][0].values["vital"]))
def test_every_name_is_read_in_any_case(tmp_path: Path, name: str):
    text = {"o2_device": "Nasal cannula", "temperature": "100.4", "weight": "80", "spo2": "97", "fio2": "40"}
    vital = load_mapping("epic-flowsheet").tables["vitals"][0].values["vital"][name]
    found = read(tmp_path, "flowsheet", f"{FLOWSHEET}P1,{AT},{name.title()} ,{text.get(vital, '60')}\n")
    assert found.accepted["vitals"]["vital"].to_list() == [vital]


def test_a_temperature_without_a_unit_is_fahrenheit_and_celsius_is_rejected(tmp_path: Path):
    rows = f"{FLOWSHEET}P1,{AT},TEMPERATURE,102.2\nP1,{AT},TEMPERATURE,39.0\n"
    found = read(tmp_path, "flowsheet", rows)
    assert found.accepted["vitals"]["value"].to_list() == [39.0]
    assert found.reasons("vitals") == {"outside plausible range": 1}
    # A site whose extract turns them into °C says so: of that map's `units`, or of the rows.
    (map_,) = load_mapping("epic-flowsheet").tables["vitals"]
    own = {
        "columns": {"patient_id": "PAT_ID", "time": "RECORDED_TIME", "vital": "FLO_MEAS_NAME", "value": "MEAS_VALUE"}
    }
    own |= {"file": map_.file, "units": {"temperature": "°C"}}
    assert read(tmp_path, "flowsheet", rows, {"tables": {"vitals": own}}).accepted["vitals"]["value"].to_list() == [
        39.0
    ]


def test_ounces_are_read_where_they_are_declared_and_rejected_where_not(tmp_path: Path):
    rows = f"{FLOWSHEET}P1,{AT},WEIGHT/SCALE,2822\n"
    assert read(tmp_path, "flowsheet", rows).reasons("vitals") == {"outside plausible range": 1}
    (weight,) = read(tmp_path, "flowsheet", rows, OUNCES).accepted["vitals"]["value"]
    assert weight == pytest.approx(80.0, abs=0.01)
    said = f"PAT_ID,RECORDED_TIME,FLO_MEAS_NAME,MEAS_VALUE,UNITS\nP1,{AT},WEIGHT/SCALE,80,kg\n"
    assert read(tmp_path, "flowsheet", said, OUNCES).accepted["vitals"]["value"].to_list() == [80.0]


def test_a_bare_map_is_not_taken_for_a_pressure_until_the_site_says_so(tmp_path: Path):
    rows = f"{FLOWSHEET}P1,{AT},MAP,65\nP1,{AT},PULSE,80\n"
    found = read(tmp_path, "flowsheet", rows)
    assert found.names("vitals") == {"MAP (arterial or airway)": 1}
    added = read(tmp_path, "flowsheet", rows, {"values": {"vitals": {"vital": {"MAP (arterial or airway)": "map"}}}})
    assert added.accepted["vitals"]["vital"].to_list() == ["map", "heart_rate"]


def test_departments_are_the_site_s_to_name(tmp_path: Path):
    rows = f"PAT_ID,IN_DTTM,OUT_DTTM,DEPARTMENT_NAME\nP1,{AT},,BMT 5 EAST\n"
    found = read(tmp_path, "ADT", rows)
    assert (found.names("adt"), found.accepted["adt"].height) == ({"BMT 5 EAST": 1}, 0)
    added = read(tmp_path, "ADT", rows, {"values": {"adt": {"location_type": {"BMT 5 East": "ward"}}}})
    assert added.accepted["adt"]["location_type"].to_list() == ["ward"]


def test_an_encounter_without_a_patient_is_rejected(tmp_path: Path):
    rows = f"PAT_ENC_CSN_ID,RECORDED_TIME,FLO_MEAS_NAME,MEAS_VALUE\n71,{AT},PULSE,80\n72,{AT},PULSE,90\n"
    found = read(tmp_path, "flowsheet", rows, PAT_ENC="PAT_ENC_CSN_ID,PAT_ID\n71,Z1\n")
    assert found.accepted["vitals"].select("patient_id", "value").rows() == [("Z1", 80.0)]
    assert found.reasons("vitals") == {"missing": 1}


def test_a_key_that_is_no_pat_id_is_not_taken_for_one(tmp_path: Path):
    rows = f"PAT_MRN_ID,RECORDED_TIME,FLO_MEAS_NAME,MEAS_VALUE\n007,{AT},PULSE,80\n"
    with pytest.raises(InputError, match=r"flowsheet\.csv.*PAT_ID"):
        read(tmp_path, "flowsheet", rows)


def test_the_text_of_a_result_counts_and_not_the_number_beside_it(tmp_path: Path):
    rows = (
        f"PAT_ID,SPECIMN_TAKEN_TIME,COMPONENT_NAME,ORD_VALUE,ORD_NUM_VALUE,REFERENCE_UNIT\nP1,{AT},CRP,<0.5,0.5,mg/dL\n"
    )
    found = read(tmp_path, "ORDER_RESULTS", rows)
    assert found.accepted["labs"].select("lab", "value", "bound").rows() == [("crp", 5.0, "<")]
