"""Hemophagocytic lymphohistiocytosis: when it is suspected, and what is done then."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, with_cap
from crs_audit.measures.blocks import (
    ANCHOR,
    TOCILIZUMAB_DOSE,
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
from crs_audit.measures.case import Case, once_per_case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.improvement import OBSERVED, with_grade_at
from crs_audit.measures.opportunities import NOTHING, Opportunities
from crs_audit.measures.organs import organ_grades
from crs_audit.measures.steroid_dose import steroid_dose_said, with_steroid_dose


def very_high_ferritin(case: Case) -> pl.Expr:
    """Of a ferritin row: above the limit. One told as ">x" is above x, so the limit itself counts with it; where a
    bound leaves it open, unknown (null)."""
    limit = case.value("shared.hlh_ferritin")
    value, bound = pl.col("value"), pl.col("bound").fill_null("")
    above = (value > limit) | ((bound == ">") & (value >= limit))
    return (
        pl.when(bound.is_in([">", ">="]))
        .then(pl.when(above).then(pl.lit(True)))
        .when(bound.is_in(["<", "<="]))
        .then(pl.when(value <= limit).then(pl.lit(False)))
        .otherwise(value > limit)
    )


@once_per_case
def hlh_suspected(case: Case) -> pl.DataFrame:
    """infusion, hlh_at, source, row, raw_value: the first very high ferritin of the window with severe organ toxicity
    close to it."""
    high = _ferritin(case).filter(very_high_ferritin(case)).select("infusion", "time", "source", "row", "raw_value")
    near = case.span("shared.hlh_organ_window")
    pairs = high.join(_severe(case).select("infusion", organ_time="time"), on="infusion")
    close = pairs.filter((pl.col("time") - pl.col("organ_time")).abs() <= near)
    return (
        close.sort("infusion", "time", "source", "row")
        .unique("infusion", keep="first", maintain_order=True)
        .select("infusion", "source", "row", "raw_value", hlh_at="time")
    )


@once_per_case
def _ferritin(case: Case) -> pl.DataFrame:
    """The ferritin values of the window."""
    return case.in_window(case.labs("ferritin").filter(pl.col("value").is_not_null()))


@once_per_case
def _severe(case: Case) -> pl.DataFrame:
    """Organ values whose grade supports the suspicion."""
    return organ_grades(case).filter(pl.col("grade") >= case.value("shared.hlh_organ_grade"))


def _organs_beside(rows: pl.DataFrame, organs: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Graded organ values close to the anchor, the highest grade of each laboratory value: raw_value says all."""
    near = case.span("shared.hlh_organ_window")
    found = within(rows, organs, ANCHOR - near, ANCHOR + near)
    worst = found.sort("key", "lab", -pl.col("grade").cast(pl.Int8), "time", "source", "row")
    told = worst.unique(["key", "lab"], keep="first", maintain_order=True)
    return told.with_columns(raw_value=pl.format("{} {}, grade {}", "lab", "raw_value", "grade"))


@measure("HLH-01", opened_by=("labs",))
def ferritin_very_high(case: Case) -> Opportunities:
    """Informational: the first very high ferritin with the organ grades beside it. Where there is none, but one whose
    bound leaves it open, nobody can say."""
    high, above = very_high_ferritin(case), pl.col("bound").is_in([">", ">="])
    told = _ferritin(case).with_columns(high=high).filter(pl.col("high") | (pl.col("high").is_null() & above))
    # Of several at one instant the highest; one that leaves it open only where there is none above the limit.
    ordered = told.sort("infusion", "high", "time", -pl.col("value"), "source", "row", nulls_last=True)
    first = ordered.unique("infusion", keep="first", maintain_order=True)
    rows = case.opened(first.rename({"time": "anchor"}))
    organs = _organs_beside(rows, organ_grades(case), case)
    rows = rows.join(_worst_organ(organs), on="key", how="left", maintain_order="left")
    limit = case.value("shared.hlh_ferritin")
    return (
        Opportunities(rows)
        .require(
            f"ferritin above {case.said('shared.hlh_ferritin')}", pl.col("high"), unknown="bound",
            cites=rows.select("key", "source", "row", "raw_value", time="anchor"),
        )
        .cite("organ grade beside it", organs)
        .measured(pl.col("value"), "ng/mL", f"> {limit:.12g}")
        .tell(pl.format("Ferritin {}{} ng/mL; {}", pl.col("bound").fill_null(""), in_words(pl.col("value")),
                        pl.format(f"worst organ grade within {case.said('shared.hlh_organ_window')}: {{}}", "worst")
                        .fill_null(f"no organ value within {case.said('shared.hlh_organ_window')}")))
    )  # fmt: skip


