"""Cohort, measure, data-quality and methods pages say what the run found."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from crs_audit.protocol.statements import HEADING, statements
from crs_audit.report import measure_pages
from crs_audit.report.index_page import index_page
from crs_audit.report.months import monthly
from crs_audit.report.quality_page import quality_page
from crs_audit.report.spread import in_short
from tests.report.pages import Page
from tests.report.sample import make

RUN, _ = make()


def test_the_cohort_page_counts_fallouts(pages: dict[str, Page]) -> None:
    missed = RUN.results.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    numbers = [text.strip() for tag, text in pages["index.html"].texts if tag == "dd" and text.strip()]
    assert numbers[:3] == [str(missed.height), str(missed["infusion_id"].n_unique()), "10"]


def test_every_measure_is_on_the_cohort_page_with_its_counts(pages: dict[str, Page]) -> None:
    visible = pages["index.html"].visible
    for measure in RUN.measures:
        assert measure.title in visible
        if measure.kind != "I":
            assert f"{measure.met} / {measure.judged}" in visible


def test_what_only_informs_says_what_was_found(pages: dict[str, Page], shared_pages: dict[str, Page]) -> None:
    told = {m.measure_id: in_short(RUN.results.filter(pl.col("measure_id") == m.measure_id))
            for m in RUN.measures if m.kind == "I"}  # fmt: skip
    assert any(told.values())
    for text in filter(None, told.values()):
        assert text.replace("\u00a0", " ") in pages["index.html"].visible
        assert text.replace("\u00a0", " ") not in shared_pages["index.html"].visible


def test_a_measure_page_lists_every_opportunity_once(pages: dict[str, Page]) -> None:
    for measure in RUN.measures:
        page = pages[f"measures/{measure.measure_id}.html"]
        rows = RUN.results.filter((pl.col("measure_id") == measure.measure_id) & (pl.col("opportunity") > 0))
        tokens = dict(RUN.infusions.select("infusion_id", "token").iter_rows())
        wanted = [f"../patients/{tokens[i]}.html#r-{measure.measure_id}-{k}"
                  for i, k in rows.select("infusion_id", "opportunity").iter_rows()]  # fmt: skip
        assert sorted(wanted) == sorted(link for link in page.links if "#r-" in link)


def test_a_measure_page_gives_rule_and_numbers(pages: dict[str, Page]) -> None:
    for rule in RUN.protocol.measures.values():
        visible = pages[f"measures/{rule.id}.html"].visible
        assert rule.met_when in visible
        for parameter in rule.parameters:
            assert parameter.key in visible
            assert parameter.why in visible


def test_a_long_list_says_what_it_leaves_out(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(measure_pages, "LISTED", 3)
    page = Page(dict(measure_pages.measure_pages(RUN, {}))["PIT-02"])
    assert "The first 3 are listed" in page.visible


def test_methods_hold_every_rule_number_and_gap(pages: dict[str, Page]) -> None:
    visible = pages["methods.html"].visible
    for key, parameter in RUN.protocol.parameters.items():
        assert key in visible
        assert parameter.text in visible
    for rule in RUN.protocol.measures.values():
        assert rule.opportunity in visible
    for statement in statements():
        if statement.why_not != HEADING:
            assert statement.gist in visible
            assert statement.why_not in visible
    for source in RUN.sources:
        assert source.sha256 in visible
    assert RUN.parameters_hash in visible


def test_data_quality_prints_the_equation(pages: dict[str, Page]) -> None:
    visible = pages["data-quality.html"].visible
    assert "29 206 read = 29 144 accepted + 22 rejected + 40 exact duplicates" in visible
    assert "NO" not in visible.split("Adds up")[1].split("Rejected rows")[0]
    for told in ("blender", "ordering_provider, panel", "notes.docx", "MRN-0902", "31/02/2026", "<b>913</b>", "airway"):
        assert told in visible


def test_rows_that_do_not_add_up_are_called_out() -> None:
    wrong = RUN.accounting.with_columns(read=pl.col("read") + 1)
    assert "<td>NO</td>" in quality_page(replace(RUN, accounting=wrong))


def test_a_defaulted_zone_is_said() -> None:
    assert "No time zone was set" in index_page(replace(RUN, timezone_defaulted=True), {})


def test_a_run_without_infusions_or_fallouts_is_a_page_too() -> None:
    empty = replace(RUN, infusions=RUN.infusions.clear(), results=RUN.results.clear(), measures=())
    page = Page(index_page(empty, {}))
    assert "No required care was found missing" in page.visible


def test_months_count_by_the_sites_clock() -> None:
    trends = {trend.measure_id: trend for trend in monthly(RUN)}
    for measure in RUN.measures:
        if measure.rate is None:
            assert measure.measure_id not in trends
            continue
        points = trends[measure.measure_id].points
        assert [point.label for point in points] == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]
        assert sum(point.met for point in points) == measure.met
        assert sum(point.judged for point in points) == measure.judged


def test_two_months_are_no_course() -> None:
    assert monthly(replace(RUN, infusions=RUN.infusions.head(4))) == ()
