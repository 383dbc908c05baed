"""Whether HLH was suspected, and where nobody can say."""

from __future__ import annotations

import polars as pl

from crs_audit.cohort.hours import hours
from crs_audit.cohort.laboratory import ABOVE
from crs_audit.measures.case import Case
from crs_audit.measures.hlh import very_high_ferritin
from crs_audit.measures.organs import organ_grades


def hlh(case: Case) -> pl.DataFrame:
    """infusion, hlh_suspected, hours_to_hlh (from T0 to the first ferritin that raises the suspicion).

    As HLH-03: a very high ferritin of the window and a severe organ grade close to it. Null where a bound leaves the
    ferritin or the organ grade open, where no organ value lies close to a ferritin that is or may be very high, and
    where no ferritin was measured. The hours are null, too, where an earlier ferritin may be the one.
    """
    ferritin = case.in_window(case.labs("ferritin").filter(pl.col("value").is_not_null()))
    ferritin = ferritin.select("infusion", "time", high=very_high_ferritin(case)).with_row_index("reading")
    near = case.span("shared.hlh_organ_window")
    pairs = ferritin.join(_organs(case), on="infusion").filter((pl.col("time") - pl.col("organ_time")).abs() <= near)
    severe = pairs.group_by("reading").agg(pl.col("severe").any(ignore_nulls=False))
    judged = ferritin.join(severe, on="reading", how="left").select(
        "infusion", "time", suspected=pl.col("high") & pl.col("severe")
    )
    told = judged.sort("infusion", "time").group_by("infusion", maintain_order=True).agg(
        hlh_suspected=pl.col("suspected").any(ignore_nulls=False),
        sure=pl.col("time").filter(pl.col("suspected").fill_null(False)).first(),
        perhaps=pl.col("time").filter(pl.col("suspected").fill_null(True)).first(),
    )  # fmt: skip
    found = case.infusions.select("infusion", "t0").join(told, on="infusion", how="left")
    first = pl.when(pl.col("sure") == pl.col("perhaps")).then("sure")
    return found.select("infusion", "hlh_suspected", hours_to_hlh=hours(pl.col("t0"), first))


def _organs(case: Case) -> pl.DataFrame:
    """infusion, organ_time, severe (null = told as above a number of a lower grade) of every graded organ value."""
    bounds = case.chart.labs.select("infusion", "source", "row", "bound")
    rows = organ_grades(case).join(bounds, on=["infusion", "source", "row"], how="left")
    severe = pl.col("grade") >= case.value("shared.hlh_organ_grade")
    told_above = pl.col("bound").is_in(ABOVE).fill_null(False)
    return rows.select("infusion", organ_time="time", severe=pl.when(severe | ~told_above).then(severe))
