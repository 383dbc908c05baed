"""Measures of episodes: G1-06, G2-01, G2-02, G3-02, G3-03, G4-02."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tests.oracle.course import Episode
from tests.oracle.doses import Dose
from tests.oracle.grade import Segment, stretches
from tests.oracle.opportunities import of_episodes
from tests.oracle.results import (
    MET,
    Course,
    Opportunity,
    Verdict,
    cap_reached,
    icans_near,
    indeterminate,
    minutes,
    unmet,
)
from tests.oracle.steroids import SteroidDose
from tests.oracle.unit import DAY, HOUR, MINUTE
from tests.oracle.vocabulary import EARLY_STEROID_PRODUCTS


def g1_06(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.onset if e.max_grade == 1 else None, _supportive_care_only)


def _supportive_care_only(course: Course, episode: Episode, onset: datetime) -> Verdict:
    tocilizumab = [dose for dose in course.tocilizumab if onset <= dose.time < episode.end]
    steroids = [dose for dose in course.treatment if onset <= dose.time < episode.end]
    if not tocilizumab and not steroids:
        return MET
    persisted = persisting_fever(course, episode)
    exempt = [_exempt(course, dose.time, persisted) for dose in tocilizumab + steroids]
    early = course.unit.product in EARLY_STEROID_PRODUCTS
    exempt = exempt[: len(tocilizumab)] + [one or early for one in exempt[len(tocilizumab) :]]
    return Verdict("excluded", "exempt") if all(exempt) else Verdict("not_met")


def _exempt(course: Course, t: datetime, persisted: datetime | None) -> bool:
    """Whatever the drug: HLH suspected, ICANS at the time, or a fever that has persisted."""
    return (
        (course.hlh_suspected is not None and t >= course.hlh_suspected)
        or icans_near(course, t, 2)
        or (persisted is not None and t >= persisted)
    )


def persisting_fever(course: Course, episode: Episode) -> datetime | None:
    """A of G1-07."""
    own = [s for s in episode.segments if s.fever and s.end > episode.onset + 72 * HOUR]
    if not own:
        return None
    a = max(own[0].start, episode.onset + 72 * HOUR)
    segments = course.states.segments
    afebrile = stretches([s for s in segments if s.fever is False and episode.onset <= s.start < a])
    if any(end - start >= DAY for start, end in afebrile):
        return None
    graded = [s for s in segments if s.end > episode.onset and s.start <= a + 2 * HOUR]
    return None if any(s.grade >= 2 for s in graded) else a


def g2_01(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[2], _any_tocilizumab)


def _any_tocilizumab(course: Course, episode: Episode, g2: datetime) -> Verdict:
    if cap_reached(course, g2):
        return Verdict("excluded", "cap")
    if episode_tocilizumab(course, episode, g2):
        return MET
    return unmet(course.unit, min(g2 + DAY, episode.end))


def episode_tocilizumab(course: Course, episode: Episode, g2: datetime) -> list[Dose]:
    """From 8 h before g2, though not before the end of the episode before, to the episode's end."""
    start = max([g2 - 8 * HOUR] + [other.end for other in course.episodes if other.number < episode.number])
    return [dose for dose in course.tocilizumab if start <= dose.time < episode.end]


def g2_02(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[2], _within_two_hours)


def _within_two_hours(course: Course, episode: Episode, g2: datetime) -> Verdict:
    if cap_reached(course, g2):
        return Verdict("excluded", "cap")
    doses = episode_tocilizumab(course, episode, g2)
    if not doses:
        return unmet(course.unit, g2 + 120 * MINUTE, "never_given")
    value = minutes(g2, doses[0].time)
    if value <= 120:
        return Verdict("met", None, value)
    return unmet(course.unit, g2 + 120 * MINUTE, "amber" if value <= 240 else "late", value)


def g3_02(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[3], _tocilizumab_continued)


def _tocilizumab_continued(course: Course, episode: Episode, g3: datetime) -> Verdict:
    if cap_reached(course, g3):
        return Verdict("excluded", "cap")
    doses = [dose.time for dose in course.tocilizumab if g3 - 8 * HOUR <= dose.time]
    if not doses:
        return unmet(course.unit, g3 + 2 * HOUR, "never_given")
    value = minutes(g3, doses[0])
    return Verdict("met", None, value) if value <= 120 else unmet(course.unit, g3 + 2 * HOUR, "late", value)


def g3_03(course: Course) -> list[Opportunity]:
    return of_episodes(course, lambda e: e.first_grade[3], _steroid_at_once)


