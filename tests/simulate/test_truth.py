"""The audit held against the truth: every planted fallout found and nothing else, every grade as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.protocol.load import load_protocol
from crs_audit.simulate import simulate
from crs_audit.simulate.expected import PRESENT_ONLY
from crs_audit.simulate.scenarios import PATIENTS
from tests.simulate.audited import accounts, audited
from tests.simulate.compare import (
    cut_short,
    episode_differences,
    grades,
    planted,
    planted_differences,
    timeline_differences,
)

SAMPLES = Path(__file__).parents[2] / "sample_data"
CLEAN, MESSY = SAMPLES / "synthetic", SAMPLES / "synthetic-messy"
BEYOND = 2 * sum(len(patient) for patient in PATIENTS)
"""Infusions enough for every scenario to come twice."""


@dataclass(frozen=True)
class Audited:
    folder: Path
    tables: dict[str, pl.DataFrame]


@pytest.fixture(scope="module", params=["clean", "messy", "beyond the sample"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    scratch = tmp_path_factory.mktemp("truth")
    folder = {"clean": CLEAN, "messy": MESSY}.get(request.param)
    if folder is None:
        folder = scratch / "beyond"
        simulate(folder, infusions=BEYOND, seed=5)
    return Audited(folder, audited(folder, scratch / "report"))


def test_every_planted_verdict_is_found_and_no_other(sample: Audited) -> None:
    found, folder = sample.tables["results"], sample.folder
    assert planted_differences(found, planted(folder), cut_short(folder)) == []


def test_every_measure_is_both_met_and_failed(sample: Audited) -> None:
    """Silence is no agreement: of what is not listed something must have been judged, and judged well. Without
    procedures nothing that asks for one is."""
    found = sample.tables["results"]
    asking = {"MON-02", "MON-04", "G3-07"} if sample.folder == MESSY else set()
    for measure in load_protocol().measures.keys() - set(PRESENT_ONLY) - asking:
        assert {"met", "not_met"} <= set(found.filter(measure_id=measure)["status"]), measure


def test_every_true_grade_is_found(sample: Audited) -> None:
    assert timeline_differences(sample.tables["timeline"], grades(sample.folder)) == []


def test_every_true_episode_is_found(sample: Audited) -> None:
    assert episode_differences(sample.tables["episodes"], sample.folder) == []


@pytest.fixture(scope="module")
def accounted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return accounts(MESSY, tmp_path_factory.mktemp("accounts") / "report")


def _faults(effect: str) -> pl.DataFrame:
    faults = pl.read_csv(MESSY / "truth" / "messy.csv", infer_schema_length=0)
    return faults.filter(pl.col("effect").str.starts_with(effect)).with_columns(pl.col("rows").cast(pl.Int64))


def test_every_planted_reject_is_rejected_for_its_reason_and_no_other_row(accounted: dict[str, Any]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for row in _faults("rejected: ").iter_rows(named=True):
        expected[row["file"], row["effect"].removeprefix("rejected: ")] += row["rows"]
    found: Counter[tuple[str, str]] = Counter()
    for row in accounted["rejects"]:
        found[row["file"], row["reason"]] += row["rows"]
    assert found == expected


def test_every_repeated_row_is_counted_once(accounted: dict[str, Any]) -> None:
    expected: Counter[str] = Counter()
    for row in _faults("duplicates").iter_rows(named=True):
        expected[row["file"]] += row["rows"]
    assert {row["file"]: row["duplicates"] for row in accounted["accounting"] if row["duplicates"]} == expected


def test_the_accounting_closes_on_every_messy_file(accounted: dict[str, Any]) -> None:
    for row in accounted["accounting"]:
        assert row["read"] == row["accepted"] + row["rejected"] + row["duplicates"], row["file"]


def test_the_unknown_drug_is_listed_with_its_count(accounted: dict[str, Any]) -> None:
    counts = {row["text"]: row["count"] for row in accounted["unmatched"] if row["table"] == "mar"}
    expected = _faults("accepted: unmatched")["rows"].sum()
    assert sum(count for text, count in counts.items() if text.startswith("Investigational agent")) == expected
