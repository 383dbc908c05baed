"""Steroids after grade 3: down fast once the patient has come down."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at
from crs_audit.measures.blocks import ANCHOR, anchored_at_first, in_words, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import NOT_MET, measure
from crs_audit.measures.high_dose import descents
from crs_audit.measures.improvement import with_worst_grade
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.recovery import recoveries
from crs_audit.medication.steroids import DECIMALS


@measure("G3-05", opened_by=("vitals",))
def rapid_taper(case: Case) -> Opportunities:
    """Grade 3 that came down for a day while steroids were given: in the second day of it no more than the limit of the
    fullest day before. Not where ICANS asks for steroids, grade 2 came back or the way down from high doses is
    walked."""
    rows = _recovered_on_steroids(case)
    begin, judged = ANCHOR + case.span("G3-05.after"), ANCHOR + case.span("G3-05.judged")
    high = case.icans.filter(pl.col("grade") >= case.value("shared.icans_concurrent"))
    icans = within(rows, high, ANCHOR - case.span("G3-05.before"), judged)
    rows = with_worst_grade(with_count(rows, icans, "icans"), case, ANCHOR, judged)
    rows, peak = _with_fullest_day(_with_ladder(rows, case), case)
    final = within(rows, case.steroids, begin, judged, since_included=False)
    left = final.group_by("key").agg(left=pl.col("dex_mg").sum(), left_unclear=pl.col("dex_mg").is_null().sum())
    rows = rows.join(left, on="key", how="left", maintain_order="left").with_columns(
        pl.col("left").fill_null(0).round(DECIMALS), pl.col("left_unclear").fill_null(0)
    )
    low = (pl.col("left") * 100).round(DECIMALS) <= (pl.col("most") * case.value("G3-05.limit")).round(DECIMALS)
    relapsed, limit = pl.col("worst") >= 2, case.said("G3-05.limit")
    unchecked = pl.lit(case.lacks("assessments", "icans_grade") is not None)
    without_mar = case.episode_without("mar", 3)
    return (
        Opportunities(rows)
        .leave_open(without_mar, "mar")
        .exclude("icans", pl.col("icans") > 0)
        .exclude("grade_2", relapsed)
        .exclude("ladder", pl.col("on_ladder"))
        .exclude("censored", judged >= pl.col("e"))
        .note("exemption_unchecked", unchecked, status=NOT_MET)
        .require(
            f"{case.said('G3-05.after')} to {case.said('G3-05.judged')} after grade 1 at most {limit} of the fullest "
            f"{case.said('G3-05.period')} before",
            _decided(low), fails="too_much", unknown="amount", cites=final,
        )
        .cite(f"fullest {case.said('G3-05.period')} before", peak)
        .cite("grade 3 reached", drivers_at(rows, pl.col("first_grade_3")))
        .cite("ICANS that asks for steroids", icans)
        .cite("grade 2 again", drivers_at(rows.filter(relapsed), pl.col("worst_at")))
        .measured(
            pl.when(pl.col("most") > 0).then(pl.col("left") / pl.col("most") * 100), "%",
            f"≤ {case.value('G3-05.limit'):g}",
        )
        .tell(pl.format(
            f"Steroids charted as worth {{}} mg dexamethasone from {case.said('G3-05.after')} to "
            f"{case.said('G3-05.judged')} after grade 1 or lower was reached, and {{}} mg in the fullest "
            f"{case.said('G3-05.period')} before (limit {limit})", in_words(pl.col("left")), in_words(pl.col("most"))))
    )  # fmt: skip


def _decided(low: pl.Expr) -> pl.Expr:
    """Whether the total is low enough, or null where doses of unknown amount decide: among those left they could only
    raise it, among the fullest day's only lower its share."""
    left_known, peak_known = pl.col("left_unclear") == 0, pl.col("peak_unclear") == 0
    return pl.when(low & left_known).then(pl.lit(True)).when(~low & peak_known).then(pl.lit(False))


def _recovered_on_steroids(case: Case) -> pl.DataFrame:
    """Episodes of grade 3 or more, anchored at the start of the first lasting grade 1 or lower from then on that a
    treatment steroid was given shortly before."""
    rows = case.episodes_from(3)
    lasting, _ = recoveries(rows, case, case.span("shared.improved_run"))
    found = within(rows, lasting, ANCHOR, pl.col("w"), until_included=False)
    given = found.join(case.treatment.select("infusion", given="time"), on="infusion")
    lately = (pl.col("given") <= pl.col("time")) & (pl.col("given") >= pl.col("time") - case.span("G3-05.before"))
    return anchored_at_first(rows, given.filter(lately))


def _with_fullest_day(rows: pl.DataFrame, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds most (highest total of a period up to the anchor, mg dexamethasone-equivalent) and peak_unclear (doses of
    unknown amount up to it); and gives the doses of the first such period."""
    period = case.span("G3-05.period")
    before = within(rows, case.steroids, pl.col("t0"), ANCHOR)
    if before.is_empty():
        return rows.with_columns(most=pl.lit(0.0), peak_unclear=pl.lit(0)), before
    # The highest total of all periods is that of one that ends with a dose.
    ended = before.rolling("time", period=period, closed="right", group_by="key")
    totals = before.with_columns(total=ended.agg(t=pl.col("dex_mg").sum())["t"].round(DECIMALS))
    told = totals.group_by("key").agg(most=pl.col("total").max(), peak_unclear=pl.col("dex_mg").is_null().sum())
    rows = rows.join(told, on="key", how="left", maintain_order="left")
    fullest = (
        totals.filter(pl.col("total") == pl.col("total").max().over("key"))
        .group_by("key")
        .agg(until=pl.col("time").min())
    )
    inside = totals.join(fullest, on="key").filter(pl.col("time") <= pl.col("until"))
    return rows, inside.filter(pl.col("time") > pl.col("until") - period).select("key", "dose")


def _with_ladder(rows: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Adds `on_ladder`: the anchor lies between a last high dose and the last step walked down from it."""
    walked = descents(case)[0].select("infusion", since="anchor", until="last_step")
    pairs = rows.select("key", "infusion", "anchor").join(walked, on="infusion")
    inside = pairs.filter(ANCHOR.is_between("since", "until"))
    return rows.with_columns(on_ladder=pl.col("key").is_in(inside["key"].implode()))
