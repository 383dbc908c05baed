"""What the pictures of one infusion are drawn from: its rows, sorted out once, and how far they reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crs_audit.report import words
from crs_audit.report.clock import DAY, MINUTE, SiteClock
from crs_audit.report.pictures import states

if TYPE_CHECKING:
    from crs_audit.protocol.load import Protocol
    from crs_audit.report.result import PatientView

DELAY = "G2-02"
"""The measure whose value is the minutes from the first grade 2 to the first tocilizumab."""
_CHARTED = frozenset({"vitals", "labs", "mar", "adt", "assessments", "procedures"})
_WORTH_CUTTING = 3 * DAY
"""An empty end of the window shorter than this is drawn."""


@dataclass(frozen=True)
class Drawing:
    """What every picture of one infusion draws from; readings are sorted out once."""

    view: PatientView
    clock: SiteClock
    protocol: Protocol

    @cached_property
    def segments(self) -> list[dict[str, Any]]:
        return self.view.rows("timeline")

    @cached_property
    def episodes(self) -> list[dict[str, Any]]:
        return self.view.rows("episodes")

    @cached_property
    def readings(self) -> dict[str, list[tuple[int, float]]]:
        found: dict[str, list[tuple[int, float]]] = {"temperature": [], "sbp": [], "map": []}
        columns = self.view.tables.get("vitals", {})
        for vital, us, value, day_only in _zip(columns, "vital", "time", "value", "day_only"):
            if vital in found and value is not None and not day_only:
                found[vital].append((us, value))
        return found

    @cached_property
    def oxygen_charted(self) -> list[tuple[int, str]]:
        columns = self.view.tables.get("vitals", {})
        found = []
        for vital, us, raw, day_only in _zip(columns, "vital", "time", "raw_value", "day_only"):
            if not day_only and vital == "o2_device":
                found.append((us, f"device “{raw}”"))
            elif not day_only and vital == "o2_flow":
                found.append((us, f"flow {raw} L/min"))
        return found

    @cached_property
    def runs(self) -> tuple[list[tuple[int, int, str]], dict[str, list[tuple[int, int]]]]:
        return states.runs(self.segments)

    @cached_property
    def rates(self) -> dict[str, list[states.Rate]]:
        """Charted rates, else doses, of the vasopressors that ran; in time order."""
        found: dict[str, list[states.Rate]] = {drug: [] for drug in self.runs[1]}
        names = ("drug", "time", "rate", "rate_unit", "dose", "dose_unit", "day_only")
        for drug, us, rate, rate_unit, dose, dose_unit, day_only in _zip(self.view.tables.get("mar", {}), *names):
            if drug not in found or day_only:
                continue
            number, unit = (dose, dose_unit) if rate is None else (rate, rate_unit)
            if number is not None:
                found[drug].append((us, number, unit or ""))
        return found

    @cached_property
    def pushes(self) -> frozenset[int]:
        """Instants of vasopressors given as a push."""
        return frozenset(row["time"] for row in self.view.rows("flags") if row["flag"] == "pressor_push")

    @cached_property
    def stays(self) -> list[dict[str, Any]]:
        return self.view.rows("adt")

    @cached_property
    def assessments(self) -> list[dict[str, Any]]:
        return [row for row in self.view.rows("assessments") if not row["day_only"]]

    @cached_property
    def unrecorded(self) -> bool:
        """Whether the extract has no medication record of this infusion: what was given is not known then."""
        return "mar" in self.view.tables.get("results", {}).get("reason", ())

    def doses_within(self, episode: Mapping[str, Any]) -> list[int]:
        """Instants of the doses of tocilizumab that count, from the episode's onset to its end."""
        times = self.view.tables.get("tocilizumab_doses", {}).get("time", ())
        return [us for us in times if episode["onset"] <= us <= episode["end"]]

    def untreated(self, episode: Mapping[str, Any]) -> str:
        """What is known of the tocilizumab of an episode of grade 2 without a delay."""
        if self.unrecorded:
            return "not known: no medication record"
        verdict = self._verdicts.get(episode["episode"], ("", None))
        if words.head(verdict[1]) == "cap":
            return "none: cap of doses reached"
        if verdict[0] == "indeterminate":
            return f"not judgeable: {words.reason(verdict[1])}"
        if self.doses_within(episode):
            return "given, but not within the time that counts"
        length = words.span((episode["end"] - episode["first_grade_2"]) / MINUTE)
        return f"never ({length} from grade 2 to the episode’s end)"

    @cached_property
    def _verdicts(self) -> dict[int, tuple[str, str | None]]:
        """Episode → status and reason of its time to tocilizumab."""
        rows = self.view.rows("results")
        return {row["episode"]: (row["status"], row["reason"]) for row in rows if row["measure_id"] == DELAY}

    @cached_property
    def delays(self) -> dict[int, int]:
        """Episode → instant of its first tocilizumab, where the audit found one."""
        found = {}
        for row in self.view.rows("results"):
            if row["measure_id"] == DELAY and row["value"] is not None and row["episode"] and row["time"]:
                found[row["episode"]] = row["time"] + round(row["value"] * MINUTE)
        return found

    def pressure_limits(self) -> tuple[float, float | None]:
        """The SBP and MAP limits at this age; no MAP limit in a child."""
        value, age = self.protocol.value, self.view.infusion["age_years"]
        adult = value("grading.sbp_low")
        mean = value("grading.map_low") if age is None or age >= value("grading.map_from_age") else None
        if age is None or age >= value("grading.sbp_adult_from_age"):
            return adult, mean
        if age < value("grading.sbp_child_from_age"):
            return value("grading.sbp_low_infant"), mean
        return value("grading.sbp_low_child_base") + value("grading.sbp_low_child_step") * int(age), mean


def shown_end(drawing: Drawing) -> int:
    """Where the whole picture ends: at the window's end, or a day after the last row where days without any follow."""
    infusion, tables = drawing.view.infusion, drawing.view.tables
    last = [
        infusion["t0"],
        infusion["e"],
        *(end for _, end, grade, _ in states.merged(drawing.segments, False) if grade),
    ]
    for table, columns in tables.items():
        if table in _CHARTED:
            for name in ("time", "end_time", "in_time", "out_time"):
                last.extend(us for us in columns.get(name, ()) if us is not None)
    if any(stay["out_time"] is None for stay in drawing.stays):
        return int(infusion["w"])
    end = min(max(last) + DAY, infusion["w"])
    return int(end) if infusion["w"] - end >= _WORTH_CUTTING else int(infusion["w"])


def _zip(columns: Mapping[str, Sequence[Any]], *names: str) -> Any:
    return zip(*(columns[name] for name in names), strict=True) if columns else ()
