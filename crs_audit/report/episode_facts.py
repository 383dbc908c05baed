"""What stands beside an episode's picture: when, how high, for how long, and its tocilizumab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crs_audit.report import words
from crs_audit.report.clock import HOUR, MINUTE, SiteClock
from crs_audit.report.pictures.drawing import Drawing

AIRWAY = "airway"
"""Flag of an intubation for airway protection."""


def episode_facts(episode: Mapping[str, Any], drawing: Drawing, clock: SiteClock) -> list[tuple[str, str]]:
    """(name, text) of one row of EPISODES."""
    onset, t0 = episode["onset"], drawing.view.infusion["t0"]
    facts = [
        ("Onset", f"{clock.text(onset)}, {words.span((onset - t0) / MINUTE)} after T0"),
        ("End", f"{clock.text(episode['end'])}, lasted {words.span((episode['end'] - onset) / MINUTE)}"),
        ("Highest grade", str(episode["max_grade"]) + airway(drawing, episode["episode"])),
    ]
    if episode["strict_max_grade"] != episode["max_grade"]:
        facts.append(("Strict reading", f"{episode['strict_max_grade']} (antipyretics do not stand in for fever)"))
    hours = [(f"grade {k}", episode[f"hours_grade_{k}"]) for k in (1, 2, 3, 4)]
    hours.append(("no grade", _without_grade(episode, drawing)))
    facts.append(("Hours at grade", ", ".join(f"{k}: {_hours(h)}" for k, h in hours if round(h, 1))))
    if episode["hours_unobserved"]:
        facts.append(("Hours unobserved", _hours(episode["hours_unobserved"])))
    return [*facts, *_tocilizumab(episode, drawing, clock)]


def airway(drawing: Drawing, episode: int | None = None) -> str:
    """What is said behind a grade if it may rest on an intubation for airway protection (in that episode)."""
    found = any(row["flag"] == AIRWAY and episode in (None, row["episode"]) for row in drawing.view.rows("flags"))
    return " (flag: intubation for airway protection)" if found else ""


def _hours(value: float) -> str:
    return f"{words.number(round(value, 1))}\u00a0h"


def _without_grade(episode: Mapping[str, Any], drawing: Drawing) -> float:
    """Observed hours of the episode at grade 0."""
    start, end = episode["onset"], episode["end"]
    none = [row for row in drawing.segments if row["observed"] and not row["grade"]]
    return float(sum(max(min(row["end"], end) - max(row["start"], start), 0) for row in none) / HOUR)


def _tocilizumab(episode: Mapping[str, Any], drawing: Drawing, clock: SiteClock) -> list[tuple[str, str]]:
    given, second, onset = drawing.delays.get(episode["episode"]), episode["first_grade_2"], episode["onset"]
    if second and given is not None:
        return [("First tocilizumab", f"{clock.text(given)}, {_relative(given, second, onset)}")]
    if second:
        return [("Tocilizumab", drawing.untreated(episode))]
    if drawing.unrecorded:
        return [("Tocilizumab", "not known: no medication record")]
    doses = drawing.doses_within(episode)
    if not doses:
        return []
    told = f"{len(doses)} {words.plural(len(doses), 'dose')} at grade 1, {'the first ' if len(doses) > 1 else ''}"
    return [("Tocilizumab", f"{told}{clock.text(doses[0])}")]


def _relative(given: int, second: int, onset: int) -> str:
    def told(us: int, what: str) -> str:
        minutes = (given - us) / MINUTE
        return f"{words.span(abs(minutes))} {'after' if minutes >= 0 else 'before'} {what}"

    return (
        f"{told(second, 'grade 2')}, {told(onset, 'onset')}" if second != onset else told(second, "onset, at grade 2")
    )
