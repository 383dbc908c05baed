"""An audit of the MIMIC sample through the program: real drugs meet real fever, and the verdicts are the chart's.

Each verdict here was held by hand against the raw rows of eMAR, laboratory and vitals.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.functional.extract import AS_OF, ROOT, crs_audit

SAMPLE = ROOT / "sample_data" / "mimic-emar"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mimic") / "report"
    done = crs_audit("run", SAMPLE, "--out", out, "--as-of", AS_OF, "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    return out


def test_every_row_is_accounted_for(run: Path):
    summary = json.loads((run / "summary.json").read_text("utf-8"))
    rows = {row["file"]: row for row in summary["accounting"]}
    assert all(row["read"] == row["accepted"] + row["rejected"] + row["duplicates"] for row in rows.values())
    assert (rows["emar.csv.gz"]["read"], rows["emar.csv.gz"]["accepted"]) == (8_862, 8_119)
    assert rows["microbiologyevents.csv.gz"]["duplicates"] == 70


VERDICTS = {
    # 39.3 °C at 20:00; acetaminophen IV 1 g at 22:08.
    "27525946/1|G1-01|1": ("met", None, 128.0),
    # 38.3 °C at 08:00; two tablets of acetaminophen 500 mg by tube at 08:22.
    "29276678/1|G1-01|1": ("met", None, 22.0),
    # 38.8 °C at 04:00; the first acetaminophen, by mouth, at 10:54.
    "24540843/1|G1-01|1": ("not_met", "late", 414.0),
    # ANC 0.23 K/µL at 03:49, onset at 08:00; cefepime 2 g at 08:09 of the day before.
    "29276678/1|G1-04|1": ("met", None, -1431.0),
    # Methylprednisolone 75 mg on 8 March 20:27; voriconazole 450 mg on 7 March 21:00. Prednisolone eye drops since
    # 7 March do not make the first steroid.
    "29276678/1|PRIN-03|1": ("met", None, -23.45),
    # Dexamethasone 12 mg sixteen hours before the infusion: told, not failed.
    "29276678/1|PRIN-02|1": ("met", "earlier_steroid", 0.0),
}


@pytest.mark.parametrize("result_id", VERDICTS)
def test_a_verdict_is_what_the_raw_rows_say(run: Path, result_id: str):
    (row,) = pl.read_parquet(run / "data" / "results.parquet").filter(result_id=result_id).to_dicts()
    status, reason, value = VERDICTS[result_id]
    assert (row["status"], row["reason"]) == (status, reason)
    assert row["value"] == pytest.approx(value)


def test_stays_from_before_the_emar_are_not_judged_by_its_silence(run: Path):
    results = pl.read_parquet(run / "data" / "results.parquet").filter(measure_id="PRIN-02")
    silent = results.filter(pl.col("status") == "indeterminate")
    assert set(silent["reason"]) == {"mar"}
    assert (silent.height, results.height) == (16, 34)
