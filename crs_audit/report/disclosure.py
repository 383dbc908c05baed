"""What of a run may leave the house: the one place of the rules of `--audience share`.

A shared report is made of counts alone. `disclosed` empties every table with rows of persons, so that no page can show
one, and withholds small counts together with what would give them away.

1.  One rule decides (`told.Told`). Every count – of infusions, episodes, doses, days, patients; of those met, not met,
    without a judgement; in whatever measure or head – is a sum over patients. It is told only if neither it, nor its
    sum or difference with one or two told ones, is made by few: unless that is nought, at least `below` patients must
    add to it, or as many take from it. So no relation between measures needs to be known to the program: where the
    opportunities of one are those of another, or one’s met are all among another’s, the rows show it.
2.  Met, not met (amber and the rest), excluded, indeterminate are parts of a measure's opportunities: every choice of
    them is a count. All are told, or with not met as one, or with excluded and indeterminate as one; else none is, nor
    the rate. If a quarter of the opportunities is `below` or more, the quarter in which the share met lies is told in
    its place.
3.  Who comes first is told: the counts of the run, then the measures, required ones before those to be considered and
    those for information, each in the order of the protocol, then grades and infusions with a fallout.
4.  Reasons are told all or none; grades each, or severe or not, or none.
5.  A rate, an interval, a bound or a share is told if all the counts behind it are; a sum over measures if all its
    summands are.

The course of the grades from day to day, the times to treatment and the reasons of the attrition are not told: their
days and hours cut a cohort into cells that are small almost always, and nested in each other and in what is told.

The reader is taken to know the protocol, these rules, and how many opportunities a measure has even where that is
withheld; still each withheld small count could be any number from 1 to `below` − 1.

What a reader can still find out: that a count is withheld, so that it or its difference with a told one is of few;
sums and differences of four and more measures and heads at once (the parts of one measure are one) are not looked at;
nor is what he knows of single patients from elsewhere, nor rows of the extract, which are no patients. Two shared
reports of overlapping infusions, or with other settings, can be subtracted from each other: `PUBLISH_ONE`, in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.audience import SHARE
from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.quality.run import Quality
from crs_audit.report.attrition import steps
from crs_audit.report.by_patient import ByPatient, total
from crs_audit.report.headline import SEVERE, Headline
from crs_audit.report.result import ATTRITION, MeasureSummary
from crs_audit.report.told import NOBODY, Count, Told

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

PUBLISH_ONE = (
    "Publish one shared report of these infusions, with one setting: two of overlapping infusions, or of the same with "
    "another threshold, other measures or another protocol, can be subtracted from each other, and what is withheld "
    "here be had from the difference."
)

WITHHELD: tuple[tuple[str, int | None], ...] = (("", None),)
"""In place of a measure's counts by reason: neither the reasons nor their sum is told."""

PEOPLE = ("with_episode", "episodes", "patients_with_infusion", "patients")
"""Counts of the run, in the order in which they are told."""

KINDS = ("R", "C", "I")

STATUSES = ("met", "not_met", "excluded", "indeterminate")

QUARTERS = 4


def tellable(result: AuditResult, below: int) -> bool:
    """Whether there are enough patients for anything to be told."""
    return result.infusions.get_column("patient_id").n_unique() >= below


def disclosed(result: AuditResult, below: int) -> AuditResult:
    """The result as an audience outside may see it; `tellable`. No frame with rows of persons, no name of the input, no
    text of the extract, no review is left in it."""
    counts, raw = ByPatient(result, below), result.headline
    told = counts.told
    told.tell(counts.heads["infusions"])
    people: dict[str, Any] = {name: getattr(raw, name) if told.tell(counts.heads[name]) else None for name in PEOPLE}
    ordered = sorted(result.measures, key=lambda measure: KINDS.index(measure.kind))
    by_id = {measure.measure_id: _measure(measure, counts, told) for measure in ordered}
    measures = tuple(by_id[measure.measure_id] for measure in result.measures)
    heads = replace(raw, **people, **_rows(raw, below), **_grades(raw, counts, told), **_sums(raw, measures))
    if heads.fallouts is None or not told.tell(counts.heads["with_fallout"]):
        heads = replace(heads, with_fallout=None)
    notes = (PUBLISH_ONE, *result.notes_on_rules)
    return replace(
        result,
        audience=SHARE,
        suppress_below=below,
        measures=measures,
        told=heads,
        attrition=pl.DataFrame(steps(heads), schema=ATTRITION),
        input_name="",
        notes=notes,
        notes_without_names=notes,
        quality=Quality.empty(),
        sources=(),
        looked_up=(),
        skipped=(),
        unaudited=(),
        outside_period=0,
        trends=(),
        adjudication=None,
        **{name: getattr(result, name).clear() for name in ROWS},
    )


