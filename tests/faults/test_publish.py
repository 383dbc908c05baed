"""A report is there whole or not at all, whatever cuts a run off."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from crs_audit import publish
from crs_audit.errors import OutputError
from tests.functional.extract import AS_OF, ROOT, crs_audit, tables, write


def _report(out: Path, text: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.json").write_text(text)


def test_the_new_report_takes_the_place_of_the_old(tmp_path: Path) -> None:
    out = tmp_path / "report"
    _report(out, "old")
    with publish.staging(out) as fresh:
        (fresh / "summary.json").write_text("new")
        assert (out / "summary.json").read_text() == "old"
    assert (out / "summary.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["report"]


def test_without_an_atomic_exchange_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    test_the_new_report_takes_the_place_of_the_old(tmp_path)


def test_a_run_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "report"
    _report(out, "old")
    with pytest.raises(ZeroDivisionError), publish.staging(out):
        raise ZeroDivisionError
    assert (out / "summary.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["report"]


def test_a_run_cut_off_between_the_two_renames_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "report"
    _report(out, "old")
    os.rename(out, tmp_path / ".report.old")
    with publish.staging(out) as fresh:
        assert (out / "summary.json").read_text() == "old"
        (fresh / "summary.json").write_text("new")
    assert (out / "summary.json").read_text() == "new"


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), publish.staging(tmp_path / "report"):
        raise OSError(28, "No space left on device")
    assert not (tmp_path / "report").exists()


def test_two_runs_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", tables())
    with FileLock(tmp_path / ".report.lock"):
        done = crs_audit("run", folder, "--out", tmp_path / "report")
    assert done.returncode == 5
    assert "another run" in done.stderr


def _files(out: Path) -> dict[Path, bytes]:
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("kill", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_killed_at_any_instant_leaves_a_whole_report(tmp_path: Path, kill: signal.Signals, code: int) -> None:
    """The old one, or from the instant of the exchange on the new one; never a mixture."""
    arguments = ["run", str(ROOT / "sample_data" / "synthetic"), "--as-of", AS_OF, "--out"]
    assert crs_audit(*arguments, tmp_path / "whole" / "report").returncode == 0
    new = _files(tmp_path / "whole" / "report")
    out = tmp_path / "report"
    assert crs_audit("run", write(tmp_path / "x", tables()), "--out", out).returncode == 0
    old = _files(out)
    killed = 0
    for delay in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        command = [sys.executable, "-m", "crs_audit", *arguments, str(out)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not list(tmp_path.glob(".report.new-*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(delay)
        process.send_signal(kill)
        if process.wait(timeout=60) == 0:
            break
        killed += 1
        found = _files(out)
        assert found in (old, new)
        # Python itself answers a signal that comes while it shuts down: all is done by then.
        assert process.returncode == code or (process.returncode == -kill and found == new)
        for left in tmp_path.glob(".report.new-*"):  # of SIGKILL; the next run would sweep it
            shutil.rmtree(left)
    assert killed, "the run was over before it could be killed even once"
