"""Grade 4: tocilizumab goes on, high-dose methylprednisolone and the way down from it, what else is left, the tube."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from crs_audit.measures.anchors import drivers_at, grade_4, invasive, within_episodes
from crs_audit.measures.blocks import (
    ANCHOR,
    counted,
    from_then,
    in_words,
    minutes,
    only_first,
    too_late,
    with_count,
    with_first,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import MET, NOT_MET, TRUE, UNKNOWN, measure
from crs_audit.measures.high_dose import descents, is_high, methylprednisolone, with_course
from crs_audit.measures.improvement import if_unimproved, not_improved, require_unimproved
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.tocilizumab_continued import continued_tocilizumab

HOUR = timedelta(hours=1)
MAYBE = "maybe_"
"""Prefix of what holds if doses of unknown amount were large enough."""
first = pl.col("first")


def _cited(opportunities: Opportunities, case: Case) -> Opportunities:
    """What grade 4 rests on; and out of the count where it is only an intubation for the airway, which is said to be
    unchecked where no ICANS was extracted."""
    unchecked = pl.col("ventilated") & pl.lit(case.lacks("assessments", "icans_grade") is not None)
    return (
        opportunities.exclude("airway_protection", pl.col("airway"))
        .note("exemption_unchecked", unchecked, status=NOT_MET)
        .cite("grade 4 reached", drivers_at(opportunities.rows, pl.col("first_grade_4")))
    )


def _unjudged_without_mar(case: Case) -> pl.DataFrame:
    """infusion: those of grade 4 of which, for want of a MAR, nobody knows what was given."""
    return grade_4(case).filter(~pl.col("has_mar") & ~pl.col("airway").fill_null(False)).select("infusion")


@measure("G4-01", opened_by=("vitals",))
def tocilizumab_at_grade_4(case: Case) -> Opportunities:
    """Grade 4: tocilizumab from a day before it was known to shortly after it, unless a cap was reached."""
    return _cited(continued_tocilizumab(grade_4(case), case, "G4-01", "grade 4"), case)


@measure("G4-02", opened_by=("vitals",))
def methylprednisolone_course(case: Case) -> Opportunities:
    """Grade 4: methylprednisolone of the dose from before to the target after it, and from it enough such doses
    without a long gap. Fewer are enough if lasting improvement began before the gap broke; more are noted."""
    doses = methylprednisolone(case).filter(is_high(case).fill_null(True))
    rows, cited = with_course(grade_4(case), case, doses.filter(is_high(case)))
    rows, _ = with_course(rows, case, doses, MAYBE)
    due, high = ANCHOR + case.span("G4-02.target"), doses.filter(is_high(case))
    rows = with_first(rows, within(rows, high, due, pl.col("w"), since_included=False, until_included=False), "later")
    rows = rows.with_columns(state=pl.when(pl.col("state") == pl.col(f"{MAYBE}state")).then("state"))
    state, fewest = pl.col("state").fill_null(UNKNOWN), case.value("G4-02.fewest")
    began = pl.when(first.is_not_null()).then(pl.lit(True)).when(pl.col(f"{MAYBE}first").is_null() | (state != UNKNOWN))
    return (
        _cited(Opportunities(rows), case)
        .require(
            f"methylprednisolone ≥ {case.said('shared.high_dose')} by {case.said('G4-02.target')} after grade 4",
            began.then(first.is_not_null()), by=due, table="mar", fails=too_late(pl.col("later")),
            unknown="amount", cites=cited.filter(pl.col("time") == pl.col("time").min().over("key")),
        )
        .require(
            f"{fewest:g} such doses, gaps ≤ {case.said('shared.high_dose_gap')}, or lasting improvement",
            pl.when(state != UNKNOWN).then(state == TRUE), by=pl.col("deadline"), table="mar", fails="too_few",
            unknown=pl.when(pl.col("state").is_null()).then(pl.lit("amount")).otherwise(pl.lit("unobserved")),
            cites=cited,
        )
        .note("extended", pl.col("doses") > case.value("G4-02.extended_above"), status=MET)
        .note("improved", pl.col("doses") < fewest, status=MET)
        .measured(pl.col("doses"), "doses", f"≥ {fewest:g}")
        .tell(pl.when(first.is_null()).then(pl.format(
                  "No systemic methylprednisolone charted after the infusion at "
                  f"{case.said('shared.high_dose')} or more from "
                  f"{case.said('G4-02.before')} before to {case.said('G4-02.target')} after grade 4{{}}",
                  pl.format("; the first {}", from_then(minutes(ANCHOR, pl.col("later")), "grade 4")).fill_null("")))
              .otherwise(pl.format(
                  f"{{}} of {case.said('shared.high_dose')} or more in a row, the first {{}} (at least {fewest:g})",
                  counted(pl.col("doses"), "methylprednisolone dose"), from_then(minutes(ANCHOR, first), "grade 4"))))
    )  # fmt: skip


@measure("G4-03", opened_by=("vitals",))
def stepped_down(case: Case) -> Opportunities:
    """A whole course of high doses: after its last one down the text's ladder, enough and not too many doses at each
    level, to the first grade 1 or lower; levels not begun are needless once grade 1 or lower has lasted."""
    rows, beside = descents(case)
    levels = [case.said(f"G4-03.{step}_step") for step in ("first", "second", "last")]
    ladder, gap = ", ".join(levels), case.said("shared.high_dose_gap")
    steps = pl.format(
        "; ".join(f"{{}} of {level}" for level in levels),
        *(counted(pl.col("walked").list.get(n), "dose") for n in range(len(levels))),
    )
    left = pl.format("one of {} mg", in_words(pl.col("left_mg"))).fill_null("one of unknown amount")
    then = pl.when(pl.col("left_at").is_null()).then(pl.lit(f"none within {gap}")).otherwise(left)
    calm = pl.format("{} h after grade 4", in_words((pl.col("calm") - pl.col("first_grade_4")) / HOUR))
    last_high = rows.select("key", "infusion", time="anchor").join(methylprednisolone(case), on=["infusion", "time"])
    return (
        _cited(Opportunities(rows), case)
        .leave_open(_unjudged_without_mar(case), "mar")
        .require(
            f"down by {ladder} (± {case.said('G4-03.tolerance')}) with gaps ≤ {gap}", pl.col("holds"),
            by=pl.col("due"), fails=pl.col("reason"), unknown=pl.col("reason"), cites=beside,
        )
        .note("improved", pl.col("improved"), status=MET)
        .cite("last high dose", last_high.filter(is_high(case)))
        .measured(pl.col("steps"), "doses", ladder)
        .tell(pl.format("After the last of {}: {}; then {}; grade 1 or lower first seen {}",
                        counted(pl.col("doses"), "high dose"), steps, then, calm.fill_null("at no time after grade 4")))
    )  # fmt: skip


@measure("G4-04", opened_by=("vitals",))
def escalated_beyond(case: Case) -> Opportunities:
    """Grade 4 that did not improve in the day after its first high dose: the doubled dose twice, or an alternative
    agent, in the next day."""
    rows, started = _unimproved_at_grade_4(case)
    within_next, largest = ANCHOR + case.span("G4-04.next"), case.value("G4-04.dose")
    in_time = methylprednisolone(case).filter((pl.col("amount") >= largest).fill_null(True))
    doses = within(rows, in_time, ANCHOR, within_next)
    agents = within(rows, case.given("alternative"), ANCHOR, within_next)
    large = doses.filter(pl.col("amount").is_not_null())
    rows = with_count(with_count(with_count(rows, large, "large"), doses, "possible"), agents, "agents")
    enough, most = (pl.col(name) >= case.value("G4-04.fewest") for name in ("large", "possible"))
    done = pl.when(enough | (pl.col("agents") > 0)).then(pl.lit(True)).when(~most).then(pl.lit(False))
    said = f"{case.said('G4-04.fewest')} doses of methylprednisolone ≥ {case.said('G4-04.dose')}"
    return (
        require_unimproved(
            _cited(Opportunities(rows), case), case.said("G4-04.judged_after"),
            drivers_at(rows, pl.col("unimproved_at")),
        )
        .leave_open(_unjudged_without_mar(case), "mar")
        .require(
            f"{said} or an alternative agent in the next {case.said('G4-04.next')}",
            if_unimproved(done), by=within_next, unknown="amount",
            cites=pl.concat([doses.select("key", "dose"), agents.select("key", "source", "row", "time", "raw_value")],
                            how="diagonal"),
        )
        .cite("first high dose at grade 4", started)
        .measured(pl.col("large"), "doses", f"≥ {case.said('G4-04.fewest')}")
        .tell(pl.format(f"In the {case.said('G4-04.next')} that followed the first {case.said('G4-04.judged_after')} "
                        f"after a high dose: {{}} of {case.said('G4-04.dose')} or more, {{}} of an alternative agent",
                        counted(pl.col("large"), "methylprednisolone dose"), counted(pl.col("agents"), "MAR row")))
    )  # fmt: skip


def _unimproved_at_grade_4(case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Episodes after whose first high dose at grade 4 nobody can say that the patient improved (`not_improved`),
    anchored at the time that is judged; and that dose."""
    rows = grade_4(case)
    severe = within_episodes(rows, case, pl.col("grade") >= 4).select("key", since="start", until="end")
    high = methylprednisolone(case).filter(is_high(case))
    given = within(rows, high, pl.col("onset"), pl.col("over"), until_included=False).join(severe, on="key")
    at_grade_4 = given.filter((pl.col("time") >= pl.col("since")) & (pl.col("time") < pl.col("until")))
    started = only_first(at_grade_4.sort("key", "time", "dose"))
    rows = rows.join(started.select("key", given="time"), on="key", maintain_order="left")
    rows = not_improved(rows, case, pl.col("given"), case.span("G4-04.judged_after"))
    return rows.with_columns(anchor="judged_at"), started.select("key", "dose")


@measure("G4-05", opened_by=("vitals",))
def ventilated(case: Case) -> Opportunities:
    """Episodes of grade 4 with invasive ventilation: its hours."""
    rows = grade_4(case)
    tube = within_episodes(rows, case, invasive())
    lasted = tube.group_by("key").agg(hours=((pl.col("end") - pl.col("start")) / HOUR).sum())
    rows = rows.join(lasted, on="key", maintain_order="left")
    return (
        Opportunities(rows)
        .cite("invasive ventilation", _tube_rows(case, rows))
        .measured(pl.col("hours"), "h", "> 0")
        .tell(pl.format("Invasive ventilation for {} h of the episode", in_words(pl.col("hours"))))
    )


def _tube_rows(case: Case, rows: pl.DataFrame) -> pl.DataFrame:
    """The charted rows that say so in the timeline of each episode."""
    drivers = case.grading.driver_rows.filter(pl.col("driver").str.starts_with("oxygen=invasive"))
    found = rows.select("key", "infusion", "onset", "over").join(drivers, on="infusion")
    found = found.filter((pl.col("start") >= pl.col("onset")) & (pl.col("start") < pl.col("over")))
    return found.select("key", "source", "row", "time", "raw_value").unique().sort("key", "time", "source", "row")
