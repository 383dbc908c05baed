"""Ratios of crs_audit to plain reading, pandas and DuckDB on the same extract; see README.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import crs_audit  # noqa: F401  before polars, whose allocator it sets, for every version alike
from tests.bench import straight
from tests.bench.extract import write_extract


def audit(folder: Path, score: bool = False) -> int:
    """crs_audit: read, validate, grade; with `score` every measure too."""
    from crs_audit.engine.local import run_tasks
    from crs_audit.intake.take_in import take_in
    from crs_audit.protocol.load import load_protocol
    from crs_audit.settings import load_settings
    from tests.bench.shards import ScoreTask, grade_shard, score_shard

    protocol = load_protocol()
    settings = load_settings(folder, {"timezone": "UTC"}, protocol.measures)
    with tempfile.TemporaryDirectory() as scratch:
        intake = take_in(settings, protocol, Path(scratch), lambda text: None)
        shards = intake.store.shards_of(intake.infusions)
        tasks = [
            ScoreTask(intake.store.part(number), intake.infusions.filter(shards == number), protocol, intake.facts)
            for number in range(intake.store.shards)
        ]
        return sum(run_tasks(score_shard if score else grade_shard, tasks, settings.jobs))


RUNS: dict[str, Callable[[Path], int]] = {
    "text": straight.text,
    "audit": audit,
    "score": lambda folder: audit(folder, score=True),
    "duckdb": straight.duckdb_version,
    "pandas": straight.pandas_version,
}


def _one(name: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak resident MB (of the process, not of its workers) of one run in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.speed", "--one", name, "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name} failed")
    return float(printed.split()[-1]), usage.ru_maxrss / 1024


def _timed(name: str, folder: Path) -> None:
    """Runs once on a single patient, so that no import is timed, and then on `folder`; prints the seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        write_extract(Path(scratch), 1)
        RUNS[name](Path(scratch))
    begun = time.perf_counter()
    RUNS[name](folder)
    print(time.perf_counter() - begun)


def main() -> None:
    """Writes the extract (or takes `--folder`), runs each version in turn, prints medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=list(RUNS))
    parser.add_argument("--one")
    args = parser.parse_args()
    if args.one:
        _timed(args.one, args.folder)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        rows = write_extract(folder, args.rows) if not (folder / "vitals.csv").exists() else args.rows
        print(f"{rows:,} vitals rows, {(folder / 'vitals.csv').stat().st_size / 1e6:,.0f} MB, {os.cpu_count()} cores")
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in args.only}
        for _ in range(args.repeat):
            for name in args.only:
                taken[name].append(_one(name, folder))
        seconds = {name: sorted(t for t, _ in runs)[len(runs) // 2] for name, runs in taken.items()}
        for name in args.only:
            peak = max(mb for _, mb in taken[name])
            ratio = f"{seconds[name] / seconds['text']:6.2f} × text" if "text" in seconds else ""
            print(f"{name:8} {seconds[name]:8.2f} s  peak {peak:8,.0f} MB  {ratio}")
        if {"audit", "pandas"} <= seconds.keys():
            print(f"pandas / audit = {seconds['pandas'] / seconds['audit']:.1f}")
        if {"audit", "duckdb"} <= seconds.keys():
            print(f"duckdb / audit = {seconds['duckdb'] / seconds['audit']:.1f}")
        if {"audit", "score"} <= seconds.keys():
            print(f"score / audit = {seconds['score'] / seconds['audit']:.2f}")


if __name__ == "__main__":
    main()
