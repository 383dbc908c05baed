"""What is due around an instant: the first of it from a while before the anchor to a while after it."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import ANCHOR, from_then, minutes, too_late, with_first_by
from crs_audit.measures.case import Case
from crs_audit.measures.opportunities import Opportunities


def due_around(
    rows: pl.DataFrame, events: pl.DataFrame, case: Case, id_: str, what: str, then: str, *, none: str | None = None
) -> Opportunities:
    """`what` (the first of `events`: infusion, time, …) from `<id_>.before` before the anchor to `<id_>.after` after.

    `then`: what the anchor is, in words; `none`: how the sentence begins where nothing was found.
    """
    before, after, first = case.said(f"{id_}.before"), case.said(f"{id_}.after"), pl.col("first")
    due = ANCHOR + case.span(f"{id_}.after")
    rows, cited = with_first_by(rows, events, ANCHOR - case.span(f"{id_}.before"), due)
    value = minutes(ANCHOR, first)
    return (
        Opportunities(rows)
        .require(
            f"{what} {before} before to {after} after {then}", pl.col("in_time"), by=due, table="mar",
            fails=too_late(first), cites=cited,
        )
        .measured(value, "min", f"−{before} to {after}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"{none or f'No {what} charted'} from {before} before {then} on"))
              .otherwise(pl.format(f"First {what} {{}} (due by {after})", from_then(value, then))))
    )  # fmt: skip
