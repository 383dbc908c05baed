"""What follows on tocilizumab and fluids: G2-09, G2-10, G2-12 … G2-14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.oracle.between import after_dose, grade_at, worst_grade
from tests.oracle.clauses import due, ten_mg_due, ten_mg_times
from tests.oracle.course import Episode
from tests.oracle.doses import Dose
from tests.oracle.measures_episode import episode_tocilizumab
from tests.oracle.opportunities import found_in_episodes, of_episodes, unknown
from tests.oracle.results import CENSORED, Course, Opportunity, Verdict, cap_reached, indeterminate
from tests.oracle.states import refuted
from tests.oracle.unit import HOUR, MINUTE


def reaches_grade_2(episode: Episode) -> bool:
    return episode.max_grade >= 2


def g2_09(course: Course) -> list[Opportunity]:
    for table in ("vitals", "mar"):
        if table in course.missing:
            return unknown(course, table)
    return [found for dose in course.tocilizumab if (found := _repeated(course, dose)) is not None]


def _repeated(course: Course, dose: Dose) -> Opportunity | None:
    t, later = dose.time, dose.time + 8 * HOUR
    if grade_at(course, t) < 2:
        return None
    episode = next(e for e in course.episodes if e.onset <= t < e.end)

    def next_dose() -> Verdict:
        doses = [other.time for other in course.tocilizumab] + ten_mg_times(course)
        verdict = due(course, t, [time for time in doses if time > t], t + 12 * HOUR)
        open_amount = any(d.dex_mg is None and t < d.time <= t + 12 * HOUR for d in course.window_steroids)
        return indeterminate("amount") if open_amount and verdict.status != "met" else verdict

    cap = "cap" if cap_reached(course, later) else None
    return if_not_improved(course, episode, t, later, t, cap, next_dose)


def if_not_improved(
    course: Course,
    episode: Episode,
    t: datetime,
    later: datetime,
    anchor: datetime,
    excluded: str | None,
    judge: Callable[[], Verdict],
) -> Opportunity | None:
    """The opportunity of an episode that a dose at t has not improved by `later`."""
    state = after_dose(course, episode, t, later)
    if state is None:
        return None
    if excluded is not None:
        verdict = Verdict("excluded", excluded)
    elif state == "censored":
        verdict = CENSORED
    else:
        verdict = indeterminate("unobserved") if state == "unobserved" else judge()
    return Opportunity(anchor, verdict, episode.number)


def g2_10(course: Course) -> list[Opportunity]:
    return of_episodes(course, _first_hypotension, _bolus)


def _first_hypotension(episode: Episode) -> datetime | None:
    return next((s.start for s in episode.segments if s.hypotension and s.grade >= 2), None)


def _bolus(course: Course, episode: Episode, h: datetime) -> Verdict:
    starts = [dose.time for dose in course.boluses if dose.time >= h - 60 * MINUTE]
    return due(course, h, starts, h + 2 * HOUR)


def g2_12(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _steroid_for_hypotension, "mar", reaches_grade_2)


def _steroid_for_hypotension(course: Course, episode: Episode) -> Opportunity | None:
    g2, boluses = episode.first_grade[2], episode_boluses(course, episode)
    tocilizumab = [] if g2 is None else episode_tocilizumab(course, episode, g2)
    if len(boluses) < 2 or not tocilizumab:
        return None
    both = max(boluses[1].end or boluses[1].time, tocilizumab[0].time)
    low = [t for t in low_pressures(course, episode) if t >= both + 60 * MINUTE and grade_at(course, t) == 2]
    if not low:
        return None
    a = low[0]
    in_time = [time for time in ten_mg_times(course) if a - 12 * HOUR <= time <= a + 4 * HOUR]
    if worst_grade(course, a, a + 4 * HOUR) >= 3 and not in_time:
        return Opportunity(a, Verdict("excluded", "grade_3"), episode.number)
    return Opportunity(a, ten_mg_due(course, a, a - 12 * HOUR, a + 4 * HOUR), episode.number)


def episode_boluses(course: Course, episode: Episode) -> list[Dose]:
    return [dose for dose in course.boluses if episode.onset <= dose.time < episode.end]


def low_pressures(course: Course, episode: Episode) -> list[datetime]:
    """Instants of the episode at which a low pressure is read that no early re-reading refutes."""
    low = {
        reading.time
        for channel in course.states.pressures
        for reading in channel.readings
        if reading.value < channel.limit and not refuted(reading, channel, course.states.interventions)
    }
    return sorted(t for t in low if episode.onset <= t < episode.end)


def g2_13(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _steroid_after_a_day, "mar", reaches_grade_2)


def _steroid_after_a_day(course: Course, episode: Episode) -> Opportunity | None:
    g2 = episode.first_grade[2]
    tocilizumab = [] if g2 is None else episode_tocilizumab(course, episode, g2)
    if not tocilizumab:
        return None
    t = tocilizumab[0].time
    later = t + 24 * HOUR

    def steroid() -> Verdict:
        return ten_mg_due(course, later, later - 12 * HOUR, later + 4 * HOUR)

    return if_not_improved(course, episode, t, later, later, None, steroid)


def g2_14(course: Course) -> list[Opportunity]:
    return found_in_episodes(course, _more_than_two, "mar", reaches_grade_2)


def _more_than_two(course: Course, episode: Episode) -> Opportunity | None:
    dexamethasone = [dose.time for dose in course.window_steroids if dose.dose.drug == "dexamethasone"]
    times = [t for t in dexamethasone if episode.onset <= t < episode.end and grade_at(course, t) == 2]
    return Opportunity(times[2], Verdict("met", None, len(times)), episode.number) if len(times) > 2 else None
