"""Lanes of what the patient's state was: grade, temperature, pressure, oxygen, vasopressors and stays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crs_audit.report import words
from crs_audit.report.clock import MINUTE
from crs_audit.report.pictures.canvas import Canvas

Segment = dict[str, Any]
"""A timeline row: start, end, grade, observed, drivers."""

PUSH = "m-push"
"""Symbol of a vasopressor's push dose."""

Rate = tuple[int, float, str]
"""time, number, unit of a charted row of a running drug"""
STATE_DRIVERS = ("fever", "hypotension")
_TEMPERATURE = (35.5, 41.0)
_PRESSURE = (40.0, 160.0)
_DENSE = 160
"""More readings than this in one picture: only those beyond the limit are marked singly, the rest is the line."""


def grade_lane(canvas: Canvas, segments: Sequence[Segment], detailed: bool) -> None:
    """Grade as steps: height, colour and number say the same; hours without a known grade are hatched."""
    top = canvas.lane("CRS grade", 50, "ASTCT")
    base = top + 46
    for start, end, grade, drivers in merged(segments, detailed):
        if not grade:
            continue
        height = 8 + 9 * grade
        length = words.span((end - start) / MINUTE)
        title = f"Grade {grade}, {canvas.clock.text(start)} to {canvas.clock.text(end)} ({length})"
        title += f": {drivers}" if drivers else ""
        canvas.bar(start, end, base - height, height, f"g{grade}", title, str(grade))
    if not any(segment["grade"] for segment in segments) and any(segment["observed"] for segment in segments):
        canvas.text(canvas.x(segments[0]["start"]) + 6, base - 6, "no grade above 0 found", "t none")
    canvas.parts.append(f'<path class="base" d="M{canvas.left} {base:.1f}H{canvas.right}"/>')


def unobserved(canvas: Canvas, segments: Sequence[Segment], top: float, bottom: float) -> None:
    """Hatches the hours in which fever or pressure was not known, behind everything else."""
    for start, end in gaps(segments):
        if end <= canvas.start or start >= canvas.end:
            continue
        left, right = canvas.x(start), canvas.x(end)
        canvas.back.append(
            f'<rect class="gap" x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 1):.1f}" '
            f'height="{bottom - top:.1f}"><title>Not observed, {canvas.clock.text(start)} to '
            f"{canvas.clock.text(end)}</title></rect>"
        )


def merged(segments: Sequence[Segment], detailed: bool) -> list[tuple[int, int, int, str]]:
    """Touching rows of one grade as one; where `detailed`, with all that drove it, in words, at one time or another."""
    found: list[tuple[int, int, int, dict[str, None]]] = []
    for segment in segments:
        grade = segment["grade"] or 0
        drivers = dict.fromkeys(segment["drivers"].split("; ")) if detailed and segment["drivers"] else {}
        if found and found[-1][2] == grade and found[-1][1] == segment["start"]:
            found[-1] = (found[-1][0], segment["end"], grade, found[-1][3] | drivers)
        else:
            found.append((segment["start"], segment["end"], grade, drivers))
    return [(start, end, grade, words.drivers("; ".join(drivers))) for start, end, grade, drivers in found]


def gaps(segments: Sequence[Segment]) -> list[tuple[int, int]]:
    """Touching unobserved rows as one."""
    found: list[tuple[int, int]] = []
    for segment in segments:
        if segment["observed"]:
            continue
        if found and found[-1][1] == segment["start"]:
            found[-1] = (found[-1][0], segment["end"])
        else:
            found.append((segment["start"], segment["end"]))
    return found


def runs(segments: Sequence[Segment]) -> tuple[list[tuple[int, int, str]], dict[str, list[tuple[int, int]]]]:
    """Drivers of the timeline → runs of counted oxygen (start, end, text) and of each vasopressor."""
    oxygen: list[tuple[int, int, str]] = []
    pressors: dict[str, list[tuple[int, int]]] = {}
    for segment in segments:
        if not segment["drivers"]:
            continue
        start, end = segment["start"], segment["end"]
        for driver in segment["drivers"].split("; "):
            if driver.startswith("oxygen="):
                text = words.driver(driver)
                if oxygen and oxygen[-1][1:] == (start, text):
                    oxygen[-1] = (oxygen[-1][0], end, text)
                else:
                    oxygen.append((start, end, text))
            elif driver not in STATE_DRIVERS:
                spans = pressors.setdefault(driver, [])
                if spans and spans[-1][1] == start:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
    return oxygen, pressors


def temperature_lane(canvas: Canvas, readings: list[tuple[int, float]], limit: float, carry: int) -> None:
    top = canvas.lane("Temperature", 58, "°C")
    place = _scale(*_TEMPERATURE, top + 6, top + 54)
    _limit(canvas, place(limit), f"{limit:.1f}")
    _line(canvas, readings, place, carry, "temp")
    _points(canvas, readings, place, "m-temp", "temp", "°C", lambda value: value >= limit)


