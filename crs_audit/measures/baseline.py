"""Laboratory values before the infusion."""

from __future__ import annotations

import polars as pl

from crs_audit.measures.blocks import ANCHOR, within
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import measure
from crs_audit.measures.complete import Part, require_parts, with_parts
from crs_audit.measures.opportunities import Opportunities

CMP = (
    "sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine", "glucose", "calcium", "albumin",
    "total_protein", "alp", "alt", "ast", "bilirubin",
)  # fmt: skip
"""The analytes of a comprehensive metabolic panel."""


@measure("BAS-01")
def counts_and_chemistry(case: Case) -> Opportunities:
    """Every infusion: blood count, enough analytes of the CMP, magnesium and phosphorus collected in the time before
    it; a row without a value was collected too."""
    fewest = case.value("BAS-01.cmp_fewest")
    cmp = Part("cmp", CMP, fewest=fewest, said=f"at least {fewest:g} of {len(CMP)} CMP analytes")
    counts, salts = [[_part(name) for name in names] for names in (("wbc", "hemoglobin", "platelets"), _SALTS)]
    panel = pl.format(f"{{}}; {{}} of {len(CMP)} CMP analytes", _told(case), "n_cmp")
    return _collected_before(case, [*counts, cmp, *salts]).tell(panel)


@measure("BAS-02")
def inflammation_and_clotting(case: Case) -> Opportunities:
    """Every infusion: CRP, ferritin, LDH, uric acid, fibrinogen, PT (or INR) and PTT collected in the time before it; a
    row without a value was collected too."""
    clotting = [Part("pt", ("pt", "inr"), said="pt or inr"), _part("ptt")]
    others = [_part(name) for name in ("crp", "ferritin", "ldh", "uric_acid", "fibrinogen")]
    return _collected_before(case, [*others, *clotting]).tell(_told(case))


_SALTS = ("magnesium", "phosphorus")


def _part(lab: str) -> Part:
    return Part(lab, (lab,))


def _collected_before(case: Case, parts: list[Part]) -> Opportunities:
    """Every infusion, held against `parts` from the baseline's beginning to T0, which is no part of it."""
    labs = case.labs(*(kind for part in parts for kind in part.kinds)).rename({"lab": "kind"})
    since = ANCHOR - case.span("shared.baseline_labs")
    rows = case.every_infusion
    found = within(rows, labs, since, ANCHOR, until_included=False)
    told = with_parts(rows, found, parts).with_columns(parts=pl.lit(len(parts)))
    clause = f"collected in the {case.said('shared.baseline_labs')} before the infusion"
    opened = require_parts(told, found, parts, clause, table="labs")
    return opened.measured(pl.col("parts") - pl.col("there"), "missing", "0")


def _told(case: Case) -> pl.Expr:
    when = f"in the {case.said('shared.baseline_labs')} before the infusion"
    return pl.format(f"{{}} of {{}} charted as collected {when}", "there", "parts")
