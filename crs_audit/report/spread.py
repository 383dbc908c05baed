"""How the values of an informational measure are spread: counts where they are few, else quartiles."""

from __future__ import annotations

import polars as pl

from crs_audit.report import words

FEW = 8
"""Up to so many different values each is counted."""

_FEWEST = 5
"""Up to so many are counted each where there is room for a line only."""

_IN_SHORT = {"agree": "as computed", "under": "below", "over": "above"}
"""Reasons that are counted beside each other, as short as that allows."""

_BOUNDS = "told by the laboratory as a bound, and taken as its number"
_QUARTILES = (("smallest", 0.0), ("lower quartile", 0.25), ("median", 0.5), ("upper quartile", 0.75), ("largest", 1.0))


def spread(rows: pl.DataFrame) -> tuple[str, list[tuple[str, str]]]:
    """Heading and (what, how much) of the `met` opportunities among `rows` (RESULTS of one measure): how often each
    reason, else each value; or the quartiles (linear interpolation). Nothing where there is neither."""
    found = rows.filter(pl.col("status") == "met")
    if found.get_column("reason").null_count() < found.height:
        counted = (
            found.get_column("reason").drop_nulls().value_counts().sort("count", "reason", descending=[True, False])
        )
        return "Opportunities", [(words.reason(why), str(words.count(n))) for why, n in counted.iter_rows()]
    told = _signed(found)
    unit = found.item(0, "unit") if found.height else None
    if told.get_column("value").n_unique() <= FEW:
        return "Opportunities", _counted(told, unit)
    values, bounds = told.get_column("value"), told.filter(pl.col("sign") != "").height
    shares = [(name, _ends(told, share) + _about(values.quantile(share, "linear"), unit)) for name, share in _QUARTILES]
    return "Value", shares + ([(_BOUNDS, str(words.count(bounds)))] if bounds else [])


def in_short(rows: pl.DataFrame) -> str:
    """`spread` in a line: `as computed 613, below 8, above 5`, `grade 0: 20, grade 1: 12` or `median 9 h, from 2 h to
    30 h`."""
    found = rows.filter(pl.col("status") == "met")
    reasons = found.get_column("reason").drop_nulls()
    if reasons.len():
        counted = reasons.value_counts().sort("count", "reason", descending=[True, False])
        told = [f"{_IN_SHORT.get(why, words.reason(why))} {words.count(n)}" for why, n in counted.iter_rows()]
        return ", ".join(told[:_FEWEST]) + (", …" if len(told) > _FEWEST else "")
    signed = _signed(found)
    if signed.is_empty():
        return ""
    unit = found.item(0, "unit")
    values = signed.get_column("value")
    if values.n_unique() > _FEWEST:
        middle, least, most = (
            _ends(signed, share) + _about(values.quantile(share, "linear"), unit) for share in (0.5, 0.0, 1.0)
        )
        return f"median {middle}, from {least} to {most}"
    if values.len() == 1:
        return str(signed.item(0, "sign")) + words.measured(values.item(), unit)
    return ", ".join(f"{text}: {n}" for text, n in _counted(signed, unit))


def _signed(found: pl.DataFrame) -> pl.DataFrame:
    """value, sign (of a laboratory's bound, else empty) of the rows that have a value."""
    rows = found.filter(pl.col("value").is_not_null()).select("value", "unit", "sentence")
    signs = pl.Series("sign", [words.bound(*row) for row in rows.iter_rows()], dtype=pl.String)
    return rows.select("value").with_columns(signs)


def _counted(signed: pl.DataFrame, unit: str | None) -> list[tuple[str, str]]:
    """A bound apart from the number itself: > 10000 is none of the 10000s."""
    counts = signed.group_by("value", "sign").len().sort("value", "sign")
    return [(sign + words.measured(value, unit), str(words.count(n))) for value, sign, n in counts.iter_rows()]


def _ends(signed: pl.DataFrame, share: float) -> str:
    """The sign of the least or the largest value, where all that have it are bounds; between them none is told."""
    if 0.0 < share < 1.0:
        return ""
    value = signed.get_column("value").min() if share == 0.0 else signed.get_column("value").max()
    signs = signed.filter(pl.col("value") == value).get_column("sign").unique().to_list()
    return str(signs[0]) if len(signs) == 1 else ""


def _about(value: float | None, unit: str | None) -> str:
    """A value that is held against no limit: one decimal is enough."""
    return words.measured(None if value is None else round(value, 1), unit)
