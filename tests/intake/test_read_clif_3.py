"""CLIF 3.0: the real demo, rewritten as the consortium's crosswalk says, is the same to the audit as in 2.1."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from crs_audit.errors import InputError
from crs_audit.intake.accept import Acceptor
from crs_audit.intake.mapping import load_mapping
from crs_audit.protocol.load import load_protocol
from tests.intake.reading import extract

DEMO = Path(__file__).parents[2] / "sample_data" / "clif-demo"

# clif_2.1_to_3.0.yaml of clifpy: what its general rule does not give.
RENAMED = {
    "High Flow NC": "hfnc", "Assist Control-Volume Control": "acvc", "Pressure-Regulated Volume Control": "prvc",
    "Pressure Support/CPAP": "ps_or_cpap", "glucose_serum": "glucose",
}  # fmt: skip
# Columns that 3.0 does not ask for, as far as the demo's categories say the same.
OPTIONAL = ("lab_loinc_code", "lab_order_name", "meas_site_name", "vital_name", "device_name", "mode_name")
AS_WRITTEN = ("raw_value", "raw_unit", "digest")


def in_3(frame: pl.DataFrame) -> pl.DataFrame:
    """A table of 2.1 in 3.0: standard values in lower case with underscores, units in lower case."""
    standard = [name for name in frame.columns if name.endswith(("_category", "_group", "_type"))]
    for name in standard:
        text = pl.col(name).cast(pl.String)
        plain = text.str.to_lowercase().str.replace_all("&", "_and_", literal=True).str.replace_all("/", "_or_")
        plain = plain.str.replace_all(r"[ \-,()_]+", "_").str.strip_chars("_")
        frame = frame.with_columns(text.replace_strict(RENAMED, default=plain, return_dtype=pl.String).alias(name))
    if "reference_unit" in frame.columns:
        unit = pl.col("reference_unit").str.to_lowercase().fill_null("(no units)")
        frame = frame.with_columns(unit, lab_specimen_category=pl.lit("plasma_blood"))
    if "vital_category" in frame.columns:
        frame = frame.with_columns(measured_dttm=pl.lit(None, pl.Datetime("us", "UTC")))
    return frame.drop(OPTIONAL, strict=False)


@pytest.fixture(scope="module")
def demo_3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clif-3")
    for file in DEMO.glob("clif_*.parquet"):
        in_3(pl.read_parquet(file)).write_parquet(folder / file.name)
    return folder


def accepted(path: Path, table: str) -> pl.DataFrame:
    mapping = load_mapping("clif")
    acceptor = Acceptor(mapping, "Etc/GMT+5", load_protocol())
    found = extract(path, preset="clif")
    frames = [
        acceptor.accept(table, frame).frame
        for source in found.sources
        if source.table == table
        for frame in found.batches(source)
    ]
    # Sources are numbered with infusions.csv in the one folder and without it in the other.
    return pl.concat(frames).with_columns(pl.col("source") - pl.col("source").min())


@pytest.mark.parametrize("table", ["vitals", "labs", "mar", "adt"])
def test_the_accepted_rows_are_the_same(demo_3: Path, table: str):
    old, new = accepted(DEMO, table), accepted(demo_3, table)
    kept = [name for name in old.columns if name not in AS_WRITTEN]
    assert new.height > 800
    assert new.select(kept).equals(old.select(kept))


def test_the_rewritten_words_differ_and_are_known(demo_3: Path):
    devices = accepted(demo_3, "vitals").filter(pl.col("vital") == "o2_device")
    known = dict(devices.drop_nulls("device").group_by("raw_value").agg(pl.col("device").first()).iter_rows())
    assert known["hfnc"] == "high-flow cannula"
    assert known["imv"] == "invasive"
    assert "IMV" not in known


def test_categories_stand_for_names_that_are_left_out(demo_3: Path, tmp_path: Path):
    file = "clif_medication_admin_continuous.parquet"
    table = pl.read_parquet(demo_3 / file).filter(pl.col("med_group") == "vasoactives")
    table.write_parquet(tmp_path / file)
    named = accepted(tmp_path, "mar")
    table.drop("med_name", "mar_action_name", "med_order_id").write_parquet(tmp_path / file)
    bare = accepted(tmp_path, "mar")
    assert bare["drug"].equals(named["drug"])
    assert bare["drug"].n_unique() == 7
    # All that 3.0 calls a stop stops the drug; a bolus from the bag and a pause are told by the name only.
    assert set(bare["action"].cast(pl.String)) == {"started", "rate_change", "stopped", "verify"}


def test_what_neither_name_nor_category_tells_is_missing(demo_3: Path, tmp_path: Path):
    file = "clif_medication_admin_continuous.parquet"
    table = pl.read_parquet(demo_3 / file).head(3)
    table.drop("mar_action_name", "mar_action_category").write_parquet(tmp_path / file)
    with pytest.raises(InputError) as error:
        extract(tmp_path, preset="clif")
    said = "no column for action of table mar is there, which could be 'mar_action_name' or 'mar_action_category'"
    assert said in str(error.value)


def test_the_time_of_the_measurement_goes_before_that_of_its_entry(tmp_path: Path):
    pl.DataFrame(
        {
            "hospitalization_id": ["1", "1"],
            "recorded_dttm": ["2026-03-02T12:00:00Z"] * 2,
            "measured_dttm": ["2026-03-02T09:30:00Z", None],
            "vital_category": ["temp_c"] * 2,
            "vital_value": [38.5, 37.0],
        }
    ).write_parquet(tmp_path / "clif_vitals.parquet")
    assert accepted(tmp_path, "vitals")["time"].dt.strftime("%H:%M").to_list() == ["09:30", "12:00"]


def test_a_lab_of_another_fluid_is_left_out(tmp_path: Path):
    fluids = ["plasma_blood", "pleural", "urine", None]
    pl.DataFrame(
        {
            "hospitalization_id": ["1"] * 4,
            "lab_collect_dttm": ["2026-03-02T12:00:00Z"] * 4,
            "lab_result_dttm": ["2026-03-02T13:00:00Z"] * 4,
            "lab_category": ["ldh"] * 4,
            "lab_value": ["210", "900", "30", "220"],
            "reference_unit": ["u/l"] * 4,
            "lab_specimen_category": fluids,
        }
    ).write_parquet(tmp_path / "clif_labs.parquet")
    assert accepted(tmp_path, "labs")["value"].to_list() == [210, 220]


def test_cultures_are_procedures_and_other_methods_are_not(tmp_path: Path):
    pl.DataFrame(
        {
            "hospitalization_id": ["1"] * 4,
            "collect_dttm": ["2026-03-02T12:00:00Z"] * 4,
            "fluid_category": ["blood_buffy", "genito_urinary_tract", "blood_buffy", "pleural_cavity_fluid"],
            "method_category": ["culture", "culture", "gram_stain", "culture"],
        }
    ).write_parquet(tmp_path / "clif_microbiology_culture.parquet")
    assert accepted(tmp_path, "procedures")["procedure"].to_list() == ["blood_culture", "urine_culture"]
