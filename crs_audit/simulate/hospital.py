"""How the warehouse of one hospital names what it charted: flowsheet rows, laboratory components, orders, units.

The names are those of no real site; they are spelled as such warehouses spell them. `warehouse.toml` maps them back.
"""

from __future__ import annotations

from typing import NamedTuple

OUNCES = 35.27396195
"""Ounces in a kilogram; sixteen are a pound."""


class Flo(NamedTuple):
    """A row of the flowsheet."""

    id: str
    name: str
    units: str = ""


BLOOD_PRESSURE = Flo("5", "BP", "mmHg")
"""Systolic and diastolic of one reading stand in one cell, 120/80."""
FLOWSHEET: dict[str, Flo] = {
    "temperature": Flo("6", "TEMPERATURE", "°F"),
    "heart_rate": Flo("8", "PULSE", "bpm"),
    "respiratory_rate": Flo("9", "RESPIRATIONS"),
    "spo2": Flo("10", "PULSE OXIMETRY", "%"),
    "weight": Flo("14", "WEIGHT/SCALE"),  # in ounces, which no row says
    "sbp": Flo("301040", "R SYSTOLIC BP ALONE", "mmHg"),
    "dbp": Flo("301041", "R DIASTOLIC BP ALONE", "mmHg"),
    "map": Flo("301250", "R MAP", "mmHg"),
    "o2_device": Flo("301030", "O2 DEVICE"),
    "o2_flow": Flo("250026", "O2 FLOW RATE (L/MIN)", "L/min"),
    "fio2": Flo("301550", "R FIO2", "%"),
    "crs_grade": Flo("7075301", "R CRS GRADE"),
    "icans_grade": Flo("7075302", "R ICANS GRADE"),
    "ice_score": Flo("7075303", "R ICE SCORE"),
}
OTHER_FLOWSHEET: tuple[tuple[Flo, int, int], ...] = (
    (Flo("301070", "PAIN SCORE"), 0, 6),
    (Flo("305310", "R BRADEN"), 15, 23),
)
"""Rows that no table of the audit reads, with their lowest and highest value."""


class Component(NamedTuple):
    """A laboratory component. Its number = the cohort's * factor, with so many digits (None: as it stands)."""

    name: str
    unit: str
    low: float
    high: float
    """Reference limits in `unit`."""
    factor: float = 1.0
    digits: int | None = None


COMPONENTS: dict[str, Component] = {
    "wbc": Component("WBC", "K/uL", 4.0, 11.0, 0.001, 2),
    "hemoglobin": Component("HEMOGLOBIN", "g/dL", 12.0, 16.0),
    "platelets": Component("PLATELET COUNT", "K/uL", 150, 400),
    "anc": Component("NEUTROPHILS ABSOLUTE", "K/uL", 1.8, 7.7, 0.001, 2),
    "sodium": Component("SODIUM", "mmol/L", 135, 145),
    "potassium": Component("POTASSIUM", "mmol/L", 3.5, 5.1),
    "chloride": Component("CHLORIDE", "mmol/L", 98, 107),
    "bicarbonate": Component("CO2, TOTAL", "mmol/L", 22, 29),
    "bun": Component("UREA NITROGEN (BUN)", "mg/dL", 7, 20),
    "creatinine": Component("CREATININE, SERUM", "mg/dL", 0.6, 1.2),
    "glucose": Component("GLUCOSE, PLASMA", "mg/dL", 70, 139),
    "calcium": Component("CALCIUM", "mg/dL", 8.5, 10.2),
    "albumin": Component("ALBUMIN", "g/dL", 3.5, 5.0),
    "total_protein": Component("PROTEIN, TOTAL", "g/dL", 6.0, 8.3),
    "alp": Component("ALKALINE PHOSPHATASE", "U/L", 40, 129),
    "alt": Component("ALT (SGPT)", "U/L", 7, 40),
    "ast": Component("AST (SGOT)", "U/L", 10, 40),
    "bilirubin": Component("BILIRUBIN, TOTAL", "mg/dL", 0.2, 1.2),
    "magnesium": Component("MAGNESIUM", "mg/dL", 1.6, 2.6),
    "phosphorus": Component("PHOSPHORUS", "mg/dL", 2.5, 4.5),
    "crp": Component("C-REACTIVE PROTEIN", "mg/dL", 0.0, 0.5, 0.1, 2),
    "ferritin": Component("FERRITIN", "ng/mL", 30, 400),
    "ldh": Component("LACTATE DEHYDROGENASE (LDH)", "U/L", 135, 225),
    "uric_acid": Component("URIC ACID", "mg/dL", 3.5, 7.2),
    "fibrinogen": Component("FIBRINOGEN", "mg/dL", 200, 400),
    "pt": Component("PROTHROMBIN TIME", "sec", 11.0, 13.5),
    "inr": Component("INR", "", 0.9, 1.1),
    "ptt": Component("APTT", "sec", 25, 35),
}
TROPONIN = Component("TROPONIN I, HIGH SENSITIVITY", "ng/L", 0, 20)
"""A component that the audit does not know."""

PROCEDURES = {
    "blood_culture": "CULTURE, BLOOD",
    "urine_culture": "CULTURE, URINE",
    "chest_xray": "XR CHEST 1 VIEW",
    "telemetry": "TELEMETRY MONITORING",
    "continuous_oximetry": "PULSE OXIMETRY, CONTINUOUS",
    "echocardiogram": "ECHO TRANSTHORACIC COMPLETE",
    "bone_marrow_hemophagocytosis": "BONE MARROW EXAM, HEMOPHAGOCYTOSIS PRESENT",
}
UNITS = {"ward": ("BMT 5 EAST", "BMT 5 WEST"), "icu": ("7 WEST MICU",)}
ROUTES = {"IV": "Intravenous", "PO": "Oral", "SC": "Subcutaneous"}
ACTIONS = {"IV push": "IV Push", "Rate/Dose Verify": "Rate Verify"}
"""MAR actions spelled otherwise than in the clean extract."""
NOT_TAKEN = ("Held", "Missed", "Refused")
"""MAR actions without a time at which the drug was taken: the scheduled time stands for it."""
