"""Wrecked columns: `columns.csv` says what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corruption import kinds_columns
from tests.corruption.case import Answer, cases, check, wrecked


@pytest.mark.parametrize(("answer", "seed"), list(cases("columns")))
def test_columns(answer: Answer, seed: int, tmp_path: Path) -> None:
    check(answer, wrecked(answer, seed, kinds_columns), tmp_path)
