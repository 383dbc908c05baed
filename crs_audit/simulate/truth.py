"""The true grade timeline of a course, from its plan and not from its rows.

Written apart from the grading engine on purpose, with the default rules' numbers of its own: it is the yardstick that
the engine is held against, so it must not move when the engine or its parameters do.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from .events import DAY, HOUR, Drip, Oxygen, Span
from .plan import Course

_FEVER_HOLDS = _PRESSURE_HOLDS = 6 * HOUR
_OXYGEN_HOLDS = 12 * HOUR
_JOIN = _FEVER_MEMORY = DAY
_CONTINUE = 72 * HOUR
_SPARING_LEAD = 6 * HOUR
_SWITCH = HOUR
_LOW_FLOW = 6.0
_ABOVE_HOME = 2.0
_COUNTED_PRESSORS = frozenset({"norepinephrine", "epinephrine", "phenylephrine", "dopamine"})


class Piece(NamedTuple):
    start: int
    end: int
    grade: int


class Episode(NamedTuple):
    onset: int
    end: int
    max_grade: int
    firsts: tuple[int | None, ...]
    """First minute of grade 1 or worse, 2 or worse, 3 or worse, 4."""


class _Instant(NamedTuple):
    start: int
    end: int
    fever: bool
    support: int


def support_of(course: Course, oxygen: Oxygen | None) -> int:
    """Oxygen support that counts above what the patient had at home."""
    if oxygen is None:
        return 0
    if oxygen.device == "vent":
        return 4
    if oxygen.device in ("cpap", "bipap"):
        return 0 if course.person.home_cpap else 4
    if oxygen.device == "mask":
        return 3
    if oxygen.device == "hfnc":
        return 2 if oxygen.flow is not None and oxygen.flow <= _LOW_FLOW else 3
    support = 2 if oxygen.flow is None or oxygen.flow <= _LOW_FLOW else 3
    home = course.person.home_oxygen
    if home is not None and support == 2 and (oxygen.flow or 0) < home + _ABOVE_HOME:
        return 0
    return support


def _charted(spans: Iterable[Span], gaps: list[Span], holds: int) -> list[Span]:
    """Spans less the part of an uncharted gap in which the last reading no longer holds."""
    rest = list(spans)
    for gap in gaps:
        unknown = Span(min(gap.start + holds, gap.end), gap.end)
        cut = []
        for span in rest:
            cut += [Span(span.start, min(span.end, unknown.start)), Span(max(span.start, unknown.end), span.end)]
        rest = [span for span in cut if span.start < span.end]
    return rest


def _double_pressors(drips: list[Drip]) -> list[Span]:
    """Where two drugs other than vasopressin run together for an hour or more."""
    edges = sorted({edge for drip in drips for edge in (drip.start, drip.end)})
    together: list[Span] = []
    for start, end in pairwise(edges):
        running = {d.drug for d in drips if d.span.holds(start)} & _COUNTED_PRESSORS
        if len(running) < 2:
            continue
        if together and together[-1].end == start:
            together[-1] = Span(together[-1].start, end)
        else:
            together.append(Span(start, end))
    return [span for span in together if span.end - span.start >= _SWITCH]


def _instants(course: Course, spared: list[int]) -> list[_Instant]:
    """Maximal stretches within the window in which nothing that the grade depends on changes."""
    end = course.window_end()
    seen = course.charted("vitals")
    fevers = _charted(course.fevers, course.gaps, _FEVER_HOLDS) if seen else []
    lows = _charted(course.lows, course.gaps, _PRESSURE_HOLDS) if seen else []
    counted = [(o.span, support_of(course, o)) for o in course.oxygens] if seen else []
    oxygens = [(part, n) for span, n in counted if n for part in _charted([span], course.gaps, _OXYGEN_HOLDS)]
    drips = course.drips if course.charted("mar") else []
    pushes = [Span(push.minute, push.minute + HOUR) for push in course.pushes] if course.charted("mar") else []
    single, double = [*pushes, *(drip.span for drip in drips)], _double_pressors(drips)
    spans = [*fevers, *lows, *(span for span, _ in oxygens), *single, *double]
    edges = {0, end, *spared, *(f.end + _FEVER_MEMORY for f in fevers), *(edge for span in spans for edge in span)}
    inside = sorted(edge for edge in edges if 0 <= edge <= end)
    found = []
    for start, stop in pairwise(inside):
        support = max([n for span, n in oxygens if span.holds(start)], default=0)
        if any(span.holds(start) for span in lows):
            support = max(support, 2)
        if any(span.holds(start) for span in single):
            support = max(support, 3)
        if any(span.holds(start) for span in double):
            support = 4
        found.append(_Instant(start, stop, any(span.holds(start) for span in fevers), support))
    return found


def _clusters(instants: list[_Instant]) -> list[list[_Instant]]:
    clusters: list[list[_Instant]] = []
    last = None
    for instant in instants:
        if not instant.fever and instant.support < 2:
            continue
        if last is None or instant.start - last >= _JOIN:
            clusters.append([])
        clusters[-1].append(instant)
        last = instant.end
    return clusters


def grade(course: Course, strict: bool = False) -> tuple[list[Piece], list[Episode]]:
    """The timeline over the window (no gap, no overlap, maximal pieces) and the episodes.

    `strict`: antipyretics do not stand for fever.
    """
    sparing = [dose for dose in course.doses if dose.spares] if course.charted("mar") else []
    lasting = sorted(dose.minute for dose in sparing if dose.drug != "acetaminophen")
    spared = lasting if strict else sorted(dose.minute for dose in sparing)
    instants = _instants(course, spared)
    grades = {instant.start: 0 for instant in instants}
    chains: list[tuple[int, list[int]]] = []
    before: int | None = None
    for cluster in _clusters(instants):
        first_fever = next((i.start for i in cluster if i.fever), None)
        if first_fever is not None:
            graded = _with_fever(cluster, first_fever, spared)
            chains.append((first_fever, list(graded)))
        elif chains and before is not None and cluster[0].start - before < _CONTINUE:
            onset = chains[-1][0]
            graded = {i.start: i.support for i in cluster if _given(lasting, onset, i.start)}
            chains[-1][1].extend(graded)
        else:
            before = None
            continue
        grades.update(graded)
        before = cluster[-1].end
    timeline: list[Piece] = []
    for instant in instants:
        value = grades[instant.start]
        if timeline and timeline[-1].grade == value:
            timeline[-1] = Piece(timeline[-1].start, instant.end, value)
        else:
            timeline.append(Piece(instant.start, instant.end, value))
    ends = {instant.start: instant.end for instant in instants}
    return timeline, [_episode(starts, grades, ends) for _, starts in chains]


def _given(times: list[int], onset: int, minute: int) -> bool:
    return any(onset - _SPARING_LEAD <= time <= minute for time in times)


def _with_fever(cluster: list[_Instant], onset: int, spared: list[int]) -> dict[int, int]:
    graded = {}
    fever_end: int | None = None
    for instant in cluster:
        if instant.start < onset:
            continue
        if instant.fever:
            graded[instant.start] = max(1, instant.support)
            fever_end = instant.end
        elif instant.support >= 2:
            recent = fever_end is not None and instant.start < fever_end + _FEVER_MEMORY
            graded[instant.start] = instant.support if recent or _given(spared, onset, instant.start) else 0
    return graded


def _episode(starts: list[int], grades: dict[int, int], ends: dict[int, int]) -> Episode:
    """From the onset to the end of the chain's last stretch of grade 1 or worse."""
    in_order = sorted(start for start in starts if grades[start] >= 1)
    firsts = tuple(next((s for s in in_order if grades[s] >= level), None) for level in (1, 2, 3, 4))
    return Episode(in_order[0], ends[in_order[-1]], max(grades[s] for s in in_order), firsts)
