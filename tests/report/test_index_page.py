"""The first page: grades of the cohort, times to treatment, trends with their signs, the list and its filters."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from crs_audit.report.disclosure import disclosed
from crs_audit.report.grade_days import grade_days
from crs_audit.report.index_page import index_page
from crs_audit.report.months import MOST_MONTHS, monthly, spanned
from crs_audit.report.result import Trend
from crs_audit.report.words import count
from tests.report.pages import Page
from tests.report.sample import make

RUN, _ = make()
TRENDS = {trend.measure_id: trend for trend in monthly(RUN)}
PAGE = Page(index_page(RUN, TRENDS))


def test_highest_grades_with_the_not_gradable_apart() -> None:
    counts = dict(RUN.headline.grades or ())
    gradable = sum(n for grade, n in counts.items() if grade is not None)
    assert (counts[None], gradable) == (1, 11)
    assert f"grade 3 {counts[3]} {counts[3] / gradable * 100:.1f} %" in PAGE.visible
    assert "not gradable: no vital signs 1 apart" in PAGE.visible


def test_every_day_stands_in_the_table_too() -> None:
    days = grade_days(RUN.infusions, RUN.timeline, RUN.timezone)
    table = PAGE.visible.split("Infusions by their worst grade")[1].split("Time to treatment")[0]
    assert days.height == 17
    for row in days.iter_rows(named=True):
        share = f" {row['grade_2'] / row['followed'] * 100:.1f} %" if row["grade_2"] else ""
        cells = f"{row['grade_2']}{share} "
        assert f" {row['day']} {row['followed']} {row['unobserved']} " in table
        assert cells in table
    assert 'role="img" aria-labelledby="days-t days-d"' in index_page(RUN, {})


def test_times_to_treatment_are_drawn_and_told() -> None:
    assert [attrs["id"] for attrs in PAGE.all("title") if (attrs.get("id") or "").startswith("since-")] == [
        "since-grade_2-t", "since-grade_3-t",
    ]  # fmt: skip
    n = RUN.episodes.filter(pl.col("max_grade") >= 2).height
    assert f"grade 2 tocilizumab {n} 0 0.0 % {n} 100.0 %" in PAGE.visible
    assert "95 min (95 min; 95 min)" in PAGE.visible


def test_all_measures_with_months_are_drawn_those_with_most_fallouts_first() -> None:
    drawn = [(attrs["id"] or "")[len("trend-") : -2] for attrs in PAGE.all("title") if "id" in attrs and
             (attrs["id"] or "").startswith("trend-")]  # fmt: skip
    assert sorted(drawn) == sorted(TRENDS)
    fallouts = {m.measure_id: m.fallouts or 0 for m in RUN.measures}
    counts = [fallouts[id_] for id_ in drawn]
    assert counts == sorted(counts, reverse=True)
    assert f"The other measures {len(drawn) - 8}" in PAGE.visible


@pytest.mark.parametrize(
    ("kind", "text"), [("improvement", "improvement"), ("concern", "concern"), ("common", "common cause")]
)
def test_a_sign_of_the_latest_months_is_told_in_words(kind: str, text: str) -> None:
    trend = replace(TRENDS["G2-02"], variation=kind)
    html = index_page(replace(RUN, trends=(trend,)), {"G2-02": trend})
    row = Page(html[html.index('id="measures"') :]).visible.split("G2-02")[1].split("G2-03")[0]
    assert text in row
    assert f'class="va-{kind} variation"' in html


def test_no_sign_where_the_rules_have_too_few_months() -> None:
    trend = replace(TRENDS["G2-02"], variation="few")
    html = index_page(replace(RUN, trends=(trend,)), {"G2-02": trend})
    measures = html[html.index('id="measures"') : html.index('id="trend"')]
    assert "variation" not in measures
    assert "too few months off the median" in html
    assert "variation" not in index_page(RUN, TRENDS).partition("</style>")[2]


def test_infusions_can_be_filtered_by_measure_site_product_and_grade() -> None:
    missed = RUN.results.filter((pl.col("status") == "not_met") & (pl.col("kind") == "R"))
    rows = [attrs for attrs in PAGE.all("tr") if "data-fall" in attrs]
    assert len(rows) == RUN.infusions.height
    for attrs, id_ in zip(rows, RUN.infusions["infusion_id"], strict=True):
        own = sorted(set(missed.filter(pl.col("infusion_id") == id_)["measure_id"]))
        assert (attrs["data-fall"] or "").split() == (["some", *own] if own else ["none"])
        assert {"data-grade", "data-product", "data-site"} <= set(attrs)
    offered = {attrs.get("value") for attrs in PAGE.all("option")}
    assert set(missed["measure_id"]) <= offered
    (select,) = [attrs for attrs in PAGE.all("select") if attrs.get("name") == "fall"]
    assert "data-many" in select


def test_a_select_of_sites_only_where_there_are_several() -> None:
    assert not [attrs for attrs in PAGE.all("select") if attrs.get("name") == "site"]
    sites = RUN.infusions.with_columns(site=pl.when(pl.int_range(pl.len()) > 5).then(pl.lit('South "<b>')))
    page = Page(index_page(replace(RUN, infusions=sites), {}))
    assert [attrs for attrs in page.all("select") if attrs.get("name") == "site"]
    assert {attrs.get("data-site") for attrs in page.all("tr")} == {None, 'South "<b>', "not known"}


def test_one_infusion_is_a_page_too() -> None:
    one = RUN.infusions.head(1)
    ids = one["infusion_id"].implode()
    parts = {name: getattr(RUN, name).filter(pl.col("infusion_id").is_in(ids))
             for name in ("episodes", "results", "timeline", "treatment")}  # fmt: skip
    assert "From day to day" in Page(index_page(replace(RUN, infusions=one, **parts), {})).visible


def test_a_shared_page_has_none_of_the_new_numbers() -> None:
    """Nothing of the days, the times, the reasons, the list; of the grades what the rules of disclosure tell."""
    shared = disclosed(RUN, 5)
    html = index_page(shared, {})
    page = Page(html)
    for gone in ("days-t", "since-grade_2-t", "The numbers from day to day", "class=\"sub\"", "data-fall", "<option",
                 "aalen", "Aalen", "rejected, vital signs", "class=\"va-"):  # fmt: skip
        assert gone not in html.partition("</style>")[2], gone
    assert "are left out of a report for sharing" in page.visible
    assert shared.headline.grades is None
    assert "The numbers of each grade are withheld" in page.visible
    assert not [attrs for attrs in page.all("table") if attrs.get("class") == "grades"]


def test_a_shared_page_shows_grades_that_may_be_told() -> None:
    big = replace(make(12)[0], trends=())
    shared = disclosed(big, 5)
    assert shared.headline.grades is not None
    page = Page(index_page(shared, {}))
    for grade, n in shared.headline.grades:
        if grade:
            assert f"grade {grade} {n} " in page.visible


def test_frames_of_persons_would_show_if_they_were_left() -> None:
    """The attack on the shared page is able to find what it looks for."""
    html = index_page(RUN, {})
    for there in ("days-t", "since-grade_2-t", 'class="sub"', "data-fall", "Aalen", "rejected, vital signs"):
        assert there in html


def test_own_months_have_no_sign() -> None:
    assert all(isinstance(trend, Trend) and not trend.variation for trend in TRENDS.values())


def test_months_of_a_run_too_long_are_not_drawn_and_the_page_says_so() -> None:
    moved = RUN.infusions.with_columns(pl.col("t0").dt.offset_by(pl.format("-{}y", pl.int_range(pl.len()) * 9)))
    long = replace(RUN, infusions=moved, trends=())
    months = spanned(long)
    assert months > MOST_MONTHS
    assert monthly(long) == ()
    page = Page(index_page(long, {}))
    told = count(months).replace("\u202f", " ")
    assert f"Not drawn: the infusions span {told} months, and at most 120 are drawn" in page.visible
    assert "Not drawn: the infusions" not in PAGE.visible
    assert "Not drawn: the infusions" not in Page(index_page(disclosed(long, 5), {})).visible


def test_what_lies_beside_the_page_is_linked() -> None:
    links = {attrs.get("href") for attrs in PAGE.all("a")}
    assert {"worklist.xlsx", "summary.md", "summary.json", "data/"} <= links
    noted = replace(RUN, notes=("2 rows <b> not read; data-quality.html lists them",))
    html = index_page(noted, {})
    assert '2 rows &lt;b&gt; not read; <a href="data-quality.html">data-quality.html</a> lists them' in html


def test_curves_beside_each_other_have_one_scale() -> None:
    html = index_page(RUN, {})
    curves = [part.partition("</svg>")[0] for part in html.split('<svg class="pic curve"')[1:]]
    floors = {re.findall(r'class="lim" x="34" y="([\d.]+)">0 %', curve)[0] for curve in curves}
    assert len(curves) > 1
    assert len(floors) == 1
    boxes = {re.findall(r'viewBox="([^"]+)"', curve)[0] for curve in curves}
    assert len(boxes) == 1
