"""Texts of charted rows → the vocabulary's own words, or nothing: no text of the extract is left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from crs_audit.intake.units import PER_TIME, known_units, normalised
from crs_audit.medication.doses import in_words
from crs_audit.tables import ASSESSMENTS, LABS, LOCATIONS, PROCEDURES, VITALS

_KINDS = (*VITALS, *LABS, *ASSESSMENTS, *PROCEDURES, *LOCATIONS)
_CITED = re.compile(
    rf"(?:(?P<kind>{'|'.join(_KINDS)}) )?(?:[<>≤≥]=?\s?)?-?\d{{1,7}}(?:[.,]\d+)?(?: (?P<unit>\D\S*))?(?:, grade \d)?"
)
"""A number as charted, perhaps after what it is of and before its unit and the grade it makes."""
_ALONE = frozenset({*_KINDS, "filter_used yes", "filter_used no"})


@cache
def _known() -> frozenset[str]:
    """Units of vitals, labs and doses, normalised."""
    names = [*(("vitals", one) for one in VITALS), *(("labs", one) for one in LABS)]
    doses = [("doses", kind) for kind in ("mg", "mL", "other")]
    return frozenset(unit for table, name in (*names, *doses) for unit in known_units(table, name))


def unit_known(text: str | None) -> bool:
    """Whether a unit, also one per kg or per time, is one of `units.toml`, however it is spelled."""
    bare = re.sub(r"(?i)(?:/|\bper)\s*kg\b", "", re.sub(PER_TIME, "", text or ""))
    return normalised(bare) in _known()


def _units(texts: pl.Series) -> pl.Series:
    return _those(texts, unit_known)


def _those(texts: pl.Series, stands: object) -> pl.Series:
    assert callable(stands)
    distinct = texts.drop_nulls().unique()
    kept = {text: text for text in distinct if stands(text)}
    return texts.replace_strict(kept, default=None, return_dtype=pl.String)


def cited(text: str) -> bool:
    """Whether a text that a clause cites is made of numbers and of words of the audit's own lists alone."""
    found = _CITED.fullmatch(text)
    if found is None:
        return text in _ALONE
    return found["unit"] is None or normalised(found["unit"]) in _known()


def vitals_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """raw_value: the class of an oxygen device, and nothing of other rows, whose number stands in `value`."""
    device = pl.when(pl.col("vital") == "o2_device").then(pl.col("device").cast(pl.String))
    return rows.with_columns(raw_value=device)


def mar_in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Dose, unit and route as they were read, units as far as they are known ones."""
    rows = rows.with_columns(_units(rows[name]).alias(name) for name in ("dose_unit", "rate_unit"))
    known = pl.col("dose").is_not_null()
    return rows.with_columns(
        raw_dose=_number("dose"),
        raw_dose_unit=pl.when(known).then(pl.col("dose_unit")),
        route_text=pl.col("route").cast(pl.String),
    )


def evidence_in_words(evidence: pl.DataFrame, charted: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """raw_value: of rows of the medication record drug, dose and action as they were read; of oxygen devices their
    class; numbers with known units, and what the program says itself, as they are; else nothing. charted: the vitals
    and mar the verdicts rest on, as charted."""
    mar = charted["mar"].filter(pl.col("drug").is_not_null())
    of_mar = mar_in_words(mar).select(
        "source", "row", raw_value=mar.select(in_words()).to_series(),
        _mar=pl.concat_str(
            pl.col("drug").str.replace_all("_", " "), "raw_dose", "raw_dose_unit",
            pl.col("action").cast(pl.String).str.replace_all("_", " "), separator=" ", ignore_nulls=True,
        ),
    )  # fmt: skip
    devices = charted["vitals"].filter((pl.col("vital") == "o2_device") & pl.col("device").is_not_null())
    of_devices = devices.select("source", "row", "raw_value", _device=pl.col("device").cast(pl.String))
    keys = ["source", "row", "raw_value"]
    found = evidence.with_row_index("_at")
    for read, name in ((of_mar, "_mar"), (of_devices, "_device")):
        found = found.join(read.sort(*keys, name).unique(keys, keep="first"), on=keys, how="left")
    texts = found.get_column("raw_value")
    own = pl.when(pl.col("source").is_null()).then("raw_value")
    return (
        found.with_columns(raw_value=pl.coalesce("_mar", "_device", _those(texts, cited), own))
        .sort("_at")
        .select(evidence.columns)
    )


def _number(column: str) -> pl.Expr:
    """A number as text, without a point where it is whole."""
    value = pl.col(column).round_sig_figs(12)
    whole = (value == value.round()).fill_null(False) & (value.abs() < 1e15)
    return pl.when(whole).then(value.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(value.cast(pl.String))
