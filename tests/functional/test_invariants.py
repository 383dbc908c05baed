"""How an extract is written and split does not change a verdict."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl
import pytest

from crs_audit import audit
from crs_audit.engine import shards
from crs_audit.protocol.load import load_protocol
from crs_audit.settings import load_settings
from tests.functional.extract import AS_OF, ROOT, Rows, tables, write

SYNTHETIC = ROOT / "sample_data" / "synthetic"


def _verdicts(folder: Path, out: Path, **flags: object) -> tuple[pl.DataFrame, pl.DataFrame]:
    protocol = load_protocol()
    settings = load_settings(folder, {"out": out, "jobs": 1, "as_of": AS_OF, **flags}, protocol.measures)
    audit.run(settings, protocol, lambda text: None)
    results = pl.read_parquet(out / "data" / "results.parquet")
    return results, pl.read_parquet(out / "data" / "timeline.parquet")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, pl.DataFrame]:
    return _verdicts(SYNTHETIC, tmp_path_factory.mktemp("plain") / "r")


def _like_synthetic(folder: Path) -> Path:
    """A new folder with the sample's settings: local dates and printed times are of its zone."""
    folder.mkdir()
    shutil.copy(SYNTHETIC / "crs-audit.toml", folder)
    return folder


def _bent(tmp_path: Path, bend: Callable[[list[str]], Iterable[list[str]]]) -> Path:
    folder = _like_synthetic(tmp_path / "x")
    for path in sorted(SYNTHETIC.glob("*.csv")):
        header, *lines = path.read_text("utf-8").splitlines()
        for number, part in enumerate(bend(lines)):
            (folder / f"{path.stem}_{number}.csv").write_text("\n".join([header, *part]) + "\n", "utf-8")
    return folder


def _shuffled(lines: list[str]) -> list[list[str]]:
    return [random.Random(7).sample(lines, len(lines))]


def _split(lines: list[str]) -> list[list[str]]:
    return [lines[0::3], lines[1::3], lines[2::3]]


def _overlapping(lines: list[str]) -> list[list[str]]:
    half = len(lines) // 2
    return [lines[: half + half // 2], lines[half:]]


def _in_utc(lines: list[str]) -> list[list[str]]:
    from datetime import UTC, datetime

    def utc(match: re.Match[str]) -> str:
        return datetime.fromisoformat(match[0]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    return [[re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", utc, line) for line in lines]]


@pytest.mark.parametrize("bend", [_shuffled, _split, _overlapping, _in_utc])
def test_bending_the_extract_changes_no_verdict(
    tmp_path: Path, plain: tuple[pl.DataFrame, pl.DataFrame], bend: Callable[[list[str]], Iterable[list[str]]]
) -> None:
    results, timeline = _verdicts(_bent(tmp_path, bend), tmp_path / "r")
    assert results.equals(plain[0])
    assert timeline.equals(plain[1])


@pytest.mark.parametrize("jobs", [1, 2])
def test_sharding_changes_not_a_byte(
    tmp_path: Path, plain: tuple[pl.DataFrame, pl.DataFrame], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    _verdicts(SYNTHETIC, tmp_path / "one")
    monkeypatch.setattr(shards, "BYTES_PER_SHARD", 200_000)
    results, timeline = _verdicts(SYNTHETIC, tmp_path / "many", jobs=jobs)
    assert results.equals(plain[0])
    assert timeline.equals(plain[1])
    one, many = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "many")
    )
    assert one == many


def test_parquet_and_gzip_are_read_like_csv(tmp_path: Path, plain: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    import gzip

    folder = _like_synthetic(tmp_path / "x")
    for path in sorted(SYNTHETIC.glob("*.csv")):
        if path.stem in ("mar", "labs"):
            pl.read_csv(path, infer_schema=False).write_parquet(folder / f"{path.stem}.parquet")
        else:
            (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    results, _ = _verdicts(folder, tmp_path / "r")
    assert results.equals(plain[0])


def test_a_row_twice_counts_once(tmp_path: Path) -> None:
    once, twice = tables(), tables()
    _twice(twice)
    first, _ = _verdicts(write(tmp_path / "a", once), tmp_path / "ra")
    second, _ = _verdicts(write(tmp_path / "b", twice), tmp_path / "rb")
    assert first.equals(second)


def _twice(content: dict[str, Rows]) -> None:
    for name in ("vitals", "mar", "labs", "infusions"):
        content[name] = [content[name][0], *(row for row in content[name][1:] for _ in range(2))]
