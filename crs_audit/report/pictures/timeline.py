"""The pictures of one infusion: the whole window, and beside it each episode enlarged, lane by lane at one height."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from markupsafe import Markup

from crs_audit.report.clock import DAY, HOUR
from crs_audit.report.pictures import states
from crs_audit.report.pictures.canvas import LEFT, WIDTH, Canvas
from crs_audit.report.pictures.charted_grades import ASSESSED, assessment_lane
from crs_audit.report.pictures.course import SPANS, course_lane, episode_spans
from crs_audit.report.pictures.drawing import Drawing, shown_end
from crs_audit.report.pictures.drugs import ALWAYS, FURTHER, LANES, Placed, drug_lanes, drug_marks, placed_marks
from crs_audit.report.pictures.oxygen import oxygen_lane
from crs_audit.report.pictures.story import episode_story, window_story

_MARGIN = 8 * HOUR
WINDOW, ZOOM = 500, 640
"""Widths of the two pictures where they stand beside each other: together they fill a page of 1240 pixels, so that
their text is shown in its own size."""
_NARROW_LEFT = 104


class Pictures(NamedTuple):
    window: Markup
    episodes: list[Markup]
    legend: list[tuple[str, str, str]]
    """Symbol, class and meaning of the marks that occur; a bar has no symbol."""
    charted: bool
    """Whether there are lanes of charted grades."""
    crowded: bool
    """Whether some dose's label had no room though it differs from the one before."""
    absent: list[str]
    """Classes of drugs of which nothing is drawn, but those whose empty lane is."""


def window_span(drawing: Drawing) -> tuple[int, int]:
    """From a day before T0 to `shown_end`."""
    t0 = drawing.view.infusion["t0"]
    return t0 - DAY, max(shown_end(drawing), t0 + HOUR)


def pictures(drawing: Drawing) -> Pictures:
    """All pictures of an infusion; without an episode there is the window alone, over the page's whole width."""
    infusion, clock, episodes = drawing.view.infusion, drawing.clock, drawing.episodes
    beside = bool(episodes)
    window = Canvas(*window_span(drawing), clock, *((WINDOW, _NARROW_LEFT) if beside else (WIDTH, LEFT)))
    zooms = [Canvas(*_span(drawing, episode), clock, ZOOM, _NARROW_LEFT) for episode in episodes]
    every = [window, *zooms]
    for canvas in every:
        canvas.time_axis(infusion["t0"])
    anchors = [course_lane(canvas, drawing, episode) for canvas, episode in zip(zooms, episodes, strict=True)]
    top = max(window.y + SPANS, *(canvas.y for canvas in zooms)) if beside else window.y + SPANS
    for canvas in every:
        canvas.y = top
    window.y -= SPANS
    episode_spans(window, episodes)
    lanes = _Lanes.of(drawing, every)
    for canvas in every:
        lanes.draw(canvas, drawing)
    for canvas, lines in zip(zooms, anchors, strict=True):
        # Behind the marks: they and what is written in a lane stay readable.
        canvas.back += [f'<path class="{cls}" d="M{canvas.x(us):.1f} {top - 8:.1f}V@"/>' for us, cls in lines]
    for canvas, episode in zip(zooms, episodes, strict=True):
        _enlarged(window, canvas, episode, top)
    return Pictures(
        window.svg("window", "The whole window of follow-up", window_story(drawing, window.start, window.end)),
        [
            canvas.svg(
                f"episode-{episode['episode']}", f"Episode {episode['episode']}, enlarged",
                episode_story(drawing, episode),
            )
            for canvas, episode in zip(zooms, episodes, strict=True)
        ],
        lanes.legend(drawing),
        bool(lanes.assessed),
        any(placed.crowded for drawn in lanes.placed.values() for placed in drawn.values()),
        lanes.absent(),
    )  # fmt: skip


def _span(drawing: Drawing, episode: Mapping[str, Any]) -> tuple[int, int]:
    """An episode with some hours around it, and its first tocilizumab where that was given before."""
    infusion = drawing.view.infusion
    start, end = episode["onset"] - _MARGIN, min(episode["end"] + _MARGIN, max(infusion["w"], episode["end"]))
    given = drawing.delays.get(episode["episode"])
    if given is not None:
        start = min(start, given - 2 * HOUR)
    return start, max(end, start + DAY)


def _enlarged(window: Canvas, zoom: Canvas, episode: Mapping[str, Any], top: float) -> None:
    """Where in the window a picture of an episode lies: a framed, tinted stretch over all lanes."""
    left, right = window.x(zoom.start), window.x(zoom.end)
    window.back.insert(
        0,
        f'<rect class="zoomed" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{window.y - top:.1f}">'
        f"<title>Enlarged in the picture of episode {episode['episode']}</title></rect>",
    )


