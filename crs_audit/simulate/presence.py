"""Informational verdicts, which a plan holds without naming them: what is present, worked out from the plan."""

from __future__ import annotations

from collections.abc import Iterator

from .events import HOUR
from .expected import Expected
from .plan import Course
from .truth import Episode, Piece, support_of
from .wardbook import Assessment

_EARLY_STEROID_PRODUCTS = ("axi-cel", "brexu-cel")
_TOCILIZUMAB_LEAD = 8 * HOUR
_TUBE = "vent"


def present(
    course: Course, timeline: list[Piece], strict: list[Piece], episodes: list[Episode], documented: list[Assessment]
) -> list[Expected]:
    """A row each of what is present; nothing where the scenario names the measure itself."""
    found = [*_of_infusion(course), *_of_episodes(course, timeline, strict, episodes)]
    found += _documented(course, timeline, episodes, documented)
    named = {row.measure for row in course.expected}
    return [row for row in found if row.measure not in named]


def _of_infusion(course: Course) -> Iterator[Expected]:
    end = course.window_end()
    given = {dose.drug for dose in course.doses if dose.given and 0 <= dose.minute < end and course.charted("mar")}
    if given & {"filgrastim", "pegfilgrastim"}:
        yield Expected("G1-05", None, "met")
    if course.product in _EARLY_STEROID_PRODUCTS and course.treatment_steroids():
        yield Expected("G3-09", None, "met")
    if "anakinra" in given:
        yield Expected("ALT-01", None, "met")
    if any(_above_ten_thousand(values.get("ferritin", "")) for _, values in course.stats):
        yield Expected("HLH-01", None, "met")
    if course.marrows:
        yield Expected("HLH-02", None, "met")
    if course.charted("labs"):
        yield Expected("PIT-04", None, "met")


def _above_ten_thousand(ferritin: str) -> bool:
    return ferritin != "" and float(ferritin.lstrip("<>=")) >= 10_000


def _of_episodes(
    course: Course, timeline: list[Piece], strict: list[Piece], episodes: list[Episode]
) -> Iterator[Expected]:
    numbers = dict.fromkeys(("PIT-01", "G2-14", "G4-05", "PRIN-01"), 0)
    before = 0
    for number, episode in enumerate(episodes, start=1):
        told = {
            "PIT-01": episode.firsts[1] is not None and _treated(course, episode, before),
            "G2-14": _dexamethasone_at_grade_2(course, timeline, episode) > 2,
            "G4-05": episode.firsts[3] is not None and _on_the_tube(course, episode),
            "PRIN-01": _graded(timeline, episode) != _graded(strict, episode),
        }
        for measure, holds in told.items():
            if holds:
                numbers[measure] += 1
                yield Expected(measure, number, "met", opportunity=numbers[measure])
        before = episode.end


def _treated(course: Course, episode: Episode, before: int) -> bool:
    since = max((episode.firsts[1] or 0) - _TOCILIZUMAB_LEAD, before, 0)
    return any(d.drug == "tocilizumab" and d.given and since <= d.minute < episode.end for d in course.doses)


def _dexamethasone_at_grade_2(course: Course, timeline: list[Piece], episode: Episode) -> int:
    given = [d.minute for d in course.treatment_steroids() if d.drug == "dexamethasone"]
    inside = [minute for minute in given if episode.onset <= minute < episode.end]
    return sum(any(p.grade == 2 and p.start <= minute < p.end for p in timeline) for minute in inside)


def _on_the_tube(course: Course, episode: Episode) -> bool:
    tubes = [o for o in course.oxygens if o.device == _TUBE and support_of(course, o)]
    return any(o.start < episode.end and o.end > episode.onset for o in tubes)


def _graded(timeline: list[Piece], episode: Episode) -> list[Piece]:
    """The pieces within an episode, cut at its ends."""
    cut = [Piece(max(p.start, episode.onset), min(p.end, episode.end), p.grade) for p in timeline]
    return [piece for piece in cut if piece.start < piece.end]


def _documented(
    course: Course, timeline: list[Piece], episodes: list[Episode], documented: list[Assessment]
) -> Iterator[Expected]:
    """Each episode with a rise that somebody documented later; each documented grade that is not the true one."""
    grades = [row for row in documented if row.assessment == "crs_grade" and 0 <= row.minute < course.window_end()]
    opportunity = 0
    for number, episode in enumerate(episodes, start=1):
        if any(row.minute >= episode.onset for row in grades):
            opportunity += 1
            yield Expected("MON-06", number, "met", opportunity=opportunity)
    for number, row in enumerate(grades, start=1):
        inside = (n for n, e in enumerate(episodes, start=1) if e.onset <= row.minute < e.end)
        episode_number = next(inside, None)
        true = next(piece.grade for piece in timeline if piece.start <= row.minute < piece.end)
        if not course.charted("vitals"):
            yield Expected("MON-07", None, "indeterminate", "vitals", opportunity=number)
        elif true != int(row.value):
            reason = "under" if int(row.value) < true else "over"
            yield Expected("MON-07", episode_number, "met", reason, opportunity=number)
