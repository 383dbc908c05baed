"""From the rows read to the opportunities judged: how many were left at each step, and why the others were not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words

if TYPE_CHECKING:
    from crs_audit.report.headline import Headline
    from crs_audit.report.result import AuditResult

READ, ACCEPTED = "rows read", "rows accepted"
PATIENTS, INFUSED = "patients", "patients with an infusion"
INFUSIONS, WITH_EPISODE, EPISODES = "infusions audited", "infusions with an episode", "CRS episodes"
OPPORTUNITIES, JUDGED = "opportunities", "opportunities judged"

_Reason = tuple[str, str, int | None]
"""What is counted; why; how many."""


def steps(told: Headline) -> list[dict[str, Any]]:
    """ATTRITION of a run, its steps alone."""
    without = told.patients_without_infusion
    rows: Sequence[tuple[str, int | None, str]] = [
        (READ, told.rows_read, ""),
        (ACCEPTED, told.rows_accepted, "not rejected, not an exact duplicate"),
        (PATIENTS, told.patients, "with an accepted row in any table"),
        (INFUSED, told.patients_with_infusion, "" if without is None else f"{without} without one are not audited"),
        (INFUSIONS, told.infusions, ""),
        (WITH_EPISODE, told.with_episode, "fever at some time"),
        (EPISODES, told.episodes, ""),
        (OPPORTUNITIES, told.opportunities, "of the measures with a rate"),
        (JUDGED, told.judged, "met or not met; the others are excluded or indeterminate"),
    ]  # fmt: skip
    return [{"step": step, "count": count, "note": note, "of": None, "reason": None} for step, count, note in rows]


def attrition(result: AuditResult) -> list[dict[str, Any]]:
    """ATTRITION of a run that is not shared: under each step its reasons, most frequent first."""
    reasons: dict[str, list[_Reason]] = {
        READ: list(_of_accounting(result, "filtered", "left aside by the mapping", "filtered")),
        ACCEPTED: [
            *_rejected(result),
            *_of_accounting(result, "duplicates", "exact duplicates", "duplicate"),
            *_date_only(result),
        ],
        INFUSED: [("patients without an infusion", "no infusion", result.headline.patients_without_infusion)],
        INFUSIONS: [
            ("infusions outside the period", "period", result.outside_period),
            *_rejected(result, infusions=True),
        ],
        WITH_EPISODE: _without_episode(result),
        EPISODES: [("second and later episodes of an infusion", "later episode", _further(result))],
        OPPORTUNITIES: [("measures without an opportunity in an infusion", "not_applicable", _not_applicable(result))],
        JUDGED: _not_judged(result),
    }
    rows = []
    for step in steps(result.headline):
        rows.append(step)
        for what, why, n in sorted(reasons.get(step["step"], ()), key=lambda one: -(one[2] or 0)):
            if n:
                rows.append({"step": what, "count": n, "note": "", "of": step["step"], "reason": why})
    return rows


def _rejected(result: AuditResult, *, infusions: bool = False) -> Iterator[_Reason]:
    """Rejected rows by table, column and reason; or those of the infusions alone, which are rows of the first kind,
    too."""
    rows = result.rejects.filter(pl.col("table") == "infusions") if infusions else result.rejects
    counted = rows.group_by("table", "column", "reason").len().sort("table", "column", "reason")
    for table, column, why, n in counted.iter_rows():
        name = words.TABLES.get(table, table).lower()
        what = f"{column}, {why}" if column else why
        yield (f"infusion rows rejected: {what}" if infusions else f"rejected, {name}: {what}"), why, n


def _of_accounting(result: AuditResult, column: str, said: str, why: str) -> Iterator[_Reason]:
    """Rows of the accounting by table; those the mapping leaves aside stand before the rows read."""
    counted = result.accounting.group_by("table").agg(pl.col(column).sum()).sort("table")
    for table, n in counted.iter_rows():
        yield f"{said}, {words.TABLES.get(table, table).lower()}", why, n


def _date_only(result: AuditResult) -> Iterator[_Reason]:
    counted = result.quality.values.group_by("table").agg(pl.col("date_only").sum())
    for table, n in counted.sort("table").iter_rows():
        name = words.TABLES.get(table, table).lower()
        yield f"accepted with a date only, outside all states, {name}", "date_only_time", n


def _without_episode(result: AuditResult) -> list[_Reason]:
    told = result.headline
    ungraded = told.ungraded or 0
    well = told.infusions - (told.with_episode or 0) - ungraded
    return [("graded, no CRS", "no fever", well), ("not gradable: no vital signs", "vitals", ungraded)]


def _further(result: AuditResult) -> int:
    told = result.headline
    return (told.episodes or 0) - (told.with_episode or 0)


def _not_applicable(result: AuditResult) -> int:
    return result.results.filter((pl.col("status") == "not_applicable") & (pl.col("kind") != INFORMATIONAL)).height


def _not_judged(result: AuditResult) -> list[_Reason]:
    """Opportunities of the measures with a rate by the first word of the reason."""
    counts: dict[tuple[str, str], int] = {}
    for measure in (one for one in result.measures if one.kind != INFORMATIONAL):
        for said, reasons in (("excluded", measure.excluded), ("not judgeable", measure.indeterminate)):
            for why, n in reasons:
                counts[said, why] = counts.get((said, why), 0) + (n or 0)
    return [(f"{said}: {words.reason(why)}", why, n) for (said, why), n in sorted(counts.items())]
