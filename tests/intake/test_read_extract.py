"""The input as a whole: which files are read, which are not, in what order."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.errors import InputError
from tests.intake.reading import VITALS, extract, read, vitals

LABS = b"patient_id,time,lab,value\nP1,t,crp,5\n"


def test_files_are_found_by_the_beginning_of_their_names(tmp_path: Path):
    for name in ("VITALS_north.CSV", "vitals.tsv", "vitals2026.txt"):
        vitals(tmp_path, VITALS.replace(",", "\t").encode() if "tsv" in name else VITALS.encode(), name)
    vitals(tmp_path, LABS, "labs_2026-10.csv")
    found = extract(tmp_path)
    assert [(s.number, s.table, s.file) for s in found.sources] == [
        (1, "labs", "labs_2026-10.csv"),
        (2, "vitals", "VITALS_north.CSV"),
        (3, "vitals", "vitals.tsv"),
        (4, "vitals", "vitals2026.txt"),
    ]
    assert found.tables == {"labs", "vitals"}


def test_what_no_table_claims_is_listed_and_what_is_hidden_is_not(tmp_path: Path):
    vitals(tmp_path, "")
    for name in (".DS_Store", "~$vitals.xlsx", ".vitals.csv.swp", "notes.pdf", "march.csv", "crs-audit.toml"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "old").mkdir()
    assert extract(tmp_path).skipped == ("march.csv", "notes.pdf", "old/")


def test_record_numbers_begin_anew_in_each_file(tmp_path: Path):
    vitals(tmp_path, "P1,t,sbp,80,,\nP2,t,sbp,81,,\n", "vitals_1.csv")
    vitals(tmp_path, "P3,t,sbp,82,,\n", "vitals_2.csv")
    assert read(tmp_path).select("source", "row", "patient_id").rows() == [(1, 2, "P1"), (1, 3, "P2"), (2, 2, "P3")]


@pytest.mark.parametrize("name", ["vitals.json", "vitals.csv.zip", "vitals.csv.zst", "Vitals.ods"])
def test_a_table_in_a_form_that_is_not_read_is_not_passed_over(tmp_path: Path, name: str):
    vitals(tmp_path, b"x", name)
    with pytest.raises(InputError, match="in a form that is not read"):
        extract(tmp_path)


def test_what_is_no_input(tmp_path: Path):
    with pytest.raises(InputError, match="the folder is empty"):
        extract(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        extract(tmp_path / "nowhere")
    vitals(tmp_path, "")
    with pytest.raises(InputError, match="give the folder"):
        extract(tmp_path / "vitals.csv")


def test_the_size_as_text_is_told_whatever_the_form(tmp_path: Path):
    import gzip

    body = (VITALS + "P1,t,sbp,80,,\n" * 500).encode()
    vitals(tmp_path, gzip.compress(body), "vitals.csv.gz")
    (source,) = extract(tmp_path).sources
    assert source.text_bytes == len(body) > source.bytes