class _Lanes(NamedTuple):
    """Which lanes the pictures of an infusion have; a lane that any of them needs is in all of them."""

    placed: dict[int, dict[str, Placed]]
    """By the identity of the canvas."""
    heights: dict[str, int]
    """Drug lanes and the levels of their marks."""
    pressors: list[str]
    assessed: list[str]

    @classmethod
    def of(cls, drawing: Drawing, canvases: list[Canvas]) -> _Lanes:
        marks = drug_marks(drawing.view, drawing.clock)
        placed = {
            id(canvas): {name: placed_marks(canvas, found) for name, found in marks.items()} for canvas in canvases
        }
        heights = {}
        for lane in LANES:
            levels = max(lanes[lane.label].levels for lanes in placed.values())
            if lane.label in ALWAYS or any(lanes[lane.label].marks for lanes in placed.values()):
                heights[lane.label] = max(levels, 1)
        pressors = [
            drug
            for drug, spans in sorted(drawing.runs[1].items())
            if any(end > canvas.start and start < canvas.end for canvas in canvases for start, end in spans)
        ]
        assessed = [
            kind
            for kind in ASSESSED
            if any(row["assessment"] == kind and canvas.shows(row["time"])
                   for canvas in canvases for row in drawing.assessments)
        ]  # fmt: skip
        return cls(placed, heights, pressors, assessed)

    def draw(self, canvas: Canvas, drawing: Drawing) -> None:
        value, span = drawing.protocol.value, drawing.protocol.span
        readings, top = drawing.readings, canvas.y
        states.grade_lane(canvas, drawing.segments, detailed=canvas.width == ZOOM)
        carry = _micros(span("grading.fever_carry"))
        states.temperature_lane(canvas, readings["temperature"], value("grading.fever"), carry)
        carry = _micros(span("grading.pressure_carry"))
        states.pressure_lane(canvas, readings["sbp"], readings["map"], drawing.pressure_limits(), carry)
        states.unobserved(canvas, drawing.segments, top, canvas.y)
        support, pressors = drawing.runs
        oxygen_lane(canvas, support, drawing.oxygen_charted, value("grading.low_flow"))
        shown = {drug: pressors[drug] for drug in self.pressors}
        states.pressor_lanes(canvas, shown, drawing.rates, drawing.pushes)
        empty = "none in this stretch" if canvas.width == ZOOM else "none in the window"
        if drawing.unrecorded:
            empty = "not known: no medication record"
        drug_lanes(canvas, self.placed[id(canvas)], self.heights, empty, drawing.view.infusion["t0"])
        assessment_lane(canvas, drawing.assessments, self.assessed)
        states.stay_lane(canvas, drawing.stays)
        bounds(canvas, drawing.view.infusion, top, lift=0 if canvas.width == WIDTH else 17)

    def legend(self, drawing: Drawing) -> list[tuple[str, str, str]]:
        drawn = {
            (mark.symbol, mark.cls) for lanes in self.placed.values() for placed in lanes.values()
            for mark in placed.marks
        }  # fmt: skip
        usual = [(lane.symbol, lane.cls, lane.meaning) for lane in LANES]
        found = [entry for entry in (*usual, *FURTHER) if entry[:2] in drawn]
        starts = {start for drug in self.pressors for start, _ in drawing.runs[1][drug]}
        pressors = [("", "vp", "vasopressor running")] if starts - drawing.pushes else []
        if starts & drawing.pushes:
            pushed = drawing.protocol.parameters["grading.pressor_push"].text
            pressors.append((states.PUSH, "push", f"vasopressor push, counted for {pushed}"))
        return [*pressors, *found]

    def absent(self) -> list[str]:
        none = [] if self.pressors else ["vasopressor"]
        return none + [lane.meaning for lane in LANES if lane.label not in self.heights and lane.label != "Not counted"]


def bounds(canvas: Canvas, infusion: Mapping[str, Any], top: float, lift: int = 0) -> None:
    """T0 as a line over all lanes; what lies after the follow-up's end is shaded. lift: how much higher its name stands
    than T0's, where the spans of episodes leave no room between them."""
    t0, end = infusion["t0"], infusion["e"]
    if canvas.shows(t0):
        canvas.rule(t0, top - 6, canvas.y, "t0", f"Infusion (T0), {canvas.clock.text(t0)}", behind=True)
        canvas.text(canvas.x(t0) - 18, top - 6, "T0", "t b")
    if end is not None and canvas.start < end < canvas.end:
        x = canvas.x(end)
        canvas.back.append(
            f'<rect class="after" x="{x:.1f}" y="{top:.1f}" width="{canvas.right - x:.1f}" '
            f'height="{canvas.y - top:.1f}"/>'
        )
        canvas.rule(end, top - 6 - lift, canvas.y, "fup", f"Follow-up ends, {canvas.clock.text(end)}")
        room = x + 118 < canvas.right
        canvas.text(x + (4 if room else -4), top - 6 - lift, "follow-up ends", "t" if room else "t e")


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
