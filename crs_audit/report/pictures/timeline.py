"""The picture of one infusion: the whole window, and each episode enlarged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crs_audit.report import words
from crs_audit.report.clock import DAY, HOUR, MINUTE, SiteClock
from crs_audit.report.pictures import states
from crs_audit.report.pictures.canvas import LEFT, RIGHT, Canvas
from crs_audit.report.pictures.drugs import drug_lanes, drug_marks

if TYPE_CHECKING:
    from crs_audit.protocol.load import Protocol
    from crs_audit.report.result import PatientView

DELAY = "G2-02"
"""The measure whose value is the minutes from the first grade 2 to the first tocilizumab."""
_MARGIN = 8 * HOUR
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
    def stays(self) -> list[dict[str, Any]]:
        return self.view.rows("adt")

    @cached_property
    def assessments(self) -> list[dict[str, Any]]:
        return [row for row in self.view.rows("assessments") if not row["day_only"]]

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


def whole_window(drawing: Drawing) -> tuple[Markup, list[str]]:
    """The picture from a day before T0 to `shown_end`, and the drug lanes it left out as empty."""
    infusion = drawing.view.infusion
    canvas = Canvas(infusion["t0"] - DAY, max(shown_end(drawing), infusion["t0"] + HOUR), drawing.clock)
    canvas.time_axis(infusion["t0"])
    _episode_spans(canvas, drawing.episodes)
    absent = _lanes(canvas, drawing, detailed=False)
    grades = [episode["max_grade"] for episode in drawing.episodes]
    told = (
        f"{len(grades)} {words.plural(len(grades), 'episode')}, highest grade {max(grades)}" if grades else "no episode"
    )
    text = drawing.clock.text
    return (
        canvas.svg(
            "window",
            "The whole window of follow-up",
            f"Grade, vital signs and drugs from {text(canvas.start)} to {text(canvas.end)}: {told}. "
            "The values are in the tables below.",
        ),
        absent,
    )


def episode_picture(drawing: Drawing, episode: Mapping[str, Any]) -> Markup:
    """One episode with some hours around it, its onset, grades and delay to tocilizumab marked."""
    infusion = drawing.view.infusion
    start, end = episode["onset"] - _MARGIN, min(episode["end"] + _MARGIN, max(infusion["w"], episode["end"]))
    given = drawing.delays.get(episode["episode"])
    if given is not None:
        start = min(start, given - 2 * HOUR)
    canvas = Canvas(start, max(end, start + DAY), drawing.clock)
    canvas.time_axis(infusion["t0"])
    anchors = _course(canvas, drawing, episode)
    top = canvas.y
    _lanes(canvas, drawing, detailed=True)
    for us, cls in anchors:
        canvas.rule(us, top - 8, canvas.y, cls)
    number = episode["episode"]
    return canvas.svg(
        f"episode-{number}",
        f"Episode {number}",
        f"From {drawing.clock.text(episode['onset'])} to {drawing.clock.text(episode['end'])}, highest grade "
        f"{episode['max_grade']}. The values are in the tables below.",
    )


def _lanes(canvas: Canvas, drawing: Drawing, detailed: bool) -> list[str]:
    value, span = drawing.protocol.value, drawing.protocol.span
    infusion, top = drawing.view.infusion, canvas.y
    states.grade_lane(canvas, drawing.segments, detailed)
    readings = drawing.readings
    states.temperature_lane(
        canvas, readings["temperature"], value("grading.fever"), _micros(span("grading.fever_carry"))
    )
    carry = _micros(span("grading.pressure_carry"))
    states.pressure_lane(canvas, readings["sbp"], readings["map"], drawing.pressure_limits(), carry)
    states.unobserved(canvas, drawing.segments, top, canvas.y)
    support, pressors = drawing.runs
    states.oxygen_lane(canvas, support, drawing.oxygen_charted)
    states.pressor_lanes(canvas, pressors)
    absent = drug_lanes(canvas, drug_marks(drawing.view, canvas))
    states.assessment_lane(canvas, drawing.assessments)
    states.stay_lane(canvas, drawing.stays)
    _bounds(canvas, infusion, top)
    return absent if pressors else ["Vasopressor", *absent]


def _bounds(canvas: Canvas, infusion: Mapping[str, Any], top: float) -> None:
    """T0 as a line over all lanes; what lies after the follow-up's end is shaded."""
    t0, end = infusion["t0"], infusion["e"]
    if canvas.shows(t0):
        canvas.rule(t0, top - 6, canvas.y, "t0", f"Infusion (T0), {canvas.clock.text(t0)}")
        canvas.text(canvas.x(t0) - 18, top - 6, "T0", "t b")
    if end is not None and canvas.start < end < canvas.end:
        x = canvas.x(end)
        canvas.back.append(
            f'<rect class="after" x="{x:.1f}" y="{top:.1f}" width="{RIGHT - x:.1f}" height="{canvas.y - top:.1f}"/>'
        )
        canvas.rule(end, top - 6, canvas.y, "fup", f"Follow-up ends, {canvas.clock.text(end)}")
        room = x + 118 < RIGHT
        canvas.text(x + (4 if room else -4), top - 6, "follow-up ends", "t" if room else "t e")


