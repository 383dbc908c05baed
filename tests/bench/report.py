"""The whole of `crs-audit run`, every page drawn, on a simulated cohort."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Simulates `--infusions`, audits them as a user would, prints seconds and pages."""
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


if __name__ == "__main__":
    main()
