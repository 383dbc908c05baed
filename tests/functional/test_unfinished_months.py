"""A month audited as cron does: patients still in hospital, nothing in it, limits that are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.functional.extract import AS_OF, crs_audit, tables, write
from tests.functional.test_summary_schema import errors_of

MADE = "2026-01-08"
"""The day after the last row of the extract."""


def staying() -> dict[str, Any]:
    """Both patients are still in hospital when the extract ends."""
    stays = [["patient_id", "in_time", "out_time", "location_type"]]
    stays += [[patient, "2026-01-01T08:00:00Z", "", "ward"] for patient in ("P-1", "P-2")]
    return {**tables(), "adt": stays}


def audited(folder: Path, *flags: str) -> tuple[Any, dict[str, Any], pl.DataFrame]:
    done = crs_audit("run", folder / "x", "--out", folder / "r", "--as-of", AS_OF, *flags)
    assert done.returncode in (0, 1, 4), done.stderr
    summary = json.loads((folder / "r" / "summary.json").read_text())
    return done, summary, pl.read_parquet(folder / "r" / "data" / "results.parquet")


def days_missed(results: pl.DataFrame) -> list[str]:
    missed = results.filter((pl.col("measure_id") == "MON-03") & (pl.col("status") == "not_met"))
    return [f"{time:%m-%d}" for time in missed["time"].unique().sort()]


def test_days_after_the_extract_was_made_are_nobodys_fallout(tmp_path: Path) -> None:
    write(tmp_path / "x", staying())
    told, _, results = audited(tmp_path)
    assert "2 infusions are followed, by the ward stays, beyond the last charted row" in told.stderr
    assert "01-08" in days_missed(results)
    told, summary, results = audited(tmp_path, "--charted-until", MADE)
    assert "beyond the last charted row" not in told.stderr
    assert "01-08" not in days_missed(results)
    assert days_missed(results)[0] == "01-02"
    assert summary["charted_until"] == "2026-01-08T00:00:00+00:00"
    infusions = pl.read_parquet(tmp_path / "r" / "data" / "infusions.parquet")
    assert set(infusions["e_source"]) == {"extract"}


def test_a_follow_up_that_ended_before_the_extract_was_made_stays(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    _, _, plain = audited(tmp_path)
    _, _, cut = audited(tmp_path, "--charted-until", MADE)
    assert cut.equals(plain)


def test_the_clock_of_the_site_says_when_the_extract_was_made(tmp_path: Path) -> None:
    write(tmp_path / "x", staying())
    _, summary, _ = audited(tmp_path, "--charted-until", MADE, "--timezone", "America/Chicago")
    assert summary["charted_until"] == "2026-01-08T06:00:00+00:00"


def test_a_month_without_an_infusion_is_audited_and_kept(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    flags = ("--period", "2026-02", "--history", str(tmp_path / "crs.db"), "--as-of", "2026-03-01")
    done, summary, results = audited(tmp_path, *flags)
    assert done.returncode == 0
    assert "no infusion lies in the period" in done.stderr
    assert summary["counts"]["infusions"] == results.height == 0
    assert errors_of(summary) == []
    trend = json.loads(crs_audit("trend", tmp_path / "crs.db", "--out", tmp_path / "t.html", "--json").stdout)
    assert trend["months"] == ["2026-02"]


@pytest.mark.parametrize("period", ["2025-12", "2026-04", "2062-01"])
def test_a_period_before_the_extract_or_not_over_is_a_slip(tmp_path: Path, period: str) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", "--as-of", "2026-04-15", "--period", period)
    assert (done.returncode, (tmp_path / "r").exists()) == (3, False)
    assert "no infusion lies in the period" in done.stderr


def test_a_condition_that_is_hit_is_told(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    flags = ("--fail-on", "G2-02<90%", "--fail-on", "G4-01<90%", "--max-rejected", "5%")
    done, summary, _ = audited(tmp_path, *flags)
    assert done.returncode == 1
    assert "exit code 1: G2-02<90%\n" in done.stderr
    assert "G4-01<90%: nothing was judged, so it is not hit\n" in done.stderr
    assert [(one["condition"], one["hit"], one["value"]) for one in summary["conditions"]] == [
        ("rows rejected > 0.05", False, 0.0), ("G2-02<90%", True, 0.0), ("G4-01<90%", False, None)
    ]  # fmt: skip
    assert "**Condition hit:** G2-02<90%" in (tmp_path / "r" / "summary.md").read_text()


def test_a_limit_that_nothing_can_exceed_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", "--max-rejected", "1")
    assert done.returncode == 2
    assert "max_rejected '1' is not a share below 100 %" in done.stderr


def test_a_worklist_without_a_sample_of_what_was_met(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    done, _, _ = audited(tmp_path, "--sample-met", "0")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("until", "said"), [("2026-01-01", "before 2 of the infusions"), ("2062-01-08", "in the future")]
)
def test_an_end_of_the_extract_that_cannot_be_is_refused(tmp_path: Path, until: str, said: str) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", "--as-of", AS_OF, "--charted-until", until)
    assert (done.returncode, (tmp_path / "r").exists()) == (2, False)
    assert f"charted_until lies {said}" in done.stderr


def test_rows_charted_after_the_end_of_the_extract_are_told(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    told, _, _ = audited(tmp_path, "--charted-until", "2026-01-05")
    assert "rows are charted after charted_until" in told.stderr