def _episode_spans(canvas: Canvas, episodes: Sequence[Mapping[str, Any]]) -> None:
    canvas.y += 22
    for episode in episodes:
        left, right = canvas.x(episode["onset"]), canvas.x(episode["end"])
        y = canvas.y - 3
        canvas.parts.append(f'<path class="span" d="M{left:.1f} {y - 5:.1f}v5H{max(right, left + 1):.1f}v-5"/>')
        text = f"episode {episode['episode']}"
        if right - left < 70:
            text = str(episode["episode"])
        canvas.text((left + right) / 2, y - 4, text, "t m")


def _course(
    canvas: Canvas, drawing: Drawing, episode: Mapping[str, Any]
) -> list[tuple[int, str]]:  # fmt: skip
    """The lane of onset, first grades and first tocilizumab, with the times between them; gives their lines."""
    top = canvas.y + 4
    canvas.y += 52
    points = [(episode["onset"], "onset", "an")]
    points += [(episode[f"first_grade_{k}"], f"grade {k}", "an") for k in (2, 3, 4) if episode[f"first_grade_{k}"]]
    canvas.parts.append(f'<text class="lane" x="0" y="{top + 12:.1f}">Course</text>')
    ends: dict[int, float] = {}
    together: dict[int, list[str]] = {}
    for us, name, _ in points:
        together.setdefault(us, []).append(name)
    for us, names in together.items():
        text, x = " = ".join(names), canvas.x(us)
        row = 0 if ends.get(0, 0) <= x else 1
        ends[row] = x + 6.4 * len(text) + 8
        canvas.text(x + 3, top + 10 + 13 * row, text, "t b")
    given, second = drawing.delays.get(episode["episode"]), episode["first_grade_2"]
    anchors = [(us, "an") for us in together]
    y = top + 38
    if second and second > episode["onset"]:
        _bracket(canvas, episode["onset"], second, y, f"{words.span((second - episode['onset']) / MINUTE)}")
    if second and given is not None:
        minutes = (given - second) / MINUTE
        late = "" if minutes <= drawing.protocol.value(f"{DELAY}.target") else " late"
        told = words.span(minutes) if minutes >= 0 else f"{words.span(-minutes)} before"
        _bracket(canvas, min(second, given), max(second, given), y, f"to tocilizumab {told}", late)
        anchors.append((given, f"tz{late}"))
    return anchors


def _bracket(canvas: Canvas, start: int, end: int, y: float, text: str, late: str = "") -> None:
    """A span with its length; the text stands to the right where the span is too short for it."""
    left, right = canvas.x(start), canvas.x(end)
    ends = f"M{left:.1f} {y - 4:.1f}v8M{left:.1f} {y:.1f}H{right:.1f}M{right:.1f} {y - 4:.1f}v8"
    canvas.parts.append(f'<path class="br{late}" d="{ends}"/>')
    if right - left > 6.4 * len(text) + 6:
        canvas.text((left + right) / 2, y - 4, text, f"t m{late}")
    elif right + 6.4 * len(text) < RIGHT:
        canvas.text(right + 5, y + 4, text, f"t{late}")
    else:
        canvas.text(max(left - 5, LEFT), y + 4, text, f"t e{late}")


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _zip(columns: Mapping[str, Sequence[Any]], *names: str) -> Any:
    return zip(*(columns[name] for name in names), strict=True) if columns else ()
