"""Rows that were accepted and look wrong: counted with the flags intake gave, kept as they are, changing no verdict.

A time before birth or after the run, a result before its collection and a weight that looks like pounds need more than
the row itself to be seen, and are looked for here; everything else intake has flagged already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from crs_audit.flags import NOT_TOLD
from crs_audit.intake import plausible, units
from crs_audit.local_dates import date_of
from crs_audit.protocol.load import Protocol
from crs_audit.quality.profile import PerPatient
from crs_audit.quality.tally import FLAG_PLACES, TALLIES
from crs_audit.tables import NAMED_BY, TIMED_BY, Facts

RESULTED = "resulted_before_collected"
FUTURE = "future"
BEFORE_BIRTH = "before_birth"
POUNDS = "weight_lb_suspect"

_FLAGGED = {
    "table": pl.String(), "name": pl.String(), "flag": pl.String(), "patient_id": pl.String(), "source": pl.UInt16(),
    "row": pl.UInt32(),
}  # fmt: skip


@dataclass(frozen=True)
class RunClock:
    """The time of the run, and how many infusions of the extract lie after it: dates that were shifted to protect
    patients mostly do."""

    as_of: datetime
    infusions_after: int

    @classmethod
    def of(cls, infusions: pl.DataFrame, as_of: datetime) -> RunClock:
        return cls(as_of, infusions.filter(pl.col("t0") > as_of).height)


@dataclass(frozen=True)
class Rows:
    """The accepted rows of some patients, all of each: by table, and counted (`profile.per_patient`).

    infusions: all of these patients, of the infusions table or not, each with `w`, the end of its window.
    """

    frames: Mapping[str, pl.DataFrame]
    counted: PerPatient
    infusions: pl.DataFrame


def suspects(
    rows: Rows, clock: RunClock, facts: Facts, protocol: Protocol
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The frames `flags` and `looked` of TALLIES, and FLAG_PLACES."""
    found: list[pl.DataFrame] = list(_of_intake(rows.frames))
    looked: list[tuple[str, str, int]] = []
    for flag, table, flagged, number in (
        *_resulted(rows, facts),
        *_future(rows, clock),
        *_before_birth(rows),
        *_pounds(rows, facts, protocol),
    ):
        looked.append((flag, table, number))
        if flagged.height:
            found.append(_flagged(table, flagged, flag))
    every = pl.concat([pl.DataFrame(schema=_FLAGGED), *found])
    keys = ["table", "name", "flag"]
    counts = every.group_by(keys).agg(rows=pl.len(), patients=pl.col("patient_id").n_unique())
    numbers = pl.DataFrame(looked, schema={"flag": pl.String, "table": pl.String, "rows": pl.UInt64}, orient="row")
    return (
        TALLIES["flags"].combined([TALLIES["flags"].of(counts)]),
        TALLIES["looked"].combined([numbers]),
        FLAG_PLACES.combined([every]),
    )


Suspect = tuple[str, str, pl.DataFrame, int]
"""flag, table, the flagged rows of its frame, the number of rows that were looked at."""


def _flagged(table: str, rows: pl.DataFrame, flag: str | pl.Expr) -> pl.DataFrame:
    name = pl.col(NAMED_BY[table]).cast(pl.String) if table in NAMED_BY else pl.lit(None, pl.String)
    word = pl.lit(flag) if isinstance(flag, str) else flag
    return rows.select("patient_id", "source", "row", table=pl.lit(table), name=name, flag=word).select(_FLAGGED.keys())


