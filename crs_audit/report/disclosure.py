"""What of a run may leave the house: the one place of the rules of `--audience share`.

A shared report is made of counts alone. `disclosed` empties every table with rows of persons, so that no page can show
one, and withholds small cells together with what would give them away. The reader of a shared report is taken to
know these rules, and how many opportunities a measure has even where that is withheld; still each withheld small count
could be any number from 1 to `below` − 1.

1.  A cell is small if it counts somebody, but fewer than `below` patients (`safe`). Nought is told.
2.  Lines. Totals of people and episodes (infusions, episodes, a measure's infusions and opportunities) are nested in
    each other, so their differences are cells, too: one is told only if it differs from each told before it by nought
    or by at least `below` (`_Lines`).
3.  Met, not met, excluded, indeterminate add up to a measure's opportunities. If all four are safe they are told. If
    only excluded or indeterminate are small, and together they are not, both are withheld. Else all four are, and the
    rate with them: one of them alone could be had by subtraction. If a quarter of the opportunities is `below` or more,
    the quarter in which the share met lies is told in its place.
4.  Parts of a told count (reasons, amber and the rest of not met, grades) are told if each is safe, else none of them.
5.  A rate, an interval, a bound or a share is told if all the counts behind it are; a sum over measures if all its
    summands are.

The course of the grades from day to day, the times to treatment and the reasons of the attrition are not told: their
days and hours cut a cohort into cells that are small almost always, and nested in each other and in what is told.

Not covered: two shared reports of overlapping infusions (another period, another threshold) can be subtracted from
each other. Share one, of one period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.audience import SHARE
from crs_audit.quality.run import Quality
from crs_audit.report import words
from crs_audit.report.attrition import steps
from crs_audit.report.headline import SEVERE, Headline
from crs_audit.report.result import ATTRITION, MeasureSummary
from crs_audit.report.summaries import NO_REASON

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

WITHHELD: tuple[tuple[str, int | None], ...] = (("", None),)
"""In place of a measure's counts by reason: neither the reasons nor their sum is told."""

PEOPLE = ("infusion", "episode")
"""Units whose opportunities are nested in the infusions and episodes of the run."""

QUARTERS = 4

UNJUDGED = ("excluded", "indeterminate")

_Cells = Mapping[tuple[str, ...], int]
"""(measure), (measure, status), (measure, status, first word of the reason), (measure, "unjudged" or "not amber") →
patients counted there."""


@dataclass
class _Lines:
    """Totals that are told; nought is known to everybody."""

    below: int
    told: list[int] = field(default_factory=lambda: [0])

    def tell(self, total: int | None) -> int | None:
        """The total, or None where a difference to a told one would be small."""
        if total is None or any(0 < abs(total - other) < self.below for other in self.told):
            return None
        self.told.append(total)
        return total


def tellable(result: AuditResult, below: int) -> bool:
    """Whether there are enough patients for anything to be told."""
    return result.infusions.get_column("patient_id").n_unique() >= below


