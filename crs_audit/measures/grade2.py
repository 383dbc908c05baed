"""Grade 2: tocilizumab, its time, its dose and its caps."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, episode_tocilizumab, with_cap
from crs_audit.measures.blocks import (
    ANCHOR,
    NO_TOCILIZUMAB,
    TOCILIZUMAB_DOSE,
    counted,
    from_then,
    in_words,
    minutes,
    most_within,
    only_first,
    too_late,
    with_count,
    with_first,
    within,
)
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.medication.steroids import DECIMALS

first = pl.col("first")
amount = pl.col("amount")


@measure("G2-01", opened_by=("vitals",))
def tocilizumab_given(case: Case) -> Opportunities:
    """Grade 2 or higher: any tocilizumab of the episode. Follow-up must reach the earlier of the censoring time and
    the episode's end."""
    rows = with_cap(case.episodes_from(2), case)
    found = episode_tocilizumab(rows, case)
    rows = with_count(with_first(rows, found, "first"), found, "doses")
    given = pl.format(
        "{} in the episode, the first {}", counted(pl.col("doses"), TOCILIZUMAB_DOSE), _told_from_grade_2()
    )
    return (
        Opportunities(rows)
        .exclude("cap", pl.col("capped"))
        .require(
            "tocilizumab in the episode",
            first.is_not_null(),
            by=pl.min_horizontal(ANCHOR + case.span("G2-01.censor_after"), "over"),
            table="mar",
            fails="never_given",
            cites=found,
        )
        .cite("grade 2 reached", drivers_at(rows))
        .measured(pl.col("doses"), "doses", "≥ 1")
        .tell(pl.when(first.is_null()).then(pl.lit(_none_of_the_episode(case))).otherwise(given))
    )


@measure("G2-02", opened_by=("vitals",))
def tocilizumab_in_time(case: Case) -> Opportunities:
    """Grade 2 or higher: the episode's first tocilizumab at most the target after it, earlier counts; up to the
    amber limit not met, but amber."""
    target, limit, amber = case.span("G2-02.target"), case.value("G2-02.target"), case.value("G2-02.amber")
    rows = with_cap(case.episodes_from(2), case)
    found = episode_tocilizumab(rows, case)
    rows = with_first(rows, found, "first")
    given = pl.format(f"First tocilizumab {{}} (limit {limit:g}, amber to {amber:g})", _told_from_grade_2())
    return (
        Opportunities(rows)
        .exclude("cap", pl.col("capped"))
        .require(
            f"first tocilizumab at most {case.said('G2-02.target')} after grade 2",
            (first <= ANCHOR + target).fill_null(False),
            by=ANCHOR + target,
            table="mar",
            fails=too_late(first),
            cites=only_first(found),
        )
        .amber(first <= ANCHOR + case.span("G2-02.amber"))
        .cite("grade 2 reached", drivers_at(rows))
        .cite("minutes from onset", in_words(minutes(pl.col("onset"), first)))
        .measured(minutes(ANCHOR, first), "min", f"≤ {limit:g}")
        .tell(pl.when(first.is_null()).then(pl.lit(f"{_none_of_the_episode(case)} (limit {limit:g} min)"))
              .otherwise(given))
    )  # fmt: skip


def _told_from_grade_2() -> pl.Expr:
    return from_then(minutes(ANCHOR, first), "grade 2")


def _none_of_the_episode(case: Case) -> str:
    # A dose earlier in the episode is none of it, so the sentence says where was looked.
    lead = case.said("shared.tocilizumab_lead")
    return f"{NO_TOCILIZUMAB} from {lead} before grade 2 to the end of the episode"


@measure("G2-03", opened_by=("mar",))
def dose_by_weight(case: Case) -> Opportunities:
    """Every tocilizumab dose: within the tolerance of the amount by weight, capped. Weight: the last charted close
    enough before, else the infusion's. Below the label's weight the dose is another; a giant weight is an error."""
    rows = case.doses_of(case.tocilizumab)
    kg, per_kg, most = pl.col("kg"), case.value("G2-03.per_kg"), case.value("G2-03.maximum")
    weighed = (kg <= case.value("G2-03.weight_limit")).fill_null(False)
    other_label = (kg < case.value("G2-03.label_below")).fill_null(False)
    due = pl.when(weighed).then(pl.min_horizontal(kg * per_kg, pl.lit(float(most))))
    off = ((amount - due).abs() * 100).round(DECIMALS)
    told = pl.format("Tocilizumab {}", _said(amount))
    weight = {"weight_source": "source", "weight_row": "row", "weight_time": "time", "weight_raw": "raw_value"}
    return (
        Opportunities(rows)
        .exclude("label", other_label)
        .require(
            f"dose within {case.said('G2-03.tolerance')} of {case.said('G2-03.per_kg')}, itself at most {most:g} mg",
            pl.when(weighed).then(off <= (due * case.value("G2-03.tolerance")).round(DECIMALS)),
            fails=pl.when(due < amount).then(pl.lit("too_much")).otherwise(pl.lit("too_little")),
            unknown=pl.when(weighed).then(pl.lit("amount")).otherwise(pl.lit("weight")),
            cites=rows.select("key", "dose"),
        )
        .cite("weight", rows.filter(kg.is_not_null()).select("key", *weight).rename(weight))
        .measured(amount, "mg", pl.when(~other_label).then(
            pl.format("{} ± {} %", in_words(due), pl.lit(f"{case.value('G2-03.tolerance'):g}"))))
        .tell(pl.when(other_label).then(pl.format("{} at {} kg", told, in_words(kg)))
              .when(weighed).then(pl.format("{}, {} mg expected at {} kg", told, in_words(due), in_words(kg)))
              .when(kg.is_null()).then(pl.format("{}, weight unknown", told))
              .otherwise(pl.format("{}, charted weight {} kg", told, in_words(kg))))
    )  # fmt: skip


