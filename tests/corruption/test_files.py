"""Wrecked files: `files.csv` says what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corruption import kinds_files
from tests.corruption.case import Answer, cases, check, wrecked


@pytest.mark.parametrize(("answer", "seed"), list(cases("files")))
def test_files(answer: Answer, seed: int, tmp_path: Path) -> None:
    check(answer, wrecked(answer, seed, kinds_files), tmp_path)
