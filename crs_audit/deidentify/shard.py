"""A shard's frames without names and true dates: after the verdicts, which need true dates, and before the pages."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crs_audit.deidentify.frames import DAY, deidentified
from crs_audit.deidentify.pseudonyms import Pseudonyms
from crs_audit.deidentify.vocabulary_words import evidence_in_words, mar_in_words, vitals_in_words
from crs_audit.deidentify.window import cut
from crs_audit.protocol.load import Protocol
from crs_audit.quality.coverage import BY_DATE

CLOCK = "UTC"
"""The zone in which a de-identified report is told: its times have none, this one leaves them as they are."""
_DATED = ("vitals", "labs", "mar", "assessments", "procedures", "steroid_doses", "tocilizumab_doses")
"""Frames with `day_only`."""


def without_names(frames: Mapping[str, pl.DataFrame], names: Pseudonyms, protocol: Protocol) -> dict[str, pl.DataFrame]:
    """The frames, with only the columns that `columns.toml` names. frames: those of an evaluation, coverage, cells,
    cohort, steroid_days, all of infusions that `names` has. Times are those of the moved clock, typed as UTC."""
    marked = cut(frames, protocol.span("window.history"))
    for name in _DATED:
        marked[name] = marked[name].with_columns(pl.col("day_only").alias(DAY))
    days = [rule.id for rule in protocol.measures.values() if rule.unit == "day"]
    marked["results"] = marked["results"].with_columns(pl.col("measure_id").is_in(days).alias(DAY))
    marked["cells"] = marked["cells"].with_columns(pl.col("name").is_in(list(BY_DATE)).alias(DAY))
    cited = marked["evidence"].join(_dated_rows(frames), on=["source", "row"], how="left", maintain_order="left")
    cited = cited.with_columns(pl.col(DAY).fill_null(value=False))
    marked["evidence"] = evidence_in_words(cited, frames)
    marked["vitals"] = vitals_in_words(marked["vitals"])
    marked["mar"] = mar_in_words(marked["mar"])
    return {name: _zoned(deidentified(frame, name, names)) for name, frame in marked.items()}


def _dated_rows(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """source, row, DAY: the charted rows that have a date only."""
    found = [frames[name].filter("day_only").select("source", "row") for name in _DATED[:5]]
    return pl.concat(found).unique().with_columns(pl.lit(value=True).alias(DAY))


def _zoned(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.selectors.datetime().dt.replace_time_zone(CLOCK))
