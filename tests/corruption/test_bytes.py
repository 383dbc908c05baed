"""Wrecked bytes: `bytes.csv` says what comes of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corruption import kinds_bytes
from tests.corruption.case import Answer, cases, check, wrecked


@pytest.mark.parametrize(("answer", "seed"), list(cases("bytes")))
def test_bytes(answer: Answer, seed: int, tmp_path: Path) -> None:
    check(answer, wrecked(answer, seed, kinds_bytes), tmp_path)
