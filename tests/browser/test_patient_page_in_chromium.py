"""The page of one infusion on a screen, by keyboard and on paper: two pictures in sight, text in its own size."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.browser.pages import Visit

pytestmark = pytest.mark.browser

BOXES = """() => [...document.querySelectorAll('#picture ~ .beside .pic')].map((e) => {
  const box = e.getBoundingClientRect();
  const { left, right, top, bottom } = box;
  return { left, right, top, bottom, scale: box.width / e.viewBox.baseVal.width };
})"""


def here(page: Any) -> str:
    return str(page.url.rpartition("patients/")[2])


def test_arrow_keys_turn_the_pages(visit: Visit) -> None:
    page = visit().go("patients/0005.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/0006.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/0005.html")
    assert page.locator(".arrows").is_visible()


def test_the_section_in_view_is_kept(visit: Visit) -> None:
    watched = visit(reduced_motion="reduce")
    page = watched.go("patients/0004.html#labs")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/0005.html#labs")
    page.evaluate("document.querySelector('#episodes').scrollIntoView()")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/0006.html#*")
    watched.go("methods.html")
    page = watched.go("patients/0004.html")
    page.evaluate("document.querySelector('#verdicts').scrollIntoView()")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/0005.html#verdicts")
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/0006.html")


@pytest.mark.parametrize("keys", ["Alt+ArrowUp", "Shift+ArrowRight", "Control+ArrowRight", "n", "p"])
def test_other_keys_do_nothing(visit: Visit, keys: str) -> None:
    page = visit().go("patients/0005.html")
    page.keyboard.press(keys)
    page.wait_for_timeout(150)
    assert here(page) == "0005.html"


def test_a_region_that_scrolls_keeps_its_arrow_keys(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 800}).go("patients/0005.html")
    region = page.locator(".fig .scroll").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.fig .scroll').scrollLeft > 0")
    assert here(page) == "0005.html"


def test_the_first_page_has_none_before_it(visit: Visit) -> None:
    page = visit().go("patients/0001.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(150)
    assert here(page) == "0001.html"


def test_without_script_no_key_is_promised(visit: Visit) -> None:
    page = visit(java_script_enabled=False).go("patients/0005.html")
    assert not page.locator(".arrows").is_visible()
    assert page.locator(".keys").is_visible()
    assert page.locator("a[accesskey=n]").is_visible()


@pytest.mark.parametrize("width", [1280, 1440, 1920])
def test_window_and_episode_stand_beside_each_other_in_their_own_size(visit: Visit, width: int) -> None:
    window, episode = visit(viewport={"width": width, "height": 900}).go("patients/0004.html").evaluate(BOXES)
    assert window["right"] < episode["left"]
    assert abs(window["top"] - episode["top"]) < 1
    assert min(window["scale"], episode["scale"]) > 0.97
    assert abs(window["scale"] / episode["scale"] - 1) < 0.02
    assert window["bottom"] - window["top"] < 900 * width / 1280


@pytest.mark.parametrize("width", [1100, 768, 390])
def test_on_narrow_screens_they_stand_below_each_other_not_smaller(visit: Visit, width: int) -> None:
    window, episode = visit(viewport={"width": width, "height": 900}).go("patients/0004.html").evaluate(BOXES)
    assert window["bottom"] < episode["top"]
    assert min(window["scale"], episode["scale"]) > 0.9


def test_grades_differ_in_height_and_carry_their_number_where_colours_are_not_seen(visit: Visit) -> None:
    page = visit().go("patients/0004.html")
    bars = page.evaluate("""() => [1, 2, 3, 4].map((k) =>
      document.querySelector(`#picture ~ .beside .g${k}`).getBoundingClientRect().height)""")
    assert all(higher - lower > 6 for lower, higher in pairwise(bars))


@pytest.mark.parametrize("number", ["0004", "0005", "0002"])
def test_on_paper_nothing_is_cut_and_folds_are_told(visit: Visit, number: str) -> None:
    page = visit(viewport={"width": 703, "height": 1000}).go(f"patients/{number}.html")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    assert set(page.evaluate("[...document.querySelectorAll('.fig')].map((e) => getComputedStyle(e).breakInside)")) == {
        "avoid"
    }
    assert page.locator(".paper").first.is_visible()
    assert not page.locator(".keys").is_visible()
    mark = "getComputedStyle(document.documentElement).getPropertyValue('--mark').trim()"
    assert page.evaluate(mark) == "#fff3cd"


def test_on_paper_both_pictures_are_on_one_page_and_facts_are_not_broken(visit: Visit) -> None:
    page = visit(viewport={"width": 703, "height": 1024}).go("patients/0004.html")
    page.emulate_media(media="print")
    window, episode = page.evaluate(BOXES)
    assert window["right"] < episode["left"]
    assert abs(window["top"] - episode["top"]) < 1
    assert max(box["bottom"] - box["top"] for box in (window, episode)) < 1024 * 0.7
    broken = "[...document.querySelectorAll('.facts, .facts div')].map((e) => getComputedStyle(e).breakInside)"
    assert set(page.evaluate(broken)) == {"avoid"}
