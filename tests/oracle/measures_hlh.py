"""HLH and ICANS: HLH-01 … HLH-04, ICANS-01."""

from __future__ import annotations

from dataclasses import replace

from tests.oracle.between import grade_at, touching, worst_grade
from tests.oracle.clauses import all_of, due, given_times, ten_mg_due
from tests.oracle.course import Episode
from tests.oracle.opportunities import found_in_episodes, nowhere, unknown
from tests.oracle.organs import very_high
from tests.oracle.results import CENSORED, MET, Course, Opportunity, Verdict, cap_reached, indeterminate, unmet
from tests.oracle.unit import DAY, HOUR, Row
from tests.oracle.vocabulary import ETOPOSIDE


def hlh_01(course: Course) -> list[Opportunity]:
    if "labs" in course.missing:
        return unknown(course, "labs")
    ferritin = [row for row in course.labs if row["lab"] == "ferritin" and course.unit.in_window(row["time"])]
    high = [(row["time"], row["value"]) for row in ferritin if very_high(row)]
    if high:
        first = min(time for time, _ in high)
        return [Opportunity(first, Verdict("met", None, max(value for time, value in high if time == first)))]
    left_open = [row["time"] for row in ferritin if _may_be_high(row)]
    return [Opportunity(min(left_open), indeterminate("bound"))] if left_open else []


def _may_be_high(row: Row) -> bool:
    return row["value"] is not None and row["bound"] in (">", ">=") and not very_high(row)


def hlh_02(course: Course) -> list[Opportunity]:
    kind = "bone_marrow_hemophagocytosis"
    if reason := nowhere(course, kind):
        return unknown(course, reason)
    found = [row for row in course.procedures if row["procedure"] == kind and course.unit.in_window(row["time"])]
    return [Opportunity(course.unit.t0, Verdict("met", None, len(found)))] if found else []


def hlh_03(course: Course) -> list[Opportunity]:
    a = course.hlh_suspected
    if "labs" in course.missing:
        return unknown(course, "labs")
    if a is None:
        return []
    if "mar" in course.missing:
        return [Opportunity(a, indeterminate("mar"))]
    doses = [dose.time for dose in course.tocilizumab if dose.time >= a - 24 * HOUR]
    tocilizumab = MET if cap_reached(course, a) else due(course, a, doses, a + 24 * HOUR)
    steroid = ten_mg_due(course, a, a - 24 * HOUR, a + 24 * HOUR)
    return [Opportunity(a, replace(all_of([tocilizumab, steroid]), value=None))]


def hlh_04(course: Course) -> list[Opportunity]:
    a = course.hlh_suspected
    if "labs" in course.missing:
        return unknown(course, "labs")
    if a is None:
        return []
    if "vitals" in course.missing:
        return unknown(course, "vitals")
    lower = [s for s in touching(course, a + 48 * HOUR, a + 72 * HOUR) if s.grade < grade_at(course, a)]
    if any(s.observed for s in lower):
        return []
    if a + 72 * HOUR >= course.unit.e:
        return [Opportunity(a, CENSORED)]
    if lower:
        return [Opportunity(a, indeterminate("unobserved"))]
    if "mar" in course.missing:
        return [Opportunity(a, indeterminate("mar"))]
    given = [t for t in given_times(course, ETOPOSIDE) if a + 48 * HOUR <= t <= a + 7 * DAY]
    return [Opportunity(a, Verdict("met", None, (given[0] - a) / HOUR if given else None))]


def icans_01(course: Course) -> list[Opportunity]:
    if "vitals" not in course.missing and (reason := nowhere(course, "icans_grade")):
        return unknown(course, reason) if course.episodes else []
    return found_in_episodes(course, _steroid_not_tocilizumab)


def _steroid_not_tocilizumab(course: Course, episode: Episode) -> Opportunity | None:
    for a in sorted(time for time, grade in course.icans if grade >= 2):
        start, end = a - 12 * HOUR, a + 12 * HOUR
        if any(s.grade == 1 and s.start <= end and s.end > start for s in episode.segments):
            break
    else:
        return None
    if worst_grade(course, start, end) >= 2:
        verdict = Verdict("excluded", "grade_2")
    elif "mar" in course.missing:
        verdict = indeterminate("mar")
    else:
        tocilizumab = any(a <= dose.time <= end for dose in course.tocilizumab)
        steroid = any(start <= dose.time <= end for dose in course.treatment)
        clauses = [Verdict("not_met", "tocilizumab")] if tocilizumab else []
        later = any(dose.time > end for dose in course.treatment)
        why = "late" if later else "never_given"
        verdict = all_of(clauses + ([] if steroid else [unmet(course.unit, end, why)]))
    return Opportunity(a, verdict, episode.number)
