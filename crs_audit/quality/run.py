"""The shards' parts, the rejects and the row accounting → the profile of a run, as its pages and tables show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from crs_audit.intake import plausible, units
from crs_audit.intake.rejects import FAHRENHEIT_SUSPECT, IMPLAUSIBLE
from crs_audit.quality.checks import CHECKS, checks
from crs_audit.quality.coverage import CELLS, COVERAGE
from crs_audit.quality.tally import COUNT, FLAG_PLACES, TALLIES, TEXT
from crs_audit.tables import Facts

FAHRENHEIT = "fahrenheit_suspect"
CANONICAL, CONVERTED, BLANK, UNUSED = "canonical", "converted", "blank", "not used"
"""How a unit was read: as the canonical one; by a factor; there was none; as it stands, no number was made of it."""

VALUES: dict[str, Any] = {
    **TALLIES["values"].schema, "unit": TEXT, "low": pl.Float64(), "high": pl.Float64(), "rejected_outside": COUNT,
}  # fmt: skip
UNITS: dict[str, Any] = {**TALLIES["units"].schema, "read_as": TEXT, "reading": TEXT}
COLUMNS: dict[str, Any] = {**TALLIES["columns"].schema, "blank": COUNT, "share": pl.Float64()}
FLAGS: dict[str, Any] = {
    **TALLIES["flags"].keys, "standing": TEXT, "rows": COUNT, "patients": COUNT,
    "places": pl.List(pl.Struct({"source": pl.UInt16, "row": pl.UInt32})),
}  # fmt: skip
SHARES: dict[str, Any] = {**COVERAGE, "share": pl.Float64(), "share_followed": pl.Float64()}

_SCHEMAS: dict[str, dict[str, Any]] = {
    "tables": TALLIES["tables"].schema, "columns": COLUMNS, "values": VALUES, "units": UNITS,
    "names": TALLIES["names"].schema, "flags": FLAGS, "checks": CHECKS, "coverage": SHARES,
    "over_time": TALLIES["charted_hours"].schema, "cells": CELLS,
}  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """What the rows of a run look like.

    tables, names: as `TALLIES`. columns: COLUMNS. values: VALUES, `unit` of min and max, `low` and `high` being what is
    plausible. units: UNITS. flags: FLAGS, `standing` accepted or rejected, `places` the first. checks: CHECKS.
    coverage: SHARES, `share` of the window, `share_followed` up to the end of follow-up. over_time:
    TALLIES["charted_hours"]. cells: CELLS of the infusions that are drawn.
    """

    tables: pl.DataFrame
    columns: pl.DataFrame
    values: pl.DataFrame
    units: pl.DataFrame
    names: pl.DataFrame
    flags: pl.DataFrame
    checks: pl.DataFrame
    coverage: pl.DataFrame
    over_time: pl.DataFrame
    cells: pl.DataFrame
    infusions_after: int
    """Infusions later than the time of the run."""

    @classmethod
    def empty(cls) -> Quality:
        """That of no rows."""
        frames = {name: pl.DataFrame(schema=schema) for name, schema in _SCHEMAS.items()}
        return cls(**frames, infusions_after=0)


def quality(
    parts: Mapping[str, Sequence[pl.DataFrame]],
    rejects: pl.DataFrame,
    accounting: pl.DataFrame,
    facts: Facts,
    infusions_after: int,
    max_rejected: float | None,
) -> Quality:
    """parts: `shard.PARTS`, each as the shards left it. accounting: table, read, accepted, rejected, duplicates."""
    whole = {name: tally.combined(parts[name]) for name, tally in TALLIES.items()}
    values = _values(whole["values"], rejects)
    read = _units(whole["units"], facts.units)
    flags = flagged(whole["flags"], parts["places"], rejects)
    return Quality(
        tables=whole["tables"],
        columns=whole["columns"].with_columns(blank=pl.col("rows") - pl.col("filled"), share=_share("filled", "rows")),
        values=values,
        units=read,
        names=whole["names"],
        flags=flags,
        checks=checks(accounting, values, read, flags, whole["looked"], max_rejected),
        coverage=pl.concat([pl.DataFrame(schema=COVERAGE), *parts["coverage"]])
        .sort("infusion_id", maintain_order=True)
        .with_columns(share=_share("charted", "window"), share_followed=_share("charted_followed", "followed")),
        over_time=whole["charted_hours"],
        cells=pl.concat([pl.DataFrame(schema=CELLS), *parts["cells"]]).sort("infusion_id", "name", "start"),
        infusions_after=infusions_after,
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def _values(counted: pl.DataFrame, rejects: pl.DataFrame) -> pl.DataFrame:
    outside = rejects.filter(pl.col("reason") == IMPLAUSIBLE)
    named = pl.coalesce("name", pl.when(pl.col("table") == "infusions").then("column"))
    outside = outside.group_by("table", name=named).agg(rejected_outside=pl.len().cast(pl.UInt64))
    # What every row of was rejected has no accepted row to be counted by.
    lost = outside.filter(pl.col("name").is_not_null()).join(
        counted, on=["table", "name"], how="anti", nulls_equal=True
    )
    every = pl.concat([counted, TALLIES["values"].of(lost.drop("rejected_outside"))])
    bands = [_band(table, name) for table, name in every.select("table", "name").iter_rows()]
    schema = {"unit": pl.String, "low": pl.Float64, "high": pl.Float64}
    beside = pl.DataFrame(bands, schema=schema, orient="row")
    return (
        pl.concat([every, beside], how="horizontal")
        .join(outside, on=["table", "name"], how="left", nulls_equal=True)
        .with_columns(pl.col("rejected_outside").fill_null(0))
        .sort("table", "name")
    )


def _band(table: str, name: str | None) -> tuple[str | None, float | None, float | None]:
    """Unit, lowest and highest plausible value of what a row is of."""
    from crs_audit.vocabulary.match import concepts_of

    of_table = plausible.bands().get(table, {})
    if table == "mar":
        unit = None if name is None else "mL" if name in concepts_of("crystalloid") else "mg"
        return unit, of_table["dose"].get("low"), None
    band = of_table.get(name, of_table if "reason" in of_table else {})
    canonical = units.known_units(table, name or "") if table in ("vitals", "labs") else {}
    unit = next((unit for unit, _, _ in canonical.values()), None)
    return unit if canonical else band.get("unit"), band.get("low"), band.get("high")


def _units(counted: pl.DataFrame, declared: Mapping[str, str]) -> pl.DataFrame:
    keys = counted.select("table", "name", "unit").iter_rows()
    read = [_read(table, name, unit, declared) for table, name, unit in keys]
    schema = {"read_as": pl.String, "reading": pl.String}
    return pl.concat([counted, pl.DataFrame(read, schema=schema, orient="row")], how="horizontal")


def _read(table: str, name: str | None, unit: str | None, declared: Mapping[str, str]) -> tuple[str | None, str]:
    """The unit a text was read as, and how."""
    if table == "mar":
        return _read_dose(unit, declared.get("dose"))
    known = units.known_units(table, name or "")
    text = unit or declared.get(name or "")
    canonical = next((unit for unit, _, _ in known.values()), None)
    if not known or text is None:
        return canonical, UNUSED if not known and unit else BLANK
    read_as, factor, offset = known.get(units.normalised(text), (None, 1.0, 0.0))
    return read_as, BLANK if unit is None else CANONICAL if (factor, offset) == (1.0, 0.0) else CONVERTED


def _read_dose(unit: str | None, declared: str | None) -> tuple[str | None, str]:
    _, read_as, factor, kind = units.dose_conversions(pl.Series([unit], dtype=pl.String), declared).row(0)
    if unit is None:
        return read_as, BLANK
    return (read_as, CANONICAL if factor == 1 else CONVERTED) if kind else (None, UNUSED)


def flagged(counted: pl.DataFrame, places: Sequence[pl.DataFrame], rejects: pl.DataFrame) -> pl.DataFrame:
    """Flags of accepted rows and, of rejected ones, the suspects of °F: table, name, flag, standing, rows, patients
    (null where the rows were rejected), places. Sorted by flag, table and name."""
    first = FLAG_PLACES.combined(places)
    hot = rejects.filter(pl.col("reason") == FAHRENHEIT_SUSPECT).with_columns(flag=pl.lit(FAHRENHEIT))
    keys = list(FLAG_PLACES.keys)
    fahrenheit = hot.group_by(keys).agg(rows=pl.len().cast(pl.UInt64), patients=pl.lit(None, pl.UInt64))
    every = pl.concat([first, FLAG_PLACES.combined([hot])])
    listed = every.group_by(keys, maintain_order=True).agg(places=pl.struct("source", "row"))
    both = [
        frame.with_columns(standing=pl.lit(standing))
        for frame, standing in ((counted, "accepted"), (fahrenheit, "rejected"))
    ]
    found = pl.concat(both).join(listed, on=keys, how="left", nulls_equal=True)
    return found.select(*keys, "standing", "rows", "patients", "places").sort("flag", "table", "name", "standing")
