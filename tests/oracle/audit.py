"""The oracle's answer for some patients: timeline, episodes and results of every infusion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle import (
    measures_baseline,
    measures_days,
    measures_dose,
    measures_episode,
    measures_grade1,
    measures_grade2,
    measures_grade3,
    measures_grade4,
    measures_hlh,
    measures_ladder,
    measures_monitoring,
    measures_principles,
    measures_saturation,
    measures_steroids,
)
from tests.oracle.boluses import boluses_of
from tests.oracle.course import Episode, episodes_of
from tests.oracle.doses import doses_of
from tests.oracle.grade import States, TimelineRow, states_of, timeline
from tests.oracle.organs import hlh_suspected
from tests.oracle.results import Course, Opportunity, Verdict, indeterminate
from tests.oracle.steroids import steroid_doses
from tests.oracle.unit import DAY, Extract, Row, Rows, Unit, units_of
from tests.oracle.vocabulary import CRYSTALLOIDS, TOCILIZUMAB

MEASURES = {
    "BAS-01": measures_baseline.bas_01,
    "BAS-02": measures_baseline.bas_02,
    "MON-01": measures_days.mon_01,
    "MON-02": measures_monitoring.mon_02,
    "MON-03": measures_days.mon_03,
    "MON-04": measures_monitoring.mon_04,
    "MON-05": measures_monitoring.mon_05,
    "MON-06": measures_monitoring.mon_06,
    "MON-07": measures_monitoring.mon_07,
    "G1-01": measures_grade1.g1_01,
    "G1-02": measures_grade1.g1_02,
    "G1-04": measures_grade1.g1_04,
    "G1-05": measures_grade1.g1_05,
    "G1-06": measures_episode.g1_06,
    "G1-07": measures_grade1.g1_07,
    "G2-01": measures_episode.g2_01,
    "G2-02": measures_episode.g2_02,
    "G2-03": measures_dose.g2_03,
    "G2-04": measures_dose.g2_04,
    "G2-05": measures_dose.g2_05,
    "G2-06": measures_dose.g2_06,
    "G2-07": measures_dose.g2_07,
    "G2-08": measures_dose.g2_08,
    "G2-09": measures_grade2.g2_09,
    "G2-10": measures_grade2.g2_10,
    "G2-11": measures_saturation.g2_11,
    "G2-12": measures_grade2.g2_12,
    "G2-13": measures_grade2.g2_13,
    "G2-14": measures_grade2.g2_14,
    "G3-01": measures_grade3.g3_01,
    "G3-02": measures_episode.g3_02,
    "G3-03": measures_episode.g3_03,
    "G3-04": measures_steroids.g3_04,
    "G3-05": measures_steroids.g3_05,
    "G3-06": measures_grade3.g3_06,
    "G3-07": measures_grade3.g3_07,
    "G3-09": measures_grade3.g3_09,
    "G4-01": measures_grade4.g4_01,
    "G4-02": measures_episode.g4_02,
    "G4-03": measures_ladder.g4_03,
    "G4-04": measures_grade4.g4_04,
    "G4-05": measures_grade4.g4_05,
    "PRIN-01": measures_principles.prin_01,
    "PRIN-02": measures_dose.prin_02,
    "PRIN-03": measures_principles.prin_03,
    "HLH-01": measures_hlh.hlh_01,
    "HLH-02": measures_hlh.hlh_02,
    "HLH-03": measures_hlh.hlh_03,
    "HLH-04": measures_hlh.hlh_04,
    "ICANS-01": measures_hlh.icans_01,
    "ALT-01": measures_principles.alt_01,
    "PIT-01": measures_principles.pit_01,
    "PIT-02": measures_dose.pit_02,
    "PIT-03": measures_principles.pit_03,
    "PIT-04": measures_principles.pit_04,
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


def audit(rows: Rows, extract: Extract, *, judged: bool = True) -> list[Answer]:
    """Accepted rows (lists of dicts) → one answer per infusion; without `judged` graded only."""
    answers = []
    for unit in units_of(rows, extract.charted_until):
        states = states_of(unit)
        episodes = episodes_of(states)
        results = _results(unit, states, episodes, extract) if judged else []
        answers.append(Answer(unit, timeline(states.segments), episodes, results))
    return answers


def _results(unit: Unit, states: States, episodes: list[Episode], extract: Extract) -> list[Result]:
    """Every measure twice: days without a time read as their first and as their last second."""
    early = course_of(unit, states, episodes, extract, end_of_day=False)
    late = course_of(unit, states, episodes, extract, end_of_day=True)
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
        if (
            number in first
            and number in second
            and _same(result.measure, first[number].verdict, second[number].verdict)
        ):
            alike = first[number].verdict.value == second[number].verdict.value
            agreed.append(result if alike else replace(result, verdict=replace(result.verdict, value=None)))
        elif number > 0:
            agreed.append(replace(result, verdict=indeterminate("date_only_time")))
    return agreed


INFORMATIONAL = frozenset(
    {
        *("MON-06", "MON-07", "G1-05", "G2-14", "G3-09", "G4-05", "PRIN-01", "HLH-01", "HLH-02", "HLH-04"),
        *("ALT-01", "PIT-01", "PIT-04"),
    }
)


def _same(measure: str, one: Verdict, other: Verdict) -> bool:
    """The same status, and of what only informs the same finding; never given or done, amber, late, too few are
    different failures: an hour between may be none."""
    if measure in INFORMATIONAL and one.status == other.status == "met":
        return one == other
    of_time = {one.reason, other.reason} <= {"never_given", "not_done", "amber", "late", "too_few"}
    return one.status == other.status and (one.status != "not_met" or not of_time or one.reason == other.reason)


def course_of(unit: Unit, states: States, episodes: list[Episode], extract: Extract, *, end_of_day: bool) -> Course:
    def read(table: str) -> list[Row]:
        rows = unit.rows[table]
        return [_at_end_of_day(row, extract.timezone) if end_of_day and row["day_only"] else row for row in rows]

    labs, vitals = read("labs"), read("vitals")
    # A stopped row long after the window ends no dose of it.
    mar = [row for row in read("mar") if row["time"] <= unit.w + DAY]
    by_vein = [dose for dose in doses_of(mar) if dose.route in ("iv", None)]
    assessed = [row for row in read("assessments") if row["value"] is not None and row["time"] < unit.w]
    missing = [table for table in ("vitals", "labs", "mar") if is_missing(unit, read(table), table in extract.tables)]
    if "adt" not in extract.tables or not any(_touches(unit, stay) for stay in unit.rows["adt"]):
        missing.append("adt")
    return Course(
        unit=unit,
        extract=extract,
        states=states,
        episodes=episodes,
        mar=mar,
        labs=labs,
        vitals=vitals,
        procedures=[row for row in read("procedures") if row["time"] < unit.w],
        crs_grades=[row for row in assessed if row["assessment"] == "crs_grade"],
        icans=[(row["time"], row["value"]) for row in assessed if row["assessment"] == "icans_grade"],
        tocilizumab=[dose for dose in by_vein if dose.drug == TOCILIZUMAB and unit.in_window(dose.time)],
        steroids=steroid_doses(mar),
        boluses=boluses_of(unit, vitals, mar),
        crystalloids=[dose for dose in by_vein if dose.drug in CRYSTALLOIDS and dose.time < unit.w],
        hlh_suspected=hlh_suspected(unit, labs),
        missing=frozenset(missing),
    )


def is_missing(unit: Unit, rows: list[Row], in_extract: bool) -> bool:
    """The table is absent, or this infusion has no row of it from 7 days before it to the end of its window."""
    return not in_extract or not any(unit.t0 - 7 * DAY <= row["time"] < unit.w for row in rows)


def _touches(unit: Unit, stay: Row) -> bool:
    """The stay shares time with the 7 days before the infusion and its window."""
    return stay["in_time"] < unit.w and (stay["out_time"] is None or stay["out_time"] > unit.t0 - 7 * DAY)


def _at_end_of_day(row: Row, timezone: str) -> Row:
    zone = ZoneInfo(timezone)
    day: date = row["time"].astimezone(zone).date()
    last_second = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(row["time"].tzinfo)
    return {**row, "time": last_second - timedelta(seconds=1)}