def _steroid_at_once(course: Course, episode: Episode, g3: datetime) -> Verdict:
    doses = [d for d in course.steroids if course.unit.in_window(d.time) and g3 - 6 * HOUR <= d.time]
    in_time = [dose for dose in doses if dose.time <= g3 + 60 * MINUTE]
    enough = [dose for dose in doses if dose.dex_mg is not None and dose.dex_mg >= 9]
    value = minutes(g3, enough[0].time) if enough else None
    if any(dose in enough for dose in in_time):
        return Verdict("met", None, value)
    if any(dose.dex_mg is None for dose in in_time):
        return indeterminate("amount")
    if value is None:
        return unmet(course.unit, g3 + 60 * MINUTE, "never_given")
    return unmet(course.unit, g3 + 60 * MINUTE, "amber" if value <= 120 else "late", value)


def g4_02(course: Course) -> list[Opportunity]:
    return of_episodes(course, grade_4_known, _high_dose_course, airway_protection)


def grade_4_known(episode: Episode) -> datetime | None:
    """g4: where two vasopressors alone make the grade at its start, an hour later."""
    first = next((s for s in episode.segments if s.grade >= 4), None)
    if first is None:
        return None
    return first.start + HOUR if first.two_pressors and first.oxygen_grade < 4 else first.start


def _high_dose_course(course: Course, episode: Episode, g4: datetime) -> Verdict:
    doses = [d for d in course.steroids if course.unit.in_window(d.time) and d.dose.drug == "methylprednisolone"]
    without = _course_verdict(course, episode, g4, [dose.time for dose in doses if _is_high(dose, False)])
    with_unknown = _course_verdict(course, episode, g4, [dose.time for dose in doses if _is_high(dose, True)])
    return without if without.status == with_unknown.status else indeterminate("amount")


def _is_high(dose: SteroidDose, unknown_counts: bool) -> bool:
    return unknown_counts if dose.dose.amount is None else dose.dose.amount >= Fraction(450)


def _course_verdict(course: Course, episode: Episode, g4: datetime, high: list[datetime]) -> Verdict:
    chain = high_dose_chain(high, g4)
    if not chain:
        late = any(time > g4 + 60 * MINUTE for time in high)
        return unmet(course.unit, g4 + 60 * MINUTE, "late" if late else "never_given")
    if len(chain) >= 5:
        return Verdict("met", "extended" if len(chain) > 7 else None)
    broke = chain[-1] + 14 * HOUR
    first_4 = episode.first_grade[4]
    assert first_4 is not None, "the measure is about grade 4"
    low = [s for s in course.states.segments if s.grade <= 1 and s.start >= first_4]
    if lasting([s for s in low if s.observed], broke, course.unit.w):
        return Verdict("met", "improved")
    if lasting(low, broke, course.unit.e):
        return indeterminate("unobserved")
    return unmet(course.unit, broke, "too_few")


def high_dose_chain(high: list[datetime], g4: datetime) -> list[datetime]:
    """The doses from the first in time on, as long as no gap is above 14 h."""
    starts = [time for time in high if g4 - 12 * HOUR <= time <= g4 + 60 * MINUTE]
    if not starts:
        return []
    chain = [starts[0]]
    for time in high[high.index(starts[0]) + 1 :]:
        if time - chain[-1] > 14 * HOUR:
            break
        chain.append(time)
    return chain


def lasting(segments: list[Segment], before: datetime, until: datetime) -> bool:
    """Whether a stretch of 24 h and more, seen no further than `until`, begins before `before`."""
    return any(start < before and min(end, until) - start >= DAY for start, end in stretches(segments))


def airway_protection(course: Course, episode: Episode) -> str | None:
    """All of the episode's grade 4 is an intubation with ICANS of 3 or more within 12 h of it."""
    grade_4 = [s for s in episode.segments if s.grade >= 4]
    if any(s.two_pressors or s.oxygen is None or s.oxygen.device != "invasive" for s in grade_4):
        return None
    flagged = all(icans_near(course, _intubated(course, s.start), 3) for s in grade_4)
    return "airway_protection" if flagged else None


def _intubated(course: Course, t: datetime) -> datetime:
    """Start of the stretch of invasive ventilation that holds t."""
    start = t
    for s in reversed([s for s in course.states.segments if s.start <= t]):
        if s.oxygen is None or s.oxygen.device != "invasive":
            break
        start = s.start
    return start
