"""The profile's numbers, against an extract small enough to count by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.functional.extract import Rows
from tests.quality.audited import one, profile_of

DAY = "2026-01-0"


def _tables() -> dict[str, Rows]:
    return {
        "infusions": [
            ["patient_id", "infusion_time", "product", "weight_kg"],
            ["P-1", f"{DAY}1T12:00:00Z", "Yescarta", "80"],
            ["P-2", f"{DAY}1T12:00:00Z", "Kymriah", ""],
        ],
        "vitals": [
            ["patient_id", "time", "vital", "value", "unit"],
            ["P-1", f"{DAY}2T00:00:00Z", "temperature", "98.6", "F"],
            ["P-1", f"{DAY}2T04:00:00Z", "temperature", "38.5", ""],
            ["P-2", f"{DAY}2", "temperature", "36.5", "°C"],
            ["P-1", f"{DAY}2T00:00:00Z", "map", "70", "mmHg"],
            ["P-1", f"{DAY}2T00:00:00Z", "map", "70", "mmHg"],
            ["P-1", f"{DAY}2T01:00:00Z", "map", "7", "mmHg"],
            ["P-1", f"{DAY}2T02:00:00Z", "map", "700", "mmHg"],
            ["P-1", f"{DAY}2T03:00:00Z", "temperature", "101.2", "°C"],
            ["P-1", f"{DAY}2T03:00:00Z", "o2_device", "NC", ""],
            ["P-2", f"{DAY}2T03:00:00Z", "o2_device", "blender", ""],
            ["P-2", f"{DAY}2T03:00:00Z", "spo2", "300", "%"],
        ],
        "labs": [
            ["patient_id", "time", "lab", "value", "unit"],
            ["P-1", f"{DAY}2T06:00:00Z", "crp", "<0.5", "mg/dL"],
            ["P-1", f"{DAY}3T06:00:00Z", "crp", "12", "mg/L"],
            ["P-2", f"{DAY}3T06:00:00Z", "ferritin", ">10000", ""],
        ],
        "mar": [
            ["patient_id", "time", "drug", "action", "dose", "dose_unit", "route"],
            ["P-1", f"{DAY}3T12:30:00Z", "Actemra", "Given", "0.64", "g", "IV"],
            ["P-2", f"{DAY}3T12:30:00Z", "tocilizumab inj", "Given", "8", "mg/kg", "IV"],
            ["P-2", f"{DAY}3T12:30:00Z", "Mystery", "Given", "1", "mg", ""],
        ],
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return profile_of(tmp_path_factory.mktemp("profile"), _tables(), max_rejected="10%")


def _value(found: dict[str, pl.DataFrame], table: str, name: str | None) -> dict[str, Any]:
    return one(found["profile_values"], table=table, name=name)


def test_values_count_accepted_rows_once_in_the_canonical_unit(found: dict[str, pl.DataFrame]) -> None:
    row = _value(found, "vitals", "temperature")
    assert (row["rows"], row["patients"], row["date_only"]) == (3, 2, 1)
    assert (row["min"], row["max"], row["unit"]) == (36.5, 38.5, "°C")
    crp = _value(found, "labs", "crp")
    assert (crp["min"], crp["max"], crp["unit"], crp["below"], crp["above"]) == (5.0, 12.0, "mg/L", 1, 0)
    assert _value(found, "labs", "ferritin")["above"] == 1
    toci = _value(found, "mar", "tocilizumab")
    assert (toci["rows"], toci["with_value"], toci["min"], toci["unit"]) == (2, 1, 640.0, "mg")
    device = _value(found, "vitals", "o2_device")
    assert (device["rows"], device["with_value"]) == (2, 1)


def test_what_was_rejected_outside_the_plausible_range_stands_beside_the_range(found: dict[str, pl.DataFrame]) -> None:
    pressure = _value(found, "vitals", "map")
    assert (pressure["rows"], pressure["rejected_outside"], pressure["low"], pressure["high"]) == (1, 2, 15, 250)
    lost = _value(found, "vitals", "spo2")
    assert (lost["rows"], lost["rejected_outside"], lost["min"]) == (0, 1, None)


def test_a_dose_of_a_drug_nobody_knows_has_no_range(found: dict[str, pl.DataFrame]) -> None:
    row = _value(found, "mar", None)
    assert (row["rows"], row["with_value"], row["min"], row["unit"]) == (1, 1, None, None)


def test_units_say_how_they_were_read(found: dict[str, pl.DataFrame]) -> None:
    units = {
        (row["name"], row["unit"]): (row["rows"], row["read_as"], row["reading"])
        for row in found["profile_units"].to_dicts()
    }
    assert units["temperature", "F"] == (1, "°F", "converted")
    assert units["temperature", None] == (1, "°C", "blank")
    assert units["temperature", "°C"] == (1, "°C", "canonical")
    assert units["crp", "mg/dL"] == (1, "mg/dL", "converted")
    assert units["tocilizumab", "g"] == (1, "mg", "converted")
    assert units["tocilizumab", "mg/kg"] == (1, None, "not used")


def test_columns_say_what_is_blank(found: dict[str, pl.DataFrame]) -> None:
    row = one(found["profile_columns"], table="mar", column="route")
    assert (row["rows"], row["filled"], row["blank"], row["share"]) == (3, 2, 1, 2 / 3)
    assert one(found["profile_columns"], table="infusions", column="weight_kg")["blank"] == 1


def test_names_stand_beside_the_texts_they_were_read_from(found: dict[str, pl.DataFrame]) -> None:
    drugs = found["profile_names"].filter(pl.col("column") == "drug").select("name", "text", "rows").rows()
    assert set(drugs) == {("tocilizumab", "Actemra", 1), ("tocilizumab", "tocilizumab inj", 1), (None, "Mystery", 1)}
    devices = found["profile_names"].filter(pl.col("column") == "device").select("name", "text").rows()
    assert set(devices) == {("nasal cannula", "NC"), (None, "blender")}


def test_a_rejected_row_says_what_it_is_of(found: dict[str, pl.DataFrame]) -> None:
    rejects = found["rejects"]
    assert rejects.columns[-1] == "name"
    assert rejects.select("source_row", "name").sort("source_row").rows() == [
        (7, "map"), (8, "map"), (9, "temperature"), (12, "spo2"),
    ]  # fmt: skip


def test_fahrenheit_is_told_among_the_flags_as_rejected(found: dict[str, pl.DataFrame]) -> None:
    row = one(found["profile_flags"], flag="fahrenheit_suspect")
    assert (row["name"], row["standing"], row["rows"], row["first_rows"]) == (
        "temperature", "rejected", 1, "vitals.csv 9",
    )  # fmt: skip


def test_a_check_passes_or_fails_only_where_there_is_a_limit(found: dict[str, pl.DataFrame]) -> None:
    def status(check: str, table: str) -> tuple[int, int, str]:
        row = one(found["checks"], check=check, table=table)
        return row["looked_at"], row["found"], row["status"]

    assert status("rows add up", "vitals") == (11, 0, "passed")
    assert status("rejected", "vitals") == (11, 4, "told")
    assert status("rejected", "all") == (19, 4, "failed")
    assert status("exact duplicates", "vitals") == (11, 1, "told")
    assert status("outside plausible range", "vitals") == (3 + 3 + 1, 3, "told")
    assert status("fahrenheit_suspect", "vitals") == (4, 1, "told")
    assert status("rows add up", "adt") == (0, 0, "not applicable")
    assert status("before_birth", "vitals") == (0, 0, "not applicable")


def test_a_date_of_birth_stays_in_the_extract(tmp_path: Path) -> None:
    tables = _tables()
    tables["infusions"] = [
        [*row, birth] for row, birth in zip(tables["infusions"], ("birth_date", "1960-05-01", ""), strict=True)
    ]
    profile_of(tmp_path, tables)
    assert "birth_date" not in pl.read_parquet(tmp_path / "report" / "data" / "infusions.parquet").columns
