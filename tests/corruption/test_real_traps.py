"""The traps of real data: what is messy in the CLIF demo, trap for trap, and what the audit makes of it.

The data are those of 100 real, de-identified patients (`sample_data/clif-demo/README.md`). Each count is taken from the
files themselves, beside the program.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.functional.extract import AS_OF, ROOT, crs_audit

DEMO = ROOT / "sample_data" / "clif-demo"
VITALS = "clif_vitals.parquet"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The published report, its summary, and all that was said."""
    out = tmp_path_factory.mktemp("demo") / "r"
    done = crs_audit("run", DEMO, "--out", out, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    return out, json.loads((out / "summary.json").read_text("utf-8")), done.stdout + done.stderr


@pytest.fixture(scope="module")
def rejects(demo: tuple[Path, dict[str, Any], str]) -> pl.DataFrame:
    return pl.read_parquet(demo[0] / "data" / "rejects.parquet")


def _records(file: str) -> pl.DataFrame:
    """The records of a Parquet file with the numbers the program gives them."""
    return pl.read_parquet(DEMO / file).with_row_index("source_row", offset=1)


def test_three_fahrenheit_temperatures_stored_as_celsius_are_suspects(rejects: pl.DataFrame) -> None:
    found = rejects.filter(pl.col("reason") == "fahrenheit as celsius suspect")
    assert sorted(found["raw_value"].to_list(), key=float) == ["97.2", "98.9", "99.0"]
    records = _records(VITALS)
    suspects = records.filter((pl.col("vital_category") == "temp_c") & (pl.col("vital_value") > 44))
    assert set(found["source_row"]) == set(suspects["source_row"])
    assert set(suspects["hospitalization_id"].cast(pl.String)) == {"27617929"}


@pytest.mark.parametrize(
    ("vital", "low", "high"),
    [
        ("map", 15, 250), ("heart_rate", 1, 300), ("respiratory_rate", 1, 100), ("weight_kg", 1, 350),
        ("sbp", 30, 300), ("dbp", 10, 200), ("spo2", 30, 100),
    ],
)  # fmt: skip
def test_pressures_of_minus_27_and_801_and_rates_and_weights_of_0_are_rejected_and_no_others(
    rejects: pl.DataFrame, vital: str, low: float, high: float
) -> None:
    records = _records(VITALS).filter(pl.col("vital_category") == vital)
    beyond = records.filter(~pl.col("vital_value").is_between(low, high))
    told = rejects.filter((pl.col("source_file") == VITALS) & (pl.col("reason") == "outside plausible range"))
    assert set(told["source_row"]) & set(records["source_row"]) == set(beyond["source_row"])
    if vital in ("map", "heart_rate", "respiratory_rate", "weight_kg"):
        assert not beyond.is_empty()


def test_laboratory_texts_that_are_no_value_are_rejected_and_masked_ones_take_the_number_beside_them(
    rejects: pl.DataFrame,
) -> None:
    found = rejects.filter(pl.col("table") == "labs")
    assert set(found["column"]) == {"value"}
    words = found["raw_value"].drop_nulls().str.replace_all("[^A-Za-z]", "").unique().to_list()
    assert set(words) <= {"", "UNABLETOREPORT", "UNABLETOREPORTSPECIMENCLOTTED"}
    assert "___" not in found["raw_value"].to_list()


def test_a_unit_with_a_tab_behind_it_is_that_unit(rejects: pl.DataFrame) -> None:
    records = _records("clif_labs.parquet")
    tabbed = records.filter(pl.col("reference_unit").str.contains("\t"))
    assert not tabbed.is_empty()
    told = rejects.filter(pl.col("source_file") == "clif_labs.parquet")
    assert set(tabbed["source_row"]).isdisjoint(told["source_row"])


def test_where_a_bag_is_changed_the_start_wins_over_the_stop_of_the_same_instant(
    demo: tuple[Path, dict[str, Any], str],
) -> None:
    records = pl.read_parquet(DEMO / "clif_medication_admin_continuous.parquet")
    pressors = records.filter(pl.col("med_category").is_in(["norepinephrine", "phenylephrine", "vasopressin"]))
    instant = ("hospitalization_id", "med_category", "admin_dttm")
    stops = pressors.filter(pl.col("mar_action_name") == "FinishedRunning").select(instant).unique()
    starts = pressors.filter((pl.col("mar_action_name") != "FinishedRunning") & (pl.col("med_dose") > 0))
    changes = stops.join(starts.select(instant).unique(), on=instant)
    timeline = pl.read_parquet(demo[0] / "data" / "timeline.parquet")
    spans = timeline.with_columns(
        pl.col("start", "end").dt.convert_time_zone("UTC"),
        hospitalization_id=pl.col("infusion_id").str.split("/").list.first(),
    )
    times = changes.cast({"hospitalization_id": pl.String, "admin_dttm": pl.Datetime("us", "UTC")})
    within = (pl.col("start") <= pl.col("admin_dttm")) & (pl.col("admin_dttm") < pl.col("end"))
    at_changes = times.join(spans, on="hospitalization_id").filter(within)
    running = at_changes.filter(pl.col("drivers").str.contains(pl.col("med_category"), literal=True))
    assert running.height == at_changes.height > 50


def test_a_blank_device_is_no_device_and_its_flow_and_fraction_are_read(
    demo: tuple[Path, dict[str, Any], str],
) -> None:
    wide = _records("clif_respiratory_support.parquet")
    filled = wide.select("device_category", "lpm_set", "fio2_set").count().row(0)
    assert wide["device_category"].null_count() > 700
    (row,) = [row for row in demo[1]["accounting"] if row["file"] == "clif_respiratory_support.parquet"]
    assert (row["read"], row["accepted"]) == (sum(filled), sum(filled))


def test_rows_of_every_file_are_accounted_for_and_no_stay_is_named(demo: tuple[Path, dict[str, Any], str]) -> None:
    out, summary, said = demo
    for row in summary["accounting"]:
        assert row["read"] == row["accepted"] + row["rejected"] + row["duplicates"]
    stays = set(pl.read_parquet(DEMO / VITALS)["hospitalization_id"].cast(pl.String))
    assert not stays & set(re.findall(r"\d{8}", said))
    assert not [path for path in out.rglob("*") if path.stem in stays]
