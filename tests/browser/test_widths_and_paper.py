"""Every kind of page at three widths and on two papers: nothing lost at the side, torn, or hidden untold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.kinds import KINDS
from tests.browser.pages import PAPERS, Show

pytestmark = pytest.mark.browser

BEYOND = """([width, inside]) => [...document.querySelectorAll('body *')]
  .filter((e) => !e.closest('.vh, .sprite, .skip') && !(inside && e.closest('.wide, .scroll')))
  .filter((e) => e.getBoundingClientRect().width && e.getBoundingClientRect().right > width + 0.5)
  .map((e) => `${e.tagName} ${e.getAttribute('class') ?? ''} ${e.textContent.slice(0, 60)}`)"""
BOXES = """[...document.querySelectorAll('.wide, .scroll')]
  .map((e) => [e.tabIndex, e.getAttribute('role'), e.getAttribute('aria-label')])"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wider_than_the_page_scrolls_in_a_box_that_the_keyboard_reaches(show: Show, kind: str) -> None:
    page = show(kind)
    for width in (1280, 768, 420):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(BEYOND, [width, True]) == []
    for index, role, label in page.evaluate(BOXES):
        assert (index, role in ("group", "region")) == (0, True), label
        assert label


STYLES = """(asked) => asked.flatMap(([selector, property, value]) => [...document.querySelectorAll(selector)]
  .filter((e) => getComputedStyle(e)[property] !== value).map((e) => `${selector} ${e.outerHTML.slice(0, 80)}`))"""
UNTOLD = """[...document.querySelectorAll('details')].map((e) => { e.open = false;
    const last = e.querySelector(':scope > summary .ti') ?? e.querySelector('summary');
    return getComputedStyle(last, '::after').content; }).filter((text) => !text.includes('not printed'))"""
ON_PAPER = [
    ["thead", "display", "table-header-group"], ["tfoot", "display", "table-row-group"],
    ["tr, .fig, .strips li, .fall li, .verdict > summary", "breakInside", "avoid"],
    [".s, .bar, .pic, .strip, .matrix .same", "printColorAdjust", "exact"],
    ["body", "backgroundColor", "rgb(255, 255, 255)"],
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_nothing_is_cut_off_torn_or_folded_untold(show: Show, kind: str) -> None:
    page = show(kind, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for width in PAPERS.values():
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate(BEYOND, [width, False]) == []
    assert page.evaluate(STYLES, ON_PAPER) == []
    assert page.evaluate(UNTOLD) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_prints(show: Show, kind: str, tmp_path: Path) -> None:
    page = show(kind, color_scheme="dark")
    page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = false; })")
    for paper, size in (("A4", (8.27, 11.7)), ("Letter", (8.5, 11))):
        page.pdf(path=tmp_path / "page.pdf", format=paper)
        boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (tmp_path / "page.pdf").read_bytes())
        assert boxes
        assert all((float(w) / 72, float(h) / 72) == pytest.approx(size, abs=0.02) for w, h in boxes)
