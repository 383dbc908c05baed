"""The one result of a run: every page, table, workbook and summary is made from it.

`AuditResult` is the whole run; `PatientView` is one infusion with the rows its page shows. Times are UTC instants;
pages turn them into the site's zone. Nothing here reads a clock: `generated` is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.audience import INTERNAL
from crs_audit.quality.run import Quality
from crs_audit.report.headline import Headline, headline
from crs_audit.tables import TIME

if TYPE_CHECKING:
    from crs_audit.intake.sources import Source
    from crs_audit.protocol.load import Protocol
    from crs_audit.review.adjudication import Adjudication

INFUSIONS: dict[str, Any] = {
    "infusion_id": pl.String(), "token": pl.String(), "patient_id": pl.String(), "t0": TIME, "w": TIME, "e": TIME,
    "e_source": pl.String(), "product": pl.String(), "product_text": pl.String(), "site": pl.String(),
    "weight_kg": pl.Float64(), "age_years": pl.Float64(), "max_grade": pl.UInt8(), "strict_max_grade": pl.UInt8(),
    "episodes": pl.UInt16(), "flags": pl.String(),
}  # fmt: skip
"""Columns of `AuditResult.infusions` the pages use (more may be there); max_grade 0 = graded and never above 0,
null = not gradable (no vitals). `token` names the infusion's page."""

ATTRITION: dict[str, Any] = {
    "step": pl.String(), "count": pl.UInt64(), "note": pl.String(), "of": pl.String(), "reason": pl.String(),
}  # fmt: skip
"""Rows in order: rows read, accepted, patients, infusions, episodes, opportunities. Under each step, with its name in
`of`, what was left out on the way to it or what it is made of, with the reason; of a step itself both are null."""

ACCOUNTING: dict[str, Any] = {
    "table": pl.String(), "source": pl.UInt16(), "read": pl.UInt64(), "filtered": pl.UInt64(),
    "accepted": pl.UInt64(), "rejected": pl.UInt64(), "duplicates": pl.UInt64(),
}  # fmt: skip
"""Per source: read = accepted + rejected + duplicates; `filtered` rows (the mapping's `where`) stand before `read`."""

REJECTS: dict[str, Any] = {
    "table": pl.String(), "source": pl.UInt16(), "row": pl.UInt32(), "column": pl.String(), "reason": pl.String(),
    "raw_value": pl.String(), "name": pl.String(),
}  # fmt: skip

UNMATCHED: dict[str, Any] = {"table": pl.String(), "column": pl.String(), "text": pl.String(), "count": pl.UInt64()}

RESULTS: dict[str, Any] = {
    "result_id": pl.String(), "infusion_id": pl.String(), "episode": pl.UInt16(), "measure_id": pl.String(),
    "kind": pl.String(), "opportunity": pl.UInt32(), "time": TIME, "status": pl.String(), "reason": pl.String(),
    "value": pl.Float64(), "unit": pl.String(), "threshold": pl.String(), "sentence": pl.String(),
}  # fmt: skip

STATUSES = ("not_met", "met", "excluded", "indeterminate", "not_applicable")


@dataclass(frozen=True)
class MeasureSummary:
    """Counts of one measure over the run; a count that may not be told (small cells) is None.

    Per opportunity except where said. `rate` = met / (met + not_met), None for 0/0 and for informational measures,
    whose `met` = present. The interval is Wilson's, of `interval_met` out of `interval_of` (opportunities, or
    infusions with every judged opportunity met where one patient's opportunities are not independent).
    `bound_low`, `bound_high`: the rate if every indeterminate opportunity were not met, or met.
    """

    measure_id: str
    title: str
    kind: str
    unit: str
    chapter: str
    infusions: int | None
    """Infusions with at least one opportunity."""
    infusions_judged: int | None
    not_applicable: int | None
    """Infusions without any."""
    opportunities: int | None
    met: int | None
    not_met: int | None
    amber: int | None
    """Of `not_met`: late, but inside the second limit."""
    excluded: tuple[tuple[str, int | None], ...]
    indeterminate: tuple[tuple[str, int | None], ...]
    rate: float | None
    interval_met: int | None
    interval_of: int | None
    interval_unit: str
    low: float | None
    high: float | None
    bound_low: float | None
    bound_high: float | None
    met_band: tuple[float, float] | None = None
    """Where the counts are withheld and there are many opportunities: the quarter in which the share of them that were
    met lies."""

    @property
    def judged(self) -> int | None:
        return None if self.met is None or self.not_met is None else self.met + self.not_met

    @property
    def fallouts(self) -> int | None:
        """Opportunities of a required measure that were not met."""
        return self.not_met if self.kind == "R" else 0

    @property
    def n_excluded(self) -> int | None:
        return _total(self.excluded)

    @property
    def n_indeterminate(self) -> int | None:
        return _total(self.indeterminate)


def _total(counts: tuple[tuple[str, int | None], ...]) -> int | None:
    known = [n for _, n in counts if n is not None]
    return sum(known) if len(known) == len(counts) else None


@dataclass(frozen=True)
class TrendPoint:
    label: str
    met: int
    judged: int
    low: float | None = None
    """Lower and upper control limit at this point (p chart), 0–1."""
    high: float | None = None
    centre: float | None = None
    """Centre line at this point, where it is not that of the whole trend."""
    breaks: bool = False
    """Not joined to the point before: other rules, or a period between them that was not audited."""
    new_rules: bool = False
    """The first period of other rules: marked."""


