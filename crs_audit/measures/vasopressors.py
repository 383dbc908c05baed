"""Low pressure that fluid does not resolve: a vasopressor."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import ANCHOR, anchored_at_first, in_words, minutes, too_late, with_first, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.medication.doses import in_words as row_in_words
from crs_audit.vocabulary.match import concepts_of


@measure("G3-06", opened_by=("vitals",))
def vasopressor_after_fluid(case: Case) -> Opportunities:
    """Pressure still low some time after the second of two boluses given close to each other: a vasopressor, a push
    too, runs soon."""
    rows, pressures, boluses = _low_after_boluses(case)
    due, first, limit = ANCHOR + case.span("G3-06.target"), pl.col("first"), case.said("G3-06.target")
    rows, support = _with_vasopressor(rows, case)
    value = minutes(ANCHOR, first)
    told = pl.format(f"A vasopressor ran {{}} min after the low pressure that followed two boluses (limit {limit})",
                     in_words(value))  # fmt: skip
    return (
        Opportunities(rows)
        .leave_open(_low_without_mar(case), "mar")
        .require(
            f"a vasopressor runs within {limit} of the low pressure", (first <= due).fill_null(False), by=due,
            fails=too_late(first, "not_done"), cites=support,
        )
        .cite("two boluses", boluses)
        .cite("pressure still low", pressures)
        .measured(value, "min", f"≤ {case.value('G3-06.target'):g}")
        .tell(pl.when(first.is_null()).then(pl.lit("No vasopressor charted as running from the low pressure on that "
                                                   f"followed two boluses (limit {limit})")).otherwise(told))
    )  # fmt: skip


def _low_after_boluses(case: Case) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Episodes anchored at the first low, unrefuted pressure long enough after the second of two boluses; with the
    pressures then, and the boluses of the pair that was done first."""
    rows, of_key = case.episodes_from(1), "key"
    found = within(rows, case.medication.boluses, pl.col("onset"), pl.col("over"), until_included=False)
    ordered = found.select("key", "dose", "time", done=pl.coalesce("end", "time")).sort("key", "time", "done", "dose")
    pairs = ordered.with_columns(
        before=pl.col("dose").shift(1).over(of_key), since=pl.col("time").shift(1).over(of_key)
    )
    pairs = pairs.filter(pl.col("time") - pl.col("since") <= case.span("G3-06.pair"))
    pair = pairs.sort("key", "done", "dose").unique("key", keep="first", maintain_order=True)
    rows = rows.join(pair.select("key", "done"), on="key", maintain_order="left")
    low = within(rows, _standing(case), pl.col("done") + case.span("G3-06.wait"), pl.col("over"), until_included=False)
    low = low.filter(pl.col("time") == pl.col("time").min().over(of_key))
    boluses = pl.concat([pair.select("key", "dose"), pair.select("key", dose="before")])
    return anchored_at_first(rows, low), low, boluses


def _standing(case: Case) -> pl.DataFrame:
    """The low pressures that no early re-reading refutes."""
    return case.grading.low_pressure.filter(~pl.col("refuted"))


def _low_without_mar(case: Case) -> pl.DataFrame:
    """infusion: those with such a pressure in an episode of which, for want of a MAR, nobody knows what was given."""
    rows = case.episodes_from(1).filter(~pl.col("has_mar"))
    return within(rows, _standing(case), pl.col("onset"), pl.col("over"), until_included=False).select("infusion")


def _with_vasopressor(rows: pl.DataFrame, case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds `first`: the first instant from the anchor on, within the window, at which a vasopressor runs; and gives the
    rows of all that run then."""
    runs = case.grading.pressor_runs.filter(pl.col("end") > pl.col("start"))
    later = rows.select("key", "infusion", "anchor", "w").join(runs, on="infusion").filter(pl.col("end") > ANCHOR)
    later = later.with_columns(time=pl.max_horizontal("start", "anchor")).filter(pl.col("time") < pl.col("w"))
    then = later.filter(pl.col("time") == pl.col("time").min().over("key"))
    words = case.chart.mar.filter(pl.col("drug").is_in(sorted(concepts_of("vasopressor")))).select(
        "infusion", "source", "row", raw_value=row_in_words()
    )
    told = then.select("key", "infusion", "source", "row", time="start").join(words, on=["infusion", "source", "row"])
    return with_first(rows, later, "first"), told.sort("key", "time", "source", "row")
