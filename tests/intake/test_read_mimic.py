"""MIMIC-IV's own eMAR, laboratory and microbiology files, real data: read whole, joined, at the right instants."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from crs_audit.chart import build_chart
from crs_audit.intake.accept import Acceptor
from crs_audit.intake.duplicates import drop_duplicates
from crs_audit.intake.infusions import find_infusions
from crs_audit.intake.mapping import load_mapping
from crs_audit.medication.given import medication
from crs_audit.protocol.load import load_protocol
from crs_audit.tables import Facts, Tables
from crs_audit.vocabulary.match import concepts_of
from tests.intake.reading import extract

SAMPLES = Path(__file__).parents[2] / "sample_data"
SAMPLE = SAMPLES / "mimic-emar"
ZONE = "Etc/GMT+5"
PROTOCOL = load_protocol()


@cache
def taken_in(preset: str, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accepted and rejected rows of a table of a sample."""
    mapping = load_mapping(preset)
    acceptor = Acceptor(mapping, ZONE, PROTOCOL)
    found = extract(SAMPLES / {"clif": "clif-demo"}.get(preset, preset), preset=preset)
    parts = [
        acceptor.accept(table, frame)
        for source in found.sources
        if source.table == table
        for frame in found.batches(source)
    ]
    return pl.concat(part.frame for part in parts), pl.concat(part.rejects for part in parts)


def accepted(table: str, preset: str = "mimic-emar") -> pl.DataFrame:
    return taken_in(preset, table)[0]


def csv(name: str) -> pl.DataFrame:
    return pl.read_csv(SAMPLE / f"{name}.csv.gz", infer_schema=False).with_row_index("row", offset=2)


def test_every_record_is_read_once_and_every_part_of_a_dose():
    found = extract(SAMPLE, preset="mimic-emar")
    (source,) = (source for source in found.sources if source.table == "mar")
    rows = sum(frame.height for frame in found.batches(source))
    parts = csv("emar_detail").drop_nulls("parent_field_ordinal")
    assert found.records(source) == csv("emar").height == 7_905
    assert found.filtered(source) == 0
    assert rows == parts.height + csv("emar").join(parts, on="emar_id", how="anti").height == 8_862


def test_what_belongs_to_no_stay_is_rejected_and_counted():
    for table, file in [("mar", "emar"), ("procedures", "microbiologyevents")]:
        rejects = taken_in("mimic-emar", table)[1].filter(column="patient_id", reason="missing")
        named = csv(file).filter(pl.col("hadm_id").is_null())
        assert set(rejects["row"]) <= set(named["row"])
        assert not set(accepted(table)["row"]) & set(named["row"])
    drug = taken_in("mimic-emar", "mar")[1].filter(column="drug")
    unnamed = csv("emar").filter(pl.col("medication").is_null())
    assert set(drug["row"]) <= set(unnamed["row"])


def test_files_of_lookups_are_no_table_of_their_own():
    found = extract(SAMPLE, preset="mimic-emar")
    assert {source.file for source in found.looked_up} == {"emar_detail.csv.gz", "d_labitems.csv.gz"}
    assert {source.file for source in found.sources if source.table == "mar"} == {"emar.csv.gz"}
    assert found.skipped == ()


DOSES = {
    # emar_id: what stands in the raw rows, looked up by hand.
    "10005817-42": ("28661809", "dexamethasone", "2135-01-04 18:17", 8.0, None),  # two vials of 4 mg
    "10035631-858": ("29276678", "dexamethasone", "2116-02-29 16:09", 12.0, None),  # in one bag with fosaprepitant
    "10035631-1506": ("29276678", "methylprednisolone", "2116-03-08 20:27", 75.0, None),
    "10035631-973": ("29276678", "cefepime", "2116-03-02 08:09", 2000.0, None),  # 2 g
    "10037861-285": ("24540843", "acetaminophen", "2117-03-15 10:54", 650.0, "po"),  # two tablets of 325 mg
}


@pytest.fixture(scope="module")
def doses() -> pl.DataFrame:
    mar = drop_duplicates(accepted("mar"))[0].drop("digest")
    infusions = find_infusions(accepted("infusions").drop("digest"), mar.clear(), PROTOCOL)
    facts = Facts(tables=frozenset({"mar"}), timezone=ZONE)
    chart = build_chart(Tables({"infusions": infusions, "mar": mar}), PROTOCOL, facts)
    frame = medication(chart, PROTOCOL).doses
    return frame.join(chart.infusions.select("infusion", "patient_id"), on="infusion")


