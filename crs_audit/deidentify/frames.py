"""Frames of infusions without names and true dates."""

from __future__ import annotations

import polars as pl

from crs_audit.deidentify.columns import BLANK, CUT, KEPT, MOVED, TOKEN, WORDS, YEARS, fates
from crs_audit.deidentify.pseudonyms import Pseudonyms

OLDEST = 90
"""Ages above 89 are few; all are told as this."""
DAY = "_day"
"""A column that marks rows whose times are dates: local midnights, not instants."""
RESULT = r"\|[^|]*\|[^|]*$"
"""What a result_id has after its infusion_id."""


def deidentified(frame: pl.DataFrame, table: str, names: Pseudonyms) -> pl.DataFrame:
    """A frame of `table` (columns.toml) with infusion_id or result_id: ids and sites as tokens, times moved back by the
    patient's days and told, without a zone, by the clock of the patient's first infusion, ages in whole years and
    grouped, texts left out; sorted by infusion_id and its dates, which tells nothing.

    Rows of infusions that `names` does not have are left out. Columns with the fate `words` must hold the vocabulary's
    words already. An optional column DAY, of booleans, says which times are dates.
    """
    of = fates()[table]
    owner = pl.col("infusion_id") if "infusion_id" in frame.columns else pl.col("result_id").str.replace(RESULT, "")
    people = names.people.rename({"infusion_id": "_owner", "patient_id": "_person"})
    known = frame.with_columns(_owner=owner).join(people, on="_owner", maintain_order="left")
    told = {name: of[name] for name in frame.columns if name in of}
    rows = known.select(
        *(_cell(name, fate, frame, names.timezone).alias(name) for name, fate in told.items()),
    )
    for name in (name for name, fate in told.items() if fate == TOKEN and name not in _OF_PEOPLE):
        rows = rows.with_columns(names.told(name, rows.get_column(name)))
    keys = [name for name, dtype in rows.schema.items() if name == "infusion_id" or dtype == pl.Date]
    return rows.sort(keys, maintain_order=True) if keys else rows


_OF_PEOPLE = ("infusion_id", "patient_id", "result_id")
"""Tokens that stand beside the row's owner already."""


def _cell(name: str, fate: str, frame: pl.DataFrame, timezone: str) -> pl.Expr:
    dtype = frame.schema[name]
    if fate in (KEPT, WORDS):
        return pl.col(name)
    if fate == TOKEN:
        tail = pl.col("result_id").str.extract(f"({RESULT})") if name == "result_id" else None
        own = {"infusion_id": pl.col("_infusion"), "patient_id": pl.col("_patient")}
        return own.get(name, pl.col(name)) if tail is None else pl.col("_infusion") + tail
    if fate == YEARS:
        return pl.col(name).floor().clip(upper_bound=float(OLDEST))
    # What is to be cut was cut before, by `window.cut`: only true times can be.
    if fate in (MOVED, CUT) and dtype == pl.Date:
        return pl.col(name) - pl.col("_back")
    if fate in (MOVED, CUT):
        instant = pl.col(name).dt.convert_time_zone("UTC").dt.replace_time_zone(None) + pl.col("_clock")
        if DAY in frame.columns:
            # A date stays a date, whatever the clocks did since the infusion.
            date = pl.col(name).dt.convert_time_zone(timezone).dt.replace_time_zone(None)
            instant = pl.when(DAY).then(date).otherwise(instant)
        return instant - pl.col("_back")
    assert fate == BLANK
    return pl.lit(None, dtype=dtype)
