"""A process that has met wrecks audits the clean extract as a new one does; and a new one answers to a wreck alike."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.corruption import kinds_bytes, kinds_columns, kinds_records
from tests.corruption.audits import audit, of_clean, write
from tests.corruption.clean import SECRETS
from tests.corruption.wreck import At
from tests.functional.extract import AS_OF, crs_audit

WRECKS = (
    (kinds_columns.dropped, "vitals", "vital", ""),
    (kinds_bytes.zipped_and_cut, "labs", "", "0.5"),
    (kinds_bytes.bytes_in_cells, "mar", "drug", "\x00"),
    (kinds_records.cell_lost, "vitals", "value", ""),
    (kinds_records.shifted_left, "mar", "", ""),
)


def test_wrecks_leave_nothing_behind_in_the_process(tmp_path: Path) -> None:
    before = of_clean.__wrapped__(0)
    for number, (kind, table, column, text) in enumerate(WRECKS):
        folder = tmp_path / str(number)
        folder.mkdir()
        audit(write(folder / "x", kind(At(table, column, text, random.Random(1), frozenset()))), folder / "r", 0)
    after = of_clean.__wrapped__(0)
    assert all(after[name].equals(before[name]) for name in before)


@pytest.mark.parametrize(("kind", "table", "column", "text"), WRECKS)
def test_a_process_of_its_own_answers_alike(tmp_path: Path, kind: object, table: str, column: str, text: str) -> None:
    assert callable(kind)
    extract = write(tmp_path / "x", kind(At(table, column, text, random.Random(1), frozenset())))
    within = audit(extract, tmp_path / "r", 0)
    done = crs_audit("run", extract, "--out", tmp_path / "s", "--as-of", AS_OF)
    assert done.returncode == within.code
    assert (tmp_path / "s").exists() == (within.code == 0)
    if within.code:
        assert (done.stdout, done.stderr) == (within.out, within.err)
    assert not re.search(SECRETS, done.stdout + done.stderr)
