"""Peak memory of a whole run against the size of its input: it is to stay level while the input grows."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.extract import write_extract


def main() -> None:
    """Audits extracts of each of `--rows` vitals rows; prints the main process's peak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 20_000_000])
    args = parser.parse_args()
    for rows in args.rows:
        with tempfile.TemporaryDirectory() as scratch:
            folder, out = Path(scratch) / "extract", Path(scratch) / "report"
            written = write_extract(folder, rows)
            command = [sys.executable, "-m", "crs_audit", "run", str(folder), "--out", str(out), "--quiet"]
            process = subprocess.Popen(command)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                raise SystemExit(f"the run failed: {status}")
            print(f"{written:>12,} rows: peak {usage.ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
