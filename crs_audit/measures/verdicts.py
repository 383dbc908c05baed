"""All opportunities of all measures → numbered verdicts with their evidence, keyed by infusion and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import INDETERMINATE, NOT_APPLICABLE, TRUE, Measure
from crs_audit.measures.evidence import rows_behind, stacked
from crs_audit.measures.icans import ambiguous_doses
from crs_audit.measures.opportunities import JUDGED, Judged
from crs_audit.tables import TIME

VERDICT = {
    "infusion": pl.UInt32(), "measure_id": pl.String(), "opportunity": pl.UInt32(), "episode": pl.UInt16(),
    "time": TIME, "status": pl.String(), "reason": pl.String(), "value": pl.Float64(), "unit": pl.String(),
    "threshold": pl.String(), "told": pl.String(),
}  # fmt: skip
EVIDENCE = {
    "infusion": pl.UInt32(), "measure_id": pl.String(), "opportunity": pl.UInt32(), "clause": pl.String(),
    "outcome": pl.String(), "source": pl.UInt16(), "row": pl.UInt32(), "time": TIME, "raw_value": pl.String(),
}  # fmt: skip
KEY = ["infusion", "measure_id", "opportunity"]
AMBIGUOUS = "indication=ambiguous"


@dataclass(frozen=True)
class Verdicts:
    """`results`: columns VERDICT, one row per opportunity, or one row not_applicable (opportunity 0) per infusion
    without any. `evidence`: columns EVIDENCE."""

    results: pl.DataFrame
    evidence: pl.DataFrame


def verdicts(case: Case, measures: Sequence[Measure]) -> Verdicts:
    """Judges `measures` for every infusion of the case."""
    # Measures go by their number, in order of their ids, until all is put together.
    ordered = sorted(measures, key=lambda measure: measure.id)
    found = [measure.judge(case).judged() for measure in ordered]
    unopened = _unopened(case, ordered, found)
    numbered = (
        stacked([one.verdicts for one in found], JUDGED, "measure")
        .join(unopened, on=["infusion", "measure"], how="anti")
        .sort("infusion", "measure", "anchor", "key")
        .with_columns(opportunity=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("infusion", "measure"))
    )
    results = pl.concat([numbered.rename({"anchor": "time"}).drop("key"), unopened], how="diagonal")
    results = pl.concat([results, _not_applicable(case, len(ordered), results)], how="diagonal")
    results = results.sort("infusion", "measure", "opportunity")
    evidence = _with_ambiguous(rows_behind([one.shown for one in found], numbered, case), case)
    ids = pl.Series([measure.id for measure in ordered], dtype=pl.String)
    return Verdicts(_named(results, ids).select(VERDICT.keys()), _named(evidence, ids).select(EVIDENCE.keys()))


def _named(rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return rows.with_columns(ids.gather(rows["measure"]).alias("measure_id"))


def _unopened(case: Case, measures: Sequence[Measure], found: Sequence[Judged]) -> pl.DataFrame:
    """One indeterminate opportunity at T0 for each infusion and measure that lacks what would show whether there is
    any."""
    lacking = {needed: _lacking(case, needed) for needed in {measure.opened_by for measure in measures}}
    reasons = pl.Schema({"infusion": pl.UInt32(), "reason": pl.String()})
    frames = [
        pl.concat([lacking[measure.opened_by], *judged.undecided])
        for measure, judged in zip(measures, found, strict=True)
    ]
    first = stacked(frames, reasons, "measure").unique(["measure", "infusion"], keep="first", maintain_order=True)
    return first.join(case.infusions.select("infusion", time="t0"), on="infusion").with_columns(
        opportunity=pl.lit(1, dtype=pl.UInt32),
        status=pl.lit(INDETERMINATE),
        told=pl.lit("Nobody can say whether there was an opportunity"),
    )


def _lacking(case: Case, opened_by: Sequence[str]) -> pl.DataFrame:
    """infusion, reason: those that lack a table or kind of `opened_by`, and the first they lack."""
    reason = pl.lit(None, dtype=pl.String)
    for needed in reversed(opened_by):
        table, _, kind = needed.partition(": ")
        missing = pl.lit(case.lacks(table, kind) is not None) if kind else ~pl.col(f"has_{table}")
        reason = pl.when(missing).then(pl.lit(needed)).otherwise(reason)
    return case.infusions.select("infusion", reason=reason).filter(pl.col("reason").is_not_null())


def _not_applicable(case: Case, measures: int, results: pl.DataFrame) -> pl.DataFrame:
    every = case.infusions.select("infusion").join(
        pl.select(measure=pl.int_range(measures, dtype=pl.UInt16)), how="cross"
    )
    rows = every.join(results, on=["infusion", "measure"], how="anti")
    return rows.with_columns(opportunity=pl.lit(0, dtype=pl.UInt32), status=pl.lit(NOT_APPLICABLE))


def _with_ambiguous(evidence: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Adds a line for each row of a cited steroid dose that may have been for ICANS."""
    cited = evidence.join(ambiguous_doses(case), on="dose", how="semi")
    told = cited.unique(["measure", "infusion", "opportunity", "dose", "source", "row"])
    return pl.concat([evidence, told.with_columns(clause=pl.lit(AMBIGUOUS), outcome=pl.lit(TRUE))])
