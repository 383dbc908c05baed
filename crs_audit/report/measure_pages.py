"""One page per measure: the rule, its parameters, the counts, and every opportunity with a link to its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup, escape

from crs_audit.measures.catalogue import INFORMATIONAL
from crs_audit.report import words
from crs_audit.report.clock import SiteClock
from crs_audit.report.environment import generated, render
from crs_audit.report.pictures.interval import (
    interval_bar,
    interval_said,
    interval_text,
    of_infusions,
    share_of_infusions,
)
from crs_audit.report.pictures.run_chart import run_chart
from crs_audit.report.spread import spread
from crs_audit.report.verdicts import anchor

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult, Trend

LISTED = 2000
"""Opportunities of one status a page lists; beyond that it says how many more stand in data/results."""

_UNFOLDED = 100
"""What is met, or excluded, is folded where it is more: nobody looks for it first, and it makes a page of metres."""

_SECTIONS = (
    ("not_met", "Not met"), ("indeterminate", "Not judgeable"), ("excluded", "Excluded"), ("met", "Met"),
    ("not_applicable", "Not applicable"),
)  # fmt: skip


def measure_pages(result: AuditResult, trends: Mapping[str, Trend]) -> Iterator[tuple[str, str]]:
    """(measure id, HTML of `measures/<id>.html`) of every measure of the run."""
    clock = SiteClock(result.timezone)
    tokens = dict(result.infusions.select("infusion_id", "token").iter_rows())
    frame = result.results.with_columns(pl.col("time").dt.epoch("us"))
    parts = {key[0]: part for key, part in frame.partition_by("measure_id", as_dict=True, maintain_order=True).items()}
    made = generated(result.generated, result.timezone)
    said = result.adjudication.said if result.adjudication else {}
    reviewed = {one.raw.measure_id: one for one in result.adjudication.measures} if result.adjudication else {}
    for i, measure in enumerate(result.measures):
        rows = parts.get(measure.measure_id)
        trend = trends.get(measure.measure_id)
        after = reviewed.get(measure.measure_id)
        yield (
            measure.measure_id,
            render(
                "measure.html.j2",
                script=True,
                run=result,
                generated=made,
                measure=measure,
                rule=result.protocol.measures[measure.measure_id],
                bar=interval_bar(measure),
                interval=interval_text(measure),
                share=share_of_infusions(measure) if of_infusions(measure) else None,
                review=(after, interval_said(after.after)) if after else None,
                trend=(run_chart(trend, measure.title), trend) if trend else None,
                spread=spread(rows) if rows is not None and result.internal and measure.kind == INFORMATIONAL else None,
                sections=_sections(rows, tokens, clock, said) if rows is not None and result.internal else [],
                listed=LISTED,
                unfolded=_UNFOLDED,
                previous=result.measures[i - 1] if i else None,
                following=result.measures[i + 1] if i + 1 < len(result.measures) else None,
            ),
        )


Said = Mapping[str, tuple[tuple[str, str], ...]]
"""result_id → what reviewers said, each with why it no longer stands (empty: it does)."""


def _sections(
    rows: pl.DataFrame, tokens: Mapping[str, str], clock: SiteClock, said: Said
) -> list[tuple[str, str, int, Markup, bool]]:
    """(status, heading, number, table rows, whether they have a column of reviews) of each status that occurs."""
    found = []
    for status, heading in _SECTIONS:
        part = rows.filter(pl.col("status") == status)
        if part.height:
            shown = part.head(LISTED)
            heading = "Present" if status == "met" and part.item(0, "kind") == "I" else heading
            with_reviews = not said.keys().isdisjoint(shown.get_column("result_id"))
            if status == "not_applicable":
                lines = _links(shown, tokens)
            else:
                lines = _rows(shown, tokens, clock, said if with_reviews else None)
            found.append((status, heading, part.height, lines, with_reviews))
    return found


def _rows(part: pl.DataFrame, tokens: Mapping[str, str], clock: SiteClock, said: Said | None) -> Markup:
    """said: None where the table has no column of reviews."""
    columns = (
        "infusion_id", "measure_id", "opportunity", "episode", "time", "status", "reason", "kind", "value", "unit",
        "sentence", "result_id",
    )  # fmt: skip
    lines = []
    for id_, measure, number, episode, time, status, why, kind, value, unit, sentence, result in part.select(
        columns
    ).iter_rows():
        shown = words.shown_status(status, why, kind)
        link = f"../patients/{tokens[id_]}.html#{anchor(measure, number)}"
        lines.append(
            f'<tr><td><span class="s s-{shown}"><span aria-hidden="true">{words.SIGN[shown]}</span> '
            f'{words.STATUS[shown]}</span></td><th scope="row"><a href="{link}">{escape(id_)}</a></th>'
            f'<td class="n">{episode or ""}</td><td class="nw">{clock.text(time)}</td>'
            f'<td class="n"{_sortable(value)}>{escape(words.bounded(value, unit, sentence))}</td>'
            f'<td class="say">{escape(sentence or "")}</td><td>{escape(words.reason(why))}</td>'
            f"{'' if said is None else _review(said.get(result, ()))}</tr>"
        )
    return Markup("".join(lines))


def _review(said: tuple[tuple[str, str], ...]) -> str:
    told = "<br>".join(f"{escape(text)}." + (f" <strong>{gone}</strong>" if gone else "") for text, gone in said)
    return f'<td class="brk">{told}</td>'


def _sortable(value: Any) -> str:
    return "" if value is None else f' data-v="{value}"'


def _links(part: pl.DataFrame, tokens: Mapping[str, str]) -> Markup:
    ids = part.get_column("infusion_id").to_list()
    return Markup("".join(f'<li><a href="../patients/{tokens[id_]}.html">{escape(id_)}</a></li>' for id_ in ids))
