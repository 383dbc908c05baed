"""A large seeded extract: hourly vitals, daily labs, a few vasopressor rows."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

HOURS = 24 * 28
CHANNELS = {
    "temperature": (36.2, 1.1, 39.9, 1),
    "sbp": (84.0, 40.0, 190.0, 0),
    "dbp": (45.0, 30.0, 110.0, 0),
    "map": (60.0, 28.0, 130.0, 0),
    "heart_rate": (60.0, 45.0, 180.0, 0),
    "respiratory_rate": (12.0, 12.0, 40.0, 0),
    "spo2": (91.0, 8.0, 100.0, 0),
    "o2_flow": (0.0, 3.0, 15.0, 0),
}
"""lowest, spread, highest, decimals of each channel's values."""

START = datetime(2025, 1, 1, tzinfo=UTC)


def write_extract(folder: Path, rows: int, seed: int = 1) -> int:
    """Writes about `rows` vitals rows (whole patients) into `folder`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    per_patient = HOURS * len(CHANNELS)
    patients = max(1, rows // per_patient)
    draw = random.Random(seed)
    with (folder / "vitals.csv").open("wb") as file:
        for first in range(0, patients, 100):
            block = _vitals(range(first, min(first + 100, patients)), draw)
            block.write_csv(file, include_header=first == 0)
    ids = [f"B{number:06d}" for number in range(patients)]
    t0 = START + timedelta(days=2)
    pl.DataFrame({"patient_id": ids, "infusion_time": [_iso(t0)] * patients, "product": ["axi-cel"] * patients,
                  "weight_kg": [80] * patients}).write_csv(folder / "infusions.csv")  # fmt: skip
    pl.DataFrame({"patient_id": ids, "time": [_iso(t0)] * patients, "lab": ["crp"] * patients,
                  "value": ["12"] * patients, "unit": ["mg/L"] * patients}).write_csv(folder / "labs.csv")  # fmt: skip
    _mar(ids, t0, draw).write_csv(folder / "mar.csv")
    return patients * per_patient


def _vitals(numbers: range, draw: random.Random) -> pl.DataFrame:
    times = pl.DataFrame({"hour": range(HOURS)}).select(
        time=(pl.lit(START) + pl.duration(hours="hour", minutes=pl.col("hour") * 7 % 20)).dt.to_string(
            "%Y-%m-%dT%H:%M:%SZ"
        ),
        hour="hour",
    )
    patients = pl.DataFrame(
        {"patient_id": [f"B{n:06d}" for n in numbers], "phase": [draw.randrange(997) for _ in numbers]}
    )
    grid = patients.join(times, how="cross")
    channels = []
    for k, (name, (low, spread, high, decimals)) in enumerate(CHANNELS.items()):
        wave = ((pl.col("hour") * (7 + k) + pl.col("phase") * (3 + k)) % 101) / 100
        value = pl.min_horizontal(low + spread * wave, pl.lit(high)).round(decimals)
        channels.append(
            grid.select("patient_id", "time", vital=pl.lit(name), value=value.cast(pl.String).str.replace(r"\.0$", ""),
                        unit=pl.lit(None, pl.String), order="hour")
        )  # fmt: skip
    return pl.concat(channels).sort("patient_id", "order").drop("order")


def _mar(ids: list[str], t0: datetime, draw: random.Random) -> pl.DataFrame:
    rows = []
    for id_ in ids:
        start = t0 + timedelta(hours=draw.randrange(24, 200))
        rows += [
            (id_, start, "Norepinephrine 8 mg/250 mL", "New Bag", None, None, "IV", "5", "mcg/min"),
            (
                id_,
                start + timedelta(hours=5),
                "Norepinephrine 8 mg/250 mL",
                "Rate Change",
                None,
                None,
                "IV",
                "3",
                "mcg/min",
            ),
            (
                id_,
                start + timedelta(hours=9),
                "Norepinephrine 8 mg/250 mL",
                "Stopped",
                None,
                None,
                "IV",
                "0",
                "mcg/min",
            ),
            (id_, start - timedelta(hours=4), "Tocilizumab (Actemra)", "Given", "640", "mg", "IV", None, None),
            (id_, start + timedelta(hours=1), "Dexamethasone", "Given", "10", "mg", "IV", None, None),
        ]
    columns = ["patient_id", "time", "drug", "action", "dose", "dose_unit", "route", "rate", "rate_unit"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).with_columns(
        pl.col("time").dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
