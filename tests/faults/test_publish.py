"""A report is there whole or not at all, whatever cuts a run off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from crs_audit import publish
from crs_audit.errors import OutputError
from tests.functional.extract import ROOT, crs_audit, tables, write


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


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("kill", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_killed_at_any_instant_leaves_the_old_report(tmp_path: Path, kill: signal.Signals, code: int) -> None:
    folder = write(tmp_path / "x", tables())
    out = tmp_path / "report"
    assert crs_audit("run", folder, "--out", out, "--as-of", "2020-01-01").returncode == 0
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "crs_audit", "run", str(ROOT / "sample_data" / "synthetic"), "--out", str(out)]
    for delay in (0.6, 1.0, 1.4, 1.8, 2.2):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        if process.poll() is not None:
            break
        process.send_signal(kill)
        if process.wait(timeout=60) == 0:
            break
        assert process.returncode == code
        after = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert after == before
    else:
        return
    assert delay > 0.6, "the run was over before it could be killed even once"
