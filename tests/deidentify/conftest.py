"""Reports with names beside those without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deidentify.extracts import SAMPLES, WITH_KEY, YEAR, run_marked
from tests.functional.extract import AS_OF, ROOT, crs_audit


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The internal report of the marked extract, and the de-identified one."""
    folder = tmp_path_factory.mktemp("deidentify")
    for out, flags in (("inside", ()), ("hidden", ("--deidentify", "--period", str(YEAR)))):
        done = run_marked(folder, "--out", folder / out, "--quiet", *flags, env=WITH_KEY)
        assert done.returncode == 0, done.stderr
    return folder / "inside", folder / "hidden"


@pytest.fixture(scope="session", params=SAMPLES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A sample's internal report and its de-identified one."""
    folder = tmp_path_factory.mktemp(request.param)
    for out, flags in (("inside", ()), ("hidden", ("--deidentify",))):
        done = crs_audit("run", ROOT / "sample_data" / request.param, "--as-of", AS_OF, "--quiet",
                         "--out", folder / out, *flags, env=WITH_KEY)  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return folder / "inside", folder / "hidden"
