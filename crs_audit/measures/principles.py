"""Principles that hold for every infusion."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at
from crs_audit.measures.blocks import (
    ANCHOR,
    counted,
    hours,
    in_words,
    only_first,
    too_late,
    with_count,
    with_first,
    with_first_by,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import NOTHING, Opportunities
from crs_audit.medication.doses import in_words as charted

ANTIFUNGAL_ROUTES = ("iv", "po", "ng")
"""Routes by which an antifungal is for the body."""


@measure("PRIN-01", opened_by=("vitals",))
def strict_grade(case: Case) -> Opportunities:
    """Informational: episodes graded differently somewhere if antipyretics spared no fever, with the highest grade
    they would then have."""
    rows = case.episodes_from(1).with_columns(anchor="onset")
    differing = case.grading.segments.filter(pl.col("grade") != pl.col("strict_grade"))
    differing = differing.select("infusion", time="start")
    rows = with_first(rows, within(rows, differing, ANCHOR, pl.col("over"), until_included=False), "differs")
    rows = rows.filter(pl.col("differs").is_not_null())
    since = ANCHOR - case.span("grading.sparing_before_onset")
    sparing = only_first(within(rows, _antipyretics(case), since, pl.col("differs")))
    return (
        Opportunities(rows)
        .cite("first antipyretic", sparing)
        .cite("grades first differ", drivers_at(rows, pl.col("differs")))
        .measured(pl.col("strict_max_grade"), "grade", NOTHING)
        .tell(pl.format("Highest grade {}, {} if antipyretics did not spare fever; the first difference {} h after "
                        "onset", "max_grade", "strict_max_grade", in_words(hours(ANCHOR, pl.col("differs")))))
    )  # fmt: skip


def _antipyretics(case: Case) -> pl.DataFrame:
    """Given antipyretics that hide a fever, as they were charted; a day without a time hides none."""
    spared = case.medication.sparing.filter(pl.col("kind") == "antipyretic").select("infusion", "source", "row")
    rows = case.chart.mar.filter(~pl.col("day_only")).join(spared, on=["infusion", "source", "row"], how="semi")
    told = rows.select("infusion", "time", "source", "row", raw_value=charted())
    return case.in_window(told.sort("infusion", "time", "source", "row"), from_t0=False)


@measure("PRIN-02")
def no_steroid_premedication(case: Case) -> Opportunities:
    """Every infusion: no systemic steroid above physiologic shortly before it; earlier ones are told, not failed."""
    rows = case.every_infusion
    above = case.medication.steroids.filter(~pl.col("physiologic"))
    limit = ANCHOR - case.span("PRIN-02.before")
    found = within(rows, above, limit, ANCHOR, until_included=False)
    earlier = within(rows, above, ANCHOR - case.span("PRIN-02.told_before"), limit, until_included=False)
    rows = with_count(with_count(rows, found, "doses"), earlier, "earlier")
    said = case.said("PRIN-02.before")
    return (
        Opportunities(rows)
        .require(
            f"no steroid above physiologic in the {said} before", pl.col("doses") == 0, table="mar", fails="steroid",
            cites=found,
        )
        .note("earlier_steroid", (pl.col("earlier") > 0) & pl.col("has_mar"))
        .cite(f"steroid up to {case.said('PRIN-02.told_before')} before", earlier)
        .measured(pl.col("doses"), "doses", "0")
        .tell(pl.format(f"{{}} above physiologic in the {said} before the infusion",
                        counted(pl.col("doses"), "steroid dose")))
    )  # fmt: skip


@measure("PRIN-03", opened_by=("mar",))
def antifungal_prophylaxis(case: Case) -> Opportunities:
    """Infusions with a treatment steroid: a systemic antifungal from shortly before the first one to some days after
    it."""
    first_steroid = only_first(within(case.every_infusion, case.treatment, pl.col("t0"), pl.col("w")))
    rows = case.opened(first_steroid.select("infusion", "dose", anchor="time"))
    since, due = ANCHOR - case.span("PRIN-03.before"), ANCHOR + case.span("PRIN-03.after")
    rows, cited = with_first_by(rows, case.given("antifungal", ANTIFUNGAL_ROUTES), since, due)
    value, limit = hours(ANCHOR, pl.col("first")), case.said("PRIN-03.after")
    before = case.said("PRIN-03.before")
    side = pl.when(value < 0).then(pl.lit("before")).otherwise(pl.lit("after"))
    return (
        Opportunities(rows)
        .require(
            f"systemic antifungal from {before} before to {limit} after the first treatment steroid",
            pl.col("in_time"), by=due, table="mar", fails=too_late(pl.col("first")), cites=cited,
        )
        .cite("first treatment steroid", rows.select("key", "dose"))
        .measured(value, "h", f"≤ {limit}")
        .tell(pl.when(pl.col("first").is_null()).then(pl.lit(
                  f"No systemic antifungal charted from {before} before the first treatment steroid on"))
              .otherwise(pl.format(f"Systemic antifungal {{}} h {{}} the first treatment steroid (limit {limit} after)",
                                   in_words(value.abs()), side)))
    )  # fmt: skip
