"""The chart: the accepted rows of every audited infusion, one integer code per infusion, and its window.

A patient's rows are repeated for each of the patient's infusions, so that everything after this page works on
infusions alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from crs_audit.intake.names import look_up
from crs_audit.intake.runs import once_per_run
from crs_audit.protocol.load import Protocol
from crs_audit.tables import Facts, Tables

AFTER_WINDOW = timedelta(days=1)
"""Rows this long after the window still matter: a re-read pressure, a vasopressor's next row."""


@dataclass(frozen=True)
class Chart:
    """Frames with a column `infusion` (UInt32, 0 … in order of patient_id and t0) in place of patient_id.

    infusions: infusion, infusion_id, patient_id, t0, w (end of the window), e (end of follow-up), e_source (given,
    adt, derived), product, product_text, weight_kg, age_years, site, filter_used, end_of_followup, from_mar,
    baseline_of (infusion whose oxygen baseline holds here; mostly its own), flags, source, row.
    vitals: rows from 7 days before T0 to a day after the window; all other tables: every row up to then.
    """

    infusions: pl.DataFrame
    vitals: pl.DataFrame
    labs: pl.DataFrame
    mar: pl.DataFrame
    adt: pl.DataFrame
    assessments: pl.DataFrame
    procedures: pl.DataFrame
    facts: Facts

    def with_rows(self, **frames: pl.DataFrame) -> Chart:
        """The same chart with some tables replaced."""
        # The frames are named by the caller, which a checker cannot follow through `**`.
        return replace(self, **frames)  # type: ignore[arg-type]


def build_chart(tables: Tables, protocol: Protocol, facts: Facts) -> Chart:
    """Accepted tables → chart; rows of patients without an infusion are left out."""
    windows = windows_of(tables["infusions"], protocol)
    history = protocol.span("window.history")
    # A patient's infusions have codes that follow each other.
    owned = windows.group_by(text="patient_id").agg(first=pl.col("infusion").min(), infusions=pl.len())
    # polars types a maximum as any literal; of counts it is one.
    most = int(owned["infusions"].max() or 0)  # type: ignore[arg-type]
    until = windows["w"] + AFTER_WINDOW

    def of_infusions(table: str, time: str, since: timedelta | None = None) -> pl.DataFrame:
        rows = tables[table]
        owner = once_per_run(rows["patient_id"], lambda patients: look_up(patients, owned))
        parts = []
        for nth in range(max(most, 1)):
            infusion = owner["first"] + nth if nth == 0 else (owner["first"] + nth).set(owner["infusions"] <= nth, None)
            kept = rows[time] <= until.gather(infusion)
            if since is not None:
                kept &= rows[time] >= (windows["t0"] - since).gather(infusion)
            cells = rows.drop("patient_id").with_columns(infusion.alias("infusion"))
            # Mostly every row stays: then no cell has to be copied.
            parts.append(cells if kept.all(ignore_nulls=False) else cells.filter(kept))
        return pl.concat(parts)

    vitals = of_infusions("vitals", "time", since=history)
    labs = of_infusions("labs", "time")
    mar = of_infusions("mar", "time")
    adt = of_infusions("adt", "in_time")
    return Chart(
        infusions=_with_follow_up(windows, vitals, labs, mar, adt, facts.charted_until),
        vitals=vitals,
        labs=labs,
        mar=mar,
        adt=adt,
        assessments=of_infusions("assessments", "time"),
        procedures=of_infusions("procedures", "time"),
        facts=facts,
    )


def windows_of(infusions: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Accepted infusions (all of each patient) → one row each with code, `w` and `baseline_of`, without birth_date."""
    # No verdict rests on the date of birth (the age is kept), and it need not stand in the tables of the run.
    ordered = infusions.drop("birth_date", strict=False).sort("patient_id", "t0").with_row_index("infusion")
    same_patient = pl.col("patient_id") == pl.col("patient_id").shift(1)
    own_baseline = ~(
        same_patient & (pl.col("t0") - pl.col("t0").shift(1) <= protocol.span("grading.baseline_shared"))
    ).fill_null(False)
    following = (
        pl.when(pl.col("patient_id") == pl.col("patient_id").shift(-1)).then(pl.col("t0").shift(-1)).otherwise(None)
    )
    end = pl.min_horizontal(pl.col("t0") + protocol.span("window.length"), following, "end_of_followup")
    return ordered.with_columns(
        w=pl.max_horizontal(end, "t0"),
        baseline_of=pl.when(own_baseline).then(pl.col("infusion")).otherwise(None).forward_fill(),
    )


def _last_in_window(rows: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """infusion, time of the last of `rows` in each window."""
    code = rows.get_column("infusion")
    from_t0, to_w = windows.get_column("t0").gather(code), windows.get_column("w").gather(code)
    time = rows.get_column("time")
    # Of neighbours of one time, as the signs of one round are, one will do.
    last = (time != time.shift(-1)).fill_null(True) | (code != code.shift(-1)).fill_null(True)
    inside = rows.select("infusion", "time").filter(last & (time >= from_t0) & (time < to_w))
    return inside.group_by("infusion").agg(pl.col("time").max())


def _with_follow_up(
    windows: pl.DataFrame,
    vitals: pl.DataFrame,
    labs: pl.DataFrame,
    mar: pl.DataFrame,
    adt: pl.DataFrame,
    charted_until: datetime | None,
) -> pl.DataFrame:
    """Adds `e` and `e_source`: given, else from the stays, else the last row of vitals, labs or MAR in the window; no
    later than the extract reaches, where that is said."""
    bounds = windows.select("infusion", "t0", "w")
    last_row = (
        pl.concat([_last_in_window(rows, windows) for rows in (vitals, labs, mar)])
        .group_by("infusion")
        .agg(last_row=pl.col("time").max())
    )
    stays = (
        adt.join(bounds, on="infusion")
        .filter(
            (pl.col("in_time") < pl.col("w")) & (pl.col("out_time").is_null() | (pl.col("out_time") > pl.col("t0")))
        )
        .group_by("infusion")
        .agg(open_stay=pl.col("out_time").is_null().any(), last_out=pl.col("out_time").max())
    )
    given = pl.col("end_of_followup").is_not_null()
    from_stays = pl.when("open_stay").then(pl.col("w")).otherwise(pl.min_horizontal("last_out", "w"))
    return (
        windows.join(last_row, on="infusion", how="left")
        .join(stays, on="infusion", how="left")
        .with_columns(
            e=pl.when(given)
            .then(pl.col("w"))
            .when(pl.col("open_stay").is_not_null())
            .then(from_stays)
            .otherwise(pl.col("last_row").fill_null(pl.col("t0"))),
            e_source=pl.when(given)
            .then(pl.lit("given"))
            .when(pl.col("open_stay").is_not_null())
            .then(pl.lit("adt"))
            .otherwise(pl.lit("derived")),
        )
        .with_columns(_cut(charted_until))
        .drop("last_row", "open_stay", "last_out")
        .sort("infusion")
    )


def _cut(charted_until: datetime | None) -> list[pl.Expr]:
    """`e` and `e_source` where follow-up is known to reach beyond what the extract can hold."""
    if charted_until is None:
        return []
    until = pl.lit(charted_until).cast(pl.Datetime("us", "UTC"))
    end = pl.max_horizontal(pl.min_horizontal("e", until), "t0")
    return [end.alias("e"), pl.when(end < pl.col("e")).then(pl.lit("extract")).otherwise("e_source").alias("e_source")]
