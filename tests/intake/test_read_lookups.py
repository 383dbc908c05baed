"""Columns of another file beside a table's own: names of codes, details of a dose, a crosswalk of keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.errors import InputError, UsageError
from crs_audit.intake.mapping import load_mapping
from tests.intake.reading import extract, read

MAR = {"file": "emar.csv", "columns": {"drug": "medication", "action": "event", "order_id": "poe"}}
DETAIL = {"name": "detail", "file": "emar_detail", "from": "emar_id", "key": "emar_id"}
DOSES = {"dose": "detail.dose_given", "dose_unit": "detail.unit"}


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text)
    return path


def mar(**more: Any) -> dict[str, Any]:
    return {"tables": {"mar": {**MAR, "columns": {**MAR["columns"], **DOSES}, **more}}}


EMAR = (
    "patient_id,emar_id,time,medication,event,poe\nP1,e1,t1,dexa,Given,o1\nP1,e2,t2,toci,Given,o2\nP1,,t3,x,Given,o3\n"
)


def test_the_cells_of_the_matching_record_stand_beside_the_row(tmp_path: Path):
    folder(tmp_path, emar=EMAR, emar_detail="emar_id,dose_given,unit\ne2, 640 ,mg\ne9,1,mg\n,5,mg\n")
    rows = read(tmp_path, "mar", mar(lookups=[DETAIL]))
    assert rows.select("drug", "dose", "dose_unit", "row", "broken").rows() == [
        ("dexa", None, None, 2, None),
        ("toci", "640", "mg", 3, None),
        ("x", None, None, 4, None),
    ]


def test_a_record_with_several_matches_becomes_several_rows_and_none_is_a_duplicate(tmp_path: Path):
    # Two tablets of 4 mg each, scanned one by one; the export of the next month holds both again.
    details = "emar_id,ordinal,dose_given,unit\ne1,1.1,4,mg\ne1,1.2,4,mg\n"
    folder(tmp_path, emar=EMAR, emar_detail_1=details, emar_detail_2=details)
    config = mar(lookups=[{**DETAIL, "many": True}])
    found = extract(tmp_path, config)
    (frame,) = found.batches(found.sources[0])
    assert frame.select("drug", "dose", "row", "part").rows() == [
        ("dexa", "4", 2, "1"),
        ("dexa", "4", 2, "2"),
        ("toci", None, 3, None),
        ("x", None, 4, None),
    ]
    assert found.records(found.sources[0]) == 3


def test_one_match_is_asked_for_unless_many_are_declared(tmp_path: Path):
    folder(tmp_path, emar=EMAR, emar_detail="emar_id,dose_given,unit\ne1,4,mg\ne1,8,mg\ne2,4,mg\ne2,4,mg\n")
    with pytest.raises(InputError, match=r"emar_detail.csv: 1 keys in column 'emar_id' of lookup 'detail' .* many"):
        extract(tmp_path, mar(lookups=[DETAIL]))


def test_rows_of_the_other_file_are_chosen(tmp_path: Path):
    folder(tmp_path, emar=EMAR, emar_detail="emar_id,dose_given,unit,kind\ne1,,,parent\ne1,4,mg,Child \n")
    rows = read(tmp_path, "mar", mar(lookups=[{**DETAIL, "where": {"kind": "child"}}]))
    assert rows["dose"].to_list() == ["4", None, None]
    filled = read(tmp_path, "mar", mar(lookups=[{**DETAIL, "where": {"dose_given": "*"}}]))
    assert filled["dose"].to_list() == ["4", None, None]


def test_a_crosswalk_rejects_what_it_does_not_hold(tmp_path: Path):
    folder(tmp_path, vitals="csn,time,vital,value\n1,t,sbp,80\n2,t,sbp,81\n", encounters="CSN,MRN\n1,007\n")
    lookup = {"name": "encounter", "file": "encounters", "from": "csn", "key": "csn", "required": True}
    config = {"tables": {"vitals": {"columns": {"patient_id": "encounter.mrn"}, "lookups": [lookup]}}}
    rows = read(tmp_path, "vitals", config)
    assert rows.select("patient_id", "broken").rows() == [("007", None), (None, "no match in encounter")]
    found = extract(tmp_path, config)
    assert [(s.table, s.file) for s in found.looked_up] == [("encounter", "encounters.csv")]
    assert found.sources[0].extra_columns == ()
    assert found.skipped == ()


def test_a_crosswalk_is_not_asked_for_what_where_leaves_out(tmp_path: Path):
    folder(tmp_path, vitals="csn,time,vital,value\n2,t,PAIN,4\n2,t,sbp,81\n", encounters="CSN,MRN\n1,007\n")
    lookup = {"name": "encounter", "file": "encounters", "from": "csn", "key": "csn", "required": True}
    columns = {"patient_id": "encounter.mrn"}
    rows = read(
        tmp_path, "vitals", {"tables": {"vitals": {"columns": columns, "lookups": [lookup], "where": {"vital": "sbp"}}}}
    )
    assert rows.select("vital", "broken").rows() == [("sbp", "no match in encounter")]


def test_a_lookup_may_begin_at_another_one(tmp_path: Path):
    folder(
        tmp_path,
        emar=EMAR,
        emar_detail="emar_id,dose_given,unit_id\ne1,4,17\n",
        units="id,name,retired\n17,mg,no\n17,mcg,yes\n",
    )
    unit = {"name": "unit", "file": "units", "from": "detail.unit_id", "key": "id", "where": {"retired": "no"}}
    columns = {**MAR["columns"], "dose": "detail.dose_given", "dose_unit": "unit.name"}
    rows = read(tmp_path, "mar", {"tables": {"mar": {**MAR, "columns": columns, "lookups": [DETAIL, unit]}}})
    assert rows["dose_unit"].to_list() == ["mg", None, None]


def test_where_and_wide_may_name_looked_up_columns(tmp_path: Path):
    folder(
        tmp_path,
        events="patient_id,time,item,value\n1,t,7,5\n1,t,8,6\n",
        items="itemid,label,fluid\n7,crp,Blood\n8,crp,Urine\n",
    )
    lookup = {"name": "item", "file": "items", "from": "item", "key": "itemid"}
    map_ = {"file": "events", "columns": {"lab": "item.label"}, "where": {"item.fluid": "blood"}, "lookups": [lookup]}
    found = extract(tmp_path, {"tables": {"labs": map_}})
    assert pl.concat(found.batches(found.sources[0]))["value"].to_list() == ["5"]
    assert found.filtered(found.sources[0]) == 1


def test_a_lookup_on_a_sheet_of_the_workbook(tmp_path: Path):
    import openpyxl

    workbook = openpyxl.Workbook()
    for name, rows in {
        "vitals": [["csn", "time", "vital", "value"], ["1", "t", "sbp", 80]],
        "vitals keys": [["Keys of encounters"], ["CSN", "MRN"], [1, "007"]],
    }.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.remove(workbook.worksheets[0])
    workbook.save(tmp_path / "extract.xlsx")
    lookup = {"name": "keys", "sheet": "vitals keys", "header_row": 2, "from": "csn", "key": "csn"}
    config = {"tables": {"vitals": {"columns": {"patient_id": "keys.mrn"}, "lookups": [lookup]}}}
    assert read(tmp_path, "vitals", config)["patient_id"].to_list() == ["007"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"file": "emar_details"}, "no file or sheet fits 'emar_details', which lookup 'detail' of table mar names"),
        ({"key": "emar"}, "emar_detail.csv: column 'emar' of lookup 'detail' is missing; did you mean 'emar_id'?"),
        ({"from": "emarid"}, "emar.csv: column 'emarid' of lookup 'detail' is missing; did you mean 'emar_id'?"),
        ({"where": {"kind": "x"}}, "emar_detail.csv: column 'kind' of lookup 'detail' is missing"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, change: dict[str, Any], said: str):
    folder(tmp_path, emar=EMAR, emar_detail="emar_id,dose_given,unit\ne1,4,mg\n")
    with pytest.raises(InputError) as error:
        extract(tmp_path, mar(lookups=[DETAIL | change]))
    assert said in str(error.value)


def test_broken_records_of_the_other_file_are_told(tmp_path: Path):
    folder(tmp_path, emar=EMAR, emar_detail="emar_id,dose_given,unit\ne1,4\ne2,640,mg\n")
    found = extract(tmp_path, mar(lookups=[DETAIL]))
    assert found.warnings == ("emar_detail.csv: 1 records of lookup 'detail' are broken and not used",)


@pytest.mark.parametrize(
    ("lookups", "said"),
    [
        ({}, "tables.mar.lookups must be written as [[tables.mar.lookups]]"),
        ([{"name": "a", "from": "x", "key": "y"}], "tables.mar.lookups (a) must name its file or its sheet"),
        ([DETAIL, DETAIL], "tables.mar.lookups (detail) needs a name of its own, without a point"),
        ([{**DETAIL, "many": "yes"}], "tables.mar.lookups (detail).many must be true or false"),
        ([{**DETAIL, "form": "x"}], "'form' is unknown; did you mean 'from'?"),
        ([{"file": "x", "name": "a", "from": "x"}], "tables.mar.lookups must have 'key', a text"),
    ],
)
def test_a_lookup_of_a_wrong_form(lookups: Any, said: str):
    with pytest.raises(UsageError) as error:
        load_mapping(None, {"tables": {"mar": {"lookups": lookups}}})
    assert said in str(error.value)


@pytest.mark.parametrize("files", [{}, {"emar_detail": "emar_id,dose_given,unit\ne1,4,mg\n"}])
def test_an_optional_lookup_that_cannot_be_made_leaves_its_columns_out(tmp_path: Path, files: dict[str, str]):
    config = mar(lookups=[{**DETAIL, "optional": True}])
    config["tables"]["mar"]["columns"]["dose"] = ["detail.dose_given", "given?"]
    config["tables"]["mar"]["columns"]["dose_unit"] = "uom"
    # Without a file, or without the column at which it begins.
    folder(tmp_path, emar="patient_id,time,medication,event,poe,given,uom\nP1,t,dexa,Given,o,8,mg\n", **files)
    found = extract(tmp_path, config)
    (frame,) = found.batches(next(source for source in found.sources if source.table == "mar"))
    assert frame["dose"].to_list() == ["8"]
    note = "no file or sheet fits 'emar_detail': nothing is looked up in it"
    assert (note in found.warnings) == (not files)
    folder(
        tmp_path, emar="patient_id,time,medication,event,poe,emar_id,uom,given\nP1,t,dexa,Given,o,e1,mg,8\n", **files
    )
    assert read(tmp_path, "mar", config)["dose"].to_list() == (["4"] if files else ["8"])


def test_quotes_are_text_where_a_lookup_says_so(tmp_path: Path):
    folder(tmp_path, emar=EMAR)
    (tmp_path / "emar_detail.txt").write_text('emar_id\tdose_given\tunit\ne1\t"4\tmg\ne2\t5"\t"m"g\n')
    with pytest.raises(InputError, match="a quote is opened and not closed"):
        read(tmp_path, "mar", mar(lookups=[DETAIL]))
    rows = read(tmp_path, "mar", mar(lookups=[{**DETAIL, "quotes": False}]))
    assert rows.select("dose", "dose_unit").rows() == [('"4', "mg"), ('5"', '"m"g'), (None, None)]
