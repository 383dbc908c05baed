"""Grade 2 that tocilizumab and fluid do not resolve: the next dose, the steroid."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, episode_tocilizumab, with_cap
from crs_audit.measures.blocks import (
    ANCHOR,
    anchored_at_first,
    counted,
    from_then,
    minutes,
    only_first,
    too_late,
    with_count,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.improvement import (
    if_unimproved,
    not_improved,
    require_unimproved,
    with_grade_at,
    with_worst_grade,
)
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.steroid_dose import no_steroid_dose_said, steroid_dose_said, with_steroid_dose

first = pl.col("first")


@measure("G2-09", opened_by=("vitals", "mar"))
def repeated_or_escalated(case: Case) -> Opportunities:
    """Every tocilizumab dose at grade 2 or higher after which the episode goes on unimproved: the next dose, or a
    steroid dose worth the text's dexamethasone, soon after it; unless by then a cap was reached."""
    rows = with_grade_at(case.doses_of(case.tocilizumab), case, ANCHOR, "grade").filter(pl.col("grade") >= 2)
    judged_after, said = case.span("G2-09.judged_after"), case.said("G2-09.judged_after")
    rows = with_cap(not_improved(rows, case, ANCHOR, judged_after), case, pl.col("judged_at"))
    due, limit = ANCHOR + case.span("G2-09.next"), case.said("G2-09.next")
    rows, found = with_steroid_dose(rows, case, ANCHOR, due, since_included=False, or_given=case.tocilizumab)
    value, what = minutes(ANCHOR, first), f"tocilizumab or {steroid_dose_said(case)}"
    return (
        require_unimproved(
            Opportunities(rows).exclude("cap", pl.col("capped")), said, drivers_at(rows, pl.col("unimproved_at"))
        )
        .require(
            f"{what} at most {limit} after it", if_unimproved(pl.col("in_time")), by=due, fails=too_late(first),
            unknown="amount", cites=found,
        )
        .cite("tocilizumab given", rows.select("key", "dose"))
        .cite("grade then", drivers_at(rows))
        .measured(value, "min", f"≤ {limit}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  "No further IV tocilizumab and no steroid dose charted as worth "
                  f"{case.said('medication.steroid_dose')} or more after the dose"))
              .otherwise(pl.format(f"Next {what} {{}} (limit {limit})", from_then(value, "the dose"))))
    )  # fmt: skip


@measure("G2-12", opened_by=("vitals",))
def steroid_for_refractory_hypotension(case: Case) -> Opportunities:
    """Pressure still low at grade 2 some time after two boluses and tocilizumab: a steroid dose worth the text's
    dexamethasone around it. Where grade 3 follows at once and none was given, grade 3 asks for it."""
    rows, pressures, given = _refractory_hypotension(case)
    due = ANCHOR + case.span("G2-12.after")
    rows, found = with_steroid_dose(rows, case, ANCHOR - case.span("G2-12.before"), due)
    rows = with_worst_grade(rows, case, ANCHOR, due)
    severe = (pl.col("worst") >= 3) & ~pl.col("in_time").fill_null(False)
    return (
        _steroid_around(Opportunities(rows).exclude("grade_3", severe), case, "G2-12", "the low pressure", found)
        .leave_open(case.episode_without("mar", 2), "mar")
        .cite("second bolus and first tocilizumab", given)
        .cite("pressure still low", pressures)
        .cite("grade 3 followed", drivers_at(rows.filter(severe), pl.col("worst_at")))
    )


