"""Graded states → segments and timeline rows, in words."""

from __future__ import annotations

import polars as pl

from crs_audit.grading.line import Line
from crs_audit.grading.states import (
    AIRWAY,
    FEVER,
    FEVER_KNOWN,
    MAP_KNOWN,
    MAP_LOW,
    OXYGEN_SHIFT,
    SBP_KNOWN,
    SBP_LOW,
    TWO_PRESSORS,
    has,
    oxygen,
    pressors,
)

DRIVERS = ("fever", "hypotension", "support_number", "pressor_bits")
"""The states that the drivers of a timeline row say."""

SEGMENT = (
    "grade", "strict_grade", "fever", "fever_known", "bp_known", "hypotension", "oxygen", "support_number", "pressor",
    "pressor_bits", "two_pressors", "airway",
)  # fmt: skip
"""What a segment is constant in."""


def joined(segments: pl.DataFrame, *states: str) -> pl.DataFrame:
    """Touching rows of one infusion with equal `states` as one: start, end, infusion and the states."""
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("infusion", *states))
    first = segments.select(first=changed)["first"]
    if len(first):
        first[0] = True
    last = first.shift(-1, fill_value=True)
    return segments.filter(first).select("infusion", "start", *states).with_columns(end=segments["end"].filter(last))


def decoded(steps: pl.DataFrame, meaning: pl.DataFrame, line: Line) -> pl.DataFrame:
    """Steps of `hold.overlaid` (start, end, code) with the states as columns of their own; `meaning` is that of
    `baseline.number_supports`. s = what all states but fever ask for."""
    by_number = pl.concat([pl.Series([0], dtype=pl.UInt8), meaning["counted"].cast(pl.UInt8)])
    two = has(TWO_PRESSORS)
    pressor = pl.when(two).then(4).when(pressors() > 0).then(3).otherwise(0).cast(pl.UInt8)
    return steps.with_columns(
        infusion=line.infusion("start"),
        fever=has(FEVER),
        fever_known=has(FEVER_KNOWN),
        bp_known=has(SBP_KNOWN | MAP_KNOWN),
        hypotension=has(SBP_LOW | MAP_LOW),
        support_number=oxygen(),
        oxygen=pl.lit(by_number).gather(oxygen()),
        pressor_bits=pressors(),
        pressor=pressor,
        two_pressors=two,
        airway=has(AIRWAY),
    ).with_columns(
        s=pl.max_horizontal(pl.when("hypotension").then(pl.lit(2, dtype=pl.UInt8)).otherwise(0), "oxygen", "pressor"),
        observed=pl.col("fever_known") & pl.col("bp_known"),
    )


def with_texts(segments: pl.DataFrame, meaning: pl.DataFrame, drugs: dict[str, int]) -> pl.DataFrame:
    """Adds oxygen_text and pressors (null = none) and drivers (empty, or all states true then, joined by `; `)."""
    by_number = pl.concat([pl.Series([None], dtype=pl.String), meaning["text"].cast(pl.String)])
    parts = (
        pl.when("fever").then(pl.lit("fever")),
        pl.when("hypotension").then(pl.lit("hypotension")),
        "oxygen=" + pl.col("oxygen_text"),
        pl.col("pressors"),
    )
    # Few combinations make up many segments: each is put into words once.
    key = pl.col("support_number") * 4 + pl.col("fever").cast(pl.Int64) * 2 + pl.col("hypotension").cast(pl.Int64)
    keyed = segments.with_columns(key=key * (1 << OXYGEN_SHIFT) + pl.col("pressor_bits"))
    kinds = keyed.select("key", *DRIVERS).unique("key")
    named = ["; ".join(drug for drug, bit in drugs.items() if value & bit) or None for value in kinds["pressor_bits"]]
    told = kinds.with_columns(
        pressors=pl.Series(named, dtype=pl.String), oxygen_text=pl.lit(by_number).gather(pl.col("support_number"))
    )
    told = told.select(
        "key", "oxygen_text", "pressors", drivers=pl.concat_str(parts, separator="; ", ignore_nulls=True)
    )
    return keyed.join(told, on="key", how="left", maintain_order="left").drop("key")
