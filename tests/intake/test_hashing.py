"""The hash of an input file, worked out beside its reading, is that file's or a plain error."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from crs_audit.errors import InputError
from crs_audit.intake import hashing
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.sources import open_extract


def test_what_is_sent_to_another_process_needs_the_file_no_more(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv"
    path.write_bytes(b"patient_id,time\n" * 100_000)
    sent = pickle.dumps(hashing.FileHash(path, "labs.csv"))
    wanted, size = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size
    path.unlink()
    found = pickle.loads(sent)
    assert (found.hex, found.bytes) == (wanted, size)


def test_a_file_lost_before_it_is_hashed_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv"
    path.write_text("patient_id,time,lab,value\nA,2026-03-01T08:00Z,crp,5\n")
    with hashing._ONE_AT_A_TIME:
        extract = open_extract(tmp_path, load_mapping("canonical", {}))
        path.unlink()
    with pytest.raises(InputError, match=r"^labs\.csv: cannot be read to its end$"):
        extract.hashed()


def test_an_extract_is_hashed_whole(tmp_path: Path) -> None:
    for name in ("labs.csv", "labs_2.csv"):
        (tmp_path / name).write_text("patient_id,time,lab,value\nA,2026-03-01T08:00Z,crp,5\n")
    extract = open_extract(tmp_path, load_mapping("canonical", {}))
    extract.hashed()
    assert all("hex" in vars(source.hash) for source in extract.sources)
