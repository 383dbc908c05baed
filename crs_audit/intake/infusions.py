"""The infusions that are audited: those of the infusions table or, without one, those the MAR shows."""

from __future__ import annotations

import polars as pl

from crs_audit.intake.rejects import GIVEN_TWICE, REJECTS, gather_rejects
from crs_audit.protocol.load import Protocol
from crs_audit.tables import GIVEN, SCHEMAS


def find_infusions(infusions: pl.DataFrame | None, mar: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """SCHEMAS["infusions"], `infusion_id` = `<patient_id>/<n>` in time order, sorted by patient_id and t0.

    infusions: accepted rows of the infusions table, None where there is no such table. mar: accepted MAR rows, looked
    at only then: given rows of a CAR-T product, those of one product closer together than `window.same_infusion`
    being one infusion that begins with the first. A date without time cannot begin one.
    """
    found = _of_mar(mar, protocol) if infusions is None else infusions
    kept, _ = _once(found)
    numbered = kept.sort("patient_id", "t0").with_columns(
        infusion_id=pl.format("{}/{}", "patient_id", pl.int_range(1, pl.len() + 1).over("patient_id"))
    )
    return numbered.select(SCHEMAS["infusions"].keys())


def repeated_infusions(infusions: pl.DataFrame) -> pl.DataFrame:
    """REJECTS: accepted rows of the infusions table that `find_infusions` leaves out, because an earlier row (by source
    and row) tells of the same patient's infusion at the same instant."""
    _, repeated = _once(infusions)
    return gather_rejects(
        [
            repeated.select(
                table=pl.lit("infusions"),
                source="source",
                row="row",
                column=pl.lit("infusion_time"),
                reason=pl.lit(GIVEN_TWICE),
                raw_value=pl.col("t0").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
                name=pl.lit(None),
            ).cast(pl.Schema(REJECTS))
        ]
    )


def _once(infusions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row per patient and instant, and the rows left over."""
    ordered = infusions.sort("patient_id", "t0", "source", "row")
    first = ordered.select(pl.struct("patient_id", "t0").is_first_distinct()).to_series()
    return ordered.filter(first), ordered.filter(~first)


def _of_mar(mar: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    from crs_audit.vocabulary.match import concepts_of

    given = mar.filter(
        pl.col("drug").is_in(list(concepts_of("car_t"))) & pl.col("action").is_in(GIVEN) & ~pl.col("day_only")
    ).sort("patient_id", "drug", "time", "source", "row")
    same = (pl.col("patient_id") == pl.col("patient_id").shift(1)) & (pl.col("drug") == pl.col("drug").shift(1))
    near = pl.col("time") - pl.col("time").shift(1) < protocol.span("window.same_infusion")
    first = given.filter(~(same & near).fill_null(False))
    absent = {name: dtype for name, dtype in SCHEMAS["infusions"].items() if name not in first.columns}
    return first.with_columns(
        **{name: pl.lit(None, dtype=dtype) for name, dtype in absent.items()},
    ).with_columns(
        t0="time",
        product="drug",
        product_text="drug_text",
        from_mar=pl.lit(True),
        # Of a MAR row's flags only the one about its time says something of the infusion.
        flags=pl.when(pl.col("flags").str.contains("fold", literal=True)).then(pl.lit("fold")),
    )
