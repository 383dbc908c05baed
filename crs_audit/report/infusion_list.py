"""The table of all infusions on the first page: a row each, with what it can be filtered by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup, escape

from crs_audit.report.clock import SiteClock

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult, MeasureSummary

UNKNOWN = "not known"
GRADES = (*(str(grade) for grade in range(5)), "none")
SOME, NONE = "some", "none"


@dataclass(frozen=True)
class InfusionList:
    """rows: of the table's body. grades, products, sites: those that occur; missed: required measures with a fallout
    of some infusion, by id, each with how many infusions."""

    rows: Markup
    grades: tuple[str, ...]
    products: tuple[str, ...]
    sites: tuple[str, ...]
    missed: tuple[tuple[MeasureSummary, int], ...]


def infusion_list(result: AuditResult, missed: pl.DataFrame) -> InfusionList | None:
    """In the order of `result.infusions`; None without any. missed: the fallouts among the results."""
    columns = ("infusion_id", "token", "t0", "product", "site", "max_grade", "episodes")
    frame = result.infusions.select(columns).with_columns(
        pl.col("t0").dt.epoch("us"), pl.col("product", "site").fill_null(UNKNOWN)
    )
    if frame.is_empty():
        return None
    fallouts = dict(missed.group_by("infusion_id").len().iter_rows())
    of = dict(missed.group_by("infusion_id").agg(pl.col("measure_id").unique().sort()).iter_rows())
    unknown = result.results.filter((pl.col("status") == "indeterminate") & (pl.col("opportunity") > 0))
    indeterminate = dict(unknown.group_by("infusion_id").len().iter_rows())
    clock, lines = SiteClock(result.timezone), []
    for id_, token, t0, product, site, grade, episodes in frame.iter_rows():
        measures = " ".join((SOME, *of[id_])) if id_ in of else NONE
        level = NONE if grade is None else grade
        lines.append(
            f'<tr data-grade="{level}" data-product="{escape(product)}" data-site="{escape(site)}" '
            f'data-fall="{measures}"><th scope="row"><a href="patients/{token}.html">{escape(id_)}</a></th>'
            f'<td>{escape(product)}</td><td class="nw">{clock.text(t0)}</td><td>{escape(site)}</td>'
            f'<td class="n">{"not gradable" if grade is None else grade}</td><td class="n">{episodes}</td>'
            f'<td class="n">{fallouts.get(id_, 0)}</td><td class="n">{indeterminate.get(id_, 0)}</td></tr>'
        )
    found = {NONE if grade is None else str(grade) for grade in frame.get_column("max_grade").unique()}
    by_measure = dict(missed.group_by("measure_id").agg(pl.col("infusion_id").n_unique()).iter_rows())
    return InfusionList(
        rows=Markup("\n".join(lines)),
        grades=tuple(grade for grade in GRADES if grade in found),
        products=tuple(frame.get_column("product").unique().sort()),
        sites=tuple(frame.get_column("site").unique().sort()),
        missed=tuple((m, by_measure[m.measure_id]) for m in result.measures if m.measure_id in by_measure),
    )
