"""The preset omop: the CLIF demo's rows written as OMOP tables come back the same; small files for the rest."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from crs_audit.intake.mapping import load_mapping
from tests.intake.omop_tables import date_alone, other_labs, write_omop
from tests.intake.reading import extract
from tests.intake.rewritten import ZONE, Read, clif, hold_equal, read_extract

LOCAL = pl.col("time").dt.convert_time_zone(ZONE)
MIDNIGHT = LOCAL.dt.time() == pl.time(0)


@pytest.fixture(scope="module")
def omop(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read_extract(write_omop(tmp_path_factory.mktemp("omop")), "omop")


def test_vital_signs_and_devices_of_the_demo(omop: Read):
    # "Other" has no concept of a device.
    hold_equal(omop.accepted["vitals"], clif().accepted["vitals"].filter(pl.col("raw_value") != "Other"))
    assert sum(omop.reasons("vitals").values()) == sum(clif().reasons("vitals").values()) == 82


def test_laboratory_values_of_the_demo(omop: Read):
    # A midnight, and a row without a time, are a date. No column of OMOP has the time of the result.
    day = date_alone(LOCAL) | MIDNIGHT
    expected = (
        clif()
        .accepted["labs"]
        .with_columns(
            time=pl.when(day).then(LOCAL.dt.truncate("1d")).otherwise(LOCAL).dt.convert_time_zone("UTC"), day_only=day
        )
    )
    bound = pl.col("bound").is_not_null()
    hold_equal(omop.accepted["labs"].filter(~bound), expected.filter(~bound), but=("result_time",))
    assert omop.reasons("labs") == {"missing": 27, "not a number": 29}


def test_a_bound_of_the_demo_stays_a_bound(omop: Read):
    # The number of "<0.2." and "<3*.", which are no numbers as they stand, is in OMOP's own column.
    bounds = omop.accepted["labs"].filter(pl.col("bound").is_not_null())
    found = bounds.group_by("lab", "bound", "value").len().sort("value").rows()
    assert found == [("bilirubin", "<", 0.2, 11), ("bun", "<", 3.0, 1), ("alt", "<", 5.0, 3)]


def test_names_without_a_concept_are_left_aside_and_listed(omop: Read):
    found, written = omop.names("labs"), dict(other_labs().group_by("lab_category").len().iter_rows())
    assert found.items() <= written.items()
    assert {"lactate", "troponin_t", "ph_arterial"} <= set(found)
    # Names that are known to mean something else are not news to anybody.
    assert {name for name in written if name not in found} >= {"bilirubin_conjugated", "neutrophils_percent"}


def test_administrations_of_the_demo(omop: Read):
    # Only what was given at one time. OMOP has neither action nor order: a "Bolus" is given, a row is its own order.
    expected = clif().accepted["mar"].filter(pl.col("rate").is_null(), pl.col("rate_unit").is_null())
    expected = expected.with_columns(day_only=MIDNIGHT)
    hold_equal(omop.accepted["mar"], expected, but=("action", "action_text", "order_id", "bolus_text"))
    assert set(omop.accepted["mar"]["action"]) == {"given"}
    assert omop.filtered["mar"] == expected.height  # the prescriptions


def test_stays_of_the_demo(omop: Read):
    hold_equal(omop.accepted["adt"], clif().accepted["adt"])


LABS = "person_id,measurement_concept_id,measurement_datetime,measurement_date,operator_concept_id,value_as_number,\
unit_concept_id,value_source_value,measurement_source_value,unit_source_value\n"
DRUGS = "person_id,drug_concept_id,drug_exposure_start_datetime,drug_exposure_start_date,drug_exposure_end_datetime,\
drug_type_concept_id,quantity,dose_unit_source_value,sig,route_concept_id,route_source_value,drug_source_value\n"
# As Athena exports it: by tabs, and a quote is part of a name.
CONCEPT = (
    "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_code\n"
    '1\tCatheter 5" long\tDevice\tSNOMED\t1\n'
    '2\t"Anion" gap\tMeasurement\tSNOMED\t2\n'
    '3\t"Unclosed name\tMeasurement\tLOINC\t3\n'
    "3051714\tCreatinine [Mass/volume] in Arterial blood\tMeasurement\tLOINC\t40248-9\n"
    "40220823\tC-reactive protein [Mass/volume] in Serum\tMeasurement\tLOINC\t1988-5\n"
    "40244268\ttocilizumab 20 MG/ML Injectable Solution\tDrug\tRxNorm\t612865\n"
)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def by_commas(text: str) -> str:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(line.split("\t") for line in text.splitlines())
    return written.getvalue()


def labs(folder: Path, *rows: str, **files: str) -> Read:
    return read_extract(write(folder, measurement=LABS + "\n".join(rows), **files), "omop")


def drugs(folder: Path, *rows: str, **files: str) -> pl.DataFrame:
    return read_extract(write(folder, drug_exposure=DRUGS + "\n".join(rows), **files), "omop").accepted["mar"]


AT = "2025-03-01 10:30:00,2025-03-01"


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ("4171756,0.5,,", [(0.5, "<")]),
        ("4171754,0.5,,", [(0.5, "<=")]),
        ("0,0.5,,<0.5", [(0.5, "<")]),
        (",0.5,,<0.5 mg/dL", [(0.5, "<")]),
        ("4171756,0.5,,<0.5", [(0.5, "<")]),
        ("4172704,300,,>300", [(300, ">")]),
        ("4172704,300,,<300", []),  # the signs contradict each other
        (",,,<0.5", [(0.5, "<")]),
        ("4172703,0.5,,0.5", [(0.5, None)]),
        (",0.5,,0.5 mg/L H", [(0.5, None)]),
        (",0.5,,less than 0.5", []),
        (",0.5,,CRP <0.5", []),
    ],
)
def test_a_bound_never_becomes_a_number(tmp_path: Path, cells: str, read: list[tuple[float, str]]):
    found = labs(tmp_path, f"1,3020460,{AT},{cells},crp,mg/L").accepted["labs"]
    assert found.select("value", "bound").rows() == read


@pytest.mark.parametrize("concept", [CONCEPT, by_commas(CONCEPT)])
def test_names_of_labs_come_from_concept_or_the_list_or_the_source(tmp_path: Path, concept: str):
    rows = (
        f"1,3051714,{AT},,1.1,8840,,x,",  # not in the preset's list; its LOINC is known to the vocabulary
        f"1,40220823,{AT},,12,8751,,x,",
        f"1,3020460,{AT},,13,8751,,x,",
        f"1,0,{AT},,14,0,,C-reactive protein,mg/L",
        f"1,999999999,{AT},,15,0,,CRP,mg/L",
    )
    with_concept = labs(tmp_path, *rows, CONCEPT=concept)
    assert with_concept.accepted["labs"]["value"].to_list() == [1.1, 12, 13, 14]
    assert with_concept.names("labs") == {"999999999": 1}
    (tmp_path / "CONCEPT.csv").unlink()
    without = labs(tmp_path, *rows)
    assert without.accepted["labs"]["value"].to_list() == [13, 14]
    assert without.names("labs") == {"3051714": 1, "40220823": 1, "999999999": 1}


def test_an_extract_without_concept_is_told_so(tmp_path: Path):
    write(tmp_path, measurement=LABS, drug_exposure=DRUGS)
    note = "no file or sheet fits 'concept.*': nothing is looked up in it"
    assert extract(tmp_path, preset="omop").warnings.count(note) == 1
    assert note not in extract(write(tmp_path, CONCEPT=CONCEPT), preset="omop").warnings


def test_a_drug_is_named_by_rxnorm(tmp_path: Path):
    row = f"1,40244268,{AT},,32818,640,mg,,4171047,,PHARM-17"
    assert drugs(tmp_path, row, CONCEPT=CONCEPT)["drug"].to_list() == ["tocilizumab"]
    (tmp_path / "CONCEPT.csv").unlink()
    assert drugs(tmp_path, row).select("drug", "drug_text").rows() == [(None, "PHARM-17")]


@pytest.mark.parametrize(("kind", "read"), [("32818", 1), ("38000180", 1), ("32838", 0), ("38000177", 0), ("", 0)])
def test_only_administrations_are_doses(tmp_path: Path, kind: str, read: int):
    assert drugs(tmp_path, f"1,0,{AT},,{kind},10,mg,,0,iv,dexamethasone", f"2,0,{AT},,32818,,,,0,,x").height == read + 1


@pytest.mark.parametrize(
    ("quantity", "unit", "dose"),
    [("10", "mg", 10), ("10", "", None), ("1", "TAB", None), ("", "mg", None), ("0.5", "g", 500)],
)
def test_a_dose_is_a_quantity_of_a_mass(tmp_path: Path, quantity: str, unit: str, dose: float | None):
    row = f"1,0,{AT},,32818,{quantity},{unit},10 mg every 6 hours,0,iv,dexamethasone"
    assert drugs(tmp_path, row)["dose"].to_list() == [dose]


def test_equal_doses_of_a_date_are_several_and_a_row_sent_twice_is_one(tmp_path: Path):
    row = "1,0,,2025-03-01,,32818,10,mg,,0,iv,dexamethasone"
    text = "\n".join(("drug_exposure_id," + DRUGS.strip(), f"7,{row}", f"8,{row}", f"8,{row}", ""))
    found = read_extract(write(tmp_path, drug_exposure=text), "omop").accepted["mar"]
    assert found["order_id"].to_list() == ["7", "8", "8"]
    assert found["digest"].n_unique() == 2


def test_an_end_that_repeats_the_start_is_none(tmp_path: Path):
    start = "2025-03-01 10:30:00"
    ends = {end: f"1,0,{AT},{end},32818,10,mg,,0,iv,dexamethasone" for end in (start, "2025-03-01 11:30:00")}
    assert drugs(tmp_path, *ends.values())["end_time"].is_null().to_list() == [True, False]


def test_a_stay_by_the_names_of_5_3_0(tmp_path: Path):
    header = "person_id,visit_concept_id,visit_start_date,visit_start_datetime,visit_end_date,visit_end_datetime\n"
    row = "1,32037,2025-03-01,2025-03-01 10:00:00,2025-03-02,\n"
    found = read_extract(write(tmp_path, visit_detail=header + row), "omop").accepted["adt"]
    assert found.select("location_type", "out_time").rows() == [
        ("icu", datetime(2025, 3, 3, 5, tzinfo=UTC))
    ]  # until its end


def test_cultures_and_radiographs(tmp_path: Path):
    measured = LABS + f"1,3023368,{AT},,,,no growth,Blood Culture,\n"
    procedures = "person_id,procedure_concept_id,procedure_date\n1,4163872,2025-03-02\n1,4230911,2025-03-02\n"
    found = read_extract(write(tmp_path, measurement=measured, procedure_occurrence=procedures), "omop")
    assert sorted(found.accepted["procedures"]["procedure"]) == ["blood_culture", "chest_xray"]
    assert "labs" not in found.accepted


def test_every_concept_that_is_read_has_a_name_and_every_name_is_read():
    for table, source in (("vitals", "vital"), ("vitals", "value"), ("procedures", "procedure")):
        for map_ in load_mapping("omop").tables[table]:
            if source in map_.values:
                (concepts,) = map_.where.values()
                assert set(map_.values[source]) == set(concepts)
    vitals, _ = load_mapping("omop").tables["vitals"]
    cultures = load_mapping("omop").tables["procedures"][1]
    read_elsewhere = {*vitals.values["vital"], *cultures.values["procedure"]}
    (others,) = load_mapping("omop").tables["labs"]
    assert set(others.where["measurement_concept_id"]) == {f"!{concept}" for concept in read_elsewhere}