def _of_intake(frames: Mapping[str, pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for table, frame in frames.items():
        if frame.get_column("flags").null_count() < frame.height:
            marked = frame.filter(pl.col("flags").is_not_null())
            words = marked.with_columns(pl.col("flags").str.split(",")).explode("flags")
            words = words.filter(~pl.col("flags").is_in(NOT_TOLD))
            yield _flagged(table, words, pl.col("flags"))


def _resulted(rows: Rows, facts: Facts) -> Iterator[Suspect]:
    labs = rows.frames.get("labs")
    if labs is None:
        return
    early = labs.filter(pl.col("result_time") < pl.col("time"))
    # A midnight of the same date may be a result that has a date only: it says nothing about the order.
    local = pl.col("result_time").dt.convert_time_zone(facts.timezone)
    same_date = date_of(pl.col("time"), facts.timezone) == local.dt.date()
    early = early.filter(~(same_date & (local.dt.time() == pl.time(0, 0))))
    yield RESULTED, "labs", early, labs.height - labs.get_column("result_time").null_count()


def _future(rows: Rows, clock: RunClock) -> Iterator[Suspect]:
    """Patients with an infusion after the run have shifted dates; so have, then, those without an infusion."""
    shifted = rows.infusions.filter(pl.col("t0") > clock.as_of).get_column("patient_id").unique()
    known = rows.infusions.get_column("patient_id").unique()
    for table, counted in rows.counted.items():
        judged = counted.filter(~pl.col("patient_id").is_in(shifted.implode()))
        if clock.infusions_after:
            judged = judged.filter(pl.col("patient_id").is_in(known.implode()))
        time = pl.col(TIMED_BY[table])
        late = judged.filter(pl.col("latest") > clock.as_of).select("patient_id").unique()
        yield FUTURE, table, _rows_of(rows.frames[table], late, time > clock.as_of), int(judged["rows"].sum())


def _before_birth(rows: Rows) -> Iterator[Suspect]:
    born = rows.infusions.drop_nulls("birth_date").group_by("patient_id").agg(born=pl.col("birth_date").min())
    for table, counted in rows.counted.items():
        if table == "infusions":
            continue  # an infusion before birth is rejected for its age
        judged = counted.join(born, on="patient_id")
        early = judged.filter(pl.col("earliest") < pl.col("born")).select("patient_id", "born").unique()
        flagged = _rows_of(rows.frames[table], early, pl.col(TIMED_BY[table]) < pl.col("born"))
        yield BEFORE_BIRTH, table, flagged, int(judged["rows"].sum())


def _rows_of(frame: pl.DataFrame, patients: pl.DataFrame, where: pl.Expr) -> pl.DataFrame:
    """Rows of `patients` (a frame of one row each) that fulfil `where`; mostly there is none, and nothing is read."""
    return frame.join(patients, on="patient_id").filter(where) if patients.height else frame.clear()


def _pounds(rows: Rows, facts: Facts, protocol: Protocol) -> Iterator[Suspect]:
    """Weights charted as kg, or without unit, beside the other weights of one infusion: its own, and those from
    `window.history` before it to the end of its window."""
    vitals = rows.frames.get("vitals")
    charted = (vitals if vitals is not None else pl.DataFrame(schema=_WEIGHT)).filter(pl.col("vital") == "weight")
    own = rows.infusions.with_row_index("at").filter(pl.col("weight_kg").is_not_null() & (pl.col("weight_kg") > 0))
    windows = rows.infusions.with_row_index("at").select("at", "patient_id", "t0", "w")
    history = protocol.span("window.history")
    near = charted.select(
        "patient_id", "time", "value", "source", "row", kg=_as_kg(charted, facts.units.get("weight"))
    ).join(windows, on="patient_id")
    near = near.filter((pl.col("time") >= pl.col("t0") - history) & (pl.col("time") < pl.col("w")))
    in_kg = facts.units.get("weight_kg") is None or _reads_as_kg(facts.units["weight_kg"])
    weights = pl.concat(
        [
            near.select("at", "value", "source", "row", "kg", of=pl.lit("vitals")),
            own.select("at", "source", "row", value="weight_kg", kg=pl.lit(in_kg), of=pl.lit("infusions")).select(
                "at", "value", "source", "row", "kg", "of"
            ),
        ]
    )
    several = weights.filter(pl.len().over("at") > 1, "kg")
    keys = several.filter(_like_pounds(several, weights)).select("of", "source", "row").unique()
    compared = several.select("of", "source", "row").unique()
    for table, frame in (("vitals", charted), ("infusions", rows.infusions)):
        if table in rows.frames:
            flagged = frame.join(keys.filter(of=pl.lit(table)), on=["source", "row"], how="semi")
            yield POUNDS, table, flagged, compared.filter(of=pl.lit(table)).height


_WEIGHT = {
    "patient_id": pl.String(), "time": pl.Datetime("us", "UTC"), "vital": pl.String(), "value": pl.Float64(),
    "raw_unit": pl.String(), "source": pl.UInt16(), "row": pl.UInt32(),
}  # fmt: skip


def _like_pounds(several: pl.DataFrame, weights: pl.DataFrame) -> pl.Series:
    """Whether each of `several` looks like pounds beside the nearest to a 2.2046th of it among the weights of its
    infusion: if any weight makes it a suspect, the nearest does."""
    others = weights.select("at", other="value").unique().sort("at", "other")
    sought = several.select("at", "value", pounds=pl.col("value") / plausible.bands()["vitals"]["weight"]["lb_per_kg"])
    ordered = sought.with_row_index("n").sort("at", "pounds")
    beside = ordered.join_asof(
        others, left_on="pounds", right_on="other", by="at", strategy="nearest", check_sortedness=False
    )
    suspect = beside.sort("n").select(plausible.pounds_like(pl.col("value"), pl.col("other"))).to_series()
    return suspect.fill_null(False)


def _as_kg(charted: pl.DataFrame, declared: str | None) -> pl.Series:
    """Whether each weight was read as kg."""
    texts = charted.get_column("raw_unit").unique()
    read = {text: _reads_as_kg(text or declared or "") for text in texts.to_list()}
    known = pl.DataFrame(
        {"raw_unit": list(read), "kg": list(read.values())}, schema={"raw_unit": pl.String, "kg": pl.Boolean}
    )
    found = charted.select("raw_unit").join(known, on="raw_unit", how="left", nulls_equal=True, maintain_order="left")
    return found["kg"]


def _reads_as_kg(unit: str) -> bool:
    return not unit.strip() or units.known_units("vitals", "weight").get(units.normalised(unit), ("",))[0] == "kg"
