"""Rows with a date but no time: measures are judged with them at the day's first and last second, and where the two
verdicts differ nobody can say."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.chart import Chart
from crs_audit.measures.catalogue import INDETERMINATE, MET, NOT_APPLICABLE, NOT_MET
from crs_audit.measures.verdicts import KEY, VERDICT, Verdicts

CHARTED = ("vitals", "labs", "mar", "assessments", "procedures")
DATE_ONLY = "date_only_time"
OF_TIME = ("never_given", "not_done", "amber", "late", "too_few")
"""Failures that a dose at another hour turns into one another, or into none."""
TOLD = "Only a date is charted where the time decides"
EITHER = "Only a date is charted; the same at its first second and at its last"


def infusions_with_days(chart: Chart) -> pl.Series:
    """Infusions with a row whose time is only a date."""
    tables: list[pl.DataFrame] = [getattr(chart, table) for table in CHARTED]
    return pl.concat([rows["infusion"].filter(rows["day_only"]) for rows in tables]).unique().sort()


def without_days(chart: Chart) -> Chart:
    """The chart without such rows: they set no state."""
    return chart.with_rows(**{table: getattr(chart, table).filter(~pl.col("day_only")) for table in CHARTED})


def of_infusions(chart: Chart, infusions: pl.Series) -> Chart:
    """The chart of some infusions."""
    tables = ("infusions", *CHARTED, "adt")
    kept = pl.col("infusion").is_in(infusions.implode())
    return chart.with_rows(**{table: getattr(chart, table).filter(kept) for table in tables})


def at_day_end(chart: Chart) -> Chart:
    """The chart with such rows at 23:59:59 of their date at the site, instead of at its beginning."""
    local = pl.col("time").dt.convert_time_zone(chart.facts.timezone)
    last = (local.dt.truncate("1d").dt.offset_by("1d") - timedelta(seconds=1)).dt.convert_time_zone("UTC")
    time = pl.when(pl.col("day_only")).then(last).otherwise("time")
    return chart.with_rows(**{table: getattr(chart, table).with_columns(time=time) for table in CHARTED})


def agreed(first: Verdicts, last: Verdicts, informational: frozenset[str]) -> Verdicts:
    """The verdicts of the first second, indeterminate where those of the last second (of some infusions) differ: in
    status, or of `informational` measures, whose finding is their value, in value or reason. A value that only one
    second has is not told.

    Opportunities are matched by number; one that only one reading has is indeterminate too, and takes the place of
    the other's "not applicable".
    """
    asked = last.results.select("infusion").unique()
    settled = first.results.join(asked, on="infusion", how="anti")
    doubted = first.results.join(asked, on="infusion", how="semi")
    early, late = (frame.filter(pl.col("status") != NOT_APPLICABLE) for frame in (doubted, last.results))
    other = late.select(*KEY, late_status="status", late_reason="reason", late_value="value", late_told="told")
    both = early.join(other, on=KEY, how="left")
    # Never given at midnight and late at 23:59:59 are two different failures, and an hour between may be none. What
    # follows the colon of a reason is a note.
    why, late_why = (pl.col(name).str.split(":").list.first() for name in ("reason", "late_reason"))
    of_time = (why.is_in(OF_TIME) & late_why.is_in(OF_TIME)).fill_null(False)
    otherwise_failed = (pl.col("status") == NOT_MET) & of_time & (why != late_why)
    other_value = pl.col("value").ne_missing(pl.col("late_value"))
    otherwise_told = (pl.col("status") == MET) & pl.col("measure_id").is_in(sorted(informational)) & (
        other_value | pl.col("reason").ne_missing(pl.col("late_reason"))
    )  # fmt: skip
    differs = (pl.col("status") != pl.col("late_status")).fill_null(True) | otherwise_failed | otherwise_told
    both = both.with_columns(
        value=pl.when(~other_value).then("value"),
        # The hour of midnight was not charted: no sentence tells it.
        told=pl.when(pl.col("told").ne_missing(pl.col("late_told"))).then(pl.lit(EITHER)).otherwise("told"),
    )
    both = _doubted(both, differs)
    only_late = _doubted(late.join(early, on=KEY, how="anti"), pl.lit(True))
    judged = pl.concat([both.select(VERDICT.keys()), only_late.select(VERDICT.keys())])
    none = doubted.filter(pl.col("status") == NOT_APPLICABLE).join(judged, on=["infusion", "measure_id"], how="anti")
    results = pl.concat([settled, judged, none]).sort(KEY)
    evidence = pl.concat([first.evidence, last.evidence.join(only_late, on=KEY, how="semi")])
    return Verdicts(results, evidence)


def _doubted(rows: pl.DataFrame, when: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(
        status=pl.when(when).then(pl.lit(INDETERMINATE)).otherwise("status"),
        reason=pl.when(when).then(pl.lit(DATE_ONLY)).otherwise("reason"),
        value=pl.when(~when).then("value"),
        told=pl.when(when).then(pl.lit(TOLD)).otherwise("told"),
    )
