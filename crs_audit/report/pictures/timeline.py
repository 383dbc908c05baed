"""The picture of one infusion: the whole window, and each episode enlarged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from crs_audit.report import words
from crs_audit.report.clock import DAY, HOUR
from crs_audit.report.pictures import states
from crs_audit.report.pictures.canvas import RIGHT, Canvas
from crs_audit.report.pictures.course import course_lane, episode_spans
from crs_audit.report.pictures.drawing import Drawing, shown_end
from crs_audit.report.pictures.drugs import drug_lanes, drug_marks

_MARGIN = 8 * HOUR


def whole_window(drawing: Drawing) -> tuple[Markup, list[str]]:
    """The picture from a day before T0 to `shown_end`, and the drug lanes it left out as empty."""
    infusion = drawing.view.infusion
    canvas = Canvas(infusion["t0"] - DAY, max(shown_end(drawing), infusion["t0"] + HOUR), drawing.clock)
    canvas.time_axis(infusion["t0"])
    episode_spans(canvas, drawing.episodes)
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
    anchors = course_lane(canvas, drawing, episode)
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
    bounds(canvas, infusion, top)
    return absent if pressors else ["Vasopressor", *absent]


def bounds(canvas: Canvas, infusion: Mapping[str, Any], top: float) -> None:
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


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
