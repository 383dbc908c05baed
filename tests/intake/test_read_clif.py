"""The CLIF demo: real data, read whole, every record accounted for."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from crs_audit.intake.columns import NAME_COLUMN
from crs_audit.tables import LABS, LOCATIONS, VITALS
from tests.intake.reading import extract

DEMO = Path(__file__).parents[2] / "sample_data" / "clif-demo"


@pytest.fixture(scope="module")
def rows() -> dict[str, pl.DataFrame]:
    found = extract(DEMO, preset="clif")
    read: dict[str, list[pl.DataFrame]] = {}
    for source in found.sources:
        frames = list(found.batches(source))
        read.setdefault(source.table, []).extend(frames)
        if source.file.endswith(".parquet") and "respiratory" not in source.file:
            records = pl.scan_parquet(DEMO / source.file).select(pl.len()).collect().item()
            assert sum(frame.height for frame in frames) + found.filtered(source) == records
    return {table: pl.concat(frames) for table, frames in read.items()}


def test_every_table_is_there(rows: dict[str, pl.DataFrame]):
    assert {table: frame.height for table, frame in rows.items()} == {
        "adt": 861, "infusions": 34, "labs": 38_680, "mar": 20_422, "vitals": 94_374,
    }  # fmt: skip


@pytest.mark.parametrize(("table", "names"), [("vitals", VITALS), ("labs", LABS)])
def test_every_name_is_canonical(rows: dict[str, pl.DataFrame], table: str, names: tuple[str, ...]):
    assert set(rows[table][NAME_COLUMN[table]]) <= set(names)


def test_locations_are_canonical(rows: dict[str, pl.DataFrame]):
    assert set(rows["adt"]["location_type"]) == set(LOCATIONS)


def test_a_wide_record_gives_a_row_for_each_filled_cell(rows: dict[str, pl.DataFrame]):
    wide = pl.read_parquet(DEMO / "clif_respiratory_support.parquet")
    filled = wide.select("device_category", "lpm_set", "fio2_set").count().row(0)
    counts = dict(rows["vitals"]["vital"].value_counts().iter_rows())
    assert (counts["o2_device"], counts["o2_flow"], counts["fio2"]) == filled


def test_a_masked_text_leaves_the_number_beside_it(rows: dict[str, pl.DataFrame]):
    values = rows["labs"]["value"]
    assert "___" not in values
    assert values.str.starts_with("<").any()


def test_a_running_drug_has_a_rate_and_an_intermittent_one_a_dose(rows: dict[str, pl.DataFrame]):
    running = rows["mar"].filter(pl.col("rate").is_not_null())
    assert (running.height, running["dose"].null_count()) == (14_106, 14_106)
    given = rows["mar"].filter(pl.col("rate").is_null())
    assert set(given["action"]) == {"given", "Bolus"}
