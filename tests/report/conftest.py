"""The sample run written once, for all tests that read its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit.report.disclosure import disclosed
from crs_audit.report.site import render_site
from tests.report.made_up_runs import Attacked, shared
from tests.report.pages import Page, written
from tests.report.sample import make, write


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the whole sample report."""
    return write(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def pages(report: Path) -> dict[str, Page]:
    return written(report)


@pytest.fixture(scope="session")
def shared_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The same run for an audience outside."""
    folder = tmp_path_factory.mktemp("shared")
    run, _ = make()
    render_site(disclosed(run, 5), folder)
    return written(folder)


@pytest.fixture(scope="session")
def attacked() -> Attacked:
    """Small runs and what is shared of them, for all tests that attack it."""
    return shared()
