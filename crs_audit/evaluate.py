"""The pure heart: the accepted tables of some patients → timeline, episodes, verdicts and their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from crs_audit.chart import Chart, build_chart
from crs_audit.flags import flags
from crs_audit.grading.astct import Grading, grade
from crs_audit.measures import days
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import MET
from crs_audit.measures.chapters import measures_in
from crs_audit.measures.reasons import all_readable, ending
from crs_audit.measures.verdicts import Verdicts, verdicts
from crs_audit.medication.given import medication
from crs_audit.protocol.load import Protocol
from crs_audit.tables import Facts, Tables

CHARTED = ("vitals", "labs", "mar", "adt", "assessments", "procedures")
RESULTS = (
    "result_id", "infusion_id", "episode", "measure_id", "kind", "opportunity", "time", "status", "reason", "value",
    "unit", "threshold", "sentence",
)  # fmt: skip
EVIDENCE = ("result_id", "clause", "outcome", "source", "row", "time", "raw_value")


@dataclass(frozen=True)
class Evaluation:
    """What was found. All frames have infusion_id (evidence: result_id) and are sorted by their keys.

    infusions: of the chart, baseline_of as infusion_id. timeline, episodes, flags: of the grading. results: `RESULTS`;
    evidence: `EVIDENCE`
    (of a timeline row: `<infusion_id>|timeline|<n>`, n from 1). steroid_doses, tocilizumab_doses, fluid_boluses: of
    the medication. case: what all of it was found in, for whoever asks more of it.
    """

    chart: Chart
    case: Case
    infusions: pl.DataFrame
    timeline: pl.DataFrame
    episodes: pl.DataFrame
    results: pl.DataFrame
    evidence: pl.DataFrame
    flags: pl.DataFrame
    steroid_doses: pl.DataFrame
    tocilizumab_doses: pl.DataFrame
    fluid_boluses: pl.DataFrame

    @cached_property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """All of it by name, with the charted rows (of the chart, with infusion_id) the verdicts rest on."""
        made = {name: value for name, value in vars(self).items() if isinstance(value, pl.DataFrame)}
        ids = self.chart.infusions.get_column("infusion_id")
        charted = {table: getattr(self.chart, table) for table in CHARTED}
        return {**made, **{table: _identified(frame, ids) for table, frame in charted.items()}}


def evaluate(tables: Tables, protocol: Protocol, facts: Facts, only: frozenset[str] | None = None) -> Evaluation:
    """Grades and judges every infusion of `tables`; `only`: the measures to judge, all of the
    protocol if left out.

    Pure: no file, no clock, and the same rows in any order give the same frames.
    """
    chart = build_chart(tables, protocol, facts)
    dated = days.infusions_with_days(chart)
    timed = medication(days.without_days(chart) if len(dated) else chart, protocol)
    grading = grade(chart, timed.boluses, timed.sparing, protocol)
    given = medication(chart, protocol) if len(dated) else timed
    case = Case(chart, given, grading, protocol)
    judged = _judged(case, dated, only)
    ids = chart.infusions.get_column("infusion_id")
    results = _results(judged.results, ids, protocol)
    return Evaluation(
        chart=chart,
        case=case,
        infusions=chart.infusions.with_columns(baseline_of=ids.gather(chart.infusions["baseline_of"])).sort(
            "infusion_id"
        ),
        timeline=_identified(grading.timeline, ids).sort("infusion_id", "start"),
        episodes=_identified(grading.episodes, ids).sort("infusion_id", "episode"),
        results=results,
        evidence=_evidence(judged.evidence, grading, ids),
        flags=_identified(flags(chart, given, grading), ids).sort(
            "infusion_id", "episode", "flag", "time", "source", "row"
        ),
        steroid_doses=_identified(given.steroids, ids).sort("infusion_id", "time", "dose"),
        tocilizumab_doses=_identified(given.tocilizumab, ids).sort("infusion_id", "time", "dose"),
        fluid_boluses=_identified(given.boluses, ids).sort("infusion_id", "time", "dose"),
    )


def _judged(case: Case, dated: pl.Series, only: frozenset[str] | None) -> Verdicts:
    """The verdicts; of infusions with rows that are a date only, those that hold whatever their hour was."""
    protocol, grading = case.protocol, case.grading
    measures = measures_in(frozenset(protocol.measures) if only is None else only & protocol.measures.keys())
    first = verdicts(case, measures)
    if dated.is_empty():
        return first
    late = days.at_day_end(days.of_infusions(case.chart, dated))
    last = verdicts(Case(late, medication(late, protocol), grading, protocol), measures)
    return days.agreed(first, last, frozenset(id_ for id_, rule in protocol.measures.items() if rule.kind == "I"))


def _identified(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """`infusion_id` in place of the code `infusion`."""
    named = pl.Series("infusion_id", ids.gather(frame.get_column("infusion")))
    return frame.select(named, pl.exclude("infusion"))


def _results(found: pl.DataFrame, ids: pl.Series, protocol: Protocol) -> pl.DataFrame:
    kinds = {id_: rule.kind for id_, rule in protocol.measures.items()}
    rules = {
        id_: f"No opportunity; one would be: {rule.opportunity[0].lower()}{rule.opportunity[1:]}"
        for id_, rule in protocol.measures.items()
    }
    endings = found.select("status", "reason").unique()
    endings = endings.with_columns(
        ending=pl.Series([ending(*row) for row in endings.iter_rows()], dtype=pl.String),
    )
    told = found.with_columns(told=all_readable(found.get_column("told")))
    told = told.join(endings, on=["status", "reason"], how="left", nulls_equal=True)
    told = told.with_columns(kind=pl.col("measure_id").replace_strict(kinds, return_dtype=pl.String))
    named = _identified(told, ids).with_columns(
        result_id=pl.format("{}|{}|{}", "infusion_id", "measure_id", "opportunity"),
        sentence=pl.when(pl.col("opportunity") == 0)
        .then(pl.col("measure_id").replace_strict(rules, return_dtype=pl.String))
        # What only informs was neither met nor missed.
        .when((pl.col("kind") == "I") & (pl.col("status") == MET))
        .then(pl.format("{}.", "told"))
        .otherwise(pl.format("{}: {}", "told", "ending")),
    )
    return named.select(RESULTS).sort("infusion_id", "measure_id", "opportunity")


def _evidence(cited: pl.DataFrame, grading: Grading, ids: pl.Series) -> pl.DataFrame:
    verdict = _identified(cited, ids).with_columns(
        result_id=pl.format("{}|{}|{}", "infusion_id", "measure_id", "opportunity")
    )
    number = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("infusion")
    places = grading.timeline.sort("infusion", "start").select("infusion", "start", number=number)
    drivers = grading.driver_rows.join(places, on=["infusion", "start"]).rename({"driver": "clause"})
    timeline = _identified(drivers, ids).with_columns(
        result_id=pl.format("{}|timeline|{}", "infusion_id", "number"), outcome=pl.lit("true")
    )
    return pl.concat([verdict.select(EVIDENCE), timeline.select(EVIDENCE)]).sort(EVIDENCE)
