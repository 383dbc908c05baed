"""What an analyst would write in an afternoon with pandas and with DuckDB; both grade fever, pressure and oxygen."""

from __future__ import annotations

from pathlib import Path

RANGES = {
    "temperature": (30, 44), "sbp": (30, 300), "dbp": (10, 200), "map": (15, 250), "heart_rate": (1, 300),
    "respiratory_rate": (1, 100), "spo2": (30, 100), "o2_flow": (0, 100),
}  # fmt: skip


def text(folder: Path) -> int:
    """polars reads the vitals as text."""
    import polars as pl

    return pl.read_csv(folder / "vitals.csv", infer_schema=False).height


def pandas_version(folder: Path) -> int:
    """Parse, check ranges, then patient by patient: forward-fill with a limit in time, grade, count changes."""
    import pandas as pd

    vitals = pd.read_csv(folder / "vitals.csv", dtype=str)
    vitals["time"] = pd.to_datetime(vitals["time"], utc=True, errors="coerce")
    vitals["value"] = pd.to_numeric(vitals["value"], errors="coerce")
    low = vitals["vital"].map({k: v[0] for k, v in RANGES.items()})
    high = vitals["vital"].map({k: v[1] for k, v in RANGES.items()})
    vitals = vitals[vitals["time"].notna() & vitals["value"].between(low, high)].drop_duplicates()
    infusions = pd.read_csv(folder / "infusions.csv")
    infusions["infusion_time"] = pd.to_datetime(infusions["infusion_time"], utc=True)
    t0 = infusions.set_index("patient_id")["infusion_time"]
    changes = 0
    for patient, rows in vitals.groupby("patient_id"):
        wide = rows.pivot_table(index="time", columns="vital", values="value", aggfunc="max").sort_index()
        wide = wide[wide.index >= t0[patient]]
        held = {name: _held(pd, wide[name], hours) for name, hours in _CARRY.items() if name in wide}
        fever = held["temperature"] >= 38.0
        low_pressure = (held["sbp"] < 90) | (held["map"] < 65)
        flow = held["o2_flow"]
        support = (low_pressure * 2).where(~(flow > 0), 2).where(~(flow > 6), 3)
        recent = fever.rolling("24h").max() > 0
        grade = support.where(recent, 0).where(~(fever & (support == 0)), 1)
        changes += int((grade != grade.shift()).sum())
    return changes


_CARRY = {"temperature": 6, "sbp": 6, "map": 6, "o2_flow": 12}


def _held(pd, column, hours):  # type: ignore[no-untyped-def]
    known = column.dropna()
    filled = column.ffill()
    age = column.index.to_series() - pd.Series(known.index, index=known.index).reindex(column.index).ffill()
    return filled.where(age < pd.Timedelta(hours=hours))


def duckdb_version(folder: Path) -> int:
    """The same states as intervals in SQL."""
    import duckdb

    db = duckdb.connect()
    bounds = " ".join(f"WHEN '{name}' THEN v BETWEEN {low} AND {high}" for name, (low, high) in RANGES.items())
    db.execute(
        f"""
        CREATE TEMP TABLE v AS
        SELECT DISTINCT * FROM (
          SELECT patient_id, try_cast("time" AS timestamptz) AS t, vital, try_cast(value AS double) AS v
          FROM read_csv('{folder / "vitals.csv"}', all_varchar = true, header = true))
        WHERE t IS NOT NULL AND CASE vital {bounds} END;
        CREATE TEMP TABLE i AS
        SELECT patient_id, CAST(infusion_time AS timestamptz) AS t0
        FROM read_csv('{folder / "infusions.csv"}', all_varchar = true, header = true);
        """
    )
    (changes,) = db.execute(
        """
        WITH readings AS (
          SELECT patient_id, vital, t, v, lead(t) OVER (PARTITION BY patient_id, vital ORDER BY t) AS n
          FROM v JOIN i USING (patient_id)
          WHERE vital IN ('temperature', 'sbp', 'map', 'o2_flow') AND t >= t0 - INTERVAL 12 HOUR),
        states AS (
          SELECT patient_id, t AS a,
            least(coalesce(n, t + INTERVAL 30 DAY),
              t + CASE vital WHEN 'o2_flow' THEN INTERVAL 12 HOUR ELSE INTERVAL 6 HOUR END) AS b,
            (vital = 'temperature' AND v >= 38.0)::int AS fever,
            ((vital = 'sbp' AND v < 90) OR (vital = 'map' AND v < 65))::int AS hypo,
            CASE WHEN vital = 'o2_flow' AND v > 6 THEN 3 WHEN vital = 'o2_flow' AND v > 0 THEN 2 ELSE 0 END AS oxygen
          FROM readings),
        deltas AS (
          SELECT patient_id, a AS t, fever, hypo, oxygen FROM states
          UNION ALL SELECT patient_id, b, -fever, -hypo, -oxygen FROM states),
        points AS (
          SELECT patient_id, t, sum(fever) AS f, sum(hypo) AS h, sum(oxygen) AS o FROM deltas GROUP BY ALL),
        running AS (
          SELECT patient_id, t, sum(f) OVER w AS f, sum(h) OVER w AS h, sum(o) OVER w AS o
          FROM points WINDOW w AS (PARTITION BY patient_id ORDER BY t ROWS UNBOUNDED PRECEDING)),
        memory AS (
          SELECT *, max(CASE WHEN f > 0 THEN t END)
            OVER (PARTITION BY patient_id ORDER BY t ROWS UNBOUNDED PRECEDING) AS last
          FROM running),
        graded AS (
          SELECT patient_id, t, CASE WHEN f > 0 OR last > t - INTERVAL 24 HOUR
            THEN greatest(CASE WHEN f > 0 THEN 1 ELSE 0 END, CASE WHEN h > 0 THEN 2 ELSE 0 END, o) ELSE 0 END AS grade
          FROM memory)
        SELECT count(*) FROM (
          SELECT grade, lag(grade) OVER (PARTITION BY patient_id ORDER BY t) AS before FROM graded)
        WHERE grade IS DISTINCT FROM before
        """
    ).fetchone()
    return int(changes)
