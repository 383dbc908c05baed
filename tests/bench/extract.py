"""A large seeded extract: hourly vitals, and of all other tables what gives every measure work."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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
    for table, rows in {"labs": _labs(ids, t0), "adt": _stays(ids, t0, draw), "assessments": _grades(ids, t0),
                        "procedures": _procedures(ids, t0)}.items():  # fmt: skip
        rows.write_csv(folder / f"{table}.csv")
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
        if name == "temperature":
            # Four days of fever, begun two to four days after the infusion.
            begun = pl.col("hour") - pl.col("phase") % 48
            wave += pl.when((begun >= 96) & (begun < 192)).then(1.7).otherwise(0.0)
        value = pl.min_horizontal(low + spread * wave, pl.lit(high)).round(decimals)
        channels.append(
            grid.select("patient_id", "time", vital=pl.lit(name), value=value.cast(pl.String).str.replace(r"\.0$", ""),
                        unit=pl.lit(None, pl.String), order="hour")
        )  # fmt: skip
    return pl.concat(channels).sort("patient_id", "order").drop("order")


BASELINE = (
    "wbc", "hemoglobin", "platelets", "sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine", "glucose",
    "calcium", "albumin", "total_protein", "alp", "alt", "ast", "bilirubin", "magnesium", "phosphorus", "crp",
    "ferritin", "ldh", "uric_acid", "fibrinogen", "pt", "ptt",
)  # fmt: skip


def _labs(ids: list[str], t0: datetime) -> pl.DataFrame:
    """The baseline the day before, then four values every morning; the ferritin of some is very high."""
    rows = [(-24, lab, 1.0) for lab in BASELINE]
    for day in range(1, 24):
        daily = {"crp": 40.0, "ferritin": 900.0 * day, "alt": 30.0, "anc": 400.0}
        rows += [(24 * day, lab, value) for lab, value in daily.items()]
    return _each(ids, t0, rows, ("lab", "value"))


def _grades(ids: list[str], t0: datetime) -> pl.DataFrame:
    rows = [(12 * n, "crs_grade", float(n % 4)) for n in range(40)] + [(24 * n, "icans_grade", 0.0) for n in range(20)]
    return _each(ids, t0, rows, ("assessment", "value"))


def _procedures(ids: list[str], t0: datetime) -> pl.DataFrame:
    kinds = ("blood_culture", "urine_culture", "chest_xray", "telemetry", "continuous_oximetry", "echocardiogram")
    return _each(ids, t0, [(30 + n, kind) for n, kind in enumerate(kinds)], ("procedure",))


def _each(ids: list[str], t0: datetime, rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pl.DataFrame:
    """The same rows (hours from T0, cells) for every patient."""
    one = pl.DataFrame(
        [(_iso(t0 + timedelta(hours=hours)), *cells) for hours, *cells in rows], schema=["time", *columns], orient="row"
    )
    return pl.DataFrame({"patient_id": ids}).join(one, how="cross")


def _stays(ids: list[str], t0: datetime, draw: random.Random) -> pl.DataFrame:
    rows = []
    for id_ in ids:
        moved = t0 + timedelta(hours=draw.randrange(24, 200))
        rows += [(id_, _iso(t0 - timedelta(days=1)), _iso(moved), "ward"), (id_, _iso(moved), None, "icu")]
    return pl.DataFrame(rows, schema=["patient_id", "in_time", "out_time", "location_type"], orient="row")


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
