"""Contrast (WCAG 2.2: 1.4.3, 1.4.11) in the drawn pictures, as a browser resolves it: axe does not look into SVG."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.pages import WIDE, Show
from tests.report.test_colours import contrast

pytestmark = pytest.mark.browser

PICTURED = ["index", "measure of episodes, with its course", "patient with an episode", "data quality", "trend"]
LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"media": "print", "color_scheme": "dark"},
    {"media": "screen", "color_scheme": "light", "forced_colors": "active"},
    {"color_scheme": "dark", "forced_colors": "active"},
]
SPARED = {
    "sep": "ruled line between lanes",
    "day": "ruled line of a day, named at its top",
    "tick": "ruled line of an hour, named at its top",
    "half": "ruled line at 50 %",
    "track": "ground of a bar whose numbers stand beside it",
    "after": "ground after the follow-up, whose end is a line of its own",
    "no": "hatched, in a colour that test_colours holds",
    "gap": "hatched, in a colour that test_colours holds",
    "epi": "ground of an episode, which the band of grades and the bracket over it tell, too",
    "c0": "ground of a lane of shades",
    **{f"c{level}": "a shade, its numbers in table and title; test_colours holds the order" for level in range(1, 5)},
}
"""Classes of marks without 3:1, and why."""

TEXTS = """() => {
  const found = {}, paper = getComputedStyle(document.body).backgroundColor;
  for (const svg of document.querySelectorAll('.pic, .strip')) {
    const grounds = [...svg.querySelectorAll('rect')].map((e) => [e, getComputedStyle(e), e.getBoundingClientRect()])
      .filter(([, style]) => style.fill.startsWith('rgb') && style.fillOpacity === '1');
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect(), style = getComputedStyle(text);
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      const under = grounds.filter(([e, , r]) => e.compareDocumentPosition(text) & 4
        && r.left <= x && x <= r.right && r.top <= y && y <= r.bottom);
      const ground = under.length ? under.at(-1)[1].fill : paper;
      found[[text.getAttribute('class'), style.fill, ground]] ??= text.textContent;
    }
  }
  return Object.entries(found).map(([key, text]) => [key, text]);
}"""
MARKS = """(spared) => {
  const found = {}, paper = getComputedStyle(document.body).backgroundColor;
  for (const e of document.querySelectorAll(':is(.pic, .strip, .bar, .pic-key) :is(path, rect, use)')) {
    if (spared.some((name) => e.classList.contains(name))) continue;
    const style = getComputedStyle(e);
    const drawn = [style.stroke, style.fill].filter((colour) => colour.startsWith('rgb'));
    found[[e.getAttribute('class'), ...drawn, paper]] = 1;
  }
  return Object.keys(found);
}"""


def colours(key: str) -> list[str]:
    """The colours of a key as #rrggbb, the ground's last."""
    found = re.findall(r"rgba?\((\d+), (\d+), (\d+)", key)
    return ["#" + "".join(f"{int(part):02x}" for part in colour) for colour in found]


@pytest.mark.parametrize("kind", PICTURED)
def test_text_is_read_and_marks_are_seen(show: Show, kind: str) -> None:
    """Text on what it stands on, a mark on the paper, by its line or by its fill."""
    page = show(kind, **WIDE)
    for look in LOOKS:
        page.emulate_media(**look)
        texts, marks = page.evaluate(TEXTS), page.evaluate(MARKS, list(SPARED))
        assert marks
        for key, text in texts:
            ink, ground = colours(key)
            assert contrast(ink, ground) >= 4.5, (look, key, text)
        for key in marks:
            *drawn, ground = colours(key)
            assert max(contrast(colour, ground) for colour in drawn) >= 3, (look, key)
