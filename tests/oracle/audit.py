"""The oracle's answer for some patients: timeline, episodes and results of every infusion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle import measures_dose, measures_episode
from tests.oracle.course import Episode, episodes_of
from tests.oracle.doses import doses_of
from tests.oracle.grade import States, TimelineRow, states_of, timeline
from tests.oracle.organs import hlh_suspected
from tests.oracle.results import Course, Opportunity, Verdict, indeterminate
from tests.oracle.steroids import steroid_doses
from tests.oracle.unit import DAY, Row, Rows, Unit, units_of
from tests.oracle.vocabulary import TOCILIZUMAB

MEASURES = {
    "G1-06": measures_episode.g1_06,
    "G2-01": measures_episode.g2_01,
    "G2-02": measures_episode.g2_02,
    "G2-03": measures_dose.g2_03,
    "G2-04": measures_dose.g2_04,
    "G2-05": measures_dose.g2_05,
    "G2-06": measures_dose.g2_06,
    "G2-07": measures_dose.g2_07,
    "G2-08": measures_dose.g2_08,
    "G3-02": measures_episode.g3_02,
    "G3-03": measures_episode.g3_03,
    "G4-02": measures_episode.g4_02,
    "PRIN-02": measures_dose.prin_02,
    "PIT-02": measures_dose.pit_02,
}


@dataclass(frozen=True)
class Result:
    measure: str
    opportunity: int
    episode: int | None
    time: datetime | None
    verdict: Verdict


@dataclass(frozen=True)
class Answer:
    unit: Unit
    timeline: list[TimelineRow]
    episodes: list[Episode]
    results: list[Result]


def audit(rows: Rows, tables: frozenset[str], timezone: str) -> list[Answer]:
    """Accepted rows (lists of dicts) → one answer per infusion. `tables`: those the extract holds."""
    answers = []
    for unit in units_of(rows):
        states = states_of(unit)
        episodes = episodes_of(states)
        results = _results(unit, states, episodes, tables, timezone)
        answers.append(Answer(unit, timeline(states.segments), episodes, results))
    return answers


def _results(
    unit: Unit, states: States, episodes: list[Episode], tables: frozenset[str], timezone: str
) -> list[Result]:
    """Every measure twice: days without a time read as their first and as their last second."""
    early = course_of(unit, states, episodes, tables, timezone, end_of_day=False)
    late = course_of(unit, states, episodes, tables, timezone, end_of_day=True)
    results: list[Result] = []
    for measure, judge in MEASURES.items():
        results += _agreed(_numbered(measure, judge(early)), _numbered(measure, judge(late)))
    return results


def _numbered(measure: str, opportunities: list[Opportunity]) -> list[Result]:
    if not opportunities:
        return [Result(measure, 0, None, None, Verdict("not_applicable"))]
    ordered = sorted(opportunities, key=lambda opportunity: opportunity.time)
    return [Result(measure, n, o.episode, o.time, o.verdict) for n, o in enumerate(ordered, start=1)]


def _agreed(early: list[Result], late: list[Result]) -> list[Result]:
    """The early reading; indeterminate where the other has another verdict or lacks the opportunity."""
    first = {result.opportunity: result for result in early}
    second = {result.opportunity: result for result in late}
    agreed = []
    for number in sorted(first.keys() | second.keys()):
        result = first.get(number) or second[number]
        if number in first and number in second and _same(first[number].verdict, second[number].verdict):
            agreed.append(result)
        elif number > 0:
            agreed.append(replace(result, verdict=indeterminate("date_only_time")))
    return agreed


def _same(one: Verdict, other: Verdict) -> bool:
    """The same status; and never given, amber, late, too few are different failures: an hour between may be none."""
    of_time = {one.reason, other.reason} <= {"never_given", "amber", "late", "too_few"}
    return one.status == other.status and (one.status != "not_met" or not of_time or one.reason == other.reason)


def course_of(
    unit: Unit, states: States, episodes: list[Episode], tables: frozenset[str], timezone: str, *, end_of_day: bool
) -> Course:
    def read(table: str) -> list[Row]:
        return [_at_end_of_day(row, timezone) if end_of_day and row["day_only"] else row for row in unit.rows[table]]

    mar, labs = read("mar"), read("labs")
    tocilizumab = [dose for dose in doses_of(mar) if dose.drug == TOCILIZUMAB and dose.route in ("iv", None)]
    icans = [row for row in read("assessments") if row["assessment"] == "icans_grade" and row["value"] is not None]
    return Course(
        unit=unit,
        states=states,
        episodes=episodes,
        mar=mar,
        labs=labs,
        vitals=read("vitals"),
        icans=[(row["time"], row["value"]) for row in icans if row["time"] < unit.w],
        tocilizumab=[dose for dose in tocilizumab if unit.in_window(dose.time)],
        steroids=steroid_doses(mar),
        hlh_suspected=hlh_suspected(unit, labs),
        missing=frozenset(
            table for table in ("vitals", "labs", "mar") if is_missing(unit, read(table), table in tables)
        ),
    )


def is_missing(unit: Unit, rows: list[Row], in_extract: bool) -> bool:
    """The table is absent, or this infusion has no row of it from 7 days before it to the end of its window."""
    return not in_extract or not any(unit.t0 - 7 * DAY <= row["time"] < unit.w for row in rows)


def _at_end_of_day(row: Row, timezone: str) -> Row:
    zone = ZoneInfo(timezone)
    day: date = row["time"].astimezone(zone).date()
    last_second = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(row["time"].tzinfo)
    return {**row, "time": last_second - timedelta(seconds=1)}
