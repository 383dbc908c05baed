"""Maps: other names, words, shapes and files, and only those that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crs_audit.errors import InputError, UsageError
from crs_audit.intake.mapping import load_mapping, preset_names, preset_timezone
from tests.intake.reading import extract, read, vitals


def mapped(folder: Path, **map_: object) -> list[tuple[object, ...]]:
    found = read(folder, config={"tables": {"vitals": map_}})
    return found.select("patient_id", "time", "vital", "value", "unit", "row").rows()


def test_columns_values_constants(tmp_path: Path):
    vitals(tmp_path, b"MRN,Taken,Meas,Val\n1,t,Temp ,38\n2,t,TEMP,39\n3,t,other,1\n")
    columns = {"patient_id": "mrn", "time": "taken", "vital": "meas", "value": "val"}
    rows = mapped(tmp_path, columns=columns, values={"vital": {"temp": "temperature"}}, constants={"unit": "°C"})
    assert rows == [
        ("1", "t", "temperature", "38", "°C", 2),
        ("2", "t", "temperature", "39", "°C", 3),
        ("3", "t", "other", "1", "°C", 4),
    ]


def test_the_first_filled_of_several_columns_counts(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,name,value\n1,t,sbp,x,80\n2,t,,map,70\n3,t,NULL,dbp,60\n")
    rows = mapped(tmp_path, columns={"vital": ["vital", "name"]}, blanks=["null"])
    assert [row[2] for row in rows] == ["sbp", "map", "dbp"]


def test_wide_becomes_long_in_the_order_of_the_map(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,T,SBP,note\n1,t,38,80,x\n2,t,,81,x\n3,t,,,x\n")
    config = {"tables": {"vitals": {"wide": {"sbp": "sbp", "t": "temperature"}, "units": {"temperature": "°C"}}}}
    found = extract(tmp_path, config)
    (frame,) = found.batches(found.sources[0])
    assert frame.select("patient_id", "vital", "value", "unit", "row").rows() == [
        ("1", "sbp", "80", None, 2),
        ("1", "temperature", "38", "°C", 2),
        ("2", "sbp", "81", None, 3),
    ]
    assert found.filtered(found.sources[0]) == 1
    assert found.records(found.sources[0]) == 3
    assert found.sources[0].extra_columns == ("note",)


def test_a_broken_wide_record_stays_one_row(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,T,SBP\n1,t,38\n2,t,38,80\n")
    found = read(tmp_path, config={"tables": {"vitals": {"wide": {"t": "temperature", "sbp": "sbp"}}}})
    assert found.select("row", "vital", "broken").rows() == [
        (2, None, "too few fields"),
        (3, "temperature", None),
        (3, "sbp", None),
    ]


def test_two_values_in_a_cell_are_split_or_left_whole(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n1,t,BP,120/80\n2,t,BP,refused\n3,t,spo2,97\n4,t,BP,\n")
    rows = mapped(tmp_path, split={"bp": ["sbp", "dbp"]})
    assert [(row[2], row[3], row[5]) for row in rows] == [
        ("sbp", "120", 2),
        ("dbp", "80", 2),
        ("sbp", "refused", 3),
        ("spo2", "97", 4),
        ("sbp", None, 5),
    ]


def test_three_values_of_which_the_last_stands_in_brackets(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n1,t,BP,84 / 50 (61)\n1,t,BP,120/80\n1,t,BP,120\n1,t,BP,1/2/3/4\n")
    rows = mapped(tmp_path, split={"bp": ["sbp", "dbp", "map"]})
    assert [(row[2], (row[3] or "").strip()) for row in rows] == [
        ("sbp", "84"), ("dbp", "50"), ("map", "61"), ("sbp", "120"), ("dbp", "80"), ("sbp", "120"), ("sbp", "1/2/3/4"),
    ]  # fmt: skip


def test_rows_left_out_are_counted_and_broken_ones_are_not_left_out(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n1,t,sbp,80\n2,t,height,180\n3,t\n4,t,,1\n")
    found = extract(tmp_path, {"tables": {"vitals": {"where": {"vital": ["SBP"]}}}})
    (frame,) = found.batches(found.sources[0])
    assert frame["patient_id"].to_list() == ["1", "3"]
    assert found.filtered(found.sources[0]) == 2
    blank_too = read(tmp_path, config={"tables": {"vitals": {"where": {"vital": ["sbp", ""]}}}})
    assert blank_too["patient_id"].to_list() == ["1", "3", "4"]


def test_several_maps_of_a_table(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n1,t,sbp,80\n", "Flow_1.csv")
    vitals(tmp_path, b"patient_id,time,O2\n1,t,NC\n", "respiratory.csv")
    maps = [{"file": "flow*.csv"}, {"file": "resp", "wide": {"O2": "o2_device"}}]
    found = extract(tmp_path, {"tables": {"vitals": maps}})
    assert [(s.number, s.table, s.file) for s in found.sources] == [
        (1, "vitals", "Flow_1.csv"),
        (2, "vitals", "respiratory.csv"),
    ]
    assert read(tmp_path, config={"tables": {"vitals": maps}})["vital"].to_list() == ["sbp", "o2_device"]


def test_one_file_for_two_tables(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,name,value\n1,t,sbp,80\n1,t,crp,5\n", "observations.csv")
    part = {"file": "observations"}
    config = {
        "tables": {
            "vitals": {**part, "columns": {"vital": "name"}, "where": {"name": ["sbp"]}},
            "labs": {**part, "columns": {"lab": "name"}, "where": {"name": ["crp"]}},
        }
    }
    assert read(tmp_path, "vitals", config)["value"].to_list() == ["80"]
    assert read(tmp_path, "labs", config)["value"].to_list() == ["5"]


def test_a_map_that_fits_no_file_is_an_error(tmp_path: Path):
    vitals(tmp_path, "P1,t,sbp,80,,\n")
    with pytest.raises(InputError, match=r"no file or sheet fits 'flows\*', which crs-audit.toml names for .* vitals"):
        extract(tmp_path, {"tables": {"vitals": {"file": "flows*"}}})


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"table": {}}, "'table' is unknown; did you mean 'tables'?"),
        ({"tables": {"vital": {}}}, "tables: 'vital' is unknown; did you mean 'vitals'?"),
        ({"tables": {"vitals": {"colums": {}}}}, "tables.vitals: 'colums' is unknown; did you mean 'columns'?"),
        ({"tables": {"vitals": {"columns": {"tme": "x"}}}}, "'tme' is unknown; did you mean 'time'?"),
        ({"tables": {"vitals": {"wide": {"T": "temp"}}}}, "'temp' is unknown"),
        ({"tables": {"mar": {"wide": {"T": "x"}}}}, "tables.mar.wide only vitals, labs, assessments can have it"),
        ({"tables": {"vitals": {"where": {"x": 5}}}}, "tables.vitals.where.x must be a list of texts"),
        ({"tables": {"vitals": {"header_row": 0}}}, "header_row must be from 1"),
        ({"tables": {"vitals": []}}, "tables.vitals is empty"),
        ({"tables": {"vitals": {"values": {"vital": ["x"]}}}}, "values.vital must be a table of texts"),
        ({"decimal": ";"}, "decimal must be"),
        ({"time_shift_minutes": 1.5}, "time_shift_minutes must be a whole number"),
        ({"time_formats": "%d"}, "time_formats must be a list of texts"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(config: dict[str, object], said: str):
    with pytest.raises(UsageError) as error:
        load_mapping(None, config)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_presets(tmp_path: Path):
    assert {"canonical", "clif"} <= set(preset_names())
    assert preset_timezone("clif") is None
    for name in preset_names():
        load_mapping(name, {})
    with pytest.raises(UsageError, match="preset 'cliff' is unknown; did you mean 'clif'"):
        load_mapping("cliff")


def test_a_table_in_the_configuration_replaces_the_preset_s():
    mapping = load_mapping("clif", {"tables": {"vitals": {"file": "v"}}, "decimal": ",", "units": {"crp": "mg/dL"}})
    assert [map_.file for map_ in mapping.tables["vitals"]] == ["v"]
    assert [map_.file for map_ in mapping.tables["labs"]] == ["clif_labs"]
    assert (mapping.decimal, mapping.units["crp"], mapping.configured) == (",", "mg/dL", {"vitals"})


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"values": {"vital": {"temp": "temprature"}}}, "did you mean 'temperature'?"),
        ({"units": {"temprature": "°F"}}, "did you mean 'temperature'?"),
    ],
)
def test_a_name_that_no_row_could_have_is_refused(config: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        load_mapping(None, {"tables": {"vitals": config}})


def test_a_date_and_a_time_of_two_columns(tmp_path: Path):
    vitals(
        tmp_path,
        b"patient_id,day,hour,vital,value\n1,2026-01-03, 08:05 ,sbp,80\n1,2026-01-03,,sbp,81\n1,,08:05,sbp,82\n",
    )
    rows = mapped(tmp_path, join={"time": ["day", "hour"]})
    assert [row[1] for row in rows] == ["2026-01-03 08:05", "2026-01-03", None]


def test_a_patient_of_two_columns_is_known_by_both(tmp_path: Path):
    vitals(
        tmp_path, b"hospital,mrn,time,vital,value\nNorth,1,t,sbp,80\nSouth,1,t,sbp,81\nNorth,,t,sbp,82\n,1,t,sbp,83\n"
    )
    rows = mapped(tmp_path, join={"patient_id": ["hospital", "mrn"]})
    assert [row[0] for row in rows] == ["North 1", "South 1", None, None]


def test_a_number_and_its_unit_in_one_cell(tmp_path: Path):
    cells = ["38.5 C", "<0.5mg/L", "12", "1,5 mg", "400-800 mg", "refused", "-3 %", "6 10^3/uL", " 10 mg/kg "]
    vitals(tmp_path, b"patient_id;time;vital;v\n" + "".join(f"1;t;sbp;{cell}\n" for cell in cells).encode())
    rows = mapped(tmp_path, amounts={"v": ["value", "unit"]})
    assert [(row[3], row[4]) for row in rows] == [
        ("38.5", "C"),
        ("<0.5", "mg/L"),
        ("12", None),
        ("1,5", "mg"),
        ("400-800 mg", None),
        ("refused", None),
        ("-3", "%"),
        ("6", "10^3/uL"),
        ("10", "mg/kg"),
    ]


def test_the_unit_of_the_cell_goes_before_that_of_a_column(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,v,unit\n1,t,sbp,5 kPa,mmHg\n1,t,sbp,80,mmHg\n")
    assert [row[3:5] for row in mapped(tmp_path, amounts={"v": ["value", "unit"]})] == [("5", "kPa"), ("80", "mmHg")]


def test_a_date_is_one_although_a_midnight_is_written_behind_it(tmp_path: Path):
    vitals(
        tmp_path,
        b"patient_id,at,on,vital,value\n1,2180-08-06 20:35:00,2180-08-06 00:00:00,sbp,1\n1,,2180-08-06 00:00:00,sbp,2\n"
        b"1,,2180-08-06 08:00:00,sbp,3\n",
    )
    rows = mapped(tmp_path, columns={"time": ["at", "on"]}, dates=["on"])
    assert [row[1] for row in rows] == ["2180-08-06 20:35:00", "2180-08-06", "2180-08-06 08:00:00"]


def test_two_values_in_a_wide_cell(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,BP,T\n1,t,120/80,38\n1,t,,39\n1,t,refused,\n")
    rows = mapped(tmp_path, wide={"bp": "BP", "t": "temperature"}, split={"BP": ["sbp", "dbp"]})
    assert [row[2:4] for row in rows] == [
        ("temperature", "38"),
        ("sbp", "120"),
        ("dbp", "80"),
        ("temperature", "39"),
        ("sbp", "refused"),
    ]
