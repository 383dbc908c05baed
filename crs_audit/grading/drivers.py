"""The charted rows that the drivers of a timeline row rest on, as the row begins."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from crs_audit.grading.line import Line
from crs_audit.medication.doses import in_words
from crs_audit.tables import TIME

SCHEMA = pl.Schema({
    "infusion": pl.UInt32(), "start": TIME, "driver": pl.String(), "source": pl.UInt16(), "row": pl.UInt32(),
    "time": TIME, "raw_value": pl.String(),
})  # fmt: skip


def vital_rows(
    rows: pl.DataFrame,
    fever: pl.DataFrame,
    pressure: Mapping[str, pl.DataFrame],
    events: pl.DataFrame,
    devices: pl.DataFrame,
    flows: pl.DataFrame,
    vitals: pl.DataFrame,
    line: Line,
) -> pl.DataFrame:
    """Rows of `SCHEMA` for fever, hypotension and oxygen. `rows`: timeline rows on the line (start, fever, hypotension,
    oxygen_text); the others as their modules give them."""
    at = pl.col("start").alias("at")
    told = [rows.filter("fever").select("start", at).join_asof(fever.select("at", "index"), on="at")]
    low = rows.filter("hypotension").select("start", at)
    for held in pressure.values():
        found = low.join_asof(held.select("at", "end", "low", "index"), on="at")
        told.append(found.filter(pl.col("low") & (pl.col("end") > pl.col("start"))))
    supported = rows.filter(pl.col("oxygen_text").is_not_null()).select("start", at, "oxygen_text")
    charted = supported.join_asof(events.select("device", "flow", "at"), on="at", coalesce=False, suffix="_event")
    charted = charted.select("start", "oxygen_text", "device", "flow", at="at_event").sort("at")
    told.append(charted.join_asof(devices, on="at", by="device", check_sortedness=False))
    told.append(charted.filter(pl.col("flow").is_not_null()).join_asof(flows.select("at", "index"), on="at"))
    names = ["fever", *("hypotension" for _ in pressure), None, None]
    cited = pl.concat(
        [
            frame.select("start", "index", driver=pl.lit(name) if name else "oxygen=" + pl.col("oxygen_text"))
            for frame, name in zip(told, names, strict=True)
        ]
    ).filter(pl.col("index").is_not_null())
    cells = vitals[cited["index"], ["source", "row", "time", "raw_value"]]
    return (
        cited.with_columns(cells.get_columns())
        .with_columns(infusion=line.infusion("start"), start=line.time("start"))
        .select(list(SCHEMA))
        .cast(SCHEMA)
    )


def pressor_rows(
    rows: pl.DataFrame, placed: pl.DataFrame, mar: pl.DataFrame, drugs: Mapping[str, int], line: Line
) -> pl.DataFrame:
    """Rows of `SCHEMA` for the vasopressors. `rows`: start, pressor_bits; `placed`: of `vasopressors.on_line`.

    A drug that runs is cited before a push of it.
    """
    parts = [pl.DataFrame(schema=SCHEMA)]
    words = mar.filter(pl.col("drug").is_in(list(drugs))).select(
        "infusion", "source", "row", "time", raw_value=in_words()
    )
    for drug, bit in drugs.items():
        running = rows.filter(pl.col("pressor_bits") & bit != 0).select("start", at="start")
        of_drug = placed.filter(pl.col("drug") == drug).select(
            "source", "row", "push", "end", at="start", infusion=line.infusion("start")
        )
        if running.is_empty():
            continue
        for kind in (False, True):
            running = running.join_asof(
                of_drug.filter(pl.col("push") == kind).drop("push"), on="at", suffix=f"_{kind}".lower()
            )
        covered = pl.col("end") > pl.col("start")
        push = (pl.col("end_true") > pl.col("start")) & ~covered.fill_null(False)
        cited = running.select(
            "start",
            infusion=line.infusion("start"),
            driver=pl.lit(drug),
            source=pl.when(push.fill_null(False)).then("source_true").otherwise("source"),
            row=pl.when(push.fill_null(False)).then("row_true").otherwise("row"),
        )
        found = cited.join(words, on=["infusion", "source", "row"])
        parts.append(found.with_columns(start=line.time("start")).select(list(SCHEMA)).cast(SCHEMA))
    return pl.concat(parts)
