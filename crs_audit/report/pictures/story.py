"""The main story of a picture in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crs_audit.report import words
from crs_audit.report.clock import MINUTE
from crs_audit.report.pictures import states
from crs_audit.report.pictures.drawing import Drawing


def window_story(drawing: Drawing, start: int, end: int) -> str:
    """Episodes with their grades, what was given, what was not known, from start to end (microseconds)."""
    text, infusion = drawing.clock.text, drawing.view.infusion
    told = [f"From {text(start)} to {text(end)}; infusion (T0) {text(infusion['t0'])}"]
    told += [_grades(drawing, episode) for episode in drawing.episodes] or ["No episode of CRS"]
    return _sentences([*told, *_given(drawing, start, end), _unknown(drawing, start, end)])


def episode_story(drawing: Drawing, episode: Mapping[str, Any]) -> str:
    """The same of one episode."""
    start, end = episode["onset"], episode["end"]
    return _sentences(
        [_grades(drawing, episode), *_given(drawing, start, end), _unknown(drawing, start, end)],
    )


def _grades(drawing: Drawing, episode: Mapping[str, Any]) -> str:
    text, onset = drawing.clock.text, episode["onset"]
    first = [f"grade {k} from {text(episode[f'first_grade_{k}'])}" for k in (2, 3, 4) if episode[f"first_grade_{k}"]]
    return (
        f"Episode {episode['episode']}: onset {text(onset)}, {', '.join([*first, 'end'])} {text(episode['end'])}, "
        f"highest grade {episode['max_grade']}"
    )


def _given(drawing: Drawing, start: int, end: int) -> list[str]:
    support, pressors = drawing.runs
    told = [_NOT_KNOWN] if drawing.unrecorded else _drugs(drawing, pressors, start, end)
    oxygen = _hours(((a, b) for a, b, _ in support), start, end)
    told.append(f"Oxygen counted for {words.span(oxygen)}" if oxygen else "No oxygen counted")
    icu = [(s["in_time"], end if s["out_time"] is None else s["out_time"]) for s in drawing.stays
           if s["location_type"] == "icu"]  # fmt: skip
    minutes = _hours(icu, start, end)
    return [*told, f"In ICU for {words.span(minutes)}"] if minutes else told


_NOT_KNOWN = "Tocilizumab, corticosteroids, vasopressors: not known, the extract has no medication record"


def _drugs(drawing: Drawing, pressors: Mapping[str, list[tuple[int, int]]], start: int, end: int) -> list[str]:
    told = [_doses(name, drawing.view.rows(table), drawing, start, end) for name, table in _COURSES]
    spans = {words.name(drug): _hours(found, start, end) for drug, found in sorted(pressors.items())}
    ran = [f"{drug} {words.span(minutes)}" for drug, minutes in spans.items() if minutes]
    return [*told, f"Vasopressors: {', '.join(ran)}" if ran else "No vasopressor"]


_COURSES = (("Tocilizumab", "tocilizumab_doses"), ("Corticosteroid", "steroid_doses"))


def _doses(name: str, rows: Iterable[Mapping[str, Any]], drawing: Drawing, start: int, end: int) -> str:
    times = [row["time"] for row in rows if start <= row["time"] < end]
    if not times:
        return f"{name}: none"
    first = drawing.clock.text(times[0])
    return f"{name}: {len(times)} {words.plural(len(times), 'dose')}, {'the first ' if len(times) > 1 else ''}{first}"


def _unknown(drawing: Drawing, start: int, end: int) -> str:
    minutes = _hours(states.gaps(drawing.segments), start, end)
    return f"Temperature or pressure not known for {words.span(minutes)}" if minutes else ""


def _hours(spans: Iterable[tuple[int, int]], start: int, end: int) -> float:
    """Minutes of the spans that lie between start and end."""
    return sum(max(min(b, end) - max(a, start), 0) for a, b in spans) / MINUTE


def _sentences(told: list[str]) -> str:
    return ". ".join([*filter(None, told), "The values are in the tables below"]) + "."