def _refractory_hypotension(case: Case) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Episodes of grade 2 or higher, anchored at the first low, unrefuted pressure long enough after both the second
    bolus and the first tocilizumab, at which the grade is 2; with the pressures then and those two doses."""
    rows = case.episodes_from(2)
    tocilizumab = only_first(episode_tocilizumab(rows, case))
    boluses = within(rows, case.medication.boluses, pl.col("onset"), pl.col("over"), until_included=False)
    nth = pl.int_range(1, pl.len() + 1).over("key") == case.value("G2-12.boluses")
    given = pl.concat(
        [
            boluses.filter(nth).select("key", "dose", done=pl.coalesce("end", "time")),
            tocilizumab.select("key", "dose", done="time"),
        ]
    ).filter(pl.len().over("key") > 1)
    rows = rows.join(given.group_by("key").agg(pl.col("done").max()), on="key", maintain_order="left")
    since = pl.col("done") + case.span("G2-12.wait")
    stands = case.grading.low_pressure.filter(~pl.col("refuted"))
    low = within(rows, stands, since, pl.col("over"), until_included=False)
    low = with_grade_at(low, case, pl.col("time"), "grade").filter(pl.col("grade") == 2)
    low = low.filter(pl.col("time") == pl.col("time").min().over("key"))
    return anchored_at_first(rows, low), low, given


@measure("G2-13", opened_by=("vitals",))
def steroid_without_improvement(case: Case) -> Opportunities:
    """Episodes that go on unimproved a day after their first tocilizumab: a steroid dose worth the text's
    dexamethasone around that time."""
    rows = case.episodes_from(2)
    tocilizumab = only_first(episode_tocilizumab(rows, case))
    rows = rows.join(tocilizumab.select("key", given="time"), on="key", maintain_order="left")
    rows = not_improved(rows, case, pl.col("given"), case.span("G2-13.judged_after"))
    rows = rows.with_columns(anchor="judged_at")
    since, due = ANCHOR - case.span("G2-13.before"), ANCHOR + case.span("G2-13.after")
    rows, found = with_steroid_dose(rows, case, since, due)
    rows = rows.with_columns(in_time=if_unimproved(pl.col("in_time")))
    seen = drivers_at(rows, pl.col("unimproved_at"))
    judged = require_unimproved(Opportunities(rows), case.said("G2-13.judged_after"), seen)
    return (
        _steroid_around(judged, case, "G2-13", f"the {case.said('G2-13.judged_after')} mark after tocilizumab", found)
        .leave_open(case.episode_without("mar", 2), "mar")
        .cite("first tocilizumab", tocilizumab.select("key", "dose"))
    )


def _steroid_around(
    opportunities: Opportunities, case: Case, id_: str, then: str, found: pl.DataFrame
) -> Opportunities:
    """The clause, value and sentence of a steroid dose from `<id>.before` before to `<id>.after` after the anchor."""
    before, after = case.said(f"{id_}.before"), case.said(f"{id_}.after")
    value, what = minutes(ANCHOR, first), steroid_dose_said(case)
    return (
        opportunities.require(
            f"{what} {before} before to {after} after {then}", pl.col("in_time"), by=ANCHOR + case.span(f"{id_}.after"),
            fails=too_late(first), unknown="amount", cites=found,
        )
        .measured(value, "min", f"−{before} to {after}")
        .tell(pl.when(first.is_null()).then(pl.lit(
                  f"{no_steroid_dose_said(case)} "
                  f"from {before} before {then} on"))
              .otherwise(pl.format(f"First {what} {{}} (due by {after})", from_then(value, then))))
    )  # fmt: skip


@measure("G2-14", opened_by=("vitals",))
def dexamethasone_doses(case: Case) -> Opportunities:
    """Episodes with more dexamethasone doses at grade 2 than the text names, anchored at the first beyond them."""
    usual = case.value("G2-14.usual")
    dexamethasone = case.doses_of(case.steroids.filter(pl.col("drug") == "dexamethasone"))
    at_grade_2 = with_grade_at(dexamethasone, case, ANCHOR, "grade").filter(pl.col("grade") == 2)
    doses = at_grade_2.select("infusion", "episode", "dose", "time")
    found = case.episodes_from(2).select("key", "infusion", "episode").join(doses, on=["infusion", "episode"])
    beyond = found.sort("key", "time", "dose").filter(pl.int_range(pl.len()).over("key") == usual)
    rows, count = with_count(anchored_at_first(case.episodes_from(2), beyond), found, "doses"), pl.col("doses")
    return (
        Opportunities(rows)
        .leave_open(case.episode_without("mar", 2), "mar")
        .cite("dexamethasone at grade 2", found.select("key", "dose"))
        .measured(count, "doses", f"> {usual:g}")
        .tell(pl.format(f"{{}} at grade 2 (the text names up to {usual:g})", counted(count, "dexamethasone dose")))
    )
