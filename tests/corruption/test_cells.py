"""Wrecked cells: `cells.csv` says what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corruption import kinds_cells
from tests.corruption.case import Answer, cases, check, wrecked


@pytest.mark.parametrize(("answer", "seed"), list(cases("cells")))
def test_cells(answer: Answer, seed: int, tmp_path: Path) -> None:
    check(answer, wrecked(answer, seed, kinds_cells), tmp_path)
