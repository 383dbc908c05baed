"""What a cell may hold at all: the bounds of `plausible.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl


@cache
def bands() -> Mapping[str, Any]:
    """`plausible.toml`, parsed."""
    return tomllib.loads(files("crs_audit.intake").joinpath("plausible.toml").read_text(encoding="utf-8"))


def years() -> tuple[int, int]:
    """First and last year a time may lie in."""
    return bands()["time"]["low"], bands()["time"]["high"]


def within(value: pl.Series, table: str, column: str) -> pl.Series:
    """Whether each number lies in the band of a column (bounds included); true where there is no number."""
    band = bands()[table][column]
    return value.is_between(band.get("low", -math.inf), band.get("high", math.inf)).fill_null(True)


def within_named(value: pl.Series, names: pl.Series, table: str) -> pl.Series:
    """As `within`, the band being that of each row's name (an Enum); a name without a band takes the table's own."""
    of_table = bands()[table]
    chosen = [of_table.get(name, of_table) for name in _words(names)]
    low = pl.Series([float(band.get("low", -math.inf)) for band in chosen], dtype=pl.Float64)
    high = pl.Series([float(band.get("high", math.inf)) for band in chosen], dtype=pl.Float64)
    code = names.to_physical()
    return ((value >= low.gather(code)) & (value <= high.gather(code))).fill_null(True)


def fahrenheit_like(value: pl.Series) -> pl.Series:
    """Whether each number, charted as °C, looks like °F."""
    band = bands()["vitals"]["temperature"]
    return value.is_between(band["fahrenheit_from"], band["fahrenheit_to"]).fill_null(False)


def pounds_like(value: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Whether a number charted as kg looks like lb beside `other`, a weight of the same patient."""
    band = bands()["vitals"]["weight"]
    beyond = (value - other * float(band["lb_per_kg"])).abs()
    return beyond <= value * float(band["lb_tolerance"])


def unit_suspect(value: pl.Series, labs: pl.Series) -> pl.Series:
    """Whether each number, charted without unit, is far too small for the canonical unit of its lab (an Enum)."""
    limits = [bands()["unit_suspect"].get(lab, {}).get("below", 0) for lab in _words(labs)]
    return (value < pl.Series(limits, dtype=pl.Float64).gather(labs.to_physical())).fill_null(False)


def _words(names: pl.Series) -> list[str]:
    assert isinstance(names.dtype, pl.Enum)
    return names.dtype.categories.to_list()
