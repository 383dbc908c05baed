"""The pages of the sample report that a browser is shown, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PAGES = ["index.html", "measures/G2-02.html", "data-quality.html", "methods.html", "dictionary.html",
         "patients/0001.html", "patients/0004.html", "patients/0006.html", "patients/0012.html"]  # fmt: skip
Visit = Callable[..., Any]
