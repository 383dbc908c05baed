"""How the values of an informational measure are spread: counts where they are few, else quartiles."""

from __future__ import annotations

import polars as pl

from crs_audit.report import words

FEW = 8
"""Up to so many different values each is counted."""

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
        return "Value", [(name, words.measured(values.quantile(share, "linear"), unit)) for name, share in _QUARTILES]
    counts = values.value_counts().sort("value")
    return "Opportunities", [(words.measured(value, unit), str(words.count(n))) for value, n in counts.iter_rows()]
