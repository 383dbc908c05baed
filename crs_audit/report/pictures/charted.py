"""Pictures of when anything was charted: a lane per vital sign or lab, shaded by the quarters of its hours that hold a
value. One path per shade and lane, so that a month of hours stays a small picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

from markupsafe import Markup, escape

from crs_audit.quality.coverage import COVERED, LEVELS
from crs_audit.report import words
from crs_audit.report.clock import DAY, HOUR, SiteClock
from crs_audit.report.pictures.canvas import BOLD, CHAR, LEFT, RIGHT, Canvas
from crs_audit.report.pictures.course import episode_spans
from crs_audit.report.pictures.drawing import Drawing, shown_end
from crs_audit.report.pictures.timeline import bounds

Stretch = tuple[float, float, int]
"""Left, right, shade (1 … LEVELS)."""

_LANE, _BAR = 19, 13
_STRIP_LANE, _STRIP_BAR, _STRIP_LEFT, _STRIP_RIGHT, _STRIP_WIDTH = 10, 8, 46, 392, 400
_DAY_ROOM = BOLD * len("day 30 ")
_STRIP_TICKS = 24
"""Least distance of two ticks of a strip."""


def shade(share: float | None) -> int:
    """A share as the quarter it fills: 0 for none, 1 up to 25 %, … LEVELS up to all."""
    return ceil(LEVELS * share) if share else 0


def charted_picture(drawing: Drawing) -> Markup:
    """The window of one infusion, a lane for each entry of COVERED, its cells as the view holds them."""
    t0 = drawing.view.infusion["t0"]
    canvas = Canvas(t0, max(shown_end(drawing), t0 + HOUR), drawing.clock)
    canvas.time_axis(t0)
    episode_spans(canvas, drawing.episodes)
    top = canvas.y
    told = {row["name"]: row for row in drawing.view.rows("coverage")}
    for name, stretches in _by_name(drawing.view.rows("cells")).items():
        lane = canvas.lane(words.COVERED[name], _LANE)
        placed = [(canvas.x(start), canvas.x(end), level) for start, end, level in stretches if start < canvas.end]
        title = f"{words.COVERED[name]}: {covered(told.get(name))}"
        canvas.parts.append(_lane(placed, LEFT, RIGHT, lane + 3, _BAR, title))
    for episode in drawing.episodes:
        canvas.rule(episode["onset"], top, canvas.y, "an", f"Onset of episode {episode['episode']}")
    bounds(canvas, drawing.view.infusion, top)
    return canvas.svg(
        "charted",
        "When vital signs and labs were charted",
        "A lane for each; the darker a cell, the more of its hours hold a value. The numbers are in the table below.",
    )


def covered(row: Mapping[str, Any] | None) -> str:
    """A row of COVERAGE in words."""
    if row is None or not row["followed"]:
        return "no follow-up"
    share = words.percent(row["charted_followed"] / row["followed"])
    unit = words.plural(row["followed"], row["unit"])
    return f"a value in {row['charted_followed']} of {row['followed']} {unit} ({share})"


def charted_strip(
    cells: Sequence[Mapping[str, Any]], span: tuple[int, int], length: int, onsets: Sequence[int], name: str
) -> Markup:
    """One infusion's cells as a small picture. span: T0 and end of follow-up; length: what the whole width stands for,
    the same for all strips of a page (both in microseconds). `name` makes its ids unique."""
    t0, e = span
    scale = (_STRIP_RIGHT - _STRIP_LEFT) / max(length, DAY)

    def x(us: int) -> float:
        return _STRIP_LEFT + (min(us, t0 + max(length, DAY)) - t0) * scale

    y, parts = 2.0, []
    for kind, stretches in _by_name(cells).items():
        placed = [(x(start), x(min(end, e)), level) for start, end, level in stretches if start < e]
        label = f'<text class="e" x="{_STRIP_LEFT - 4}" y="{y + _STRIP_BAR:.0f}">{words.COVERED_SHORT[kind]}</text>'
        parts += [label, _lane(placed, _STRIP_LEFT, x(e), y, _STRIP_BAR, words.COVERED[kind])]
        y += _STRIP_LANE
    parts += [f'<path class="an" d="M{x(us):.1f} 2V{y:.0f}"/>' for us in onsets]
    every = ceil(_STRIP_TICKS / (DAY * scale))
    for day in range(0, int(max(length, DAY) / DAY) + 1, every):
        at = x(t0 + day * DAY)
        parts.append(f'<path class="tick" d="M{at:.1f} {y:.0f}v3"/><text x="{at:.1f}" y="{y + 12:.0f}">{day}</text>')
    return Markup(
        f'<svg class="strip" viewBox="0 0 {_STRIP_WIDTH} {y + 14:.0f}" role="img" aria-labelledby="{name}-t">'
        f'<title id="{name}-t">Charted hours by days after the infusion</title>{"".join(parts)}</svg>'
    )


def cohort_picture(over_time: Iterable[Mapping[str, Any]]) -> Markup:
    """Of the infusions still followed in each hour (date) after T0 the share with a value in it.

    over_time: rows of TALLIES["charted_hours"], sorted by `at`.
    """
    rows = [row for row in over_time if row["infusions"]]
    hours = [row for row in rows if row["unit"] == "hour"]
    end = max((row["at"] + 1 for row in hours), default=24)
    # Dates begin at midnight, hours at the infusion: date 0 is drawn as the infusion's first 24 h.
    canvas = Canvas(0, end * HOUR, SiteClock("UTC"))
    _days(canvas, {row["at"]: row["infusions"] for row in hours})
    by_name: dict[str, list[Mapping[str, Any]]] = {name: [] for name in COVERED}
    for row in rows:
        by_name[row["name"]].append(row)
    for name, told in by_name.items():
        lane = canvas.lane(words.COVERED[name], _LANE)
        placed = _merged(
            (canvas.x(row["at"] * length), canvas.x((row["at"] + 1) * length), shade(row["charted"] / row["infusions"]))
            for row in told
            for length in (HOUR if row["unit"] == "hour" else DAY,)
            if row["at"] * length < canvas.end
        )
        followed = sum(row["infusions"] for row in told)
        share = words.percent(sum(row["charted"] for row in told) / followed) if followed else "—"
        unit = told[0]["unit"] if told else "hour"
        title = f"{words.COVERED[name]}: a value in {share} of all {unit}s of all infusions"
        canvas.parts.append(_lane(placed, LEFT, RIGHT, lane + 3, _BAR, title))
    return canvas.svg(
        "cohort-charted",
        "Share of infusions with a value, by time after the infusion",
        "A lane for each vital sign and lab; the darker, the more of the infusions still followed up had a value.",
    )


def _days(canvas: Canvas, infusions: Mapping[int, int]) -> None:
    """Ticks at full days after the infusion, with the number of infusions still followed up."""
    days = range(int(canvas.end / DAY) + 1)
    every = ceil(_DAY_ROOM * len(days) / (RIGHT - LEFT))
    free = below = 0.0
    for day in days[::every]:
        x = canvas.x(day * DAY)
        canvas.back.append(f'<path class="day" d="M{x:.1f} {canvas.y + 30:.1f}V@"/>')
        free = canvas.axis_label(x, canvas.y + 11, f"day {day}", BOLD, " b", free) or free
        if day * 24 in infusions:
            below = canvas.axis_label(x, canvas.y + 24, f"n = {infusions[day * 24]}", CHAR, "", below) or below
    canvas.y += 32


def _by_name(cells: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[int, int, int]]]:
    found: dict[str, list[tuple[int, int, int]]] = {name: [] for name in COVERED}
    for cell in cells:
        found[cell["name"]].append((cell["start"], cell["end"], cell["level"]))
    return found


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Touching stretches of one shade as one, those without any left out."""
    found: list[Stretch] = []
    for left, right, level in stretches:
        if found and found[-1][2] == level and found[-1][1] >= left - 0.05:
            found[-1] = (found[-1][0], right, level)
        else:
            found.append((left, right, level))
    return [stretch for stretch in found if stretch[2]]


def _lane(stretches: Sequence[Stretch], left: float, right: float, top: float, height: float, title: str) -> str:
    """The shades of one lane over its empty track, under one title."""
    paths: dict[int, list[str]] = {}
    for start, end, level in stretches:
        paths.setdefault(level, []).append(f"M{start:.1f} {top:.1f}H{max(end, start + 0.4):.1f}v{height}H{start:.1f}z")
    shades = "".join(f'<path class="c{level}" d="{"".join(paths[level])}"/>' for level in sorted(paths))
    track = f'<rect class="c0" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{height}"/>'
    return f"<g><title>{escape(title)}</title>{track}{shades}</g>"
