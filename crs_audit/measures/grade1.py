"""Grade 1: supportive care alone."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.anchors import persisting_fever
from crs_audit.measures.blocks import ANCHOR, counted, with_count, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.hlh import hlh_suspected
from crs_audit.measures.icans import icans_beside, with_icans
from crs_audit.measures.opportunities import Opportunities
from crs_audit.vocabulary.load import load_vocabulary


@measure("G1-06", opened_by=("vitals",))
def supportive_care_alone(case: Case) -> Opportunities:
    """Episodes never above grade 1: no tocilizumab and no treatment steroid before the end. Exempt if every such
    dose has a reason: HLH suspected, ICANS close by, fever that persisted, a product that permits early steroids."""
    rows = case.episodes_from(1).filter(pl.col("max_grade") == 1)
    rows = persisting_fever(case, rows)
    until = pl.col("over")
    tocilizumab = within(rows, case.tocilizumab, ANCHOR, until, until_included=False)
    steroids = within(rows, case.treatment, ANCHOR, until, until_included=False)
    rows = with_count(with_count(rows, tocilizumab, "tocilizumab"), steroids, "steroids")
    doses = pl.concat(
        [
            tocilizumab.select("key", "infusion", "time", steroid=pl.lit(False)),
            steroids.select("key", "infusion", "time", steroid=pl.lit(True)),
        ]
    )
    rows = rows.join(_reasons(case, rows, doses), on="key", how="left")
    unchecked = ~pl.col("has_labs") | pl.lit(case.lacks("assessments", "icans_grade") is not None)
    return (
        Opportunities(rows)
        .require(
            "no tocilizumab at grade 1", pl.col("tocilizumab") == 0, table="mar", fails="tocilizumab",
            cites=tocilizumab,
        )
        .require(
            "no treatment steroid at grade 1", pl.col("steroids") == 0, table="mar", fails="steroid", cites=steroids
        )
        .exempt(pl.format("exempt: {}", "why"), pl.col("all_exempt"), unchecked=unchecked)
        .cite("HLH suspected", _ferritin(case, doses))
        .cite("ICANS close to a dose", icans_beside(doses, case))
        .measured(pl.col("tocilizumab") + pl.col("steroids"), "doses", "0")
        .tell(pl.format("Grade 1 throughout, with {} and {}", counted(pl.col("tocilizumab"), "tocilizumab dose"),
                        counted(pl.col("steroids"), "treatment steroid dose")))
    )  # fmt: skip


def _ferritin(case: Case, doses: pl.DataFrame) -> pl.DataFrame:
    """The ferritin that raised the suspicion of HLH, for opportunities with a dose at or after it."""
    found = doses.join(hlh_suspected(case), on="infusion").filter(pl.col("time") >= pl.col("hlh_at"))
    return found.select("key", "source", "row", "raw_value", time="hlh_at").unique().sort("key")


def _reasons(case: Case, rows: pl.DataFrame, doses: pl.DataFrame) -> pl.DataFrame:
    """key, all_exempt (every one of `doses` has an exemption), why (the exemptions)."""
    known = (
        with_icans(doses, case)
        .join(rows.select("key", "persisted", "product"), on="key")
        .join(hlh_suspected(case).select("infusion", "hlh_at"), on="infusion", how="left")
    )
    early = pl.col("steroid") & pl.col("product").is_in(sorted(load_vocabulary().early_steroid_products))
    why = (
        pl.when(pl.col("time") >= pl.col("hlh_at"))
        .then(pl.lit("HLH suspected"))
        .when(pl.col("icans"))
        .then(pl.lit("ICANS"))
        .when(pl.col("time") >= pl.col("persisted"))
        .then(pl.lit("fever persisted"))
        .when(early)
        .then(pl.lit("product permits early steroids"))
    )
    return (
        known.with_columns(why=why)
        .group_by("key")
        .agg(
            all_exempt=pl.col("why").is_not_null().all(),
            why=pl.col("why").drop_nulls().unique().sort().str.join("; "),
        )
    )
