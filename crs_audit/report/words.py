"""Codes of the results as words, and numbers as a reader writes them."""

from __future__ import annotations

import re
from functools import lru_cache

from crs_audit.measures.reasons import KINDS, in_words, readable

_LETTER = re.compile(r"[^\W\d_]")
_BOUND = re.compile(r"([<>]=?)(\d+(?:\.\d+)?) ([^\s;,.]+)")
_SIGNS = {">=": "≥", "<=": "≤"}

AMBER = "amber"
"""Reason of an opportunity not met that was late, but inside the rule's second limit."""

STATUS = {
    "met": "met", "not_met": "not met", "amber": "amber", "excluded": "excluded", "indeterminate": "not judgeable",
    "not_applicable": "not applicable", "present": "present",
}  # fmt: skip
SIGN = {
    "met": "✓", "not_met": "✕", "amber": "◐", "excluded": "⊘", "indeterminate": "?", "not_applicable": "–",
    "present": "i",
}  # fmt: skip
KIND = {"R": "required", "C": "to be considered", "I": "for information"}
KIND_LONG = {
    "R": "Required: an opportunity not met is a fallout.",
    "C": "The text says “consider”: a rate is given, but nothing counts as a fallout.",
    "I": "For information: no rate and nothing to fail.",
}
VARIATION = {
    "improvement": "improvement", "concern": "concern", "higher": "higher", "lower": "lower",
    "special": "unusual pattern", "common": "common cause", "few": "too few months off the median",
}  # fmt: skip
"""Of a measure's latest periods, in the terms of Making Data Count."""
VARIATION_LONG = {
    "improvement": "special cause: the latest periods are better than chance explains",
    "concern": "special cause: the latest periods are worse than chance explains",
    "higher": "special cause: the latest periods are higher than chance explains",
    "lower": "special cause: the latest periods are lower than chance explains",
    "special": "special cause: a pattern that chance seldom makes, but not in the latest periods",
    "common": "no more variation than chance explains",
    "few": "of the same rules and off the median, for the run rules to tell",
}
UNITS = {
    "infusion": "infusions", "episode": "episodes", "dose": "doses", "day": "days", "assessment": "assessments",
}  # fmt: skip
OUTCOME = {"true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN"}
TABLES = {
    "infusions": "Infusions", "vitals": "Vital signs", "labs": "Laboratory", "mar": "Medication administration",
    "adt": "Ward stays", "assessments": "Assessments", "procedures": "Procedures",
}  # fmt: skip
VITALS = {
    "temperature": "Temp °C", "sbp": "SBP mmHg", "dbp": "DBP", "map": "MAP", "heart_rate": "HR /min",
    "respiratory_rate": "RR /min", "spo2": "SpO₂ %", "o2_device": "Oxygen device", "o2_flow": "L/min", "fio2": "FiO₂",
    "weight": "kg",
}  # fmt: skip
COVERED = {
    "temperature": "Temperature", "blood_pressure": "Blood pressure", "heart_rate": "Heart rate",
    "respiratory_rate": "Respiratory rate", "spo2": "SpO₂", "oxygen": "Oxygen", "weight": "Weight", "crp": "CRP",
    "ferritin": "Ferritin",
}  # fmt: skip
"""What the coverage of a window is told of, and the same where there is little room."""
COVERED_SHORT = {
    "temperature": "Temp", "blood_pressure": "BP", "heart_rate": "HR", "respiratory_rate": "RR", "spo2": "SpO₂",
    "oxygen": "O₂", "weight": "Weight", "crp": "CRP", "ferritin": "Ferritin",
}  # fmt: skip
NAMES = {
    "sbp": "SBP", "dbp": "DBP", "map": "MAP", "spo2": "SpO₂", "o2_device": "oxygen device", "o2_flow": "oxygen flow",
    "fio2": "FiO₂", "wbc": "WBC", "anc": "ANC", "bun": "BUN", "alp": "ALP", "alt": "ALT", "ast": "AST", "crp": "CRP",
    "ldh": "LDH", "pt": "PT", "inr": "INR", "ptt": "PTT", "crs_grade": "CRS grade", "icans_grade": "ICANS grade",
    "ice_score": "ICE score", "chest_xray": "chest radiograph", "icu": "ICU", "ed": "emergency department",
    "age_years": "age", "weight_kg": "weight", "iv": "IV", "im": "IM", "sc": "SC", "po": "PO", "ng": "NG",
}  # fmt: skip
"""Words of the audit that a reader writes otherwise."""
LOCATIONS = {"icu": "ICU", "ward": "ward", "ed": "emergency department", "other": "other"}
FOLLOW_UP = {
    "given": "given in the extract",
    "adt": "from the ward stays",
    "derived": "from the last charted row",
    "extract": "where the extract ends",
}


def reason(code: str | None) -> str:
    """A reason of a result in words."""
    return in_words(code) or code if code else ""


@lru_cache(maxsize=4096)
def clause(code: str) -> str:
    """A clause of the evidence in words."""
    return readable(code)


def charted(text: str) -> str:
    """A charted cell that evidence cites; of an assessment or procedure its kind in words."""
    return KINDS.get(text, text)


def head(code: str | None) -> str:
    """The word a reason is counted under: what stands before the colon."""
    return code.split(":", 1)[0].strip() if code else ""


def shown_status(status: str, why: str | None, kind: str) -> str:
    """The status a reader sees: amber apart from not met, present apart from met."""
    if status == "not_met" and head(why) == AMBER:
        return AMBER
    return "present" if status == "met" and kind == "I" else status


