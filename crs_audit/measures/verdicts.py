"""All opportunities of all measures → numbered verdicts with their evidence, keyed by infusion and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import INDETERMINATE, NOT_APPLICABLE, Measure
from crs_audit.measures.icans import ambiguous_doses
from crs_audit.measures.opportunities import CITED
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
    judged, evidence = [pl.DataFrame(schema=_JUDGED)], [pl.DataFrame(schema=_CITING)]
    undecided = [pl.DataFrame(schema=VERDICT)]
    for measure in measures:
        found = measure.judge(case).judged()
        unopened = _unopened(case, measure, found.undecided)
        name = pl.lit(measure.id).alias("measure_id")
        decided = found.verdicts.join(unopened, on="infusion", how="anti")
        judged.append(decided.select(name, *(pl.col(c).cast(t) for c, t in _JUDGED.items() if c != "measure_id")))
        evidence.append(found.evidence.select(name, *(c for c in _CITING if c != "measure_id")))
        undecided.append(_as_verdicts(unopened.with_columns(name)))
    numbered = (
        pl.concat(judged)
        .sort("infusion", "measure_id", "anchor", "key")
        .with_columns(opportunity=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("infusion", "measure_id"))
    )
    cited = _dose_rows(pl.concat(evidence), case).join(
        numbered.select("measure_id", "key", "infusion", "opportunity"), on=["measure_id", "key"]
    )
    results = pl.concat([numbered.rename({"anchor": "time"}).select(VERDICT.keys()), *undecided])
    results = pl.concat([results, _not_applicable(case, measures, results)]).sort(KEY)
    return Verdicts(results, cited.select(EVIDENCE.keys()))


_JUDGED = {
    "measure_id": pl.String(), "key": pl.UInt32(), "infusion": pl.UInt32(), "episode": pl.UInt16(), "anchor": TIME,
    "status": pl.String(), "reason": pl.String(), "value": pl.Float64(), "unit": pl.String(),
    "threshold": pl.String(), "told": pl.String(),
}  # fmt: skip
_CITING = {
    "measure_id": pl.String(), "key": pl.UInt32(), "clause": pl.String(), "outcome": pl.String(), **CITED,
}  # fmt: skip


def _unopened(case: Case, measure: Measure, left_open: pl.DataFrame) -> pl.DataFrame:
    """One indeterminate opportunity at T0 for each infusion that lacks what would show whether there is any."""
    reason = pl.lit(None, dtype=pl.String)
    for needed in reversed(measure.opened_by):
        table, _, kind = needed.partition(": ")
        missing = pl.lit(case.lacks(table, kind) is not None) if kind else ~pl.col(f"has_{table}")
        reason = pl.when(missing).then(pl.lit(needed)).otherwise(reason)
    rows = case.infusions.select("infusion", time="t0", reason=reason)
    if not left_open.is_empty():
        first = left_open.unique("infusion", keep="first", maintain_order=True)
        rows = rows.join(first, on="infusion", how="left", suffix="_open").with_columns(
            reason=pl.coalesce("reason", "reason_open")
        )
    return rows.filter(pl.col("reason").is_not_null()).with_columns(
        opportunity=pl.lit(1),
        status=pl.lit(INDETERMINATE),
        told=pl.lit("Nobody can say whether there was an opportunity"),
    )


def _not_applicable(case: Case, measures: Sequence[Measure], results: pl.DataFrame) -> pl.DataFrame:
    ids = pl.DataFrame({"measure_id": [measure.id for measure in measures]}, schema={"measure_id": pl.String})
    every = case.infusions.select("infusion").join(ids, how="cross")
    rows = every.join(results, on=["infusion", "measure_id"], how="anti")
    return _as_verdicts(rows.with_columns(opportunity=pl.lit(0), status=pl.lit(NOT_APPLICABLE)))


def _as_verdicts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col(column).cast(dtype) if column in rows.columns else pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in VERDICT.items()
    )


def _dose_rows(evidence: pl.DataFrame, case: Case) -> pl.DataFrame:
    """Doses cited as the rows they are made of; a steroid dose that may have been for ICANS says so."""
    doses = evidence.filter(pl.col("dose").is_not_null())
    ambiguous = doses.join(ambiguous_doses(case), on="dose", how="semi")
    told = ambiguous.unique(["measure_id", "key", "dose"]).with_columns(
        clause=pl.lit(AMBIGUOUS), outcome=pl.lit("true")
    )
    cited = pl.concat([doses, told]).drop("source", "row", "time", "raw_value")
    whole = cited.join(case.medication.dose_rows, on="dose").select(_CITING.keys())
    return pl.concat([evidence.filter(pl.col("dose").is_null()), whole])