def _worst_organ(organs: pl.DataFrame) -> pl.DataFrame:
    """key, worst (`3 (alt, ast)`)."""
    grade = pl.col("grade")
    worst = organs.filter(grade == grade.max().over("key")).sort("key", "lab")
    told = worst.group_by("key").agg(grade.first(), labs=pl.col("lab").str.join(", "))
    return told.select("key", worst=pl.format("{} ({})", "grade", "labs"))


@measure("HLH-02", opened_by=("procedures: bone_marrow_hemophagocytosis",))
def hemophagocytosis_seen(case: Case) -> Opportunities:
    """Informational: hemophagocytosis in the bone marrow from the infusion on."""
    seen = case.in_window(case.procedures("bone_marrow_hemophagocytosis"))
    rows = case.every_infusion
    found = within(rows, seen, pl.col("t0"), pl.col("w"))
    rows = with_first(with_count(rows, found, "rows"), found, "first").filter(pl.col("rows") > 0)
    return (
        Opportunities(rows)
        .cite("hemophagocytosis in the bone marrow", found)
        .measured(pl.col("rows"), "rows", NOTHING)
        .tell(pl.format("Hemophagocytosis in the bone marrow charted in {}, first {} h after the infusion",
                        counted(pl.col("rows"), "row"), in_words(hours(pl.col("t0"), pl.col("first")))))
    )  # fmt: skip


@once_per_case
def _suspected(case: Case) -> pl.DataFrame:
    """One opportunity per infusion in which HLH was suspected, anchored there, with the ferritin's row."""
    return case.opened(hlh_suspected(case).rename({"hlh_at": "anchor"}))


def _with_reasons_cited(opportunities: Opportunities, case: Case) -> Opportunities:
    """What raised the suspicion: the ferritin and the organ values beside it."""
    rows = opportunities.rows
    ferritin = rows.select("key", "source", "row", "raw_value", time="anchor")
    severe = _organs_beside(rows, _severe(case), case)
    return opportunities.cite("HLH suspected: ferritin", ferritin).cite("HLH suspected: organ", severe)


