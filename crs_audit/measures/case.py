"""What measures look at: the infusions, their episodes and everything given or charted, cut to what may count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, wraps
from typing import Any, TypeVar

import polars as pl

from crs_audit.chart import Chart
from crs_audit.grading.astct import Grading
from crs_audit.medication.doses import in_words
from crs_audit.medication.given import Medication
from crs_audit.protocol.load import Protocol
from crs_audit.tables import GIVEN, Facts
from crs_audit.vocabulary.match import concepts_of

MAY_LACK = ("vitals", "labs", "mar", "adt")
"""Tables of which an infusion without a row counts as not extracted."""


Found = TypeVar("Found")


@dataclass(frozen=True)
class Case:
    """All infusions of a shard. Times of charted rows lie before `w`: what comes after the window does not count."""

    chart: Chart
    medication: Medication
    grading: Grading
    protocol: Protocol
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What `once_per_case` remembers."""

    @property
    def facts(self) -> Facts:
        return self.chart.facts

    def value(self, key: str) -> Any:
        """A number of the protocol."""
        return self.protocol.value(key)

    def span(self, key: str) -> timedelta:
        """A duration of the protocol."""
        return self.protocol.span(key)

    def said(self, key: str) -> str:
        """A number of the protocol with its unit, as a reader says it."""
        return self.protocol.parameters[key].text

    @cached_property
    def infusions(self) -> pl.DataFrame:
        """infusion, t0, w, e, product, filter_used, has_vitals, has_labs, has_mar, has_adt (a row in `[t0 - 7 d,
        w)`)."""
        frame = self.chart.infusions.select("infusion", "t0", "w", "e", "product", "filter_used")
        for table in MAY_LACK:
            there = self._infusions_in(table)
            frame = frame.with_columns(pl.col("infusion").is_in(there.implode()).alias(f"has_{table}"))
        return frame

    def _infusions_in(self, table: str) -> pl.Series:
        rows: pl.DataFrame = getattr(self.chart, table)
        bounds = self.chart.infusions.select("infusion", "w", since=pl.col("t0") - self.span("window.history"))
        if table == "vitals":
            # The chart holds no older ones, so the first row of each decides; a join of all would be slow. Of rows in
            # order of time, as they mostly come, only the first can be it.
            code, time = rows["infusion"], rows["time"]
            earlier = (code != code.shift(1)).fill_null(True) | (time < time.shift(1)).fill_null(True)
            first = rows[["infusion", "time"]].filter(earlier).group_by("infusion").agg(pl.col("time").min())
            return first.join(bounds, on="infusion").filter(pl.col("time") < pl.col("w")).get_column("infusion")
        start, end = ("in_time", "out_time") if table == "adt" else ("time", "time")
        held = (pl.col(start) < pl.col("w")) & (pl.col(end).is_null() | (pl.col(end) >= pl.col("since")))
        return rows.select("infusion", *{start, end}).join(bounds, on="infusion").filter(held).get_column("infusion")

    def in_window(self, rows: pl.DataFrame, *, from_t0: bool = True) -> pl.DataFrame:
        """Those of `rows` (infusion, time, …) before `w`, and not before `t0` unless `from_t0` is false."""
        kept = pl.col("time") < pl.col("w")
        if from_t0:
            kept &= pl.col("time") >= pl.col("t0")
        return rows.join(self._windows, on="infusion").filter(kept)[rows.columns]

    @cached_property
    def _windows(self) -> pl.DataFrame:
        return self.infusions.select("infusion", "t0", "w")

    @cached_property
    def tocilizumab(self) -> pl.DataFrame:
        """Tocilizumab doses of the window, by time: infusion, dose, time, end, amount, number (1 …), …"""
        doses = self.in_window(self.medication.tocilizumab).sort("infusion", "time", "dose")
        return doses.with_columns(number=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("infusion"))

    @cached_property
    def steroids(self) -> pl.DataFrame:
        """Systemic steroid doses of the window: infusion, dose, time, drug, amount, dex_mg, physiologic, …"""
        return self.in_window(self.medication.steroids)

    @cached_property
    def treatment(self) -> pl.DataFrame:
        """Steroid doses of the window above physiologic."""
        return self.steroids.filter(~pl.col("physiologic"))

    @cached_property
    def icans(self) -> pl.DataFrame:
        """Documented ICANS grades: infusion, time, grade, source, row, raw_value."""
        rows = self.chart.assessments.filter((pl.col("assessment") == "icans_grade") & pl.col("value").is_not_null())
        return self.in_window(
            rows.select("infusion", "time", "source", "row", "raw_value", grade="value"), from_t0=False
        )

    @cached_property
    def documented(self) -> pl.DataFrame:
        """CRS grades somebody wrote down: infusion, time, day_only, grade, source, row, raw_value."""
        rows = self.chart.assessments.filter((pl.col("assessment") == "crs_grade") & pl.col("value").is_not_null())
        return self.in_window(
            rows.select("infusion", "time", "day_only", "source", "row", "raw_value", grade="value"), from_t0=False
        )

    def labs(self, *names: str) -> pl.DataFrame:
        """Rows of these laboratory values by time of collection, with or without a value: infusion, time, lab (text),
        value, bound, source, row, raw_value."""
        rows = self.chart.labs.filter(pl.col("lab").is_in(names)).with_columns(pl.col("lab").cast(pl.String))
        found = rows.select("infusion", "time", "lab", "value", "bound", "source", "row", "raw_value")
        return self.in_window(found, from_t0=False)

    def procedures(self, kind: str) -> pl.DataFrame:
        """Rows of one kind of procedure: infusion, time, end (null = none charted), source, row, raw_value (the
        kind)."""
        rows = self.chart.procedures.filter(pl.col("procedure") == kind)
        told = rows.select("infusion", "time", "source", "row", end="end_time", raw_value=pl.lit(kind))
        return self.in_window(told, from_t0=False)

    def given(self, drug_class: str, routes: tuple[str, ...] | None = None) -> pl.DataFrame:
        """Every MAR row that says a drug of the class was given (a dose begun or continued), by any route or by those
        of `routes` and an unknown one: infusion, time, drug, source, row, raw_value (the row in words)."""
        kept = pl.col("drug").is_in(sorted(concepts_of(drug_class))) & pl.col("action").is_in(GIVEN)
        if routes is not None:
            kept &= pl.col("route").is_null() | pl.col("route").is_in(routes)
        rows = self.chart.mar.filter(kept).select("infusion", "time", "drug", "source", "row", raw_value=in_words())
        return self.in_window(rows, from_t0=False)

    def lacks(self, table: str, kind: str) -> str | None:
        """Why nothing can be said of a kind of procedure or assessment that occurs nowhere in the extract:
        `procedures: chest_xray`; None where it does occur."""
        kinds: frozenset[str] = getattr(self.facts, table)
        return None if kind in kinds else f"{table}: {kind}"

    @cached_property
    def every_infusion(self) -> pl.DataFrame:
        """One opportunity per infusion, anchored at T0."""
        return self.opened(self.infusions.select("infusion", anchor="t0"))

    def episodes_from(self, grade: int) -> pl.DataFrame:
        """One opportunity per episode that reaches `grade`, anchored there: also onset, over (its end), max_grade,
        over_before (end of the episode before)."""
        if grade not in self.found:
            reached = self._episodes.filter(pl.col("max_grade") >= grade)
            self.found[grade] = self.opened(reached.with_columns(anchor=pl.col(f"first_grade_{grade}")))
        rows: pl.DataFrame = self.found[grade]
        return rows

    @cached_property
    def segments_by_start(self) -> pl.DataFrame:
        """The segments of the grading in order of `start` alone, to be asked what is in force at a time."""
        return self.grading.segments.sort("start")

    @cached_property
    def timeline_by_start(self) -> pl.DataFrame:
        """infusion, start, end of the timeline's rows, in order of `start` alone."""
        return self.grading.timeline.select("infusion", "start", "end").sort("start")

    def with_episode_of(self, grade: int) -> pl.DataFrame:
        """infusion: those with an episode that reaches `grade`."""
        return self.grading.episodes.filter(pl.col("max_grade") >= grade).select("infusion").unique()

    def episode_without(self, table: str, grade: int) -> pl.DataFrame:
        """infusion: those with an episode that reaches `grade` and no row of `table`."""
        return self.infusions.filter(~pl.col(f"has_{table}")).join(
            self.with_episode_of(grade), on="infusion", how="semi", maintain_order="left"
        )

    @cached_property
    def _episodes(self) -> pl.DataFrame:
        ordered = self.grading.episodes.sort("infusion", "episode").rename({"end": "over"})
        return ordered.with_columns(over_before=pl.col("over").shift(1).over("infusion"))

    def with_episode(self, events: pl.DataFrame) -> pl.DataFrame:
        """Adds episode to events (infusion, time, …), the one each lies in, and `over`, its end; null where it lies in
        none."""
        spans = self._episodes.select("infusion", "episode", "onset", "over").sort("onset")
        found = events.sort("time", maintain_order=True).join_asof(
            spans, left_on="time", right_on="onset", by="infusion", check_sortedness=False
        )
        inside = pl.col("time") < pl.col("over")
        return found.with_columns(pl.when(inside).then(pl.col("episode", "over"))).drop("onset", strict=False)

    def doses_of(self, doses: pl.DataFrame) -> pl.DataFrame:
        """One opportunity per dose, anchored at it, with the columns of `doses`; its episode is the one it lies in, and
        `over` is its end."""
        found = self.with_episode(doses)
        return self.opened(found.with_columns(anchor="time").sort("infusion", "anchor", "dose"))

    def opened(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Adds key, the infusion's bounds and has_<table>, and a null episode where there is none."""
        if "episode" not in rows.columns:
            rows = rows.with_columns(episode=pl.lit(None, dtype=pl.UInt16))
        known = self.infusions.select(
            "infusion", *(column for column in self.infusions.columns if column not in rows.columns)
        )
        return rows.join(known, on="infusion", maintain_order="left").with_row_index("key")


def once_per_case(find: Callable[[Case], Found]) -> Callable[[Case], Found]:
    """Of a function of the case alone: what it finds is found once, however many measures ask."""

    @wraps(find)
    def found(case: Case) -> Found:
        if find not in case.found:
            case.found[find] = find(case)
        known: Found = case.found[find]
        return known

    return found