@pytest.mark.parametrize("emar_id", DOSES)
def test_a_dose_is_the_sum_of_its_parts(doses: pl.DataFrame, emar_id: str):
    patient, drug, local, amount, route = DOSES[emar_id]
    (row,) = csv("emar").filter(emar_id=emar_id)["row"]
    (dose,) = doses.filter(pl.col("row") == row).to_dicts()
    assert (dose["patient_id"], dose["drug"], dose["amount"], dose["route"]) == (patient, drug, amount, route)
    assert f"{dose['time'].astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}" == local


def test_drops_for_the_eye_are_no_corticosteroid():
    drops = accepted("mar").filter(pl.col("drug_text").str.contains("(?i)ophth"))
    assert drops.height == 57
    assert drops["drug"].null_count() == 57
    steroids = accepted("mar").filter(pl.col("drug").is_in(sorted(concepts_of("corticosteroid"))))
    assert dict(steroids["drug_text"].value_counts().iter_rows()) == {
        "Dexamethasone": 33, "MethylPREDNISolone Sodium Succ": 8,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("drug_class", "rows", "patients"),
    [("corticosteroid", 40, 2), ("antipyretic", 211, 14), ("antifungal", 27, 2), ("antibiotic_broad", 215, 12)],
)
def test_real_drugs_are_given(drug_class: str, rows: int, patients: int):
    mar = accepted("mar").filter(pl.col("drug").is_in(sorted(concepts_of(drug_class))))
    given = mar.filter(pl.col("action").is_in(["given", "bolus", "started", "restarted", "partial"]))
    assert (given.height, given["patient_id"].n_unique()) == (rows, patients)


def test_what_is_charted_as_confirmed_is_an_infusion_that_runs():
    # The reason for reading it as "verify": nobody confirms a dose, but a pump.
    kinds = csv("emar_detail").filter(pl.col("parent_field_ordinal").is_null()).select("emar_id", "administration_type")
    confirmed = csv("emar").filter(event_txt="Confirmed").join(kinds, on="emar_id")["administration_type"].unique()
    assert set(confirmed) <= {"IV Infusion", "Heparin IV Infusion", "Insulin Infusion (IV Drip)", "TPN"}
    assert set(accepted("mar").filter(action_text="Confirmed")["action"].cast(pl.String)) == {"verify"}


LAB = ["patient_id", "time", "lab", "value"]


def test_the_clif_file_of_the_same_stays_holds_the_same_labs_at_the_same_instants():
    # CLIF labels clock times + 300 minutes as UTC; labevents holds bare clock times. One zone makes them agree, row for
    # row. CLIF has no uric acid and no fibrinogen.
    mimic = accepted("labs").unique(LAB)
    clif = accepted("labs", "clif").unique(LAB)
    clif = clif.filter(pl.col("patient_id").is_in(mimic["patient_id"].unique().to_list()))
    assert clif.height == clif.join(mimic, on=LAB).height == 10_730
    assert set(mimic.join(clif, on=LAB, how="anti")["lab"].cast(pl.String)) == {"uric_acid", "fibrinogen"}


def test_drugs_charted_in_both_systems_are_given_at_the_same_time():
    # The eMAR and the intensive care unit chart the same antifungal each by itself, some minutes apart and not 5 h.
    def given(preset: str) -> pl.DataFrame:
        rows = accepted("mar", preset).filter(pl.col("drug") == "micafungin", pl.col("action") == "given")
        return rows.select("patient_id", "time").sort("time")

    emar = given("mimic-emar").with_columns(emar=pl.col("time"))
    both = given("clif").join_asof(emar, on="time", by="patient_id", strategy="nearest", check_sortedness=False)
    apart = (both["time"] - both["emar"]).dt.total_minutes().abs().drop_nulls()
    assert apart.len() >= 13
    assert apart.median() < 15
    assert (apart == 0).any()


def test_a_culture_is_one_row_whatever_grew_in_it():
    rows = accepted("procedures")
    cultures, dropped = drop_duplicates(rows)
    assert dict(cultures["procedure"].cast(pl.String).value_counts().iter_rows()) == {
        "blood_culture": 141, "urine_culture": 65,
    }  # fmt: skip
    assert dropped == 70


def test_a_culture_of_which_the_date_is_known_has_no_time_of_day():
    events = csv("microbiologyevents").filter(pl.col("charttime").is_null(), pl.col("hadm_id").is_not_null())
    dated = accepted("procedures").filter("day_only")
    assert set(dated["row"]) <= set(events["row"])
