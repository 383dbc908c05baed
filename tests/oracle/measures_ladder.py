"""The descent from 500 mg of methylprednisolone: G4-03."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.course import Episode
from tests.oracle.grade import Segment, stretches
from tests.oracle.measures_episode import airway_protection, grade_4_known, high_dose_chain
from tests.oracle.opportunities import unknown
from tests.oracle.results import Course, Opportunity, Verdict, indeterminate, unmet
from tests.oracle.steroids import SteroidDose
from tests.oracle.unit import DAY, HOUR

LEVELS = (250, 125, 60)


def methylprednisolone(course: Course) -> list[SteroidDose]:
    return [dose for dose in course.window_steroids if dose.dose.drug == "methylprednisolone"]


def last_high_dose(course: Course, episode: Episode) -> datetime | None:
    """L: the end of a course of five and more known high doses."""
    g4 = grade_4_known(episode)
    if g4 is None:
        return None
    doses = methylprednisolone(course)
    high = [dose.time for dose in doses if dose.dose.amount is not None and dose.dose.amount >= 450]
    chain = high_dose_chain(high, g4)
    return chain[-1] if len(chain) >= 5 else None


@dataclass(frozen=True)
class Recovery:
    """When the patient was first at grade 1 or below, and when that had lasted 24 h; None = never."""

    calm: datetime | None
    improved: datetime | None


def recovery(course: Course, episode: Episode, *, seen: bool) -> Recovery:
    """As observed; or, not `seen`, with the unobserved hours before the end of follow-up taken for what they look."""
    first_4 = episode.first_grade[4]
    assert first_4 is not None, "the measure is about grade 4"
    low = [s for s in course.states.segments if s.start >= first_4 and s.grade <= 1]
    until = course.unit.w if seen else course.unit.e
    kept: list[Segment] = [s for s in low if s.start < until and (s.observed or not seen)]
    lasting = [start for start, end in stretches(kept) if min(end, until) - start >= DAY]
    return Recovery(
        calm=kept[0].start if kept else None,
        improved=lasting[0] + DAY if lasting else None,
    )


@dataclass(frozen=True)
class Walk:
    """`rungs`: the doses after the last high one that were walked. `broken` = it ended by a dose, else by a gap."""

    rungs: list[datetime]
    complete: bool
    note: str | None
    reason: str
    broken: bool


def walk(course: Course, last: datetime, found: Recovery) -> Walk:
    level, n, prev = 250, 0, last
    rungs: list[datetime] = []

    def ended(t: datetime, reason: str, broken: bool) -> Walk:
        calm = found.calm is not None and found.calm <= t
        improved = found.improved is not None and found.improved <= t
        enough = level == 60 or n >= 2 or (level, n) == (250, 0)
        complete = enough and (improved if level == 250 else calm)
        note = "improved" if complete and level == 250 else None
        return Walk(rungs, complete, note, reason, broken)

    for dose in [dose for dose in methylprednisolone(course) if dose.time > last]:
        t = dose.time
        if t > prev + 14 * HOUR:
            break
        if dose.dose.amount is None:
            return ended(t, "amount", True)
        rung = level_of(dose.dose.amount)
        too_few = level in (250, 125) and n < 2
        if rung == level:
            if level in (250, 125) and n == 6:
                return ended(t, "too_many", True)
            n += 1
        elif (level, rung) in ((250, 125), (125, 60)) and not too_few:
            level, n = rung, 1
        else:
            skipped = (level, rung) == (250, 60)
            return ended(t, "too_few" if too_few or skipped else "off_ladder", True)
        rungs.append(t)
        prev = t
    return ended(prev + 14 * HOUR, "too_few", False)


def level_of(amount: Fraction) -> int | None:
    return next((level for level in LEVELS if 10 * abs(amount - level) <= level), None)


def ladders(course: Course) -> list[tuple[datetime, list[datetime]]]:
    """The last high dose and the rungs walked after it, of every course that there was."""
    return [
        (last, walk(course, last, recovery(course, episode, seen=True)).rungs)
        for episode in course.episodes
        if (last := last_high_dose(course, episode)) is not None
    ]


def g4_03(course: Course) -> list[Opportunity]:
    if "vitals" in course.missing:
        return unknown(course, "vitals")
    if "mar" in course.missing:
        return unknown(course, "mar") if any(unprotected_grade_4(course, e) for e in course.episodes) else []
    found = []
    for episode in course.episodes:
        last = last_high_dose(course, episode)
        if last is not None:
            excluded = airway_protection(course, episode)
            verdict = Verdict("excluded", excluded) if excluded else _descended(course, episode, last)
            found.append(Opportunity(last, verdict, episode.number))
    return found


def unprotected_grade_4(course: Course, episode: Episode) -> bool:
    return episode.max_grade >= 4 and airway_protection(course, episode) is None


def _descended(course: Course, episode: Episode, last: datetime) -> Verdict:
    seen = walk(course, last, recovery(course, episode, seen=True))
    value = len(seen.rungs)
    if seen.complete:
        return Verdict("met", seen.note, value)
    if seen.reason == "amount":
        return indeterminate("amount")
    if walk(course, last, recovery(course, episode, seen=False)).complete:
        return indeterminate("unobserved")
    if seen.broken:
        return Verdict("not_met", seen.reason, value)
    return unmet(course.unit, (seen.rungs[-1] if seen.rungs else last) + 14 * HOUR, seen.reason, value)
