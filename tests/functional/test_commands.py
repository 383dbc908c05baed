"""The program as a user meets it: commands, answers, exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tests.functional.extract import AS_OF, ROOT, crs_audit, tables, write

COMMANDS = ("run", "validate", "map", "measures", "schema", "explain", "cohort", "simulate")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write(folder / "extract", tables())
    out = folder / "report"
    done = crs_audit("run", folder / "extract", "--out", out, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    assert "report: " in done.stdout
    return out


def test_help_names_every_command_and_every_command_has_help() -> None:
    text = crs_audit("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\b", text, re.MULTILINE)
        assert crs_audit(command, "--help").returncode == 0


def test_version() -> None:
    assert re.fullmatch(r"crs-audit \d+\.\d+\.\d+\n", crs_audit("--version").stdout)


def test_a_report_has_its_pages_and_tables(published: Path) -> None:
    names = {str(path.relative_to(published)) for path in published.rglob("*") if path.is_file()}
    tables_ = (
        "infusions", "episodes", "timeline", "results", "evidence", "flags", "rejects", "attrition", "cohort",
        "steroid_days",
    )  # fmt: skip
    assert {"index.html", "data-quality.html", "methods.html", "dictionary.html", "summary.json"} <= names
    assert {f"data/{name}.{ending}" for name in tables_ for ending in ("csv", "parquet")} <= names
    assert {"patients/0001.html", "patients/0002.html", "measures/G2-02.html"} <= names


def test_the_late_dose_is_found_and_explained(published: Path) -> None:
    results = pl.read_parquet(published / "data" / "results.parquet")
    row = results.filter(pl.col("result_id") == "P-1/1|G2-02|1").to_dicts()[0]
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "amber", 150)
    answer = crs_audit("explain", published, "P-1/1|G2-02|1")
    assert answer.returncode == 0
    assert "mar.csv" in answer.stdout
    assert "150" in answer.stdout
    by_token = crs_audit("explain", published, "0001|G2-02|1", "--json")
    assert json.loads(by_token.stdout)["result_id"] == "P-1/1|G2-02|1"


def test_what_only_informs_is_explained_as_present(published: Path) -> None:
    answer = crs_audit("explain", published, "P-1/1|PIT-01|1").stdout
    assert re.search(r"verdict +present\n", answer)
    assert re.search(r"value +\d+ bands?\n", answer)
    assert re.search(r"limit +≤ 120 min \(2 h\)", crs_audit("explain", published, "P-1/1|G2-02|1").stdout)


def test_every_other_verdict_of_the_small_extract(published: Path) -> None:
    """By hand from the protocol, for the one episode and the patient who stays well."""
    results = pl.read_parquet(published / "data" / "results.parquet")
    found: dict[str, dict[str, set[str]]] = {id_: {} for id_ in ("P-1/1", "P-2/1")}
    for row in results.filter(pl.col("status") != "not_applicable").to_dicts():
        found[row["infusion_id"]].setdefault(row["measure_id"], set()).add(row["status"])
    nowhere = {"MON-07": {"indeterminate"}, "HLH-02": {"indeterminate"}}
    every = {
        "BAS-01": {"not_met"}, "BAS-02": {"not_met"}, "MON-01": {"not_met"}, "MON-03": {"not_met"}, "PRIN-02": {"met"},
        "PIT-02": {"met"}, **nowhere,
    }  # fmt: skip
    assert found["P-1/1"] == {
        **every, "MON-02": {"indeterminate"}, "MON-04": {"indeterminate"}, "MON-06": {"indeterminate"},
        "G1-01": {"not_met"}, "G1-02": {"not_met"}, "G2-01": {"met"}, "G2-02": {"not_met"}, "G2-03": {"met"},
        "G2-04": {"met"}, "G2-05": {"met"}, "G2-07": {"met"}, "G2-08": {"met"}, "G2-10": {"not_met"},
        "ICANS-01": {"indeterminate"}, "PIT-01": {"met"},
    }  # fmt: skip
    assert found["P-2/1"] == every


def test_summary_is_the_answer_of_json(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", "--json", "--as-of", AS_OF)
    assert json.loads(done.stdout) == json.loads((tmp_path / "r" / "summary.json").read_text("utf-8"))


def test_times_go_out_in_the_sites_zone(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", "--timezone", "America/Chicago", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    episodes = pl.read_csv(tmp_path / "r" / "data" / "episodes.csv")
    assert episodes["onset"].to_list() == ["2026-01-03T03:00:00-06:00"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, published: Path) -> None:
    write(tmp_path / "extract", tables())
    assert crs_audit("run", tmp_path / "extract", "--out", tmp_path / "r", "--as-of", AS_OF).returncode == 0
    ours = {path.relative_to(tmp_path / "r"): path.read_bytes() for path in (tmp_path / "r").rglob("*.*")}
    before = {path.relative_to(published): path.read_bytes() for path in published.rglob("*.*")}
    assert ours == before


def test_a_site_key_names_pages_by_tokens(tmp_path: Path) -> None:
    write(tmp_path / "x", tables())
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", env={"CRS_AUDIT_SITE_KEY": "k"})
    assert done.returncode == 0
    names = [path.stem for path in (tmp_path / "r" / "patients").iterdir()]
    assert all(re.fullmatch(r"[0-9a-f]{16}", name) for name in names)
    assert len(set(names)) == 2


def test_a_period_and_a_choice_of_measures(tmp_path: Path) -> None:
    content = tables()
    content["infusions"][2][1] = "2025-12-31T12:00:00Z"
    write(tmp_path / "x", content)
    done = crs_audit(
        "run", tmp_path / "x", "--out", tmp_path / "r", "--period", "2026-01", "--measures", "g2-02,pit-02"
    )
    assert done.returncode == 0
    results = pl.read_parquet(tmp_path / "r" / "data" / "results.parquet")
    assert results["infusion_id"].unique().to_list() == ["P-1/1"]
    assert set(results["measure_id"]) == {"G2-02", "PIT-02"}
    nothing = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r2", "--period", "2024")
    assert nothing.returncode == 3
    assert not (tmp_path / "r2").exists()


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (["--fail-on", "fallouts"], 1),
        (["--fail-on", "G2-02<50%"], 1),
        (["--fail-on", "G2-01<50%"], 0),
        (["--fail-on", "fallouts", "--max-rejected", "0.001"], 4),
        (["--max-rejected", "5%"], 0),
        (["--max-indeterminate", "50%"], 0),
        (["--max-indeterminate", "0"], 4),
    ],
)
def test_conditions_and_limits(tmp_path: Path, flags: list[str], code: int) -> None:
    content = tables()
    content["vitals"].append(["P-1", "2026-01-03T10:00:00Z", "sbp", "eighty", "mmHg"])
    write(tmp_path / "x", content)
    done = crs_audit("run", tmp_path / "x", "--out", tmp_path / "r", *flags)
    assert done.returncode == code
    assert (tmp_path / "r" / "index.html").exists()


def test_validate_counts_and_scores_nothing(tmp_path: Path) -> None:
    content = tables()
    content["vitals"].append(content["vitals"][1])
    content["vitals"].append(["P-1", "2026-01-03T10:00:00Z", "sbp", "eighty", "mmHg"])
    write(tmp_path / "x", content)
    done = crs_audit("validate", tmp_path / "x", "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    vitals = next(row for row in document["accounting"] if row["table"] == "vitals")
    assert vitals["read"] == vitals["accepted"] + vitals["rejected"] + vitals["duplicates"]
    assert (vitals["rejected"], vitals["duplicates"]) == (1, 1)
    (reject,) = document["rejects"]
    last_row = len(content["vitals"])
    assert (reject["column"], reject["reason"], reject["first_rows"]) == ("value", "not a number", [last_row])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x"]


def test_nothing_printed_tells_a_patient_or_a_value(tmp_path: Path) -> None:
    content = tables()
    content["vitals"].append(["P-SECRET", "2026-01-03T10:00:00Z", "sbp", "secretvalue", "mmHg"])
    content["vitals"].append(["P-LONELY", "2026-01-03T10:00:00Z", "sbp", "113", "mmHg"])
    write(tmp_path / "x", content)
    for command in (["run", tmp_path / "x", "--out", tmp_path / "r"], ["validate", tmp_path / "x"]):
        for json_flag in ([], ["--json"]):
            done = crs_audit(*command, *json_flag)
            assert done.returncode == 0
            for text in (done.stdout, done.stderr):
                assert not re.search(r"P-1|P-2|P-SECRET|P-LONELY|secretvalue|eighty", text)
    assert not [path for path in (tmp_path / "r").rglob("*") if "P-" in path.name]


def test_measures_answers_in_text_and_json() -> None:
    assert "Tocilizumab within 120 min" in crs_audit("measures").stdout
    one = crs_audit("measures", "g2-02")
    assert "120 min" in one.stdout
    document = json.loads(crs_audit("measures", "--json").stdout)
    assert "G4-02" in {measure["id"] for measure in document["measures"]}


def test_the_sample_of_the_readme_is_audited(tmp_path: Path) -> None:
    done = crs_audit("run", ROOT / "sample_data" / "synthetic", "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    assert "SYN-" not in done.stdout + done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_no_defect() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "crs_audit", "measures"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
    assert done.returncode == 5
    assert "no room" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_that_is_ended_leaves_no_rows_behind(tmp_path: Path, name: str) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "crs_audit", "run", ROOT / "sample_data" / "synthetic", "--out", tmp_path / "r"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        cwd=ROOT,
    )
    while run.poll() is None and not any(temporary.iterdir()):
        time.sleep(0.01)
    run.send_signal(getattr(signal, name))
    _, said = run.communicate(timeout=60)
    assert (run.returncode, "interrupted" in said) == (130, True)
    assert not any(temporary.iterdir())
    assert not (tmp_path / "r").exists()


def test_what_the_first_page_links_to_is_there(published: Path) -> None:
    page = (published / "index.html").read_text("utf-8")
    for name in ("worklist.xlsx", "summary.md", "summary.json", "data/"):
        assert f'href="{name}"' in page
        assert (published / name).exists()
