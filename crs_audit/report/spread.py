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
    values = found.get_column("value").drop_nulls()
    unit = found.item(0, "unit") if found.height else None
    if values.n_unique() > FEW:
        return "Value", [(name, _about(values.quantile(share, "linear"), unit)) for name, share in _QUARTILES]
    counts = values.value_counts().sort("value")
    return "Opportunities", [(words.measured(value, unit), str(words.count(n))) for value, n in counts.iter_rows()]


def in_short(rows: pl.DataFrame) -> str:
    """`spread` in a line: `as computed 613, below 8, above 5`, `grade 0: 20, grade 1: 12` or `median 9 h, from 2 h to
    30 h`."""
    found = rows.filter(pl.col("status") == "met")
    reasons, values = (found.get_column(name).drop_nulls() for name in ("reason", "value"))
    if reasons.len():
        counted = reasons.value_counts().sort("count", "reason", descending=[True, False])
        told = [f"{_IN_SHORT.get(why, words.reason(why))} {words.count(n)}" for why, n in counted.iter_rows()]
        return ", ".join(told[:_FEWEST]) + (", …" if len(told) > _FEWEST else "")
    if values.is_empty():
        return ""
    unit = found.item(0, "unit")
    if values.n_unique() > _FEWEST:
        middle, least, most = (_about(values.quantile(share, "linear"), unit) for share in (0.5, 0.0, 1.0))
        return f"median {middle}, from {least} to {most}"
    if values.len() == 1:
        return words.measured(values.item(), unit)
    return ", ".join(f"{words.measured(value, unit)}: {words.count(n)}"
                     for value, n in values.value_counts().sort("value").iter_rows())  # fmt: skip


def _about(value: float | None, unit: str | None) -> str:
    """A value that is held against no limit: one decimal is enough."""
    return words.measured(None if value is None else round(value, 1), unit)
