"""Contrast (WCAG 2.2, AA) of the style sheet's colours, in light, dark and print, and their order in grey.

What text stands on what in the pictures is looked up in the browser: tests/browser/test_contrast_in_pictures.py.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from crs_audit.report.environment import style_sheet

TEXT = [
    ("ink", "paper"), ("ink", "wash"), ("soft", "paper"), ("soft", "wash"), ("link", "paper"), ("link", "wash"),
    ("met", "met-bg"), ("paper", "not"), ("late", "late-bg"), ("ink", "late-bg"), ("unk", "unk-bg"), ("exc", "exc-bg"),
    ("not", "paper"), ("met", "paper"), ("unk", "paper"), ("g1t", "g1"), ("g2t", "g2"), ("g3t", "g3"), ("g4t", "g4"),
    ("oxt", "ox"), ("vpt", "vp"), ("icut", "icu"), ("ink", "ward"), ("ink", "mark"),
    ("c1t", "c1"), ("c2t", "c2"), ("c3t", "c3"), ("c4t", "c4"), ("ink", "faint"), ("soft", "faint"),
    # in a note, in the evidence a link led to, in the row under the pointer
    *((text, ground) for ground in ("late-bg", "mark") for text in ("soft", "link")),
    *((text, ground) for ground in ("mark", "wash") for text in ("met", "not", "unk")),
]  # fmt: skip
MARKS = ["temp", "sbp", "map", "vp", "toci", "ster", "other", "gm", "edge", "line", "hatch", "link", "ink"]
FOCUSED_ON = ["paper", "wash", "late-bg", "mark", "faint"]
MODES = ("light", "dark", "print")


def palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", style_sheet(), re.DOTALL)[:3]
    light, dark, paper = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)) for block in blocks)
    return {"light": light, "dark": {**light, **dark}, "print": {**light, **paper}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    channels = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_contrast(mode: str, text: str, ground: str) -> None:
    colours = palettes()[mode]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("mark", MARKS)
def test_mark_contrast(mode: str, mark: str) -> None:
    colours = palettes()[mode]
    assert contrast(colours[mark], colours["paper"]) >= 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", FOCUSED_ON)
def test_the_focus_is_seen(mode: str, ground: str) -> None:
    colours = palettes()[mode]
    assert contrast(colours["focus"], colours[ground]) >= 3


def lightness(colour: str) -> float:
    """CIE L*, 0 to 100: equal steps look equal."""
    share = luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > 216 / 24389 else share * 24389 / 27


@pytest.mark.parametrize("mode", ["light", "print"])
def test_grades_darken_in_grey(mode: str) -> None:
    """Paper is light; in the dark the grade's height and number tell it."""
    colours = palettes()[mode]
    greys = [lightness(colours[f"g{k}"]) for k in (1, 2, 3, 4)]
    assert all(milder - graver >= 10 for milder, graver in pairwise(greys))


@pytest.mark.parametrize("mode", MODES)
def test_shades_go_one_way_in_grey(mode: str) -> None:
    """Neighbours need not have 3:1: the numbers stand in tables and titles beside the picture."""
    colours = palettes()[mode]
    greys = [lightness(colours[name]) for name in ("faint", "c1", "c2", "c3", "c4")]
    steps = [after - before for before, after in pairwise(greys)]
    assert len({step > 0 for step in steps}) == 1
    assert min(map(abs, steps)) >= 6
