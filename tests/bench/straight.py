"""What an analyst would write with pandas and with DuckDB. Both grade fever, pressure and oxygen; pandas, patient by
patient, gets as far as timeline rows with drivers and episodes, DuckDB counts the changes of the grade."""

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
    """Parse with a reason for every refused row, then patient by patient: hold each channel, the artefact rule, oxygen,
    grade, clusters and episodes, timeline rows with their drivers. Returns the timeline rows."""
    import pandas as pd

    vitals = pd.read_csv(folder / "vitals.csv", dtype=str)
    vitals["row"] = range(2, len(vitals) + 2)
    vitals = vitals.drop_duplicates(["patient_id", "time", "vital", "value", "unit"])
    vitals["at"] = pd.to_datetime(vitals["time"], utc=True, errors="coerce")
    vitals["number"] = pd.to_numeric(vitals["value"], errors="coerce")
    low = vitals["vital"].map({name: bounds[0] for name, bounds in RANGES.items()})
    high = vitals["vital"].map({name: bounds[1] for name, bounds in RANGES.items()})
    reason = pd.Series(None, index=vitals.index, dtype=object)
    reason[~vitals["number"].between(low, high)] = "outside plausible range"
    reason[vitals["number"].isna()] = "not a number"
    reason[vitals["at"].isna()] = "not a time"
    accepted = vitals[reason.isna()]
    infusions = pd.read_csv(folder / "infusions.csv")
    infusions["t0"] = pd.to_datetime(infusions["infusion_time"], utc=True)
    t0 = infusions.set_index("patient_id")["t0"]
    timelines = [_patient(pd, rows, t0[patient]) for patient, rows in accepted.groupby("patient_id")]
    timeline = pd.concat(timelines)
    episodes = timeline[timeline["grade"] > 0].groupby(["patient_id", "cluster"])
    episodes.agg(onset=("start", "min"), end=("end", "max"), max_grade=("grade", "max"))
    return len(timeline)


_CARRY = {"temperature": 6, "sbp": 6, "map": 6, "o2_flow": 12}
_LOW = {"sbp": 90, "map": 65}


# pandas is imported where it is measured, so its module and frames have no type here.
def _patient(pd, rows, t0):  # type: ignore[no-untyped-def]
    rows = rows.assign(at=rows["at"].dt.as_unit("us"))
    rows = rows[(rows["at"] >= t0 - pd.Timedelta("12h")) & (rows["at"] < t0 + pd.Timedelta("30D"))]
    pieces, marks = [], [t0, t0 + pd.Timedelta("30D")]
    for name, hours in _CARRY.items():
        channel = rows[rows["vital"] == name].groupby("at")["number"]
        held = (channel.min() if name in _LOW else channel.max()).rename("value").reset_index()
        following = held["at"].shift(-1)
        held["end"] = following.fillna(t0 + pd.Timedelta("90D")).clip(upper=held["at"] + pd.Timedelta(hours=hours))
        if name in _LOW:
            soon = following - held["at"] <= pd.Timedelta("60min")
            refuted = (held["value"] < _LOW[name]) & soon & (held["value"].shift(-1) >= _LOW[name])
            held["value"] = held["value"].mask(refuted, _LOW[name])
        pieces.append((name, held))
        marks += [*held["at"], *held["end"]]
    grid = pd.DataFrame({"start": pd.Series(marks).drop_duplicates().sort_values().dt.as_unit("us")})
    grid = grid[(grid["start"] >= t0) & (grid["start"] <= t0 + pd.Timedelta("30D"))]
    for name, held in pieces:
        grid = pd.merge_asof(
            grid, held.rename(columns={"value": name, "end": f"{name}_end"}), left_on="start", right_on="at"
        )
        grid[name] = grid[name].where(grid["start"] < grid[f"{name}_end"])
        grid = grid.drop(columns=["at", f"{name}_end"])
    grid["end"] = grid["start"].shift(-1)
    grid = grid[:-1]
    fever = grid["temperature"].round(1) >= 38.0
    hypotension = (grid["sbp"] < 90) | (grid["map"] < 65)
    oxygen = pd.Series(0, index=grid.index).mask(grid["o2_flow"] > 0, 2).mask(grid["o2_flow"] > 6, 3)
    support = oxygen.where(oxygen > 2, oxygen.mask(hypotension, 2))
    candidate = fever | (support >= 2)
    before = grid["end"].where(candidate).ffill().shift(1)
    grid["cluster"] = (candidate & ~(grid["start"] - before < pd.Timedelta("24h"))).cumsum()
    last_fever = grid["end"].where(fever).groupby(grid["cluster"]).ffill()
    recent = fever | (grid["start"] - last_fever < pd.Timedelta("24h"))
    grid["grade"] = support.where(recent, 0).mask(fever & (support == 0), 1)
    grid["observed"] = grid["temperature"].notna() & (grid["sbp"].notna() | grid["map"].notna())
    flow = grid["o2_flow"].where(oxygen > 0)
    grid["drivers"] = [
        "; ".join(part for part in ("fever" * f, "hypotension" * h, f"oxygen={x:g}" if x == x else "") if part)
        for f, h, x in zip(fever, hypotension, flow, strict=True)
    ]
    shown = grid[["grade", "observed", "drivers"]]
    run = (shown != shown.shift()).any(axis=1).cumsum()
    rows_ = grid.groupby(run).agg(
        start=("start", "first"), end=("end", "last"), grade=("grade", "first"), observed=("observed", "first"),
        drivers=("drivers", "first"), cluster=("cluster", "first"),
    )  # fmt: skip
    return rows_.assign(patient_id=rows["patient_id"].iloc[0] if len(rows) else None)


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
