"""The pages of the sample report that a browser is shown, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PAGES = ["index.html", "measures/G2-02.html", "data-quality.html", "methods.html", "dictionary.html",
         "patients/0001.html", "patients/0004.html", "patients/0006.html", "patients/0012.html"]  # fmt: skip
Visit = Callable[..., Any]
Show = Callable[..., Any]
WIDE = {"viewport": {"width": 1280, "height": 900}}
NARROW = {"viewport": {"width": 420, "height": 900}}
# What the margins of @page leave of the paper's width, at 96 dots an inch: 186 mm, 191.9 mm.
PAPERS = {"A4": 703, "Letter": 725}
