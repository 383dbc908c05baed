"""Sets of which every part must be there: a clause for each part, and what is missing named together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.reasons import MISSING


@dataclass(frozen=True)
class Part:
    """`name`: in a reason. `kinds`: what of it may be found, of which `fewest` different ones are enough. `said`: in
    a clause, the name if left out. `lacking`: why nobody can say (of `Case.lacks`)."""

    name: str
    kinds: tuple[str, ...]
    fewest: int = 1
    said: str | None = None
    lacking: str | None = None


def with_parts(rows: pl.DataFrame, found: pl.DataFrame, parts: Sequence[Part]) -> pl.DataFrame:
    """Adds n_<part> (how many of its kinds are among `found`: key, kind), there (how many parts are), present (their
    names) and missing (the names of the others, without those that were not extracted); null where there is none."""
    kinds = found.select("key", "kind").unique().group_by("key")
    numbers = kinds.agg(pl.col("kind").is_in(part.kinds).sum().alias(f"n_{part.name}") for part in parts)
    known = rows.join(numbers, on="key", how="left", maintain_order="left")
    return known.with_columns(pl.col(f"n_{part.name}").fill_null(0) for part in parts).with_columns(
        there=pl.sum_horizontal(_there(part).cast(pl.Int32) for part in parts),
        present=_listed([pl.when(_there(part)).then(pl.lit(part.name)) for part in parts]),
        missing=_listed(
            [pl.when(~_there(part) & pl.lit(part.lacking is None)).then(pl.lit(part.name)) for part in parts]
        ),
    )


def require_parts(
    rows: pl.DataFrame,
    found: pl.DataFrame,
    parts: Sequence[Part],
    clause: str,
    *,
    by: pl.Expr | None = None,
    table: str | None = None,
) -> Opportunities:
    """Opportunities of `rows` (of `with_parts`) that require each part; `clause`: its name after that of the part."""
    opened = Opportunities(rows)
    for part in parts:
        opened.require(
            f"{part.said or part.name} {clause}", _there(part), by=by, table=table, lacking=part.lacking,
            fails=pl.format(f"{MISSING}: {{}}", "missing"), cites=found.filter(pl.col("kind").is_in(part.kinds)),
        )  # fmt: skip
    return opened


def _listed(names: list[pl.Expr]) -> pl.Expr:
    return pl.concat_str(names, separator=", ", ignore_nulls=True).replace("", None)


def _there(part: Part) -> pl.Expr:
    return pl.col(f"n_{part.name}") >= part.fewest
