"""The whole of `crs-audit run`, every page drawn, on a simulated cohort; and what a patient page costs."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crs_audit.cli import app
from crs_audit.engine import work

if TYPE_CHECKING:
    from crs_audit.report.result import PageContext, PatientView

_ROUNDS = 5


def main() -> None:
    """Simulates `--infusions`, audits them as a user would, prints seconds and pages; then milliseconds of one core a
    page and its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--infusions", type=int, default=500)
    args = parser.parse_args()
    program = [sys.executable, "-m", "crs_audit"]
    with tempfile.TemporaryDirectory() as scratch:
        cohort, out = Path(scratch) / "cohort", Path(scratch) / "report"
        subprocess.run([*program, "simulate", str(cohort), "--infusions", str(args.infusions), "--quiet"], check=True)
        begun = time.perf_counter()
        subprocess.run([*program, "run", str(cohort), "--out", str(out), "--quiet"], check=True)
        seconds = time.perf_counter() - begun
        pages = len(list((out / "patients").iterdir()))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{args.infusions} infusions, {pages} pages: {seconds:.1f} s, peak {peak:,.0f} MB a process")
        each, size = page_cost(cohort, Path(scratch) / "again")
        print(f"a patient page: {each:.1f} ms of one core, {size / 1000:.0f} KB")


def page_cost(cohort: Path, out: Path) -> tuple[float, float]:
    """Milliseconds of processor time and bytes of one patient page, on average. Views are kept from a run in this
    process and drawn again; the best of some rounds counts, since others use the machine too."""
    kept: list[tuple[PatientView, PageContext]] = []
    draw = work.render_patient

    def keep(view: PatientView, context: PageContext) -> str:
        kept.append((view, context))
        return draw(view, context)

    work.render_patient = keep
    try:
        app(["run", str(cohort), "--out", str(out), "--quiet", "--jobs", "1"], standalone_mode=False)
    finally:
        work.render_patient = draw
    rounds, size = [], 0
    for _ in range(_ROUNDS):
        begun = time.process_time()
        size = sum(len(draw(view, context).encode()) for view, context in kept)
        rounds.append(time.process_time() - begun)
    return 1000 * min(rounds) / len(kept), size / len(kept)


if __name__ == "__main__":
    main()