@measure("G2-04", opened_by=("mar",))
def dose_at_most(case: Case) -> Opportunities:
    """Every tocilizumab dose: not above the largest single dose."""
    rows, most = case.doses_of(case.tocilizumab), case.value("G2-04.maximum")
    return (
        Opportunities(rows)
        .require(
            f"dose at most {most:g} mg", amount <= most, fails="too_much", unknown="amount",
            cites=rows.select("key", "dose"),
        )
        .measured(amount, "mg", f"≤ {most:g}")
        .tell(pl.format(f"Tocilizumab {{}} (limit {most:g} mg)", _said(amount)))
    )  # fmt: skip


@measure("G2-05", opened_by=("mar",))
def over_one_hour(case: Case) -> Opportunities:
    """Every tocilizumab dose: its duration between the shortest and the longest; no end charted: unknown."""
    rows = case.doses_of(case.tocilizumab)
    shortest, longest = case.value("G2-05.shortest"), case.value("G2-05.longest")
    lasted = pl.col("end") - pl.col("time")
    limits = f"limits {shortest:g} and {longest:g} min"
    length = pl.format("over {} min", in_words(minutes(pl.col("time"), pl.col("end"))))
    within_limits = (lasted >= case.span("G2-05.shortest")) & (lasted <= case.span("G2-05.longest"))
    return (
        Opportunities(rows)
        .require(
            f"given over {shortest:g} to {longest:g} min", within_limits, unknown="end",
            fails=pl.when(lasted < case.span("G2-05.shortest")).then(pl.lit("too_fast")).otherwise(pl.lit("too_slow")),
            cites=rows.select("key", "dose"),
        )
        .measured(minutes(pl.col("time"), pl.col("end")), "min", f"{shortest:g}–{longest:g}")
        .tell(pl.format(f"Tocilizumab {{}} ({limits})", length.fill_null("of unknown duration")))
    )  # fmt: skip


@measure("G2-06", opened_by=("mar",))
def interval_kept(case: Case) -> Opportunities:
    """Second and later tocilizumab doses: long enough after the dose before, start to start, less a grace."""
    # A dose before the infusion is no dose of this course.
    before = {f"{name}_before": pl.col(name).shift(1).over("infusion") for name in ("time", "dose")}
    rows = case.doses_of(case.tocilizumab.with_columns(**before).filter(pl.col("time_before").is_not_null()))
    shortest = case.span("G2-06.interval") - case.span("G2-06.grace")
    since = pl.col("hours_since")
    pairs = pl.concat([rows.select("key", dose="dose_before"), rows.select("key", "dose")])
    said = f"≥ {case.said('G2-06.interval')}, grace {case.said('G2-06.grace')}"
    return (
        Opportunities(rows)
        .require(
            f"start to start {said}", pl.col("time") - pl.col("time_before") >= shortest, fails="too_soon", cites=pairs
        )
        .measured(since, "h", said)
        .tell(pl.format("Tocilizumab dose {} came {} h after the one before (at least {})",
                        "number", in_words(since), pl.lit(said.removeprefix("≥ "))))
    )  # fmt: skip


@measure("G2-07", opened_by=("mar",))
def daily_cap(case: Case) -> Opportunities:
    """Infusions with any tocilizumab: no more than the daily cap in any period of its length, however it lies."""
    rows = _any_tocilizumab(case)
    most = most_within(case.tocilizumab, case.span("shared.cap_period"))
    rows = rows.join(most, on="infusion", how="left")
    limit, period = case.value("shared.cap_day"), case.said("shared.cap_period")
    return (
        Opportunities(rows)
        .require(
            f"at most {limit:g} doses in any {period}", pl.col("most") <= limit, fails="too_many",
            cites=within(rows, case.tocilizumab, pl.col("t0"), pl.col("w")),
        )
        .measured(pl.col("most"), "doses", f"≤ {limit:g}")
        .tell(pl.format(f"At most {{}} in any {period} (limit {limit:g})", counted(pl.col("most"), TOCILIZUMAB_DOSE)))
    )  # fmt: skip


@measure("G2-08", opened_by=("mar",))
def total_cap(case: Case) -> Opportunities:
    """Infusions with any tocilizumab: no more doses in the window than the total cap."""
    rows = _any_tocilizumab(case)
    found = within(rows, case.tocilizumab, pl.col("t0"), pl.col("w"))
    limit = case.value("shared.cap_total")
    return (
        Opportunities(with_count(rows, found, "doses"))
        .require(f"at most {limit:g} doses", pl.col("doses") <= limit, fails="too_many", cites=found)
        .measured(pl.col("doses"), "doses", f"≤ {limit:g}")
        .tell(pl.format(f"{{}} in the window (limit {limit:g})", counted(pl.col("doses"), TOCILIZUMAB_DOSE)))
    )


def _any_tocilizumab(case: Case) -> pl.DataFrame:
    first = case.tocilizumab.filter(pl.col("number") == 1)
    return case.opened(first.select("infusion", anchor="time"))


def _said(milligrams: pl.Expr) -> pl.Expr:
    return pl.format("{} mg", in_words(milligrams)).fill_null("of unknown amount")
