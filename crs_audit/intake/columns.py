"""The canonical columns of each table as an extract writes them, before anything is parsed."""

from __future__ import annotations

from crs_audit.intake.raw import KEY

CANONICAL: dict[str, tuple[str, ...]] = {
    "infusions": (
        "patient_id", "infusion_time", "product", "weight_kg", "age_years", "birth_date", "site", "end_of_followup",
        "filter_used",
    ),
    "vitals": ("patient_id", "time", "vital", "value", "unit", "site"),
    "labs": ("patient_id", "time", "lab", "value", "unit", "result_time", "loinc", "ref_high"),
    "mar": (
        "patient_id", "time", "drug", "action", "dose", "dose_unit", "route", "rate", "rate_unit", "end_time",
        "order_id", "rxnorm", "indication",
    ),
    "adt": ("patient_id", "in_time", "out_time", "location_type"),
    "assessments": ("patient_id", "time", "assessment", "value"),
    "procedures": ("patient_id", "time", "procedure", "end_time"),
}  # fmt: skip

REQUIRED: dict[str, tuple[str, ...]] = {
    "infusions": ("patient_id", "infusion_time"),
    "vitals": ("patient_id", "time", "vital", "value"),
    "labs": ("patient_id", "time", "lab", "value"),
    "mar": ("patient_id", "time", "drug", "action", "dose", "dose_unit"),
    "adt": ("patient_id", "in_time", "out_time", "location_type"),
    "assessments": ("patient_id", "time", "assessment", "value"),
    "procedures": ("patient_id", "time", "procedure"),
}

NAME_COLUMN = {"vitals": "vital", "labs": "lab", "assessments": "assessment"}
"""Tables of name and value: the column that says what was measured. Only these can be given wide."""

IDENTIFIERS = frozenset({"patient_id", "order_id", KEY})
"""Columns whose digits all matter: a spreadsheet keeps 15 of them."""

TIMES = frozenset(
    {"time", "infusion_time", "birth_date", "end_of_followup", "result_time", "end_time", "in_time", "out_time"}
)
"""Columns of times. A date whose time of day is blank is still a date."""

AMOUNT_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "vitals": (("value", "unit"),),
    "labs": (("value", "unit"),),
    "mar": (("dose", "dose_unit"), ("rate", "rate_unit")),
}
"""Tables with numbers that have a unit: the column of the number, the column of the unit."""
