"""The folder of a run's rows is gone, whatever ended the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_audit import scratch


def test_it_is_new_private_and_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch.tempfile, "gettempdir", lambda: str(tmp_path))
    with scratch.scratch_folder() as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "rows.arrow").write_bytes(b"row")
    assert not any(tmp_path.iterdir())


def test_a_signal_while_it_is_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the handler of SIGTERM ran right after the folder was made."""
    monkeypatch.setattr(scratch.tempfile, "gettempdir", lambda: str(tmp_path))
    made = Path.mkdir

    def interrupted(self: Path, mode: int = 0o777) -> None:
        made(self, mode)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt), scratch.scratch_folder():
        raise AssertionError("never entered")
    assert not any(tmp_path.iterdir())
