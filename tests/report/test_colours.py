"""Contrast (WCAG 2.1, AA) of the style sheet's colours, in light, dark and print, and their order in grey."""

from __future__ import annotations

import re

import pytest

from crs_audit.report.environment import asset

TEXT = [
    ("ink", "paper"), ("ink", "wash"), ("soft", "paper"), ("soft", "wash"), ("link", "paper"), ("link", "wash"),
    ("met", "met-bg"), ("paper", "not"), ("late", "late-bg"), ("ink", "late-bg"), ("unk", "unk-bg"), ("exc", "exc-bg"),
    ("not", "paper"), ("met", "paper"), ("unk", "paper"), ("g1t", "g1"), ("g2t", "g2"), ("g3t", "g3"), ("g4t", "g4"),
    ("oxt", "ox"), ("vpt", "vp"), ("icut", "icu"), ("ink", "ward"), ("ink", "mark"),
    ("c1t", "c1"), ("c2t", "c2"), ("c3t", "c3"), ("c4t", "c4"),
]  # fmt: skip
MARKS = ["temp", "sbp", "map", "vp", "toci", "ster", "other", "gm"]
MODES = ("light", "dark", "print")


def palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", asset("style.css"), re.DOTALL)
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


@pytest.mark.parametrize("mode", ["light", "print"])
def test_grades_darken_in_grey(mode: str) -> None:
    colours = palettes()[mode]
    greys = [luminance(colours[f"g{k}"]) for k in (1, 2, 3, 4)]
    # Grades 1 and 2 are nearly as light: height and number tell them apart.
    assert greys[1] > greys[2] > greys[3]
    assert greys[0] > greys[2]
