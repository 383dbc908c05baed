"""Chromium on the sample report, opened as files, with everything it complains about or asks for written down."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.kinds import KINDS, write_kinds
from tests.report.sample import write

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def missing(what: str) -> None:
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
        missing("the package playwright is not installed")
    path = os.environ.get("CRS_AUDIT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing("no Chromium was found: put one on the PATH or set CRS_AUDIT_CHROMIUM to its file")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the whole sample report."""
    return write(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a page of every kind, as the commands write them."""
    return write_kinds(tmp_path_factory.mktemp("kinds"))


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


@pytest.fixture
def show(visit: Callable[..., Watched], kinds: Path) -> Callable[..., Any]:
    """Shows the page of a kind with everything folded opened, in a context with the given options."""

    def make(kind: str, **options: Any) -> Any:
        page = visit(**options).page
        page.goto(f"{kinds.as_uri()}/{KINDS[kind]}")
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        return page

    return make
