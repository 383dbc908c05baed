"""The profile of the sample run: what its rows look like, made up like the rest of it."""

from __future__ import annotations

from typing import Any

import polars as pl

from crs_audit.quality.checks import CHECKS
from crs_audit.quality.coverage import BY_HOUR, CELLS, COVERED
from crs_audit.quality.run import COLUMNS, FLAGS, SHARES, UNITS, VALUES, Quality
from crs_audit.quality.tally import TALLIES

NAMES = [
    ("mar", "drug", "acetaminophen", "paracetamol <script>alert('x')</script>", 90),
    ("mar", "drug", "tocilizumab", "Tocilizumab (Actemra)", 14), ("vitals", "device", None, "blender", 3),
]  # fmt: skip
VALUE_ROWS: list[tuple[Any, ...]] = [
    ("vitals", "map", 1000, 11, 1000, 0, 0, 0, 41.5, 131.0, "mmHg", 15.0, 250.0, 7),
    ("vitals", "sbp", 1000, 11, 1000, 0, 0, 2, 62.0, 171.0, "mmHg", 30.0, 300.0, 7),
    ("labs", "ferritin", 140, 12, 140, 0, 3, 0, 8.25, 10000.0, "ng/mL", 0.0, None, 0),
    ("mar", None, 12, 4, 0, 0, 0, 0, None, None, None, 0.0, None, 0),
]
UNIT_ROWS = [
    ("vitals", "map", None, 1000, "mmHg", "blank"), ("labs", "crp", "mg/dL <i>", 90, "mg/dL", "converted"),
]  # fmt: skip
FLAG_ROWS = [
    (
        "labs",
        "crp",
        "resulted_before_collected",
        "accepted",
        3,
        2,
        [{"source": 2, "row": 41}, {"source": 2, "row": 44}],
    ),
    ("vitals", "temperature", "fahrenheit_suspect", "rejected", 2, None, [{"source": 1, "row": 5}]),
    ("vitals", "spo2", "fold", "accepted", 6, 1, [{"source": 1, "row": 9}]),
    ("vitals", "sbp", "fold", "accepted", 5, 1, [{"source": 1, "row": 10}]),
]
CHECK_ROWS = [
    ("rows add up", "vitals", 20_634, 0, 0.0, 0.0, "passed"),
    ("rejected", "all", 29_206, 22, 22 / 29_206, 0.0005, "failed"),
    ("exact duplicates", "mar", 3190, 10, 10 / 3190, None, "told"),
    ("before_birth", "vitals", 0, 0, None, None, "not applicable"),
]  # fmt: skip


def looks(frames: dict[str, pl.DataFrame]) -> Quality:
    """The profile; every infusion of `frames` was charted for its first three days."""
    shares, cells = [], []
    for row in frames["infusions"].iter_rows(named=True):
        hours, followed = ((row[end] - row["t0"]).days * 24 for end in ("w", "e"))
        for name in COVERED:
            whole = (hours, followed) if name in BY_HOUR else (hours // 24, followed // 24)
            charted = min(whole[1], 18 if name in BY_HOUR else 3)
            unit = "hour" if name in BY_HOUR else "date"
            shares.append((row["infusion_id"], name, unit, whole[0], charted, whole[1], charted, whole[1] - charted,
                           charted / whole[0], charted / whole[1]))  # fmt: skip
            third = row["t0"] + (row["e"] - row["t0"]) / 3
            cells.append((row["infusion_id"], name, row["t0"], third, 1 + len(name) % 4))
    n = frames["infusions"].height
    times = [(name, "hour", at, n, n - at % n) for name in BY_HOUR for at in range(60)]
    times += [("crp", "date", at, n, n) for at in range(3)]
    columns = [("vitals", "value", 100, 97, 3, 0.97), ("vitals", "raw_unit", 100, 0, 100, 0.0)]
    return Quality(
        tables=pl.DataFrame([], schema=TALLIES["tables"].schema),
        columns=_frame(columns, COLUMNS),
        values=_frame(VALUE_ROWS, VALUES),
        units=_frame(UNIT_ROWS, UNITS),
        names=_frame(NAMES, TALLIES["names"].schema),
        flags=_frame(FLAG_ROWS, FLAGS),
        checks=_frame(CHECK_ROWS, CHECKS),
        coverage=_frame(shares, SHARES),
        over_time=_frame(times, TALLIES["charted_hours"].schema),
        cells=_frame(cells, CELLS),
        infusions_after=1,
    )


def _frame(rows: list[Any], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
