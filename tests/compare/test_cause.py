"""What made a finding change: what the two runs differ in, and whether its charted cells differ."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.compare.two_runs import compare

RULES = {"parameters_sha256": "other"}
PROGRAM = {"program": {"version": "0.2.0"}}
VOCABULARY = {"vocabulary_sha256": "other"}
INPUT = {"inputs": [{"sha256": "other"}]}
ZONE = {"timezone": "Europe/Paris"}
PRESET = {"preset": "clif"}


def run(folder: Path, status: str, cell: str = "640", measure: str = "G2-02", **summary: Any) -> Path:
    """A run of one finding, resting on one charted cell."""
    (folder / "data").mkdir(parents=True)
    result = f"P-1/1|{measure}|1"
    time = datetime(2026, 1, 3, tzinfo=UTC)
    tables = {
        "results": {"result_id": result, "infusion_id": "P-1/1", "measure_id": measure, "kind": "R", "status": status,
                    "opportunity": 1},
        "evidence": {"result_id": result, "time": time, "raw_value": cell, "source_file": "labs.csv"},
        "infusions": {"infusion_id": "P-1/1", "token": "0001"},
    }  # fmt: skip
    for name, row in tables.items():
        pl.DataFrame([row]).write_parquet(folder / "data" / f"{name}.parquet")
    whole = {
        "parameters_sha256": "rules", "vocabulary_sha256": "words", "inputs": [{"sha256": "file"}],
        "program": {"version": "0.1.0"}, "timezone": "UTC", "preset": "canonical",
        "measures": [{"measure_id": measure}], **summary,
    }  # fmt: skip
    (folder / "summary.json").write_text(json.dumps(whole))
    return folder


@pytest.mark.parametrize(
    ("other", "same_cell", "cause"),
    [
        (INPUT, True, "data"),  # the end of follow-up, stays and the product are not cited
        (INPUT, False, "data"),
        (RULES, True, "rules"),
        (RULES, False, "rules"),  # other rules cite other rows
        (PROGRAM, True, "program"),
        (PROGRAM, False, "program"),
        (VOCABULARY, True, "program"),
        (ZONE, True, "settings"),
        (PRESET, False, "settings"),
        ({}, False, "settings"),  # the mapping
        (INPUT | PROGRAM, False, "data"),
        (INPUT | VOCABULARY, True, "not told apart"),
        (INPUT | ZONE, True, "not told apart"),
        (INPUT | RULES, True, "not told apart"),
        (INPUT | RULES, False, "not told apart"),
        (RULES | PROGRAM, False, "not told apart"),
        (INPUT | RULES | PROGRAM, False, "not told apart"),
    ],
)
def test_the_cause_of_a_change(tmp_path: Path, other: dict[str, Any], same_cell: bool, cause: str):
    before = run(tmp_path / "a", "not_met")
    after = run(tmp_path / "b", "met", "640" if same_cell else "600", **other)
    (finding,) = compare(before, after, other_rules=True).findings
    assert (finding.what, finding.cause) == ("resolved", cause)


def test_what_persists_has_no_cause(tmp_path: Path):
    (finding,) = compare(
        run(tmp_path / "a", "not_met"), run(tmp_path / "b", "not_met", **INPUT), other_rules=False
    ).findings
    assert (finding.what, finding.cause) == ("persisting", None)


def test_measures_of_one_run_alone_are_named(tmp_path: Path):
    a, b = run(tmp_path / "a", "not_met"), run(tmp_path / "b", "not_met", measure="G2-01")
    found = compare(a, b, other_rules=False)
    assert (found.measures_before, found.measures_after) == (("G2-02",), ("G2-01",))
    assert (found.fallouts_before_only, found.fallouts_after_only) == (1, 1)


@pytest.mark.parametrize(
    ("after", "what"),
    [("met", "resolved"), ("not_met", "persisting"), ("indeterminate", "no longer judged"),
     ("excluded", "no longer judged"), ("not_applicable", "no longer judged")],
)  # fmt: skip
def test_lost_data_resolve_nothing(tmp_path: Path, after: str, what: str) -> None:
    found = compare(run(tmp_path / "a", "not_met"), run(tmp_path / "b", after), other_rules=False)
    assert [one.what for one in found.findings] == [what]


def test_an_opportunity_that_is_gone_is_no_longer_judged(tmp_path: Path) -> None:
    later = run(tmp_path / "b", "not_met")
    results = pl.read_parquet(later / "data" / "results.parquet")
    results.with_columns(opportunity=pl.lit(2), result_id=pl.lit("P-1/1|G2-02|2")).write_parquet(
        later / "data" / "results.parquet"
    )
    found = compare(run(tmp_path / "a", "not_met"), later, other_rules=False)
    assert {one.result_id[-1]: one.what for one in found.findings} == {"1": "no longer judged", "2": "new"}
