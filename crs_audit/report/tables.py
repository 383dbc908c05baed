"""The run's tables as Parquet and CSV files under `data/`, in the columns and order other programs rely on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from crs_audit.quality.run import Quality

KEYS = {
    "infusions": ["infusion_id"],
    "episodes": ["infusion_id", "episode"],
    "timeline": ["infusion_id", "start"],
    "results": ["infusion_id", "measure_id", "opportunity"],
    "evidence": ["result_id", "clause", "time", "source_file", "sheet", "source_row"],
    "flags": ["infusion_id", "episode", "flag", "time"],
    "rejects": ["source_file", "sheet", "source_row"],
    "attrition": [],
    "cohort": ["infusion_id"],
    "steroid_days": ["infusion_id", "date"],
    "profile_tables": ["table"],
    "profile_columns": ["table", "column"],
    "profile_values": ["table", "name"],
    "profile_units": ["table", "name", "unit"],
    "profile_names": ["table", "column", "name", "text"],
    "profile_flags": ["flag", "table", "name"],
    "checks": [],
    "coverage": ["infusion_id", "name"],
    "coverage_over_time": ["unit", "name", "at"],
}
"""The tables of `data/` and the columns each is sorted by."""


def write_tables(tables: dict[str, pl.DataFrame], folder: Path, timezone: str | None) -> None:
    """Writes each frame as `<name>.parquet` and `<name>.csv`: times in the site's zone, ISO 8601 with offset; without
    zone and offset where `timezone` is None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        keys = [key for key in KEYS[name] if key in frame.columns]
        rest = [column for column in frame.columns if column not in keys]
        # The keys alone may tie (two readings of one clause at one time): the other columns decide, so that the
        # same input gives the same bytes.
        ordered = frame.sort([*keys, *rest], nulls_last=False) if keys else frame
        local = ordered.with_columns(
            pl.col(column).dt.convert_time_zone(timezone) if timezone else pl.col(column).dt.replace_time_zone(None)
            for column, dtype in frame.schema.items()
            if isinstance(dtype, pl.Datetime)
        )
        local.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=True)
        in_iso(local).write_csv(folder / f"{name}.csv")


def in_iso(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its times as text: ISO 8601, with offset where they have a zone."""
    times = {column: dtype.time_zone for column, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)}
    clock = "%Y-%m-%dT%H:%M:%S%.f"
    return frame.with_columns(
        pl.col(column).dt.to_string(clock + ("%:z" if zone else "")) for column, zone in times.items()
    )


def with_files(frame: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """Replaces `source` and `row` by source_file, sheet and source_row. `files`: source, source_file, sheet."""
    named = frame.join(files, on="source", how="left", maintain_order="left").rename({"row": "source_row"})
    place = ["source_file", "sheet", "source_row"]
    columns = [column for column in frame.columns if column not in ("source", "row")]
    at = frame.columns.index("source")
    return named.select([*columns[:at], *place, *columns[at:]])


def profile_tables(quality: Quality, files: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The profile of a run as tables. `files`: source, source_file, sheet; the first rows of a flag are one text."""
    listed = quality.flags.select("flag", "table", "name", "standing", "places").explode("places").unnest("places")
    named = listed.join(files, on="source", how="left", maintain_order="left")
    sheet = pl.when(pl.col("sheet").is_not_null()).then(pl.format(" [{}]", "sheet")).otherwise(pl.lit(""))
    keys = ["flag", "table", "name", "standing"]
    first = named.group_by(keys, maintain_order=True).agg(
        first_rows=pl.concat_str("source_file", sheet, pl.lit(" "), pl.col("row").cast(pl.String)).str.join("; ")
    )
    return {
        "profile_tables": quality.tables,
        "profile_columns": quality.columns,
        "profile_values": quality.values,
        "profile_units": quality.units,
        "profile_names": quality.names,
        "profile_flags": quality.flags.drop("places").join(
            first, on=keys, how="left", nulls_equal=True, maintain_order="left"
        ),
        "checks": quality.checks,
        "coverage": quality.coverage,
        "coverage_over_time": quality.over_time,
    }