@measure("HLH-03", opened_by=("labs",))
def treated_as_grade_3(case: Case) -> Opportunities:
    """HLH suspected: tocilizumab, unless a cap was reached, and a steroid dose worth the text's dexamethasone, both
    from shortly before to shortly after it."""
    since, due = ANCHOR - case.span("HLH-03.before"), ANCHOR + case.span("HLH-03.after")
    rows, tocilizumab = with_first_by(with_cap(_suspected(case), case), case.tocilizumab, since, due)
    rows = with_count(rows, within(rows, case.tocilizumab, since, due), "doses")
    rows = rows.rename({"first": "first_tocilizumab", "in_time": "tocilizumab_in_time"})
    rows, steroid = with_steroid_dose(rows, case, since, due)
    limits = f"{case.said('HLH-03.before')} before to {case.said('HLH-03.after')} after"
    given, asked = pl.col("in_time"), steroid_dose_said(case)
    waived = pl.when(pl.col("capped")).then(pl.lit(" (a cap was reached)")).otherwise(pl.lit(""))
    steroid_told = (
        pl.when(given)
        .then(pl.lit(f"a {asked}"))
        .when(given.is_null())
        .then(pl.lit("only a steroid dose of unknown amount"))
        .otherwise(pl.lit(f"no {asked}"))
    )
    return _with_reasons_cited(
        Opportunities(rows)
        .require(
            f"tocilizumab {limits}, or a cap reached", pl.col("capped") | pl.col("tocilizumab_in_time"), by=due,
            table="mar", fails=too_late(pl.col("first_tocilizumab")), cites=tocilizumab,
        )
        .require(
            f"{asked} {limits}", given, by=due, table="mar", fails=too_late(pl.col("first")), unknown="amount",
            cites=steroid,
        )
        .tell(pl.format(f"HLH suspected; charted after the infusion, from {limits} it: {{}}{{}} and {{}}",
                        counted(pl.col("doses"), TOCILIZUMAB_DOSE), waived, steroid_told)),
        case,
    )  # fmt: skip


@measure("HLH-04", opened_by=("labs",))
def etoposide_considered(case: Case) -> Opportunities:
    """Informational: HLH suspected and the grade never lower some days later than at the suspicion; hours to the first
    etoposide, if any. Nobody can say it where somebody did not look when the grade would have been lower."""
    rows, followed = _unimproved(case), ANCHOR + case.span("HLH-04.improved_until") < pl.col("e")
    until = ANCHOR + case.span("HLH-04.etoposide_until")
    etoposide = only_first(within(rows, case.given("etoposide"), ANCHOR + case.span("HLH-04.improved_from"), until))
    rows = with_first(rows, etoposide, "first")
    value = hours(ANCHOR, pl.col("first"))
    days = f"{case.said('HLH-04.improved_from')} to {case.said('HLH-04.improved_until')}"
    return _with_reasons_cited(
        Opportunities(rows)
        .leave_open(rows.filter(~pl.col("has_vitals")), "vitals")
        .exclude("censored", ~followed)
        .require(
            f"grade never lower {days} later", pl.when(followed & ~pl.col("unseen")).then(pl.lit(True)),
            unknown="unobserved",
        )
        .require("etoposide or none of it charted", pl.lit(True), table="mar", cites=etoposide)
        .cite("grade at the suspicion", drivers_at(rows))
        .measured(value, "h", NOTHING)
        .tell(pl.format("HLH suspected at grade {}, {}; {}", "grade",
                        pl.when(followed).then(pl.lit(f"no lower grade seen {days} later"))
                        .otherwise(pl.lit(f"not followed to {case.said('HLH-04.improved_until')} later")),
                        pl.format("first etoposide {} h after the suspicion", in_words(value)).fill_null(
                            f"no etoposide charted from {case.said('HLH-04.improved_from')} to "
                            f"{case.said('HLH-04.etoposide_until')} after the suspicion"))),
        case,
    )  # fmt: skip


def _unimproved(case: Case) -> pl.DataFrame:
    """Suspicions of HLH after which no lower grade was seen in the days it is judged: also grade (at the suspicion)
    and unseen (it may have been lower when nobody looked)."""
    since, until = (ANCHOR + case.span(f"HLH-04.improved_{end}") for end in ("from", "until"))
    rows = with_grade_at(_suspected(case), case, ANCHOR, "grade")
    bounds = rows.select("key", "infusion", least="grade", since=since, until=until)
    lower = bounds.join(case.grading.segments, on="infusion").filter(
        (pl.col("start") <= pl.col("until")) & (pl.col("end") > pl.col("since")) & (pl.col("grade") < pl.col("least"))
    )
    told = lower.group_by("key").agg(seen=OBSERVED.any(), unseen=(~OBSERVED).any())
    rows = rows.join(told, on="key", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("seen", "unseen").fill_null(False))
    return rows.filter(~pl.col("seen"))
