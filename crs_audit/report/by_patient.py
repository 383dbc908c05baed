"""The counts of a run by patient, as `told.Count`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.report import words
from crs_audit.report.told import NOBODY, Count, Told

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult


class ByPatient:
    """The counts of an internal result: of patients with an audited infusion, then of those without, of whom nothing
    but their number is counted. `told`: those that are told, none at first."""

    def __init__(self, result: AuditResult, below: int) -> None:
        owners = result.infusions.select("infusion_id", "patient_id")
        places = owners.select(pl.col("patient_id").unique().sort()).with_row_index("place")
        self._places = owners.join(places, on="patient_id").select("infusion_id", "place")
        # The rules tell nought, few and many apart: more than `below` others are as many as `below`.
        with_infusion = places.height + min(result.patients - len(result.unaudited) - places.height, below)
        everybody = with_infusion + min(len(result.unaudited), below)
        self.told = Told(below, everybody)
        some = result.results.filter(pl.col("status") != "not_applicable")
        head = pl.col("reason").fill_null("").str.split(":").list.first().str.strip_chars()
        self._cells = self._grouped(some.with_columns(head=head), "measure_id", "status", "head")
        infusions = some.group_by("measure_id", "infusion_id").agg(
            judged=pl.col("status").is_in(["met", "not_met"]).any(), failed=(pl.col("status") == "not_met").any()
        )
        self._infusions = self._grouped(infusions, "measure_id", "judged", "failed")
        self.grades: Mapping[int | None, Count] = {
            grade: n for (grade,), n in self._grouped(result.infusions, "max_grade").items()
        }
        missed = some.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
        self.heads = {
            "infusions": self._all(owners),
            "with_episode": self._all(result.infusions.filter(pl.col("episodes") > 0)),
            "episodes": self._all(result.episodes),
            "patients_with_infusion": self.told.count((place, 1) for place in range(with_infusion)),
            "patients": self.told.count((place, 1) for place in range(everybody)),
            "with_fallout": self._all(missed.unique("infusion_id")),
        }

    def opportunities(self, measure: str, status: str | None = None) -> Count:
        """Of a measure: all, or those of a status."""
        return total(n for (id_, found, _), n in self._cells.items() if id_ == measure and status in (None, found))

    def by_reason(self, measure: str, status: str) -> Mapping[str, Count]:
        """The opportunities of a status by the first word of the reason."""
        return {head: n for (id_, found, head), n in self._cells.items() if (id_, found) == (measure, status)}

    def late(self, measure: str) -> tuple[Count, Count]:
        """The opportunities not met: amber ones, and the others."""
        reasons = self.by_reason(measure, "not_met")
        return reasons.get(words.AMBER, NOBODY), total(n for head, n in reasons.items() if head != words.AMBER)

    def infusions(self, measure: str) -> tuple[Count, Count, Count]:
        """Infusions with an opportunity: all that was judged was met, some was not, nothing was judged."""
        kinds = ((True, False), (True, True), (False, False))
        all_met, some_missed, not_judged = (self._infusions.get((measure, *kind), NOBODY) for kind in kinds)
        return all_met, some_missed, not_judged

    def _all(self, rows: pl.DataFrame) -> Count:
        return self._grouped(rows.with_columns(all=True), "all").get((True,), NOBODY)

    def _grouped(self, rows: pl.DataFrame, *by: str) -> dict[tuple[Any, ...], Count]:
        """Rows of each group, by the patient whose infusion they are of."""
        numbers: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
        of_patients = rows.join(self._places, on="infusion_id").group_by(*by, "place").len().sort(pl.all())
        for *group, place, n in of_patients.iter_rows():
            numbers.setdefault(tuple(group), []).append((place, n))
        return {group: self.told.count(some) for group, some in numbers.items()}


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, start=NOBODY)
