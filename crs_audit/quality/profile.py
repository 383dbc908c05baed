"""Counts of the accepted rows of one shard: columns filled, what was measured how often and in which range, units and
names as they were charted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crs_audit.quality.tally import TALLIES
from crs_audit.tables import NAMED_BY, TIMED_BY

_VALUE = {"vitals": "value", "labs": "value", "assessments": "value", "mar": "dose"}
"""Table → the number a row holds: in the canonical unit, of a MAR row in mg or, of fluids, mL."""
_NUMBERS = {"infusions": ("weight_kg", "age_years")}
"""Tables whose rows hold several numbers, each in a column of its own."""
_UNIT = {"vitals": "raw_unit", "labs": "raw_unit", "mar": "raw_dose_unit"}
_TEXTS = {
    "infusions": (("product", "product_text"),),
    "mar": (("drug", "drug_text"), ("action", "action_text"), ("route", "route_text")),
}
"""Table → what was charted as free text: the column of the audit's word, the column of the text."""
_NOT_CELLS = ("source", "row", "flags", "infusion_id", "from_mar", "bolus_text", "day_only")
"""Columns the program makes itself."""

PerPatient = dict[str, pl.DataFrame]
"""Table → patient_id, name, rows, with_value, below, above, date_only, min, max, earliest, latest: small enough to ask
it again and again, however long the table is."""


def per_patient(frames: Mapping[str, pl.DataFrame]) -> PerPatient:
    """The rows of each table counted by patient and by what they are of."""
    return {table: _of_patients(table, frame) for table, frame in frames.items()}


def _of_patients(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    time, value = pl.col(TIMED_BY[table]), pl.col(_VALUE[table]) if table in _VALUE else pl.lit(None, pl.Float64)
    name = pl.col(NAMED_BY[table]) if table in NAMED_BY else pl.lit(None, pl.String)
    # An oxygen device has a class for a value.
    filled = value.is_not_null() | pl.col("device").is_not_null() if table == "vitals" else value.is_not_null()
    bound = pl.col("bound").str.starts_with if "bound" in frame.columns else None
    never = pl.lit(0)
    return (
        frame.group_by("patient_id", name=name)
        .agg(
            rows=pl.len(),
            with_value=filled.sum(),
            below=bound("<").sum() if bound else never,
            above=bound(">").sum() if bound else never,
            date_only=pl.col("day_only").sum() if "day_only" in frame.columns else never,
            min=value.min(),
            max=value.max(),
            earliest=time.min(),
            latest=time.max(),
        )
        .with_columns(pl.col("name").cast(pl.String))
    )


def profile(frames: Mapping[str, pl.DataFrame], counted: PerPatient) -> dict[str, pl.DataFrame]:
    """The frames tables, columns, values, units and names of `TALLIES`, for accepted rows without duplicates."""
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in ("tables", "columns", "values", "units", "names")}
    for table, frame in frames.items():
        for name, part in (
            ("tables", _table(counted[table])),
            ("columns", _columns(frame)),
            ("values", _values(table, frame, counted[table])),
            ("units", _units(table, frame)),
            ("names", _names(table, frame)),
        ):
            parts[name].append(TALLIES[name].of(part.with_columns(table=pl.lit(table))))
    return {name: TALLIES[name].combined(found) for name, found in parts.items()}


def _table(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.select(
        pl.col("rows").sum(),
        pl.col("patient_id").n_unique().alias("patients"),
        pl.col("earliest").min(),
        pl.col("latest").max(),
    )


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    cells = [column for column in frame if column.name not in _NOT_CELLS]
    return pl.DataFrame(
        {
            "column": [column.name for column in cells],
            "rows": [frame.height] * len(cells),
            "filled": [column.len() - column.null_count() for column in cells],
        }
    )


def _values(table: str, frame: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    if table in _NUMBERS:
        return pl.concat([_number(frame, column) for column in _NUMBERS[table]])
    counts = [pl.col(name).sum() for name in ("rows", "with_value", "below", "above", "date_only")]
    found = counted.group_by("name").agg(*counts, pl.len().alias("patients"), pl.col("min").min(), pl.col("max").max())
    # Doses of drugs no vocabulary knows have no unit in common. 0.0: of equal zeros one sign, whichever came first.
    known = pl.col("name").is_not_null()
    return found.with_columns(pl.when(known).then(pl.col(edge) + 0.0).alias(edge) for edge in ("min", "max"))


def _number(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    value = pl.col(column)
    return frame.select(
        name=pl.lit(column), rows=pl.len(), patients=pl.col("patient_id").n_unique(), with_value=value.count(),
        below=pl.lit(0), above=pl.lit(0), date_only=pl.lit(0), min=value.min() + 0.0, max=value.max() + 0.0,
    )  # fmt: skip


def _units(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    if table not in _UNIT:
        return pl.DataFrame(schema={"name": pl.String, "unit": pl.String, "rows": pl.UInt32})
    counted = frame.group_by(name=pl.col(NAMED_BY[table]), unit=pl.col(_UNIT[table])).agg(rows=pl.len())
    stripped = pl.col("unit").str.strip_chars()
    return (
        counted.with_columns(pl.col("name").cast(pl.String), unit=pl.when(stripped != "").then(stripped))
        .group_by("name", "unit")
        .agg(pl.col("rows").sum())
    )


def _names(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    pairs = [_texts(frame, column, text) for column, text in _TEXTS.get(table, ())]
    if table == "vitals":
        devices = frame.filter(pl.col("vital") == "o2_device").with_columns(pl.col("raw_value").str.strip_chars())
        pairs.append(_texts(devices, "device", "raw_value"))
    schema = {"column": pl.String, "name": pl.String, "text": pl.String, "rows": pl.UInt32}
    return pl.concat([pl.DataFrame(schema=schema), *pairs])


def _texts(frame: pl.DataFrame, column: str, text: str) -> pl.DataFrame:
    """The filled texts of a column, each with the word it was read as."""
    counted = frame.group_by(name=pl.col(column).cast(pl.String), text=pl.col(text)).agg(rows=pl.len())
    return counted.drop_nulls("text").select(pl.lit(column).alias("column"), "name", "text", "rows")
