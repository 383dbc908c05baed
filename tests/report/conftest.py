"""The sample run written once, for all tests that read its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crs_audit.report.site import render_site
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
    """The same run for an audience outside, one measure's counts withheld."""
    folder = tmp_path_factory.mktemp("shared")
    run, _ = make()
    first = run.measures[0]
    withheld = replace(first, met=None, not_met=None, amber=None, rate=None, low=None, high=None, opportunities=None,
                       bound_low=None, bound_high=None, interval_met=None, interval_of=None, infusions=None,
                       excluded=tuple((why, None) for why, _ in first.excluded))  # fmt: skip
    render_site(replace(run, audience="share", suppress_below=5, measures=(withheld, *run.measures[1:])), folder)
    return written(folder)
