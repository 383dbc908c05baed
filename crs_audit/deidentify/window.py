"""Nothing is told of what lies beyond an infusion's window: there may stand one true day for everybody.

A data freeze, the time of the extract in place of an open end, 2099-12-31: moved with the patient's dates, each would
tell by how many days they were moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from crs_audit.deidentify.columns import CUT, fates
from crs_audit.deidentify.frames import RESULT

TO_ITS_END = "G2-05"
"""The measure whose value runs to the charted end of a dose, wherever that lies."""
_DURATION = r"over [\d.]+ min"
_BEYOND = "to beyond the end of the window"


def cut(frames: Mapping[str, pl.DataFrame], history: timedelta) -> dict[str, pl.DataFrame]:
    """The frames of `shard.without_names`, in true times: begins and ends (fate `cut`) no earlier than `history` before
    the infusion and no later than the end of the window, stays that were over before that left out; so are, in results
    and evidence, the duration of a dose that ends later and the begin of an earlier stay."""
    spans = frames["infusions"].select("infusion_id", _from=pl.col("t0") - history, _to="w")
    told = {name: _within(frame, name, spans) for name, frame in frames.items()}
    lasts = pl.col("out_time").is_null() | (pl.col("out_time") > pl.col("_from"))
    told["adt"] = told["adt"].filter(lasts).drop("_from")
    told["results"] = _durations(frames["results"], spans)
    told["evidence"] = _begins(frames["evidence"], frames["adt"], spans)
    return told


def _within(frame: pl.DataFrame, table: str, spans: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name, fate in fates()[table].items() if fate == CUT and name in frame.columns]
    if not columns:
        return frame
    spanned = frame.join(spans, on="infusion_id", how="left", maintain_order="left")
    inside = spanned.with_columns(pl.col(columns).clip("_from", "_to"))
    return inside.drop("_to") if table == "adt" else inside.drop("_from", "_to")


def _durations(results: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    spanned = results.join(spans, on="infusion_id", how="left", maintain_order="left")
    left = (pl.col("_to") - pl.col("time")).dt.total_seconds() / 60
    beyond = (pl.col("measure_id") == TO_ITS_END) & (pl.col("value") > left)
    return spanned.with_columns(
        value=pl.when(beyond.fill_null(value=False)).then(None).otherwise("value"),
        sentence=pl.when(beyond.fill_null(value=False))
        .then(pl.col("sentence").str.replace(_DURATION, _BEYOND))
        .otherwise("sentence"),
    ).select(results.columns)


def _begins(evidence: pl.DataFrame, stays: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    begun = stays.join(spans, on="infusion_id").filter(pl.col("in_time") < pl.col("_from"))
    earliest = begun.select("infusion_id", "source", "row", "_from").unique()
    found = evidence.with_columns(infusion_id=pl.col("result_id").str.replace(RESULT, "")).join(
        earliest, on=["infusion_id", "source", "row"], how="left", maintain_order="left"
    )
    return found.with_columns(time=pl.coalesce(pl.max_horizontal("time", "_from"), "time")).select(evidence.columns)
