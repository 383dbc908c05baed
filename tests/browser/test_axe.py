"""Every kind of page under axe-core: WCAG 2.2 A and AA and axe's best practices, nothing left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import missing
from tests.browser.kinds import KINDS
from tests.browser.pages import NARROW, WIDE, Show

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""All that the colour scheme can change."""
ONE_OF_EACH = [
    "index", "shared index", "measure of episodes, with its course", "measure that only informs, with its spread",
    "patient with an episode", "data quality", "methods", "dictionary", "trend", "compare", "concordance",
]  # fmt: skip
"""A page of each template: width and colours change nothing that the others have beside."""
ALIKE = "document.querySelectorAll('tbody').forEach((t) => [...t.rows].slice(20).forEach((row) => row.remove()))"
"""Rows beyond the twentieth of a table are as those before them; axe takes half a minute for them."""


def violations(page: Any, **only: Any) -> list[str]:
    """A line for each rule broken. axe comes in by the debugger's protocol, which no policy of a page binds: the pages
    are tested with theirs in force."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("the package axe-playwright-python is not installed")
    page.evaluate(ALIKE)
    found = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response
    assert len(found["passes"]) > (0 if only["type"] == "rule" else 15)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_is_broken(show: Show, kind: str) -> None:
    assert violations(show(kind, **WIDE), type="tag", values=TAGS) == []


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_no_rule_is_broken_on_a_phone(show: Show, kind: str) -> None:
    assert violations(show(kind, **NARROW), type="tag", values=TAGS) == []


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_no_rule_is_broken_in_the_dark(show: Show, kind: str) -> None:
    assert violations(show(kind, color_scheme="dark", **WIDE), type="rule", values=COLOURS) == []