def number(value: float | None) -> str:
    """At most three decimals, no trailing zeros, a true minus sign."""
    if value is None:
        return "—"
    text = f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return text.replace("-", "−")


def count(n: int | None) -> str:
    """A count with thin spaces; one that may not be told is withheld."""
    return "withheld" if n is None else f"{n:,}".replace(",", "\u202f")


def out_of(met: int | None, judged: int | None) -> str:
    """`34 / 39`."""
    return count(None) if judged is None else f"{count(met)} / {count(judged)}"


def percent(rate: float | None) -> str:
    """A rate as a percentage; one decimal, never rounded up to 100 or down to 0."""
    if rate is None:
        return "—"
    text = f"{rate * 100:.1f}"
    if text == "100.0" and rate < 1:
        text = "99.9"
    if text == "0.0" and rate > 0:
        text = "0.1"
    return f"{text}\u202f%"


def rate(rate: float | None, within: tuple[float, float] | None) -> str:
    """A rate, or where it is withheld the band in which the share met of all opportunities lies."""
    return percent(rate) if within is None else f"{band(within)} of all"


def band(shares: tuple[float, float]) -> str:
    """Two shares as `75–100 %`."""
    return f"{shares[0] * 100:.0f}–{shares[1] * 100:.0f}\u202f%"


def span(minutes: float | None) -> str:
    """Minutes as `95 min`, `3 h 20 min` or `2 d 4 h`, number and unit never parted."""
    if minutes is None:
        return "—"
    sign, total = ("−" if minutes < 0 else ""), round(abs(minutes))
    if total < 120:
        return f"{sign}{total}\u00a0min"
    hours, rest = divmod(total, 60)
    if hours < 72:
        return f"{sign}{hours}\u00a0h {rest}\u00a0min" if rest else f"{sign}{hours}\u00a0h"
    days, hours = divmod(hours, 24)
    return f"{sign}{days}\u00a0d {hours}\u00a0h" if hours else f"{sign}{days}\u00a0d"


def amount(value: float | None, unit: str) -> str:
    """`93.75 mg`."""
    return "unknown" if value is None else f"{number(round(value, 2))} {unit}"


def since(hours: float | None) -> str:
    """Hours as a span."""
    return span(None if hours is None else hours * 60)


_ONE = {
    "doses": "dose", "rows": "row", "days": "day", "episodes": "episode", "infusions": "infusion", "values": "value",
    "procedures": "procedure",
}  # fmt: skip
_MANY = {"band": "bands"}


def tenths(value: float) -> str:
    """One decimal; more where that would be a whole number the value is not: 89.96 % is not the 90 % of a limit."""
    rounded = round(value, 1)
    return number(value if rounded.is_integer() and rounded != value else rounded)


def measured(value: float | None, unit: str | None) -> str:
    """A result's value with its unit: `1 dose`, `grade 3`, `600 min (10 h)`."""
    if value is None:
        return ""
    if unit == "grade":
        return f"grade\u00a0{number(value)}"
    if unit == "min" and abs(value) >= 120:
        return f"{tenths(value)}\u00a0min ({span(value)})".replace(" ", "\u00a0").replace("\u00a0(", " (")
    unit = unit_of(value, unit or "")
    return f"{tenths(value)}\u00a0{unit}" if unit else tenths(value)


def bound(value: float | None, unit: str | None, sentence: str | None) -> str:
    """The sign of a laboratory's bound (`>` of `>10000 ng/mL`), which of a result only its sentence keeps; else
    empty."""
    for sign, number_, unit_ in _BOUND.findall(sentence or ""):
        if unit_ == unit and float(number_) == value:
            return str(_SIGNS.get(sign, sign))
    return ""


def bounded(value: float | None, unit: str | None, sentence: str | None) -> str:
    """`measured` with the sign of a bound: `>10000 ng/mL`."""
    return bound(value, unit, sentence) + measured(value, unit)


def unit_of(value: float, unit: str) -> str:
    """The unit in the number of its value: `1 dose`, `2 bands`."""
    return (_ONE if value == 1 else _MANY).get(unit, unit)


def limit(threshold: str | None, unit: str | None) -> str:
    """A result's threshold with the unit of its value, where it is a bare number: `≤ 120` → `≤ 120 min (2 h)`."""
    if not threshold or not unit or _LETTER.search(threshold):
        return threshold or ""
    if unit == "grade":
        return f"grade {threshold}"
    bare, mark, rest = threshold.partition(" ± ")
    if bare.lstrip("≤≥<> ") == "1":
        unit = _ONE.get(unit, unit)
    told = f"{bare}\u00a0{unit}{mark}{rest}"
    minutes = bare.rpartition(" ")[2]
    if unit == "min" and minutes.isdigit() and int(minutes) >= 120:
        told += f" ({span(int(minutes))})"
    return told


def plural(n: int | None, one: str, many: str | None = None) -> str:
    return one if n == 1 else (many or one + "s")


def name(word: str) -> str:
    """A word of the audit (vital, lab, drug, place …) as a reader writes it."""
    return NAMES.get(word, word.replace("_", " "))


def driver(text: str) -> str:
    """A driver of the grade as a reader says it: `oxygen=nasal cannula 2` → `nasal cannula 2 L/min`."""
    if not text.startswith("oxygen="):
        return text
    name = text.removeprefix("oxygen=")
    return f"{name} L/min" if name[-1:].isdigit() else name


def drivers(text: str | None) -> str:
    return "; ".join(driver(part) for part in text.split("; ")) if text else ""
