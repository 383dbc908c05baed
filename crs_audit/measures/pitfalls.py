"""Pitfalls the text warns of."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import drivers_at, episode_tocilizumab
from crs_audit.measures.blocks import ANCHOR, counted, from_then, minutes, only_first, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.opportunities import NOTHING, Opportunities
from crs_audit.measures.organs import ORGANS, organ_grades
from crs_audit.medication.doses import in_words as row_in_words
from crs_audit.tables import GIVEN
from crs_audit.vocabulary.match import concepts_of


@measure("PIT-01", opened_by=("vitals",))
def tocilizumab_delay(case: Case) -> Opportunities:
    """For information: of episodes that reach grade 2 the band of the delay from onset to the first tocilizumab;
    before onset is band 0."""
    reached = case.episodes_from(2)
    first = only_first(episode_tocilizumab(reached, case))
    rows = reached.join(first.select("key", "dose", given="time"), on="key", maintain_order="left")
    rows = rows.with_columns(anchor="given")
    bands = (ANCHOR - pl.col("onset")) / case.span("PIT-01.band")
    band = pl.max_horizontal(bands.floor(), pl.lit(0.0)).cast(pl.Int64)
    unknown = case.infusions.filter(~pl.col("has_mar")).join(case.with_episode_of(2), on="infusion", how="semi")
    delay = from_then(minutes(pl.col("onset"), ANCHOR), "onset")
    return (
        Opportunities(rows)
        .leave_open(unknown, "mar")
        .cite("first tocilizumab", rows.select("key", "dose"))
        .cite("onset", drivers_at(rows, pl.col("onset")))
        .cite("grade 2 reached", drivers_at(rows, pl.col("first_grade_2")))
        .measured(band, "band", NOTHING)
        .tell(
            pl.format(f"First tocilizumab {{}}, {{}} of {case.said('PIT-01.band')}", delay, counted(band, "whole band"))
        )
    )


@measure("PIT-02")
def no_gmcsf(case: Case) -> Opportunities:
    """Every infusion: no GM-CSF given in the window; each row of it is cited."""
    drug, action = pl.col("drug").is_in(sorted(concepts_of("gmcsf"))), pl.col("action").is_in(GIVEN)
    given = case.chart.mar.filter(drug & action).with_columns(raw_value=row_in_words())
    rows = case.every_infusion
    found = within(rows, given, pl.col("t0"), pl.col("w"), until_included=False)
    found = found.select("key", "time", "source", "row", "raw_value")
    return (
        Opportunities(with_count(rows, found, "given"))
        .require("no GM-CSF in the window", pl.col("given") == 0, table="mar", fails="gm_csf", cites=found)
        .measured(pl.col("given"), "rows", "0")
        .tell(
            pl.when(pl.col("given") == 0)
            .then(pl.lit("No GM-CSF charted as given in the window"))
            .otherwise(pl.format("GM-CSF given in the window in {}", counted(pl.col("given"), "MAR row")))
        )
    )


@measure("PIT-03")
def no_filter(case: Case) -> Opportunities:
    """Every infusion of which it is known: given without a leukapheresis filter."""
    rows, used = case.every_infusion.filter(pl.col("filter_used").is_not_null()), pl.col("filter_used") == "yes"
    row_of = case.chart.infusions.select("infusion", "source", "row")
    said = pl.format("filter_used {}", "filter_used")
    charted = rows.join(row_of, on="infusion").select("key", "source", "row", time="t0", raw_value=said)
    return (
        Opportunities(rows)
        .require("no leukapheresis filter", ~used, fails="filter", cites=charted)
        .tell(pl.when(used).then(pl.lit("CAR T cells charted as given through a leukapheresis filter"))
              .otherwise(pl.lit("CAR T cells charted as given without a leukapheresis filter")))
    )  # fmt: skip


@measure("PIT-04", opened_by=("labs",))
def organ_toxicity(case: Case) -> Opportunities:
    """For information: the worst CTCAE v5 grade of ALT, AST, bilirubin and creatinine in the window. It never changes
    the CRS grade."""
    order = {lab: place for place, lab in enumerate(ORGANS)}
    graded = case.in_window(organ_grades(case)).with_columns(
        place=pl.col("lab").replace_strict(order, return_dtype=pl.UInt8)
    )
    worst = (
        graded.sort(
            "infusion", "place", "grade", "time", "source", "row", descending=[False, False, True, *[False] * 3]
        )
        .unique(["infusion", "place"], keep="first", maintain_order=True)
        .with_columns(said=pl.format("{} grade {}", "lab", "grade"))
    )
    told = worst.group_by("infusion").agg(pl.col("grade").max(), said=pl.col("said").str.join(", "))
    rows = case.every_infusion.join(told, on="infusion", maintain_order="left")
    raw = pl.concat_str("lab", "raw_value", separator=" ", ignore_nulls=True)
    cited = rows.select("key", "infusion").join(worst, on="infusion").with_columns(raw_value=raw)
    return (
        Opportunities(rows)
        .cite("worst value of each", cited.select("key", "source", "row", "time", "raw_value"))
        .measured(pl.col("grade"), "grade", NOTHING)
        .tell(pl.format("Worst CTCAE grades in the window: {}", "said"))
    )