ROWS = (
    "infusions", "episodes", "results", "accounting", "rejects", "unmatched", "flags", "timeline", "evidence",
    "treatment",
)  # fmt: skip
"""Frames of a result with rows of persons, files or texts of the extract: none is left in a shared one."""


def _measure(raw: MeasureSummary, counts: ByPatient, told: Told) -> MeasureSummary:
    opportunities = raw.opportunities if told.tell(counts.opportunities(raw.measure_id)) else None
    shown = None if opportunities is None else _judged(raw, counts, told)
    if shown is None:
        shown = replace(
            raw, opportunities=opportunities, met_band=_band(raw.met or 0, opportunities, told.below), met=None,
            not_met=None, amber=None, excluded=WITHHELD, indeterminate=WITHHELD, rate=None, infusions_judged=None,
            interval_met=None, interval_of=None, low=None, high=None, bound_low=None, bound_high=None,
        )  # fmt: skip
    if not told.tell(total(counts.infusions(raw.measure_id))):
        shown = replace(shown, infusions=None, not_applicable=None)
    return shown


def _judged(raw: MeasureSummary, counts: ByPatient, told: Told) -> MeasureSummary | None:
    """The measure with its met and not met, and as much beside them as may be told; None if not even these may be."""
    met, not_met, excluded, indeterminate = (counts.opportunities(raw.measure_id, status) for status in STATUSES)
    late = counts.late(raw.measure_id)
    for amber, apart in ((True, True), (False, True), (True, False), (False, False)):
        missed = late if amber else (not_met,)
        unjudged = (excluded, indeterminate) if apart else (excluded + indeterminate,)
        if told.tell(met, *missed, *unjudged):
            break
    else:
        return None
    shown = raw if amber else replace(raw, amber=None)
    if apart:
        shown = replace(
            shown,
            excluded=_by_reason(raw, "excluded", counts, told),
            indeterminate=_by_reason(raw, "indeterminate", counts, told),
        )
    else:
        shown = replace(shown, excluded=WITHHELD, indeterminate=WITHHELD, bound_low=None, bound_high=None)
    return _interval(shown, counts, told)


def _by_reason(raw: MeasureSummary, status: str, counts: ByPatient, told: Told) -> tuple[tuple[str, int | None], ...]:
    """The counts by reason, or their sum alone."""
    by_reason: tuple[tuple[str, int | None], ...] = getattr(raw, status)
    if told.tell(*counts.by_reason(raw.measure_id, status).values()):
        return by_reason
    return (("", sum(n or 0 for _, n in by_reason)),)


def _interval(shown: MeasureSummary, counts: ByPatient, told: Told) -> MeasureSummary:
    """An interval over infusions gives their numbers away: told if these may be."""
    if shown.interval_unit != "infusions" or shown.interval_of is None:
        return replace(shown, infusions_judged=None)
    all_met, some_missed, _ = counts.infusions(shown.measure_id)
    if told.tell(all_met, some_missed):
        return shown
    return replace(shown, infusions_judged=None, interval_met=None, interval_of=None, low=None, high=None)


def _band(met: int, opportunities: int | None, below: int) -> tuple[float, float] | None:
    """The quarter of the opportunities in which `met` lies, if a quarter is wide enough to hide what is small."""
    if opportunities is None or opportunities < QUARTERS * below:
        return None
    quarter = min(QUARTERS * met // opportunities, QUARTERS - 1)
    return quarter / QUARTERS, (quarter + 1) / QUARTERS


def _rows(raw: Headline, below: int) -> dict[str, Any]:
    """Rows of the whole extract; those of single files and tables are not told."""
    parts = ("rows_accepted", "rows_rejected", "rows_duplicates")
    return dict.fromkeys(parts) if any(0 < (getattr(raw, part) or 0) < below for part in parts) else {}


def _grades(raw: Headline, counts: ByPatient, told: Told) -> dict[str, Any]:
    """Highest grades: each; else those with and without severe CRS, and the ungradable; else none."""
    if told.tell(*counts.grades.values()):
        return {}
    levels: dict[int | None, Count] = {}
    for grade, n in counts.grades.items():
        level = grade if not grade else SEVERE if grade >= SEVERE else 1
        levels[level] = levels.get(level, NOBODY) + n
    return {"grades": None} if told.tell(*levels.values()) else {"grades": None, "severe": None, "ungraded": None}


def _sums(raw: Headline, measures: Sequence[MeasureSummary]) -> dict[str, Any]:
    required = [measure for measure in measures if measure.kind == "R"]
    rated = [measure for measure in measures if measure.kind != INFORMATIONAL]
    known = {
        "opportunities": all(measure.opportunities is not None for measure in rated),
        "judged": all(measure.judged is not None for measure in rated),
        "indeterminate": all(measure.n_indeterminate is not None for measure in rated),
        "fallouts": all(measure.not_met is not None for measure in required),
        "amber": all(measure.amber is not None for measure in required),
    }
    return {name: getattr(raw, name) if told else None for name, told in known.items()}
