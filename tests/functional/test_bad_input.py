"""Bad input gets one clear line, the exit code of its kind, and nothing published half."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.functional.extract import crs_audit, tables, write


def _refused(folder: Path, code: int, *said: str, flags: tuple[object, ...] = ()) -> None:
    out = folder.parent / "report"
    done = crs_audit("run", folder, "--out", out, *flags)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("crs-audit: ")
    for words in said:
        assert words in lines[0]
    assert "Traceback" not in done.stderr
    assert not out.exists()
    assert not [path.name for path in folder.parent.iterdir() if path.name.startswith(".report.new")]


def _done(folder: Path) -> tuple[dict[str, object], Path, str]:
    out = folder.parent / "report"
    done = crs_audit("run", folder, "--out", out)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "summary.json").read_text("utf-8")), out, done.stderr


def test_a_missing_column(tmp_path: Path) -> None:
    content = tables()
    content["vitals"] = [row[:2] + row[3:] for row in content["vitals"]]
    _refused(write(tmp_path / "x", content), 3, "vitals.csv", "'vital'", "patient_id", "time", "value", "unit")


def test_a_missing_table(tmp_path: Path) -> None:
    content = tables()
    del content["mar"]
    _refused(write(tmp_path / "x", content), 3, "mar")


def test_an_empty_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    (folder / "labs.csv").write_bytes(b"")
    _refused(folder, 3, "labs.csv", "empty")


def test_no_input(tmp_path: Path) -> None:
    _refused(tmp_path / "nowhere", 3, "nowhere")
    (tmp_path / "bare").mkdir()
    _refused(tmp_path / "bare", 3, "bare")


def test_a_header_without_rows_is_said_and_undecidable(tmp_path: Path) -> None:
    content = tables()
    content["vitals"] = content["vitals"][:1]
    _, out, told = _done(write(tmp_path / "x", content))
    assert "vitals" in told
    results = pl.read_parquet(out / "data" / "results.parquet")
    g2 = results.filter(pl.col("measure_id") == "G2-02")
    assert g2["status"].unique().to_list() == ["indeterminate"]
    assert all("vitals" in reason for reason in g2["reason"])


def test_an_unknown_key_is_told_its_neighbour(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    (folder / "crs-audit.toml").write_text('timezon = "UTC"\n')
    _refused(folder, 2, "timezon", "did you mean 'timezone'?")
    (folder / "crs-audit.toml").write_text('[tables.vitals]\ncolums = { time = "t" }\n')
    _refused(folder, 2, "colums", "did you mean 'columns'?")


def test_configuration_that_is_wrong(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    _refused(folder, 2, "Nowhere/City", flags=("--timezone", "Nowhere/City"))
    _refused(folder, 2, "G9-99", flags=("--measures", "G9-99"))
    _refused(folder, 2, "clix", "clif", flags=("--preset", "clix"))
    _refused(folder, 2, "2026-13", flags=("--period", "2026-13"))
    _refused(folder, 2, "sometimes", flags=("--fail-on", "sometimes"))
    _refused(folder, 2, "no such configuration file", flags=("--config", tmp_path / "no.toml"))
    (folder / "crs-audit.toml").write_text("timezone = [")
    _refused(folder, 2, "crs-audit.toml")
    (folder / "crs-audit.toml").unlink()
    done = crs_audit("run", folder, env={"CRS_AUDIT_TIMEZON": "UTC"})
    assert done.returncode == 2
    assert "CRS_AUDIT_TIMEZONE" in done.stderr


def test_workbooks_that_cannot_be_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    (folder / "labs.csv").unlink()
    (folder / "labs.xlsx").write_bytes(b"this is no workbook")
    _refused(folder, 3, "labs.xlsx")
    # What Excel writes under a password: an OLE container with a stream named EncryptedPackage.
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
    (folder / "labs.xlsx").write_bytes(ole)
    _refused(folder, 3, "labs.xlsx", "password")


def test_truncated_gzip(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    packed = gzip.compress((folder / "vitals.csv").read_bytes())
    (folder / "vitals.csv").unlink()
    (folder / "vitals.csv.gz").write_bytes(packed[: len(packed) // 2])
    _refused(folder, 3, "vitals.csv.gz")


def test_every_row_rejected(tmp_path: Path) -> None:
    content = tables()
    content["vitals"] = [content["vitals"][0]] + [[row[0], "yesterday", *row[2:]] for row in content["vitals"][1:]]
    _refused(write(tmp_path / "x", content), 3, "vitals", "not a time")


def test_no_infusion_at_all(tmp_path: Path) -> None:
    content = tables()
    del content["infusions"]
    _refused(write(tmp_path / "x", content), 3, "infusion")


def test_infusions_from_the_mar(tmp_path: Path) -> None:
    content = tables()
    del content["infusions"]
    content["mar"].append(
        ["P-1", "2026-01-01T12:00:00Z", "axicabtagene ciloleucel (Yescarta)", "Given", "", "", "IV", ""]
    )
    _, out, _ = _done(write(tmp_path / "x", content))
    infusions = pl.read_parquet(out / "data" / "infusions.parquet")
    assert infusions["infusion_id"].to_list() == ["P-1/1"]
    assert infusions["product"].to_list() == ["axi-cel"]


def test_a_patient_without_infusion_and_one_without_vitals(tmp_path: Path) -> None:
    content = tables()
    content["vitals"].append(["P-3", "2026-01-03T10:00:00Z", "sbp", "113", "mmHg"])
    content["infusions"].append(["P-4", "2026-01-01T12:00:00Z", "Kymriah", "70"])
    summary, out, told = _done(write(tmp_path / "x", content))
    assert summary["counts"]["patients_without_infusion"] == 1
    assert "1 patient has rows but no infusion" in told
    assert "P-3" in (out / "data-quality.html").read_text("utf-8")
    results = pl.read_parquet(out / "data" / "results.parquet").filter(pl.col("infusion_id") == "P-4/1")
    episode = results.filter(pl.col("measure_id").is_in(["G1-06", "G2-01", "G2-02", "G3-02", "G3-03", "G4-02"]))
    assert episode["status"].unique().to_list() == ["indeterminate"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_do_not_change_a_verdict(tmp_path: Path, encoding: str, delimiter: str) -> None:
    folder = write(tmp_path / "x", tables())
    vitals = (folder / "vitals.csv").read_text("utf-8").replace(",", delimiter)
    (folder / "vitals.csv").write_text(vitals, encoding=encoding)
    _, out, _ = _done(folder)
    results = pl.read_parquet(out / "data" / "results.parquet")
    assert results.filter(pl.col("result_id") == "P-1/1|G2-02|1")["value"].to_list() == [150]


def test_one_workbook_with_a_sheet_per_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, rows in tables().items():
        sheet = book.create_sheet(table)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    done = crs_audit("run", tmp_path / "book.xlsx", "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    evidence = pl.read_parquet(tmp_path / "r" / "data" / "evidence.parquet")
    assert evidence.filter(pl.col("result_id") == "P-1/1|G2-02|1")["sheet"].drop_nulls().unique().to_list() != []


def test_a_folder_that_is_no_report_is_not_replaced(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    done = crs_audit("run", folder, "--out", tmp_path / "mine")
    assert done.returncode == 5
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "file").write_text("")
    assert crs_audit("run", folder, "--out", tmp_path / "file").returncode == 5
    assert crs_audit("run", folder, "--out", tmp_path / "file" / "deeper").returncode == 5


def test_explain_what_is_not_there(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    assert crs_audit("explain", folder, "P-1/1|G2-02|1").returncode == 3
    _done(folder)
    done = crs_audit("explain", tmp_path / "report", "P-1/1|G2-02|9")
    assert done.returncode == 2
    assert "P-1" not in done.stderr
    assert crs_audit("explain", tmp_path / "report", "what").returncode == 2


def test_simulate_refuses_a_folder_with_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert crs_audit("simulate", tmp_path).returncode == 5
