"""Given rows of the MAR → doses: vials and double chartings of one administration become one dose with one amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from crs_audit.chart import Chart
from crs_audit.protocol.load import Protocol
from crs_audit.tables import DOSE_MAKING

SYSTEMIC_ROUTES = ("iv", "im", "sc", "po", "ng")
"""Routes by which a corticosteroid reaches the body; an unknown route counts too."""


@dataclass(frozen=True)
class Doses:
    """`frame`: infusion, dose (UInt32, unique), drug, route, time, end, amount (mg, fluids mL; null = unknown),
    bolus_marked, bolus_denied (maintenance, by its text), day_only, source, row (of the first MAR row); sorted by
    infusion, time, drug, route.
    `rows`: dose, source, row, time, raw_value (the MAR row in words): every row a dose is made of."""

    frame: pl.DataFrame
    rows: pl.DataFrame


def doses(chart: Chart, protocol: Protocol) -> Doses:
    """All doses of `chart.mar` with a known drug, before and after T0.

    Rows of one drug and route within `medication.same_dose` of a group's first row are one dose. Per amount the
    largest count under one action is added up: one vial charted as new bag and as given is one vial. A row without
    amount makes a dose only where no row of the drug that close has one.
    """
    near = protocol.span("medication.same_dose")
    given = chart.mar.filter(pl.col("drug").is_not_null() & pl.col("action").is_in(DOSE_MAKING))
    given = _told_once(given.sort("infusion", "drug", "route", "time", "source", "row", nulls_last=True))
    given = given.filter(~_beside_an_amount(given, near))
    given = given.with_columns(group=_groups(given, near))

    amounts = (
        given.group_by("group", "dose", "action")
        .agg(times=pl.len())
        .group_by("group", "dose")
        .agg(pl.col("times").max())
        .group_by("group")
        .agg(
            amount=pl.when(pl.col("dose").is_null().any())
            .then(None)
            .otherwise((pl.col("dose") * pl.col("times")).sum()),
            parts=pl.col("times").sum(),
        )
    )
    frame = (
        given.group_by("group")
        .agg(
            pl.col("infusion", "drug", "route", "time", "day_only", "source", "row").first(),
            end=pl.col("end_time").max(),
            dated=pl.col("day_only").any(),
            bolus_marked=((pl.col("action") == "bolus") | pl.col("bolus_text").fill_null(False)).any(),
            bolus_denied=pl.col("flags").str.contains("not_bolus", literal=True).fill_null(False).any(),
        )
        .join(amounts, on="group", how="left")
        # Rows of one date without a time stand together, but nobody can say that they were vials of one dose.
        .with_columns(amount=pl.when(~(pl.col("dated") & (pl.col("parts") > 1))).then("amount"))
        .sort("infusion", "time", "drug", "route", "group")
        .with_row_index("dose")
    )
    stopped = chart.mar.filter(pl.col("drug").is_not_null() & (pl.col("action") == "stopped"))
    rows = given.join(frame.select("group", number="dose"), on="group").select(
        pl.col("number").alias("dose"), "source", "row", "time", raw_value=in_words()
    )
    return Doses(
        frame=_ended(frame, stopped).select(
            "infusion",
            "dose",
            "drug",
            "route",
            "time",
            "end",
            "amount",
            "bolus_marked",
            "bolus_denied",
            "day_only",
            "source",
            "row",
        ),
        rows=rows.sort("dose", "time", "source", "row"),
    )


def in_words() -> pl.Expr:
    """A MAR row in words: drug, amount, unit and action as charted."""
    return pl.concat_str("drug_text", "raw_dose", "raw_dose_unit", "action_text", separator=" ", ignore_nulls=True)


def _told_once(given: pl.DataFrame) -> pl.DataFrame:
    """Drops rows that repeat another record's in every cell; `given` is sorted by infusion, drug, route, time, record.

    Alike rows of one record are its parts, such as two tablets that were scanned one by one, and repeat nothing.
    """
    kind = pl.struct("infusion", "drug", "route", "time").rle_id()
    with_twin = (kind == kind.shift(1)) | (kind == kind.shift(-1))
    ordered = given.with_row_index("at")
    twins = ordered.filter(with_twin.fill_null(False))
    # 570 and 570.0 of two exports are one text of one dose: where the amount is known its spelling does not count.
    spelled = (pl.when(pl.col("dose").is_null()).then(column).alias(column) for column in ("raw_dose", "raw_dose_unit"))
    twins = twins.with_columns(spelled)
    cells = [column for column in given.columns if column not in ("source", "row")]
    of_another = (pl.col(column) != pl.col(column).first().over(cells) for column in ("source", "row"))
    again = twins.filter(pl.any_horizontal(of_another)).select("at")
    return ordered.join(again, on="at", how="anti", maintain_order="left").drop("at")


def _beside_an_amount(given: pl.DataFrame, near: timedelta) -> pl.Series:
    """True for rows without an amount that have one of the same drug, by whatever route, within `near`."""
    ordered = given.with_row_index("at").sort("infusion", "drug", "time", maintain_order=True)
    with_amount = pl.when(pl.col("dose").is_not_null()).then(pl.col("time"))
    of_drug = ["infusion", "drug"]
    before = (pl.col("time") - with_amount.forward_fill().over(of_drug)) <= near
    after = (with_amount.backward_fill().over(of_drug) - pl.col("time")) <= near
    beside = pl.col("dose").is_null() & (before.fill_null(False) | after.fill_null(False))
    return ordered.select("at", beside=beside).sort("at").get_column("beside")


def _groups(given: pl.DataFrame, near: timedelta) -> pl.Series:
    """A number per row, the same for rows of one dose; `given` is sorted by infusion, drug, route, time.

    A pause longer than `near` always begins a new dose, so only runs of rows that last longer than `near` as a
    whole, and they are rare, must be walked row by row.
    """
    kind = pl.struct("infusion", "drug", "route").rle_id()
    breaks = (kind != kind.shift(1)) | (pl.col("time") - pl.col("time").shift(1) > near)
    runs = given.select("time", run=breaks.fill_null(True).cum_sum())
    spans = pl.col("time").max().over("run") - pl.col("time").min().over("run")
    starts = given.select(breaks.fill_null(True)).to_series().to_list()
    for (_,), long_run in runs.with_row_index("at").filter(spans > near).group_by("run", maintain_order=True):
        first = long_run.item(0, "time")
        for at, time in long_run.select("at", "time").iter_rows():
            if time - first > near:
                starts[at], first = True, time
    return pl.Series("group", starts, dtype=pl.Boolean).cum_sum()


def _ended(frame: pl.DataFrame, stopped: pl.DataFrame) -> pl.DataFrame:
    """Gives doses without `end` the drug's first stopped row after them, unless its next dose comes first."""
    of_drug = ["infusion", "drug"]
    times = frame.select(*of_drug, "time", following="time").unique().sort("time")
    stops = stopped.select(*of_drug, "time", stop="time").sort("time")
    found = (
        frame.sort("time")
        .join_asof(times, on="time", by=of_drug, strategy="forward", allow_exact_matches=False, check_sortedness=False)
        .join_asof(stops, on="time", by=of_drug, strategy="forward", allow_exact_matches=False, check_sortedness=False)
    )
    stop = pl.when(pl.col("following").is_null() | (pl.col("stop") <= pl.col("following"))).then(pl.col("stop"))
    return found.with_columns(end=pl.coalesce("end", stop)).sort("dose")
