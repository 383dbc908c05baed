"""The accepted tables: what intake hands on and `evaluate` takes.

Every frame keeps `source` (number of the file or sheet, see `Sources`) and `row` (record number in it, the header
being row 1), so that a verdict can be traced to a cell. Times are UTC instants in microseconds.
`day_only` marks a date without a time: `time` is then local midnight of that date, and the row sets no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

TIME = pl.Datetime("us", "UTC")

VITALS = (
    "temperature", "sbp", "dbp", "map", "heart_rate", "respiratory_rate", "spo2", "o2_device", "o2_flow", "fio2",
    "weight",
)  # fmt: skip
LABS = (
    "wbc", "hemoglobin", "platelets", "anc", "sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine",
    "glucose", "calcium", "albumin", "total_protein", "alp", "alt", "ast", "bilirubin", "magnesium", "phosphorus",
    "crp", "ferritin", "ldh", "uric_acid", "fibrinogen", "pt", "inr", "ptt",
)  # fmt: skip
ASSESSMENTS = ("crs_grade", "icans_grade", "ice_score")
PROCEDURES = (
    "blood_culture", "urine_culture", "chest_xray", "telemetry", "continuous_oximetry", "echocardiogram",
    "bone_marrow_hemophagocytosis",
)  # fmt: skip
LOCATIONS = ("icu", "ward", "ed", "other")
DEVICE_CLASSES = ("none", "nasal cannula", "high-flow cannula", "mask", "non-invasive", "invasive")
DOSE_MAKING = ("given", "push", "bolus", "partial", "new_bag", "started")
CONTINUING = ("restarted", "rate_change", "verify")
GIVEN = DOSE_MAKING + CONTINUING
"""Actions that say the patient received the drug; the continuing ones belong to a dose begun before."""
ACTIONS = (*GIVEN, "stopped", "paused", "not_given")
ROUTES = (
    "iv", "im", "sc", "po", "ng", "inhaled", "topical", "ophthalmic", "otic", "nasal", "rectal", "intra_articular",
    "epidural", "intrathecal", "local", "swish", "other",
)  # fmt: skip

_SOURCE: dict[str, pl.DataType] = {"source": pl.UInt16(), "row": pl.UInt32()}

# `flags` holds comma-separated words of intake (`fold`, `fahrenheit_suspect`, …) or null.
SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "infusions": {
        "patient_id": pl.String(), "infusion_id": pl.String(), "t0": TIME, "product": pl.String(),
        "product_text": pl.String(), "weight_kg": pl.Float64(), "age_years": pl.Float64(), "birth_date": TIME,
        "site": pl.String(), "end_of_followup": TIME, "filter_used": pl.String(), "from_mar": pl.Boolean(),
        "flags": pl.String(), **_SOURCE,
    },
    "vitals": {
        "patient_id": pl.String(), "time": TIME, "day_only": pl.Boolean(), "vital": pl.Enum(VITALS),
        "value": pl.Float64(), "device": pl.Enum(DEVICE_CLASSES), "raw_value": pl.String(), "raw_unit": pl.String(),
        "flags": pl.String(), **_SOURCE,
    },
    "labs": {
        "patient_id": pl.String(), "time": TIME, "day_only": pl.Boolean(), "lab": pl.Enum(LABS),
        "value": pl.Float64(), "bound": pl.String(), "raw_value": pl.String(), "raw_unit": pl.String(),
        "result_time": TIME, "ref_high": pl.Float64(), "flags": pl.String(), **_SOURCE,
    },
    "mar": {
        "patient_id": pl.String(), "time": TIME, "day_only": pl.Boolean(), "drug": pl.String(),
        "drug_text": pl.String(), "action": pl.Enum(ACTIONS), "action_text": pl.String(), "dose": pl.Float64(),
        "dose_unit": pl.String(), "raw_dose": pl.String(), "raw_dose_unit": pl.String(), "route": pl.Enum(ROUTES),
        "route_text": pl.String(), "rate": pl.Float64(), "rate_unit": pl.String(), "end_time": TIME,
        "bolus_text": pl.Boolean(), "order_id": pl.String(), "indication": pl.String(), "flags": pl.String(),
        **_SOURCE,
    },
    "adt": {
        "patient_id": pl.String(), "in_time": TIME, "out_time": TIME, "location_type": pl.Enum(LOCATIONS),
        "flags": pl.String(), **_SOURCE,
    },
    "assessments": {
        "patient_id": pl.String(), "time": TIME, "day_only": pl.Boolean(), "assessment": pl.Enum(ASSESSMENTS),
        "value": pl.Float64(), "raw_value": pl.String(), "flags": pl.String(), **_SOURCE,
    },
    "procedures": {
        "patient_id": pl.String(), "time": TIME, "day_only": pl.Boolean(), "procedure": pl.Enum(PROCEDURES),
        "end_time": TIME, "flags": pl.String(), **_SOURCE,
    },
}  # fmt: skip

TABLES = tuple(SCHEMAS)
NAMED_BY = {
    "vitals": "vital", "labs": "lab", "mar": "drug", "adt": "location_type", "assessments": "assessment",
    "procedures": "procedure",
}  # fmt: skip
"""Table → the column that says, in the audit's own words, what a row is of. An infusion needs no such word."""
TIMED_BY = {"infusions": "t0", "adt": "in_time"} | dict.fromkeys(
    ("vitals", "labs", "mar", "assessments", "procedures"), "time"
)
"""Table → the column of the time a row is of."""
REQUIRED_TABLES = ("vitals", "labs", "mar")


def empty(table: str) -> pl.DataFrame:
    """A frame of `table` without rows, with its accepted schema."""
    return pl.DataFrame(schema=SCHEMAS[table])


@dataclass(frozen=True)
class Facts:
    """What the whole extract holds, handed to every shard: a shard must not mistake its own gaps for the extract's."""

    tables: frozenset[str]
    """Tables that were given (a file or sheet of theirs was read), whatever their number of rows."""
    procedures: frozenset[str] = frozenset()
    """Kinds of procedure that occur anywhere in the accepted rows."""
    assessments: frozenset[str] = frozenset()
    """Kinds of assessment that occur anywhere in the accepted rows."""
    timezone: str = "UTC"
    """The site's zone (IANA name): local dates and day-only times are of this zone."""
    units: Mapping[str, str] = field(default_factory=dict)
    """The units declared for cells without one: vital, lab, weight_kg or dose → unit."""
    charted_until: datetime | None = None
    """Up to when the extract holds what was charted, where the site says so: follow-up ends there at the latest."""


@dataclass(frozen=True)
class Tables:
    """Accepted rows of some patients, all tables of `SCHEMAS`; an absent table is a frame without rows."""

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pl.DataFrame:
        frame = self.frames.get(table)
        return empty(table) if frame is None else frame
