"""The profile is that of the rows, not of how they were sharded or ordered."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import polars as pl
import pytest

from crs_audit.engine import shards
from tests.functional.extract import ROOT
from tests.quality.audited import PROFILE, audited

MESSY = ROOT / "sample_data" / "synthetic-messy"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return audited(MESSY, tmp_path_factory.mktemp("plain") / "r")


def test_there_is_something_to_combine(plain: dict[str, pl.DataFrame]) -> None:
    assert all(plain[name].height for name in PROFILE)


def test_sharding_does_not_change_it(
    tmp_path: Path, plain: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "BYTES_PER_SHARD", 150_000)
    many = audited(MESSY, tmp_path / "r")
    for name in PROFILE:
        assert many[name].equals(plain[name]), name


def test_the_order_of_rows_does_not_change_it(tmp_path: Path, plain: dict[str, pl.DataFrame]) -> None:
    folder = tmp_path / "shuffled"
    shutil.copytree(MESSY, folder)
    for path in folder.glob("*.csv"):
        header, *lines = path.read_bytes().splitlines(keepends=True)
        if all(line.endswith(b"\n") for line in lines):
            path.write_bytes(header + b"".join(random.Random(3).sample(lines, len(lines))))
    shuffled = audited(folder, tmp_path / "r")
    for name in PROFILE:
        # Which rows are the first is a matter of their order.
        one, other = (frames[name].drop("first_rows", strict=False) for frames in (shuffled, plain))
        assert one.equals(other), name
