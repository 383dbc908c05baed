"""The canonical columns of each table as an extract writes them, before anything is parsed."""

from __future__ import annotations

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

IDENTIFIERS = frozenset({"patient_id", "order_id"})
"""Columns whose digits all matter: a spreadsheet keeps 15 of them."""
