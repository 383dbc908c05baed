"""The first page as a browser shows it: the list's filters, the pictures of the cohort, at every width and in print."""

from __future__ import annotations

import polars as pl
import pytest

from tests.browser.pages import Visit
from tests.browser.test_layout_in_chromium import OVERLAPS
from tests.browser.test_report_in_chromium import COLUMN
from tests.report.sample import make

pytestmark = pytest.mark.browser

RUN, _ = make()


def test_the_list_is_filtered_by_the_measure_that_was_missed(visit: Visit) -> None:
    page = visit().go("index.html")
    missed = RUN.results.filter(status="not_met", kind="R")
    counts = dict(missed.group_by("measure_id").agg(pl.col("infusion_id").unique()).iter_rows())
    for measure in sorted(counts)[:4]:
        page.locator("select[name=fall]").select_option(measure)
        assert sorted(page.evaluate(COLUMN, 0)) == sorted(counts[measure])
    page.locator("select[name=grade]").select_option("4")
    both = {id_ for id_ in counts[measure] if RUN.infusions.filter(infusion_id=id_)["max_grade"].item() == 4}
    assert set(page.evaluate(COLUMN, 0)) == both


def test_a_product_of_two_words_is_one_word_of_the_filter(visit: Visit) -> None:
    page = visit().go("index.html")
    page.locator("select[name=product]").select_option("not known")
    assert page.evaluate(COLUMN, 1) == ["not known"] * RUN.infusions["product"].null_count()


@pytest.mark.parametrize("by_anchor", [False, True])
def test_the_filter_is_as_it_was_after_a_patient_and_back(visit: Visit, by_anchor: bool) -> None:
    page = visit().go("index.html")
    page.locator("select[name=fall]").select_option("some")
    page.locator("form.filter input[type=search]").fill("/1")
    if by_anchor:
        page.locator("a[href='#patients']").click()
    found, told = page.evaluate(COLUMN, 0), page.locator("form.filter output").inner_text()
    assert 0 < len(found) < RUN.infusions.height
    page.locator("#infusions tbody tr:visible a").first.click()
    page.wait_for_url("**/patients/*.html")
    page.go_back()
    page.wait_for_url("**/index.html*")
    assert page.locator("select[name=fall]").input_value() == "some"
    assert page.locator("form.filter input[type=search]").input_value() == "/1"
    assert page.evaluate(COLUMN, 0) == found
    assert page.locator("form.filter output").inner_text() == told
    page.goto(page.url.partition("#")[0] + "?new")
    assert page.locator("select[name=fall]").input_value() == ""
    assert len(page.evaluate(COLUMN, 0)) == RUN.infusions.height


@pytest.mark.parametrize("width", [390, 1280])
def test_no_label_of_the_cohorts_pictures_covers_another(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).go("index.html")
    page.evaluate("document.querySelectorAll('.pic:not(.days):not(.curve)').forEach((e) => e.remove())")
    assert page.evaluate("document.querySelectorAll('.fig .pic').length") == 3
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_grades_get_darker_in_grey(visit: Visit, scheme: str) -> None:
    """In either scheme the bands of a column differ in lightness, in order, as they would in a grey print."""
    page = visit(color_scheme=scheme).go("index.html")
    fills = page.evaluate("[1, 2, 3, 4].map((k) => getComputedStyle(document.querySelector(`.pic.days .g${k}`)).fill)")
    greys = []
    for fill in fills:
        red, green, blue = (int(part) for part in fill[4:-1].split(","))
        greys.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    assert greys == sorted(greys, reverse=True)


BEYOND = """() => ['grades', 'treatment', 'attrition'].flatMap((id) =>
  [...document.querySelectorAll(`section[aria-labelledby=${id}] :is(svg, table, p)`)]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML))"""


def test_the_cohort_fits_a_printed_page(visit: Visit) -> None:
    watched = visit(viewport={"width": 703, "height": 1000})
    watched.page.emulate_media(media="print")
    assert watched.go("index.html").evaluate(BEYOND) == []


BARS_BEYOND = """[...document.querySelectorAll('td.ci .bar')]
  .filter((e) => e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 0.5).length"""


def test_on_paper_a_bar_stays_in_its_column(visit: Visit) -> None:
    watched = visit(viewport={"width": 703, "height": 1000})
    watched.page.emulate_media(media="print")
    page = watched.go("index.html")
    assert page.locator("td.ci .bar").count() > 20
    assert page.evaluate(BARS_BEYOND) == 0


NARROW_TABLE = """() => { const box = document.querySelector('section[aria-labelledby=fallouts] .wide');
  box.scrollLeft = 1e6;
  const at = (e) => { const r = e.getBoundingClientRect(); return [Math.round(r.left), Math.round(r.right)]; };
  return { scrolled: box.scrollLeft, box: at(box), caption: at(box.querySelector('caption')),
    head: at(box.querySelector('thead th')), first: at(box.querySelector('tbody th')),
    shadow: getComputedStyle(box).backgroundImage.split('linear-gradient').length - 1 }; }"""


def test_on_a_phone_the_measure_and_the_caption_stay_in_sight(visit: Visit) -> None:
    found = visit(viewport={"width": 420, "height": 900}).go("index.html").evaluate(NARROW_TABLE)
    left, right = found["box"]
    assert found["scrolled"] > 100
    for part in ("caption", "head", "first"):
        assert left <= found[part][0], part
        assert found[part][1] <= right, part
    assert found["shadow"] == 4
