"""Vital signs read often enough."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at
from crs_audit.measures.blocks import in_words, united
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.coverage import around_longest_unread, coverage
from crs_audit.measures.local_days import local_days
from crs_audit.measures.opportunities import Opportunities

CHANNELS = {
    "temperature": ("temperature",),
    "blood pressure": ("sbp", "map"),
    "heart rate": ("heart_rate",),
    "respiratory rate": ("respiratory_rate",),
    "SpO2": ("spo2",),
}
"""What a full set of vital signs consists of → the vitals that show it."""


@measure("MON-03")
def vital_signs_often_enough(case: Case) -> Opportunities:
    """The first days after the infusion and every day of CRS (where ward stays are charted, only those that stays cover
    wholly): for the target share of the day every channel had been read not longer ago than the limit."""
    days = _of_stays(local_days(case), case)
    least, age = case.value("MON-03.covered"), case.said("MON-03.age")
    found = coverage(days, case, CHANNELS, case.span("MON-03.age"))
    share, rows = _share("covered"), found.days
    enough = 100 * pl.col("covered").to_physical() >= least * pl.col("length").to_physical()
    worst = pl.format("; least often {}, for {} %", "worst", in_words(_share("worst_covered")))
    told = f"Day {{}} after the infusion: {', '.join(CHANNELS)} all read in the last {age} for {{}} % of the day{{}}"
    return (
        Opportunities(rows)
        .require(
            f"every channel read in the last {age} for {case.said('MON-03.covered')} of the day", enough,
            table="vitals", fails="too_little", cites=around_longest_unread(found, rows.filter(~enough), case),
        )
        .cite("grade 1 or more that date", drivers_at(rows, pl.col("graded")))
        .cite("channel read least often", pl.col("worst"))
        .measured(share, "%", f"≥ {least:g}")
        .tell(pl.format(told, "day", in_words(share), worst.fill_null("")))
    )  # fmt: skip


def _share(part: str) -> pl.Expr:
    """Percent of the day, to a tenth and rounded down: a share just short of the target is never told as reaching it,
    and no count of minutes tells on which day the clocks were changed."""
    return (1000 * pl.col(part).to_physical() // pl.col("length").to_physical()) / 10


def _of_stays(days: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Of infusions with any ward stay only the days that the stays together cover wholly."""
    stays = united(case.chart.adt.select("infusion", start="in_time", end="out_time"))
    whole = (pl.col("start") <= pl.col("anchor")) & (pl.col("end").is_null() | (pl.col("end") >= pl.col("until")))
    spent = days.join(stays, on="infusion").filter(whole).get_column("key")
    return days.filter(~pl.col("has_adt") | pl.col("key").is_in(spent.implode()))