@dataclass(frozen=True)
class Trend:
    """One measure over periods of infusion; `signals` in words, none = no unusual pattern found."""

    measure_id: str
    points: tuple[TrendPoint, ...]
    centre: float | None
    signals: tuple[str, ...] = ()
    note: str = ""
    variation: str = ""
    """Of the latest periods, a word of `trend.variation`; empty where nothing is looked for."""


@dataclass(frozen=True)
class AuditResult:
    """Everything a run found. Frames have at least the columns of the constants above, sorted by their keys."""

    program_version: str
    input_name: str
    generated: datetime | None
    """None where it is not told."""
    timezone: str
    timezone_defaulted: bool
    protocol: Protocol
    parameters_hash: str
    infusions: pl.DataFrame
    """INFUSIONS"""
    episodes: pl.DataFrame
    """infusion_id, episode, onset, end, max_grade, first_grade_1 … 4, hours_grade_1 … 4, hours_unobserved,
    strict_max_grade"""
    results: pl.DataFrame
    """RESULTS"""
    measures: tuple[MeasureSummary, ...]
    """Of `summaries.summarise(results, protocol)`, through the disclosure rules."""
    attrition: pl.DataFrame
    accounting: pl.DataFrame
    rejects: pl.DataFrame
    unmatched: pl.DataFrame
    sources: tuple[Source, ...]
    flags: pl.DataFrame = field(default_factory=pl.DataFrame)
    """infusion_id, episode, flag, time, source, row"""
    timeline: pl.DataFrame = field(default_factory=pl.DataFrame)
    evidence: pl.DataFrame = field(default_factory=pl.DataFrame)
    """result_id, clause, outcome, source, row, time, raw_value. The site's pages do not read it (patient pages,
    made in the shards, do), so a big run may leave `timeline` and `evidence` on disk and these empty."""
    quality: Quality = field(default_factory=Quality.empty)
    """What the rows look like that were accepted, and how much of each window was charted."""
    looked_up: tuple[Source, ...] = ()
    """Files and sheets that only lookups of the mapping read; their `table` is the lookup's name."""
    skipped: tuple[str, ...] = ()
    """Files and sheets of the input that neither a table nor a lookup claims."""
    unaudited: tuple[str, ...] = ()
    """patient_id of the patients with rows but without an infusion."""
    notes: tuple[str, ...] = ()
    """What else the reader must know about this run (a period, a choice of measures, a missing table), in words."""
    notes_without_names: tuple[str, ...] = ()
    """Those of the notes that name no file: for mail."""
    notes_on_rules: tuple[str, ...] = ()
    """Those that only say how the run was set up: for anybody."""
    patients: int = 0
    """With an accepted row in any table."""
    libraries: Mapping[str, str] = field(default_factory=dict)
    treatment: pl.DataFrame = field(default_factory=pl.DataFrame)
    """`cohort.treatment_times` of the run."""
    outside_period: int = 0
    """Infusions accepted, but not of the period."""
    trends: tuple[Trend, ...] = ()
    adjudication: Adjudication | None = None
    """What reviews make of the findings, None without reviews."""
    audience: str = INTERNAL
    """`share`: through `disclosure.disclosed`, no patient, no row, no value of a single person is left."""
    suppress_below: int | None = None
    deidentified: bool = False
    """Through `deidentify`: nobody is named, times are no true ones, and `timezone` is no place's."""
    told: Headline | None = None
    """The counts of the whole run that may be told, where the frames are not told."""

    @cached_property
    def headline(self) -> Headline:
        return self.told or headline(
            self.infusions, self.episodes, self.results, self.accounting, self.patients,
            self.patients - len(self.unaudited),
        )  # fmt: skip

    @property
    def internal(self) -> bool:
        return self.audience == INTERNAL

    @cached_property
    def files(self) -> dict[int, Source]:
        return {source.number: source for source in self.sources}


Columns = Mapping[str, Sequence[Any]]
"""A small table by column. Times are microseconds since 1970 (UTC): integers draw and print faster than datetimes."""


@dataclass(frozen=True)
class PatientView:
    """One infusion with the rows its page shows; made per shard by `views.patient_views`.

    `infusion`: one row of INFUSIONS, times as integers. The tables have the columns that `views.SHOWN` names.
    """

    token: str
    infusion: Mapping[str, Any]
    tables: Mapping[str, Columns]
    previous: str | None = None
    next: str | None = None
    """Tokens of the neighbours in the order of the patients table."""

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as dicts, for the small ones."""
        columns = self.tables.get(table, {})
        names = tuple(columns)
        return [dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


@dataclass(frozen=True)
class PageContext:
    """What all patient pages of a run share; small, so that it can be sent to worker processes."""

    program_version: str
    input_name: str
    generated: datetime | None
    timezone: str
    protocol: Protocol
    sources: tuple[Source, ...]
    internal: bool = True
    deidentified: bool = False
    reviews: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """result_id → what reviewers said of the finding, each with why it no longer stands (empty: it does)."""

    @cached_property
    def files(self) -> dict[int, Source]:
        return {source.number: source for source in self.sources}
