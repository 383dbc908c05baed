"""What the first page tells of the cohort: its highest grades, its grades from day to day, its times to treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crs_audit.cohort.treatment_times import GRADE_2, GRADE_3, ONSET
from crs_audit.report import words
from crs_audit.report.grade_days import BANDS, grade_days
from crs_audit.report.pictures.grade_course import MARKS, NAMES, grade_course, key, share_bar
from crs_audit.report.pictures.treatment_curve import head_room, treatment_curves
from crs_audit.report.time_to_treatment import SHOWN, TABLED, band, curves, tabled, targets

if TYPE_CHECKING:
    from crs_audit.report.headline import Headline
    from crs_audit.report.result import AuditResult

THEN = {GRADE_2: "grade 2", GRADE_3: "grade 3", ONSET: "onset"}


def highest_grades(told: Headline) -> list[tuple[str, int, float, Markup]]:
    """(highest grade in words, infusions, share of those that could be graded, its bar); nothing where the grades are
    withheld."""
    counts = {grade: n for grade, n in told.grades or () if grade is not None}
    gradable = sum(counts.values())
    if not gradable:
        return []
    rows = []
    for grade in range(5):
        n, band_ = counts.get(grade, 0), f"grade_{grade}"
        rows.append(
            (NAMES[band_] if grade else "grade 0: no CRS", n, n / gradable, share_bar(MARKS[band_], n / gradable))
        )
    return rows


def day_course(result: AuditResult) -> dict[str, Any] | None:
    """picture; legend: (mark, name) of each band; days: rows of `grade_days`. None where no day was followed."""
    days = grade_days(result.infusions, result.timeline, result.timezone) if result.timeline.height else None
    if days is None or days.is_empty():
        return None
    return {
        "picture": grade_course(days),
        "legend": [(key(name), NAMES[name]) for name in reversed(BANDS)],
        "bands": [(name, NAMES[name]) for name in reversed(BANDS)],
        "days": list(days.iter_rows(named=True)),
    }


def treatment_course(result: AuditResult) -> dict[str, Any] | None:
    """pictures: (what is counted from, picture); rows: of the table, each with `then`; by: minutes it counts by;
    left_out: of which curve how many episodes, and why. None where no episode reached grade 2."""
    found = curves(result.treatment)
    if not found:
        return None
    drawn = {
        since: (made, targets(result.protocol, since), band(result.protocol, since))
        for since, made in found.items()
        if any(curve.n for curve in made)
    }
    # 0 % and 100 % of pictures beside each other stand at one height.
    head = max((head_room(lines, shades) for _, lines, shades in drawn.values()), default=0)
    pictures = [
        (since, treatment_curves(made, lines, shades, SHOWN[since], THEN[since], head))
        for since, (made, lines, shades) in drawn.items()
    ]
    rows = [{**row, "then": THEN[row["curve"].since]} for row in tabled(found)]
    left_out = [
        f"{curve.drug} since {THEN[curve.since]}, {', '.join(f'{words.count(n)} {why}' for why, n in curve.left_out)}"
        for made in found.values()
        for curve in made
        if curve.left_out
    ]
    return {"pictures": pictures, "rows": rows, "by": TABLED, "then": THEN, "left_out": left_out}
