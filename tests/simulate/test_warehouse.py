"""The cohort as a hospital's warehouse sends it, read by its mapping: the clean cohort's truth, every row accounted."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crs_audit.simulate import simulate
from crs_audit.simulate.scenarios import PATIENTS
from tests.functional.extract import crs_audit
from tests.simulate.audited import accounts, audited
from tests.simulate.compare import (
    KEY,
    cut_short,
    episode_differences,
    grades,
    planted,
    planted_differences,
    timeline_differences,
)

SAMPLES = Path(__file__).parents[2] / "sample_data"
CLEAN, SHIPPED = SAMPLES / "synthetic", SAMPLES / "warehouse"
ALL = sum(len(patient) for patient in PATIENTS)


def read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / "truth" / f"{name}.csv", infer_schema_length=0)


def record_numbers(folder: Path) -> dict[str, str]:
    return dict(read(folder, "patients").select("patient_id", "mrn").iter_rows())


def renamed(frame: pl.DataFrame) -> pl.DataFrame:
    """The clean cohort's rows under the record numbers of the shipped sample."""
    patient = pl.col("infusion_id").str.split("/")
    number = patient.list.get(0).replace_strict(record_numbers(SHIPPED), return_dtype=pl.String)
    return frame.with_columns(infusion_id=number + "/" + patient.list.get(1))


def content(path: Path) -> object:
    """What is in a file, whatever compressed it: zlib does not write the same bytes everywhere, nor a library's next
    version the same styles."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return {
                name: book.read(name)
                for name in sorted(book.namelist())
                if name.startswith(("xl/worksheets/", "xl/shared"))
            }
    return path.read_bytes()


def files(folder: Path) -> dict[str, Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")
    return {path.relative_to(folder).as_posix(): path for path in found}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return audited(SHIPPED, tmp_path_factory.mktemp("warehouse") / "report")


@pytest.fixture(scope="module")
def accounted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return accounts(SHIPPED, tmp_path_factory.mktemp("accounts") / "report")


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        simulate(tmp_path / name, infusions=6, seed=seed, warehouse=True)
    a, b, c = ({at: path.read_bytes() for at, path in files(tmp_path / name).items()} for name in "abc")
    assert a == b
    assert a["RESULTS.xlsx"] != c["RESULTS.xlsx"]


def test_the_shipped_sample_is_what_the_program_writes(tmp_path: Path) -> None:
    simulate(tmp_path, warehouse=True)
    written, shipped = files(tmp_path), files(SHIPPED)
    assert sorted(written) == sorted(shipped)
    assert [at for at in written if content(written[at]) != content(shipped[at])] == []


def test_one_cohort_is_written_in_one_way(tmp_path: Path) -> None:
    done = crs_audit("simulate", tmp_path / "both", "--messy", "--warehouse")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "both").exists()


def test_the_truth_is_that_of_the_clean_cohort_under_record_numbers() -> None:
    assert all(mrn.startswith("0") for mrn in record_numbers(SHIPPED).values())
    for name in ("planted", "grades", "episodes", "scenarios"):
        assert renamed(read(CLEAN, name)).equals(read(SHIPPED, name)), name


def test_every_verdict_is_that_of_the_clean_cohort(found: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    """Of every opportunity, listed in the truth or not, and what every verdict rests on but the source rows."""
    said = ["status", "reason", "episode", "time"]
    clean = renamed(audited(CLEAN, tmp_path / "report")["results"])
    assert found["results"].select(*KEY, *said).sort(KEY).equals(clean.select(*KEY, *said).sort(KEY))
    assert set(found["results"]["status"]) == {"met", "not_met", "excluded", "indeterminate", "not_applicable"}


def test_every_planted_verdict_is_found_and_no_other(found: dict[str, pl.DataFrame]) -> None:
    assert planted_differences(found["results"], planted(SHIPPED), cut_short(SHIPPED)) == []
    assert timeline_differences(found["timeline"], grades(SHIPPED)) == []
    assert episode_differences(found["episodes"], SHIPPED) == []


def test_another_draw_of_every_scenario_is_read_as_well(tmp_path: Path) -> None:
    """Among them patients whose nights hold the hour that the clock shows twice."""
    folder = tmp_path / "beyond"
    simulate(folder, infusions=ALL, seed=7, warehouse=True)
    flowsheet = (folder / "Flowsheet_2025-07_to_12.csv").read_text(encoding="utf-8")
    assert ",11/02/2025 01:" in flowsheet
    assert " -0600," in flowsheet
    found = audited(folder, tmp_path / "report")
    assert planted_differences(found["results"], planted(folder), cut_short(folder)) == []
    assert timeline_differences(found["timeline"], grades(folder)) == []
    assert episode_differences(found["episodes"], folder) == []


def told(effect: str) -> Counter[tuple[str, str, str]]:
    """Rows by file, table and what must come of them, of the effects that begin so."""
    rows: Counter[tuple[str, str, str]] = Counter()
    for row in read(SHIPPED, "warehouse").filter(pl.col("effect").str.starts_with(effect)).iter_rows(named=True):
        rows[row["file"], row["table"], row["effect"]] += int(row["rows"])
    return rows


@pytest.mark.parametrize(
    ("effect", "column"), [("read", "read"), ("filtered", "filtered"), ("duplicates", "duplicates")]
)
def test_every_row_is_accounted_for_as_told(accounted: dict[str, Any], effect: str, column: str) -> None:
    rows = {(row["file"], row["table"], effect): row[column] for row in accounted["accounting"] if row[column]}
    assert rows == told(effect)
    for row in accounted["accounting"]:
        assert row["read"] == row["accepted"] + row["rejected"] + row["duplicates"], row["file"]


def test_every_planted_reject_is_rejected_for_its_reason_and_no_other_row(accounted: dict[str, Any]) -> None:
    rows: Counter[tuple[str, str, str]] = Counter()
    for row in accounted["rejects"]:
        rows[row["file"], row["table"], f"rejected: {row['reason']}"] += row["rows"]
    assert rows == told("rejected: ")


def test_no_name_that_the_mapping_should_know_is_without_a_match(accounted: dict[str, Any]) -> None:
    unknown = {row["text"] for row in accounted["unmatched"] if row["table"] != "mar"}
    assert unknown == {"TROPONIN I, HIGH SENSITIVITY"}
    columns = {row["column"] for row in accounted["unmatched"] if row["table"] == "mar"}
    assert columns == {"drug"}
