"""Chromium on the sample report, opened as files, with everything it complains about or asks for written down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.report.sample import write

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def _missing(what: str) -> None:
    """Skips, or fails where CRS_AUDIT_REQUIRE_BROWSER says that these tests must run."""
    if os.environ.get("CRS_AUDIT_REQUIRE_BROWSER") == "1":
        pytest.fail(f"CRS_AUDIT_REQUIRE_BROWSER=1, but {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("the package playwright is not installed")
    path = os.environ.get("CRS_AUDIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        _missing("no Chromium was found: put one on the PATH or set CRS_AUDIT_CHROMIUM to its file")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the whole sample report."""
    return write(tmp_path_factory.mktemp("report"))


@dataclass
class Watched:
    """A page and what went wrong in it."""

    page: Any
    report: Path
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, name: str) -> Any:
        self.page.goto(f"{self.report.as_uri()}/{name}")
        return self.page


@pytest.fixture
def visit(chromium: Any, report: Path) -> Iterator[Callable[..., Watched]]:
    """Opens a fresh page with the given context options; no complaint and no request may be left at the end."""
    opened: list[tuple[Any, Watched]] = []

    def make(**options: Any) -> Watched:
        context = chromium.new_context(**options)
        page = context.new_page()
        watched = Watched(page, report)
        page.on("console", lambda message: watched.complaints.append(message.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("request", lambda request: watched.requests.append(request.url))
        opened.append((context, watched))
        return watched

    yield make
    for context, watched in opened:
        context.close()
        assert watched.complaints == []
        assert [url for url in watched.requests if not url.startswith("file:")] == []