def pressure_lane(
    canvas: Canvas, sbp: list[tuple[int, float]], mean: list[tuple[int, float]], limits: tuple[float, float | None],
    carry: int,
) -> None:  # fmt: skip
    """Systolic (solid, round) and mean pressure (dashed, diamond) with the limits that hold for this age."""
    top = canvas.lane("Blood pressure", 74, "SBP ○  MAP ◇")
    place = _scale(*_PRESSURE, top + 6, top + 70)
    for channel, readings, symbol, limit in (("sbp", sbp, "m-sbp", limits[0]), ("map", mean, "m-map", limits[1])):
        if limit is None:
            continue
        _limit(canvas, place(limit), f"{limit:.0f}")
        _line(canvas, readings, place, carry, channel)
        _points(canvas, readings, place, symbol, channel, f"mmHg {channel.upper()}", lambda v, at=limit: v < at)


def pressor_lanes(
    canvas: Canvas, pressors: Mapping[str, list[tuple[int, int]]], rates: Mapping[str, Sequence[Rate]],
    pushes: Collection[int] = (),
) -> None:  # fmt: skip
    """A row of bars for each vasopressor, named at its left: an infusion changed often is many short bars.

    rates: of each drug the charted rates of its rows in time order, for the tooltips. pushes: instants of push doses,
    each a mark with a line for as long as it counts.
    """
    if not pressors:
        return
    top = canvas.lane("Vasopressors", 20 + 17 * len(pressors)) + 16
    for i, (drug, spans) in enumerate(sorted(pressors.items())):
        y = top + 17 * i
        canvas.text(canvas.left - 5, y + 11, words.name(drug), "lim")
        for start, end in spans:
            told = _rates(rates.get(drug, ()), start, end)
            title = f"{words.name(drug)}{told}, {canvas.clock.text(start)} to {canvas.clock.text(end)}"
            if start in pushes:
                title = f"Push of {title}: counted that long"
                canvas.bar(start, end, y + 11, 3, "vp", title)
                if canvas.shows(start):
                    canvas.mark(PUSH, start, y + 6, "push", title)
            else:
                canvas.bar(start, end, y, 14, "vp", title)


def _rates(rows: Sequence[Rate], start: int, end: int) -> str:
    """Lowest and highest charted rate (or dose) of a run, where its rows are of one unit."""
    first = bisect_left(rows, start, key=lambda row: row[0])
    found = [(number, unit) for _, number, unit in rows[first : bisect_left(rows, end, key=lambda row: row[0])]]
    if not found or len({unit for _, unit in found}) > 1:
        return ""
    low, high = min(found)[0], max(found)[0]
    told = words.number(low) if low == high else f"{words.number(low)} to {words.number(high)}"
    return f" {told} {found[0][1]}"


def stay_lane(canvas: Canvas, stays: Sequence[Segment]) -> None:
    if not stays:
        return
    top = canvas.lane("Ward", 24)
    for stay in stays:
        kind = stay["location_type"] or "other"
        end = canvas.end if stay["out_time"] is None else stay["out_time"]
        until = "open" if stay["out_time"] is None else canvas.clock.text(end)
        name = words.LOCATIONS[kind]
        title = f"{name}, {canvas.clock.text(stay['in_time'])} to {until}"
        canvas.bar(stay["in_time"], end, top + 4, 16, "icu" if kind == "icu" else "ward", title, name)


def _scale(low: float, high: float, top: float, bottom: float) -> Any:
    """value → y; what lies beyond the lane is drawn at its edge."""
    factor = (bottom - top) / (high - low)
    return lambda value: bottom - (min(max(value, low), high) - low) * factor


def _limit(canvas: Canvas, y: float, text: str) -> None:
    canvas.parts.append(f'<path class="limit" d="M{canvas.left} {y:.1f}H{canvas.right}"/>')
    canvas.text(canvas.left - 5, y + 4, text, "lim")


def _line(canvas: Canvas, readings: list[tuple[int, float]], place: Any, carry: int, cls: str) -> None:
    """Joins readings; the line breaks where the earlier one no longer holds."""
    path: list[str] = []
    x, start, end, last = canvas.x, canvas.start, canvas.end, -carry
    for us, value in readings:
        if start <= us <= end:
            path.append(f"{'L' if us - last <= carry and path else 'M'}{x(us):.1f} {place(value):.1f}")
            last = us
    if path:
        canvas.parts.append(f'<path class="ln {cls}" d="{"".join(path)}"/>')


def _points(
    canvas: Canvas, readings: list[tuple[int, float]], place: Any, symbol: str, cls: str, unit: str, beyond: Any
) -> None:
    shown = [(us, value) for us, value in readings if canvas.shows(us)]
    dense = len(shown) > _DENSE
    for us, value in shown:
        out = beyond(value)
        if out or not dense:
            title = f"{words.number(value)} {unit}, {canvas.clock.text(us)}"
            canvas.mark(symbol, us, place(value), f"{cls} out" if out else cls, title)
