"""Tables by keyboard: heads that sort, fields that filter, targets one can hit, a focus one can see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.kinds import KINDS
from tests.browser.pages import WIDE, Show, Visit

pytestmark = pytest.mark.browser

FOCUS = """() => { const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, style.outlineWidth, style.outlineColor]; }"""
TARGETS = """[...document.querySelectorAll('button, summary, select, input, nav a, .toc a, .links a, .strips a')]
  .map((e) => [e.getBoundingClientRect(), e]).filter(([box]) => box.width && (box.width < 24 || box.height < 23.99))
  .map(([box, e]) => `${e.tagName} ${e.textContent.slice(0, 40)} ${box.width} x ${box.height}`)"""
SORTS = """([texts, column]) => {
  const table = document.querySelector('table[data-sort]'), body = table.tBodies[0], model = body.rows[0];
  body.replaceChildren(...texts.map((text, i) => {
    const row = model.cloneNode(true);
    row.cells[column].textContent = text; row.cells[column].removeAttribute('data-v'); row.dataset.was = i;
    return row; }));
}"""
ORDER = """(column) => [...document.querySelector('table[data-sort]').tBodies[0].rows]
  .map((row) => [row.cells[column].textContent, Number(row.dataset.was)])"""


def tab_to(page: Any, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            return
    pytest.fail(f"60 times Tab do not reach {wanted}")


def test_heads_sort_by_keyboard_and_say_so(show: Show) -> None:
    page = show("compare", **WIDE)
    tab_to(page, "#list th button")
    assert page.evaluate(FOCUS) == ["solid", "3px", "rgb(11, 90, 143)"]
    for key, said in (("Enter", "ascending"), ("Space", "descending"), ("Enter", "ascending")):
        page.keyboard.press(key)
        assert page.locator("#list th").first.get_attribute("aria-sort") == said
        assert page.evaluate("document.activeElement.parentElement.ariaSort") == said
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#list th[aria-sort]").count() == 1
    assert page.locator("#list th").nth(1).get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize("kind", ["index", "data quality", "compare"])
def test_fields_are_reached_named_and_announce_what_they_leave(show: Show, kind: str) -> None:
    page = show(kind, **WIDE)
    for field in page.locator("form.filter :is(select, input)").all():
        assert field.evaluate("(e) => e.labels.length && e.labels[0].firstChild.textContent.trim().length > 0")
        field.focus()
        assert page.evaluate(FOCUS)[:2] == ["solid", "3px"]
    for output in page.locator("form.filter output").all():
        assert output.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_stop_skips_to_the_content(show: Show, kind: str) -> None:
    page = show(kind, **WIDE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("kind", KINDS)
def test_targets_are_large_enough(show: Show, kind: str) -> None:
    assert show(kind, **WIDE).evaluate(TARGETS) == []


def test_a_head_that_stays_hides_no_focused_row(show: Show) -> None:
    page = show("data quality", reduced_motion="reduce", **WIDE)
    hidden = page.evaluate(
        """() => { const table = document.getElementById('covered'), box = table.closest('.wide');
          box.scrollTop = 1e6;
          return [...table.tBodies[0].querySelectorAll('a')].reverse().filter((link) => { link.focus();
            return link.getBoundingClientRect().top < table.querySelector('th').getBoundingClientRect().bottom - 1;
          }).length; }"""
    )
    assert hidden == 0


@pytest.mark.parametrize(
    ("rising", "falling"),
    [
        (["−6", "-2", "0", "0.25", "0.5", "9", "10", "1\u202f234"], None),
        (["2025-09-30 23:59", "2025-10-01 00:00", "2025-12-02 13:26", "2026-01-01 22:00"], None),
        (["0", "2", "10", "not gradable", "", "—"], ["10", "2", "0", "not gradable", "", "—"]),
        (["SYN-0002/1", "SYN-0010/1", "SYN-0010/2", "SYN-0100/1"], None),
        (["met", "Not met", "not met (amber)"], None),
    ],
)
def test_columns_sort_as_a_reader_expects(show: Show, rising: list[str], falling: list[str] | None) -> None:
    page = show("compare", **WIDE)
    mixed = rising[1::2] + rising[::2][::-1]
    page.evaluate(SORTS, [mixed, 2])
    button = page.locator("#list th button").nth(2)
    button.click()
    empty = sum(text in ("", "—") for text in rising)
    last = len(rising) - empty
    assert [text for text, _ in page.evaluate(ORDER, 2)][:last] == rising[:last]
    button.click()
    found = [text for text, _ in page.evaluate(ORDER, 2)]
    assert found[:last] == (falling[:last] if falling else rising[:last][::-1])
    assert set(found[last:]) == set(rising[last:])


def test_rows_of_one_value_keep_their_order(show: Show) -> None:
    page = show("compare", **WIDE)
    page.evaluate(SORTS, [["2", "1", "2", "", "1", "2", ""], 2])
    button = page.locator("#list th button").nth(2)
    button.click()
    assert [was for _, was in page.evaluate(ORDER, 2)] == [1, 4, 0, 2, 5, 3, 6]
    button.click()
    assert [was for _, was in page.evaluate(ORDER, 2)] == [0, 2, 5, 1, 4, 3, 6]


def test_who_asks_for_less_motion_gets_none(visit: Visit) -> None:
    for asked, scrolling in (("reduce", "auto"), ("no-preference", "smooth")):
        page = visit(reduced_motion=asked).go("methods.html")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolling
        moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s')"
        assert page.evaluate(f"{moving}.length") == 0