def disclosed(result: AuditResult, below: int) -> AuditResult:
    """The result as an audience outside may see it; `tellable`. No frame with rows of persons, no name of the input, no
    text of the extract, no review is left in it."""
    lines, cells = _Lines(below), _patients(result)
    raw = result.headline
    lines.tell(raw.infusions)
    people: dict[str, Any] = {
        name: lines.tell(getattr(raw, name))
        for name in ("with_episode", "episodes", "patients_with_infusion", "patients")
    }
    measures = tuple(_measure(measure, cells, lines, raw.infusions) for measure in result.measures)
    told = replace(
        raw, **people, **_rows(raw, below), **_grades(result, people["with_episode"], lines), **_sums(raw, measures)
    )
    if told.fallouts is None or lines.tell(raw.with_fallout) is None:
        told = replace(told, with_fallout=None)
    return replace(
        result,
        audience=SHARE,
        suppress_below=below,
        measures=measures,
        told=told,
        attrition=pl.DataFrame(steps(told), schema=ATTRITION),
        input_name="",
        notes=result.notes_on_rules,
        notes_without_names=result.notes_on_rules,
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


def _patients(result: AuditResult) -> dict[tuple[str, ...], int]:
    owners = result.infusions.select("infusion_id", "patient_id")
    head = pl.col("reason").fill_null("").str.split(":").list.first().str.strip_chars()
    rows = (
        result.results.filter(pl.col("status") != "not_applicable")
        .select("infusion_id", "measure_id", "status", head=head)
        .join(owners, on="infusion_id")
    )
    unjudged = rows.filter(pl.col("status").is_in(UNJUDGED)).with_columns(status=pl.lit("unjudged"))
    late = (pl.col("status") == "not_met") & (pl.col("head") != words.AMBER)
    not_amber = rows.filter(late).with_columns(status=pl.lit("not amber"))
    return {
        tuple(key): n
        for frame, by in (
            (rows, ("measure_id",)),
            (rows, ("measure_id", "status")),
            (rows, ("measure_id", "status", "head")),
            (unjudged, ("measure_id", "status")),
            (not_amber, ("measure_id", "status")),
        )
        for *key, n in frame.group_by(by).agg(pl.col("patient_id").n_unique()).iter_rows()
    }


def _measure(raw: MeasureSummary, cells: _Cells, lines: _Lines, infusions: int) -> MeasureSummary:
    def safe(*cell: str) -> bool:
        return not _small(cells.get((raw.measure_id, *cell), 0), lines.below)

    opportunities = raw.opportunities if safe() else None
    # Fewer opportunities than infusions: some have none, and how many is a count of people.
    if raw.unit in PEOPLE or (raw.opportunities or 0) < infusions:
        opportunities = lines.tell(opportunities)
    applicable = lines.tell(raw.infusions) if safe() else None
    judged = opportunities is not None and safe("met") and safe("not_met")
    apart = judged and all(safe(status) for status in UNJUDGED)
    told = replace(
        raw,
        opportunities=opportunities,
        infusions=applicable,
        not_applicable=None if applicable is None else raw.not_applicable,
        excluded=_by_reason(raw.excluded, "excluded", safe) if apart else WITHHELD,
        indeterminate=_by_reason(raw.indeterminate, "indeterminate", safe) if apart else WITHHELD,
    )
    if not apart:
        told = replace(told, bound_low=None, bound_high=None)
    if not judged or not (apart or safe("unjudged")):
        band = _band(raw.met or 0, opportunities, lines.below)
        return replace(
            told, met_band=band, met=None, not_met=None, amber=None, rate=None, infusions_judged=None,
            interval_met=None, interval_of=None, low=None, high=None,
        )  # fmt: skip
    told = replace(told, amber=raw.amber if safe("not_met", words.AMBER) and safe("not amber") else None)
    return _interval(told, lines)


def _band(met: int, opportunities: int | None, below: int) -> tuple[float, float] | None:
    """The quarter of the opportunities in which `met` lies, if a quarter is wide enough to hide what is small."""
    if opportunities is None or opportunities < QUARTERS * below:
        return None
    quarter = min(QUARTERS * met // opportunities, QUARTERS - 1)
    return quarter / QUARTERS, (quarter + 1) / QUARTERS


def _interval(told: MeasureSummary, lines: _Lines) -> MeasureSummary:
    """An interval over infusions gives their numbers away: told if these may be."""
    if told.interval_unit != "infusions" or told.interval_of is None:
        return replace(told, infusions_judged=None)
    all_met, some_missed = told.interval_met or 0, told.interval_of - (told.interval_met or 0)
    judged = lines.tell(told.infusions_judged)
    if judged is not None and not any(_small(n, lines.below) for n in (all_met, some_missed)):
        return told
    return replace(told, infusions_judged=judged, interval_met=None, interval_of=None, low=None, high=None)


def _small(n: int, below: int) -> bool:
    return 0 < n < below


def _by_reason(
    counts: tuple[tuple[str, int | None], ...], status: str, safe: Callable[..., bool]
) -> tuple[tuple[str, int | None], ...]:
    """The counts by reason, or their sum alone."""
    if all(safe(status, "" if why == NO_REASON else why) for why, _ in counts):
        return counts
    return (("", sum(n or 0 for _, n in counts)),)


def _rows(raw: Headline, below: int) -> dict[str, Any]:
    """Rows of the whole extract; those of single files and tables are not told."""
    parts = ("rows_accepted", "rows_rejected", "rows_duplicates")
    return dict.fromkeys(parts) if any(_small(getattr(raw, part) or 0, below) for part in parts) else {}


def _grades(result: AuditResult, with_episode: int | None, lines: _Lines) -> dict[str, Any]:
    """Highest grades: each; else those with and without severe CRS, and the ungradable; else none."""
    raw, grade = result.headline, pl.col("max_grade")
    severity = pl.when(grade >= SEVERE).then(2).when(grade > 0).then(1).when(grade == 0).then(0)
    severe_or_not, each = (_each_safe(result.infusions, by, lines.below) for by in (severity, grade))
    if with_episode is None or not severe_or_not or lines.tell(raw.severe) is None:
        return {"grades": None, "severe": None, "ungraded": None}
    above = [sum(n for g, n in raw.grades or () if g is not None and g >= least) for least in (2, SEVERE + 1)]
    return {} if each and all(lines.tell(total) is not None for total in above) else {"grades": None}


def _each_safe(infusions: pl.DataFrame, by: pl.Expr, below: int) -> bool:
    people = infusions.group_by(by.alias("group")).agg(pl.col("patient_id").n_unique()).get_column("patient_id")
    return not any(_small(n, below) for n in people)


def _sums(raw: Headline, measures: Sequence[MeasureSummary]) -> dict[str, Any]:
    required = [measure for measure in measures if measure.kind == "R"]
    known = {
        "opportunities": all(measure.opportunities is not None for measure in measures),
        "judged": all(measure.judged is not None for measure in measures),
        "indeterminate": all(measure.n_indeterminate is not None for measure in measures),
        "fallouts": all(measure.not_met is not None for measure in required),
        "amber": all(measure.amber is not None for measure in required),
    }
    return {name: getattr(raw, name) if told else None for name, told in known.items()}
