"""Parquet: every type becomes the text a person would write."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from crs_audit.errors import InputError
from crs_audit.intake import text_parquet
from tests.intake.reading import extract, read


def naive(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)  # noqa: DTZ001 (a column without a zone is what is tested)


def frame(**columns: pl.Series | list[object]) -> pl.DataFrame:
    base: dict[str, object] = {"patient_id": ["P1"], "time": ["t"], "vital": ["sbp"], "value": ["80"]}
    return pl.DataFrame(base | columns)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pl.Series([80], dtype=pl.Int64), "80"),
        (pl.Series([38.1]), "38.1"),
        (pl.Series([38.1], dtype=pl.Float32), "38.1"),
        (pl.Series([1e-7]), "1e-7"),
        (pl.Series([float("nan")]), "NaN"),
        (pl.Series([None], dtype=pl.Null), None),
        (pl.Series([""]), None),
        (pl.Series([True]), "true"),
        (pl.Series(["a"], dtype=pl.Categorical), "a"),
        (pl.Series(["a"], dtype=pl.Enum(["a", "b"])), "a"),
        (pl.Series(["12.10"]).str.to_decimal(scale=2), "12.10"),
        (pl.Series([dt.date(2026, 10, 1)]), "2026-10-01"),
        (pl.Series([dt.time(8, 5)]), "08:05:00"),
        (pl.Series([naive(2026, 10, 1, 8)]), "2026-10-01T08:00:00"),
        (pl.Series([naive(2026, 10, 1, 8, 0, 0, 250000)]), "2026-10-01T08:00:00.250"),
        (pl.Series([naive(2026, 7, 1, 8)], dtype=pl.Datetime("ns", "UTC")), "2026-07-01T08:00:00+00:00"),
        (
            pl.Series([naive(2026, 7, 1, 8)]).dt.replace_time_zone("America/Chicago"),
            "2026-07-01T08:00:00-05:00",
        ),
    ],
)
def test_types(tmp_path: Path, column: pl.Series, text: str | None):
    frame(value=column).write_parquet(tmp_path / "vitals.parquet")
    found = read(tmp_path)
    assert found["value"].to_list() == [text]
    assert found.schema["value"] == pl.String


@pytest.mark.parametrize("column", [pl.Series([[1]]), pl.Series([{"a": 1}]), pl.Series([b"x"])])
def test_nested_types_are_refused(tmp_path: Path, column: pl.Series):
    frame(value=column).write_parquet(tmp_path / "vitals.parquet")
    with pytest.raises(InputError, match=r"vitals.parquet: column 'value' holds"):
        read(tmp_path)


def test_records_are_numbered_from_one_over_all_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text_parquet, "ROWS", 4)
    many = pl.concat([frame(value=[str(n)]) for n in range(10)])
    many.write_parquet(tmp_path / "vitals.parquet", row_group_size=3)
    found = read(tmp_path)
    assert found["row"].to_list() == list(range(1, 11))
    assert found["value"].to_list() == [str(n) for n in range(10)]


def test_a_record_without_any_text_stays_a_record(tmp_path: Path):
    pl.concat([frame(), frame().clear(n=1)]).write_parquet(tmp_path / "vitals.parquet")
    assert read(tmp_path)["row"].to_list() == [1, 2]


def test_what_is_no_parquet_is_said(tmp_path: Path):
    frame().write_parquet(tmp_path / "vitals.parquet")
    data = (tmp_path / "vitals.parquet").read_bytes()
    (tmp_path / "vitals.parquet").write_bytes(data[:-20])
    with pytest.raises(InputError, match=r"^vitals.parquet: is no Parquet file") as error:
        extract(tmp_path)
    assert "\n" not in str(error.value)


def test_missing_column_is_named(tmp_path: Path):
    frame().rename({"time": "Time_"}).write_parquet(tmp_path / "vitals.parquet")
    with pytest.raises(InputError, match=r"'time' of table vitals is missing; did you mean 'Time_'"):
        extract(tmp_path)
