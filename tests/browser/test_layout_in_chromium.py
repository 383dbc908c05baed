"""Where things stand on the screen: nothing beyond the page at any width, nothing on top of something else."""

from __future__ import annotations

import pytest

from tests.browser.pages import PAGES, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 500, 900, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(visit: Visit, name: str, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).go(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 500, 705])
def test_a_long_value_breaks_instead_of_widening_the_page(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).go("patients/0001.html")
    for text in ("197.5\u00a0mg dexamethasone-equivalent", "−6615.2\u00a0min (−4\u00a0d\u00a014\u00a0h)"):
        page.evaluate("(text) => document.querySelectorAll('.va').forEach((e) => { e.textContent = text; })", text)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_long_name_of_a_file_breaks_too(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 800}).go("data-quality.html")
    name = f"site_{'medication_administration_' * 3}continuous.parquet"
    page.evaluate("(t) => document.querySelectorAll('section > ul li').forEach((e) => { e.textContent = t; })", name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


LONG = """() => {
  document.querySelectorAll('details').forEach((e) => { e.open = true; });
  const fill = (selector, text) => document.querySelectorAll(selector).forEach((e) => { e.textContent = text; });
  fill('.clauses tbody th', 'continuous_oximetry begun by 2 h after grade 2 and running to the end of the last grade');
  fill('.clauses .raw', 'Norepinephrine ChangeDose/Rate 0.125 mcg/kg/min [' + 'x'.repeat(60) + ']');
  fill('.clauses .place', 'site_medication_admin_continuous_2026-10.parquet [Administrations of the ward]');
  fill('.clauses tbody td.n', '12345678');
  return [...document.querySelectorAll('.ev .wide, details.more .wide')].map((e) => e.scrollWidth - e.clientWidth);
}"""


def test_the_row_of_a_clause_is_in_sight_however_long_what_stands_before_it(visit: Visit) -> None:
    beyond = visit(viewport={"width": 1300, "height": 900}).go("patients/0004.html").evaluate(LONG)
    assert len(beyond) > 20
    assert max(beyond) <= 0


@pytest.mark.parametrize("width", [390, 1280])
def test_wide_content_scrolls_in_its_own_box(visit: Visit, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).go("patients/0004.html")
    inside = page.evaluate("[...document.querySelectorAll('.fig .scroll')].map((e) => [e.scrollWidth, e.clientWidth])")
    assert all((wide > shown) == (width < 900) for wide, shown in inside)


OVERLAPS = """() => {
  const found = [];
  for (const picture of document.querySelectorAll('.fig .pic')) {
    const boxes = [...picture.querySelectorAll('text, use')]
      .filter((e) => !e.matches('.temp, .sbp, .map, .on, .asm')).map((e) => [e, e.getBoundingClientRect()]);
    for (const [text, a] of boxes) {
      if (text.tagName !== 'text') continue;
      for (const [other, b] of boxes) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (other !== text && wide > -2 && high > 4) found.push(text.textContent + ' | ' + other.textContent);
      }
    }
  }
  return found;
}"""


@pytest.mark.parametrize("name", [f"patients/{number:04}.html" for number in range(1, 13)])
def test_no_label_of_a_picture_covers_another_or_a_mark(visit: Visit, name: str) -> None:
    assert visit().go(name).evaluate(OVERLAPS) == []
