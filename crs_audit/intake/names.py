"""Names as charted → names the audit knows, looked up once per distinct text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from crs_audit.intake.rejects import A_NAME, INVISIBLE, MISSING, PROBLEM, UNKNOWN_NAME, UNMATCHED

_INVISIBLE = r"[\p{Cc}\p{Cf}]"
_NUMBER = r"[<>≤≥+-]?\s*(?:[0-9]{1,3}|[0-9]*[.,][0-9]+)\s*%?"
_PRESSURES = "[0-9]{2,3}/[0-9]{2,3}"
_TIME = "[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ].*)?"
VALUE = rf"^\s*(?:{_NUMBER}|{_PRESSURES}|{_TIME})\s*$"
"""A number or a time where a name should stand: a value of a patient. Longer whole numbers may be a site's codes."""

LONGEST = 200
"""Letters told of a name without a match: what is longer is a note and no name."""


def read_names(texts: pl.Series, known: Sequence[str]) -> pl.DataFrame:
    """Texts → name (Enum of `known`; letter case and outer blanks do not matter), problem."""
    kind = pl.Enum(known)
    exact = texts.cast(kind, strict=False)
    if exact.null_count() == 0:
        return pl.DataFrame({"name": exact, "problem": pl.repeat(None, texts.len(), dtype=PROBLEM, eager=True)})
    table = pl.DataFrame({"text": texts.unique()}).with_columns(
        bare=pl.col("text").str.strip_chars().str.to_lowercase()
    )
    table = table.with_columns(name=pl.when(pl.col("bare").is_in(list(known))).then("bare").cast(kind)).with_columns(
        problem=pl.when(pl.col("name").is_not_null())
        .then(None)
        .when(pl.col("bare").is_null() | (pl.col("bare") == ""))
        .then(pl.lit(MISSING, dtype=PROBLEM))
        .otherwise(pl.lit(UNKNOWN_NAME, dtype=PROBLEM))
    )
    return look_up(texts, table).select("name", "problem")


def look_up(texts: pl.Series, table: pl.DataFrame) -> pl.DataFrame:
    """The row of `table` (a column `text`, each text once) for every text, in order."""
    return pl.DataFrame({"text": texts}).join(table, on="text", how="left", nulls_equal=True, maintain_order="left")


def clean(texts: pl.Series) -> pl.Series:
    """Texts without outer blanks; null where nothing is left."""
    stripped = texts.str.strip_chars()
    empty = stripped.str.len_bytes() == 0
    return stripped.set(empty, None) if empty.any() else stripped


def missing(texts: pl.Series) -> pl.Series:
    """The problem of cells that must not be blank, for texts already clean."""
    if not texts.null_count():
        return pl.Series([None], dtype=PROBLEM).new_from_index(0, texts.len())
    return pl.select(pl.when(texts.is_null()).then(pl.lit(MISSING, dtype=PROBLEM))).to_series()


def id_problem(ids: pl.Series) -> pl.Series:
    """The problem of identifiers, for texts already clean: one with a zero-width blank, a byte order mark or a control
    character in it looks like another patient's, and its rows would be no one's."""
    problem = missing(ids)
    distinct = ids.unique()
    odd = distinct.filter(distinct.str.contains(_INVISIBLE))
    if odd.is_empty():
        return problem
    return pl.select(
        pl.when(ids.is_in(odd.implode())).then(pl.lit(INVISIBLE, dtype=PROBLEM)).otherwise(problem)
    ).to_series()


def unmatched(table: str, column: str, texts: pl.Series, unknown: pl.Series, patients: pl.Series) -> pl.DataFrame:
    """The texts where `unknown` is true, with counts, as UNMATCHED. patients: the ids of all rows."""
    found, of = clean(texts.filter(unknown)), patients.filter(unknown)
    if found.null_count():
        found, of = found.drop_nulls(), of.filter(found.is_not_null())
    # polars types a maximum as any literal; of lengths that are there it is a number.
    if found.len() and found.str.len_bytes().max() > LONGEST:  # type: ignore[operator]
        found = found.str.slice(0, LONGEST)
    return (
        pl.DataFrame({"text": found, "of": of}, schema={"text": pl.String, "of": pl.String})
        .group_by("text")
        .agg(
            count=pl.len(),
            some_patients=pl.col("of").str.strip_chars().drop_nulls().unique().hash(0).bottom_k(A_NAME).sort(),
        )
        .select(pl.lit(table).alias("table"), pl.lit(column).alias("column"), "text", "count", "some_patients")
        .cast(pl.Schema(UNMATCHED))
        .sort("text")
    )
