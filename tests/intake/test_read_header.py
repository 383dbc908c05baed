"""Headers: names matched as a person would, and what is wrong with one said in one line, without patients' data."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.errors import InputError
from tests.intake.reading import extract, read, vitals


def refused(folder: Path, **config: object) -> str:
    with pytest.raises(InputError) as error:
        extract(folder, config)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_names_are_matched_trimmed_without_case_and_odd_blanks(tmp_path: Path):
    header = "﻿Patient_ID , TIME,vital ,Value\n"
    found = read(vitals(tmp_path, (header + "P1,t,sbp,80\n").encode()))
    assert found.select("patient_id", "time", "vital", "value").rows() == [("P1", "t", "sbp", "80")]


def test_other_columns_are_kept_out_and_listed(tmp_path: Path):
    vitals(tmp_path, b"mrn,patient_id,time,vital,value,,Comment\nM,P1,t,sbp,80,x,\n")
    (source,) = extract(tmp_path).sources
    assert source.extra_columns == ("mrn", "Comment")
    assert source.columns == ("mrn", "patient_id", "time", "vital", "value", "", "Comment")
    assert "mrn" not in read(tmp_path).columns


def test_a_missing_column_is_named_with_those_seen_and_the_nearest(tmp_path: Path):
    said = refused(vitals(tmp_path, b"patient_id,Time.,vital,value\n"))
    assert said == (
        "vitals.csv: column 'time' of table vitals is missing; did you mean 'Time.'? "
        "columns seen: patient_id, Time., vital, value; map it in crs-audit.toml or rename it"
    )


def test_values_in_the_place_of_names_are_not_shown(tmp_path: Path):
    said = refused(vitals(tmp_path, b"Jane Doe,2026-10-01 08:00,sbp,80\nJane Doe,2026-10-01 09:00,sbp,81\n"))
    assert "row 1 holds values and not names" in said
    assert "Jane" not in said


def test_a_header_further_down_is_pointed_out_and_read_when_told(tmp_path: Path):
    body = b"Vitals of October\n\npatient_id,time,vital,value\nP1,t,sbp,80\n"
    assert "the header seems to be row 3: set header_row = 3" in refused(vitals(tmp_path, body))
    found = read(tmp_path, config={"tables": {"vitals": {"header_row": 3}}})
    assert found.select("row", "patient_id").rows() == [(4, "P1")]


def test_a_header_row_that_is_not_there(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n\n")
    said = refused(tmp_path, tables={"vitals": {"header_row": 2}})
    assert "row 2 is blank" in said
    assert "the header seems to be row 1: set header_row = 1" in said


def test_a_header_far_below_long_titles_is_pointed_out(tmp_path: Path):
    vitals(tmp_path, b"Ward 7\n" * 29 + b"patient_id,time,vital,value\n")
    assert "the header seems to be row 30: set header_row = 30" in refused(tmp_path)


def test_a_name_used_twice_is_refused_where_it_matters(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value,note,note\n")
    assert extract(tmp_path).sources[0].extra_columns == ("note", "note")
    vitals(tmp_path, b"patient_id,time,vital,value,Value\n")
    assert "two columns are named 'value'" in refused(tmp_path)


def test_a_mapped_column_must_be_there_even_where_the_table_could_do_without(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value\n")
    said = refused(tmp_path, tables={"vitals": {"columns": {"unit": "uom"}}})
    assert "column 'uom' (for unit of table vitals) is missing" in said


OPTIONAL = {"columns": {"time": ["measured?", "charted?"], "unit": "unit?"}, "where": {"status?": ["final", ""]}}


def test_a_column_marked_as_optional_is_read_where_it_is_there_and_passed_over_where_not(tmp_path: Path):
    config = {"tables": {"vitals": OPTIONAL}}
    vitals(
        tmp_path,
        b"patient_id,measured,Charted,vital,value,unit,status\nP1,,t1,sbp,80,mmHg,final\nP1,t2,t3,sbp,81,,draft\n",
    )
    assert read(tmp_path, config=config).select("time", "value", "unit").rows() == [("t1", "80", "mmHg")]
    vitals(tmp_path, b"patient_id,charted,vital,value\nP1,t1,sbp,80\n")
    assert read(tmp_path, config=config).select("time", "value", "unit").rows() == [("t1", "80", None)]


def test_of_optional_columns_that_are_needed_one_must_be_there(tmp_path: Path):
    said = refused(vitals(tmp_path, b"patient_id,when,vital,value\n"), tables={"vitals": OPTIONAL})
    assert "no column for time of table vitals is there, which could be 'measured' or 'charted'; columns seen" in said
    said = refused(vitals(tmp_path, b"2026,Jane,2026-10-01,80\n"), tables={"vitals": {"columns": {"time": "x?"}}})
    assert "Jane" not in said


def test_a_name_that_ends_with_the_mark_is_still_a_name(tmp_path: Path):
    vitals(tmp_path, b"patient_id,time,vital,value,Which unit?\nP1,t,sbp,80,mmHg\n")
    config = {"tables": {"vitals": {"columns": {"unit": "Which unit?"}}}}
    assert read(tmp_path, config=config)["unit"].to_list() == ["mmHg"]
