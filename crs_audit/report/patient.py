"""The page of one infusion: picture, verdicts with their evidence, charted rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from crs_audit.deidentify.frames import OLDEST
from crs_audit.report import charted, words
from crs_audit.report.clock import MINUTE, SiteClock
from crs_audit.report.environment import generated, render
from crs_audit.report.episode_facts import airway, episode_facts
from crs_audit.report.laboratory import laboratory
from crs_audit.report.pictures.charted import charted_picture, shade
from crs_audit.report.pictures.drawing import Drawing, shown_end
from crs_audit.report.pictures.sparkline import JOINED
from crs_audit.report.pictures.timeline import pictures
from crs_audit.report.verdicts import (
    GROUPS,
    by_measure,
    headed,
    heading,
    judged,
    not_applicable,
    source_text,
    verdicts,
)

if TYPE_CHECKING:
    from crs_audit.report.result import PageContext, PatientView


@cache
def _clock(timezone: str) -> SiteClock:
    return SiteClock(timezone)


def render_patient(view: PatientView, context: PageContext) -> str:
    """HTML of the page `patients/<token>.html`. Pure: the same view and context give the same text."""
    clock = _clock(context.timezone)
    drawing = Drawing(view, clock, context.protocol)
    drawn = pictures(drawing)
    axis, labs = laboratory(drawing)
    found = verdicts(view, context, clock)
    return render(
        "patient.html.j2",
        keys=True,
        context=context,
        view=view,
        name=_name(view, context),
        patient_facts=_facts(drawing, context, clock),
        generated=generated(context.generated, context.timezone),
        pictures=drawn,
        empty_from=shown_end(drawing) if shown_end(drawing) < view.infusion["w"] else None,
        worst=_worst(drawing.episodes),
        episodes=[
            (episode, picture, episode_facts(episode, drawing, clock))
            for episode, picture in zip(drawing.episodes, drawn.episodes, strict=True)
        ],
        lab_axis=axis,
        labs=labs,
        joined=words.span(JOINED / MINUTE),
        gradable=gradable(view),
        groups=[
            (key, heading, about, found[key], by_measure(key, found[key]))
            for key, heading, about in GROUPS
            if key in found
        ],
        missed=headed(found.get("not_met", ())),
        heading=heading(found, gradable(view)),
        judged=judged(found),
        unrecorded=drawing.unrecorded,
        not_applicable=not_applicable(view, context),
        tocilizumab=view.rows("tocilizumab_doses"),
        steroids=view.rows("steroid_doses"),
        flags=_flags(view, context, clock),
        charted=charted_picture(drawing) if view.tables.get("coverage") else None,
        coverage=_coverage(view),
        tables=_tables(view, context, clock),
        clock=clock,
    )


def gradable(view: PatientView) -> bool:
    """Whether fever and pressure were known at any time: without that, grade 0 is no finding."""
    return any(view.tables.get("timeline", {}).get("observed", ()))


def _worst(episodes: Sequence[Mapping[str, Any]]) -> int | None:
    """Number of the episode whose picture stands beside the window: the first of the highest grade."""
    return max(episodes, key=lambda e: (e["max_grade"], -e["episode"]))["episode"] if episodes else None


def _name(view: PatientView, context: PageContext) -> str:
    if not context.internal or context.deidentified:
        return f"Infusion {view.token}"
    patient, _, number = view.infusion["infusion_id"].rpartition("/")
    return f"Patient {patient}, infusion {number}"


def _facts(drawing: Drawing, context: PageContext, clock: SiteClock) -> list[tuple[str, str]]:
    view, row = drawing.view, drawing.view.infusion
    episodes = view.tables.get("episodes", {})
    grade, strict = (max(episodes.get(name, ()), default=0) for name in ("max_grade", "strict_max_grade"))
    graded = str(grade) if gradable(view) else "not gradable"
    if strict != grade:
        graded += f" (strict reading: {strict})"
    if drawing.unrecorded and grade:
        graded += " (lower bound: vasopressors not known)"
    graded += airway(drawing)
    product = row["product"] or "not known"
    if row.get("product_text") and row["product_text"] != row["product"]:
        product += f" (“{row['product_text']}”)"
    facts = [
        ("Product", product),
        ("Infusion (T0)", clock.text(row["t0"])),
        ("Highest CRS grade", graded),
        ("Age", _age(row["age_years"], context) or "not known: adult limits"),
        ("Weight at infusion", _measured(row["weight_kg"], "kg") or "not given"),
        ("Window ends", clock.text(row["w"])),
        ("Follow-up ends", f"{clock.text(row['e'])}, {words.FOLLOW_UP.get(row['e_source'], row['e_source'])}"),
    ]
    if row.get("site"):
        facts.append(("Site", row["site"]))
    if row.get("flags"):
        facts.append(("Flags", row["flags"].replace("_", " ").replace(",", ", ")))
    return facts


def _age(years: float | None, context: PageContext) -> str:
    grouped = context.deidentified and years is not None and years >= OLDEST
    return _measured(years, "y") + (" or more" if grouped else "")


def _measured(value: float | None, unit: str) -> str:
    """To one decimal: nobody is weighed more exactly than that, and an age is counted from a date."""
    return "" if value is None else f"{words.number(round(value, 1))} {unit}"


def _flags(view: PatientView, context: PageContext, clock: SiteClock) -> list[tuple[str, Any, str, str, Any]]:
    """(flag, episode, time, file, row) of each flag."""
    return [
        (
            row["flag"].replace("_", " "),
            row["episode"],
            clock.text(row["time"]),
            source_text(context, row["source"]),
            row["row"],
        )
        for row in view.rows("flags")
    ]


def _coverage(view: PatientView) -> list[dict[str, Any]]:
    """Rows of COVERAGE with `label`, `share` (up to the end of follow-up) and `shade`."""
    rows = view.rows("coverage")
    for row in rows:
        row["share"] = row["charted_followed"] / row["followed"] if row["followed"] else None
        row |= {"label": words.COVERED[row["name"]], "shade": shade(row["share"])}
    return rows


def _tables(view: PatientView, context: PageContext, clock: SiteClock) -> list[tuple[str, str, list[str], Any, int]]:
    """(key, title, headings, rows, number of rows) of the charted tables."""

    def source(table: str) -> str:
        return charted.source_heading(view.tables.get(table, {}), context)

    specs = [
        ("timeline", "Grade over time", ["From", "To", "Grade", "Observed", "Drivers", "Rows behind it"],
         charted.timeline_rows),
        ("vitals", "Vital signs", ["Time", *words.VITALS.values(), "Flags", source("vitals")], charted.vitals_rows),
        ("labs", "Laboratory values", ["Collected", "Values", source("labs")], charted.labs_rows),
        ("mar", "Drugs the audit looks at", ["Time", "Drug", "As charted", "Action", "Dose", "Route", "Rate", "End",
         "Flags", source("mar")], charted.mar_rows),
        ("other", "Stays, assessments, procedures", ["Time", "Kind", "What", "Until", "File and row"],
         charted.other_rows),
    ]  # fmt: skip
    return [(key, title, heads, *rows(view, context, clock)) for key, title, heads, rows in specs]
