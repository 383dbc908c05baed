"""What a map does with cells before they are read: which count, what they mean, which columns may be absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.errors import InputError, UsageError
from crs_audit.intake.mapping import load_mapping
from tests.intake.reading import extract, read, vitals

HEADER = "patient_id,time,vital,value,unit,op,code\n"


def rows(folder: Path, body: str, **map_: Any) -> pl.DataFrame:
    (folder / "vitals.csv").write_text(HEADER + body)
    return read(folder, config={"tables": {"vitals": map_}})


@pytest.mark.parametrize(
    ("texts", "read_"),
    [
        (["!x"], ["1", "3", "4"]),
        (["!X ", "!y"], ["3", "4"]),
        (["*", "!x"], ["1", "4"]),
        (["!"], ["1", "2", "4"]),
        (["y", "!x"], ["1"]),
        (["y", "x", "!x"], ["1"]),
    ],
)
def test_cells_that_do_not_count_are_taken_out(tmp_path: Path, texts: list[str], read_: list[str]):
    body = "1,t,sbp,80,,,y\n2,t,sbp,80,,,x\n3,t,sbp,80,,,\n4,t,sbp,80,,,z\n"
    assert rows(tmp_path, body, where={"code": texts})["patient_id"].to_list() == read_


def test_a_cell_means_its_word_everywhere_but_in_where(tmp_path: Path):
    body = "1,t,sbp,80,psi,,8876\n2,t,sbp,80,kPa,, 0\n3,t,sbp,80,kPa,,77\n4,t,sbp,80,kPa,,\n5,t,sbp,80,,,1\n"
    units = {"unit": ["code", "unit"]}
    one = {"words": {"code": {"8876": "mmHg", "*": ""}}, "where": {"code": ["!1"]}}
    assert rows(tmp_path, body, columns=units, **one)["unit"].to_list() == ["mmHg", "kPa", "kPa", "kPa"]
    found = rows(tmp_path, body, columns=units, words={"code": {"8876": "mmHg", "0": ""}})
    assert found["unit"].to_list() == ["mmHg", "kPa", "77", "kPa", "1"]


def test_a_column_that_may_be_absent(tmp_path: Path):
    columns = {"unit": ["uom?", "unit"], "vital": ["name?", "vital?"], "site": "where?"}
    absent = rows(tmp_path, "1,t,sbp,80,kPa,,\n", columns=columns, words={"uom": {"*": ""}}, dates=["time"])
    assert absent.select("vital", "unit", "site").rows() == [("sbp", "kPa", None)]
    vitals(tmp_path, b"patient_id,time,name,value,uom,unit,vital\n1,t,sbp,80,mmHg,kPa,dbp\n")
    there = read(tmp_path, config={"tables": {"vitals": {"columns": columns}}})
    assert there.select("vital", "unit").rows() == [("sbp", "mmHg")]


def test_of_the_sources_of_a_required_column_one_is_there(tmp_path: Path):
    with pytest.raises(InputError, match=r"vitals\.csv.*'name'"):
        rows(tmp_path, "1,t,sbp,80,,,\n", columns={"vital": ["name?", "label?"]})


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("<,0.5,", "< 0.5"),
        (",0.5,", "0.5"),
        (",0.5,<0.5", "< 0.5"),
        ("<,0.5,< 0.5 mg/L", "< 0.5"),
        ("<,0.5,>0.5", "< > 0.5"),  # not a number: rejected
        (",0.5,less than 0.5", "less than 0.5 0.5"),
        ("=,0.5,0.5 mg/L", "0.5"),
        ("<,,", None),
        (",,<0.5", "<0.5"),  # of `columns`
    ],
)
def test_a_sign_stands_before_the_number(tmp_path: Path, cells: str, value: str | None):
    (tmp_path / "labs.csv").write_text(f"patient_id,time,lab,op,number,text\n1,t,crp,{cells}\n")
    map_ = {"columns": {"value": "text"}, "join": {"value": ["op", "text", "number"]}}
    assert read(tmp_path, "labs", {"tables": {"labs": map_}})["value"].to_list() == [value]


def test_an_end_that_repeats_the_start_is_blank(tmp_path: Path):
    (tmp_path / "mar.csv").write_text(
        "patient_id,time,drug,action,dose,dose_unit,end_time\n1,t,x,given,,, t\n1,t,x,given,,,u\n"
    )
    found = read(tmp_path, "mar", {"tables": {"mar": {"blank_if_same": {"end_time": "time"}}}})
    assert found["end_time"].to_list() == [None, "u"]


def test_rows_of_names_nobody_asks_for_are_left_aside_with_their_counts(tmp_path: Path):
    body = "1,t,SBP,80,,,\n2,t,height,180,,,\n3,t,Height ,181,,,\n4,t,,1,,,\n5,t,pain,2,,,\n6,t\n"
    (tmp_path / "vitals.csv").write_text(HEADER + body)
    found = extract(tmp_path, {"tables": {"vitals": {"skip_unknown": True}}})
    (source,) = found.sources
    (frame,) = found.batches(source)
    # A blank name and a broken row are for acceptance to reject.
    assert frame["patient_id"].to_list() == ["1", "4", "6"]
    assert (found.filtered(source), found.records(source)) == (3, 6)
    (aside,) = found.aside(source)
    assert dict(aside.select("text", "count").iter_rows()) in (
        {"height": 1, "Height": 1, "pain": 1},
        {"height": 2, "pain": 1},
    )


def test_names_are_added_to_every_map_of_a_table():
    added = {
        "values": {
            "vitals": {"vital": {"R TEMP ORAL": "temperature", "temp_c": "sbp"}},
            "adt": {"location_type": {"5E": "icu"}},
        }
    }
    mapping = load_mapping("clif", added)
    assert [dict(map_.values.get("vital", {})) for map_ in mapping.tables["vitals"]] == [
        {"temp_c": "sbp", "weight_kg": "weight", "R TEMP ORAL": "temperature"},
        {"R TEMP ORAL": "temperature", "temp_c": "sbp"},
    ]
    assert mapping.tables["adt"][0].values["location_type"].items() > {"stepdown": "ward", "5E": "icu"}.items()
    assert mapping.configured == frozenset()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"tables": {"mar": {"skip_unknown": True}}}, "tables.mar.skip_unknown only"),
        ({"tables": {"labs": {"skip_unknown": "yes"}}}, "tables.labs.skip_unknown must be true or false"),
        ({"tables": {"mar": {"blank_if_same": {"end_time": "tme"}}}}, "tables.mar.blank_if_same: 'tme' is unknown"),
        ({"tables": {"mar": {"words": {"code": ["x"]}}}}, "tables.mar.words.code must be a table of texts"),
        ({"values": {"vital": {}}}, "values: 'vital' is unknown; did you mean 'vitals'?"),
        ({"values": {"vitals": {"vitl": {}}}}, "values.vitals: 'vitl' is unknown; did you mean 'vital'?"),
        ({"values": {"vitals": {"vital": "x"}}}, "values.vitals.vital must be a table of texts"),
        ({"values": {"vitals": {"vital": {"T": "temp"}}}}, "values.vital: 'temp' is unknown"),
        ({"values": {"vitals": "x"}}, "values.vitals must hold tables"),
        ({"values": []}, "values must be a table"),
    ],
)
def test_what_is_wrong_is_said(config: dict[str, Any], said: str):
    with pytest.raises(UsageError) as error:
        load_mapping(None, config)
    assert said in str(error.value)
