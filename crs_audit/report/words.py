"""Codes of the results as words, and numbers as a reader writes them."""

from __future__ import annotations

from markupsafe import Markup

STATUS = {
    "met": "met", "not_met": "not met", "amber": "late", "excluded": "excluded", "indeterminate": "not judgeable",
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
UNITS = {
    "infusion": "infusions", "episode": "episodes", "dose": "doses", "day": "days", "assessment": "assessments",
}  # fmt: skip
REASONS = {
    "amber": "late, within the second limit",
    "never_given": "never given",
    "censored": "follow-up ended first",
    "cap": "dose cap reached",
    "airway_protection": "intubated for airway protection",
    "date_only_time": "a date without a time decides",
    "exemption_unchecked": "an exemption could not be checked",
    "extended": "longer than the text’s course",
    "vitals": "no vital signs",
    "labs": "no laboratory values",
    "mar": "no medication administration record",
    "adt": "no ward stays",
    "procedures": "procedure kind not extracted",
    "assessments": "assessment kind not extracted",
}
OUTCOME = {"true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN"}
TABLES = {
    "infusions": "Infusions", "vitals": "Vital signs", "labs": "Laboratory", "mar": "Medication administration",
    "adt": "Ward stays", "assessments": "Assessments", "procedures": "Procedures",
}  # fmt: skip
VITALS = {
    "temperature": "Temp °C", "sbp": "SBP", "dbp": "DBP", "map": "MAP", "heart_rate": "HR", "respiratory_rate": "RR",
    "spo2": "SpO₂ %", "o2_device": "Oxygen device", "o2_flow": "L/min", "fio2": "FiO₂", "weight": "kg",
}  # fmt: skip
LOCATIONS = {"icu": "ICU", "ward": "ward", "ed": "emergency department", "other": "other"}
FOLLOW_UP = {
    "given": "given in the extract",
    "adt": "from the ward stays",
    "derived": "from the last charted row",
}


def reason(code: str | None) -> str:
    """A reason of a result in words; codes without an entry are shown as they are, readable."""
    if not code:
        return ""
    head, _, rest = code.partition(":")
    words = REASONS.get(head.strip(), head.strip().replace("_", " "))
    return f"{words}: {rest.strip()}" if rest.strip() else words


def shown_status(status: str, why: str | None, kind: str) -> str:
    """The status a reader sees: late apart from not met, present apart from met."""
    if status == "not_met" and why == "amber":
        return "amber"
    return "present" if status == "met" and kind == "I" else status


def number(value: float | None) -> str:
    """At most three decimals, no trailing zeros, a true minus sign."""
    if value is None:
        return "—"
    text = f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return text.replace("-", "−")


def count(n: int | None, below: int | None = None) -> Markup | str:
    """A count with thin spaces; one that may not be told as `<k`."""
    if n is None:
        return f"<{below}" if below else "withheld"
    return f"{n:,}".replace(",", "\u202f")


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


def span(minutes: float | None) -> str:
    """Minutes as `95 min`, `3 h 20 min` or `2 d 4 h`."""
    if minutes is None:
        return "—"
    sign, total = ("−" if minutes < 0 else ""), round(abs(minutes))
    if total < 120:
        return f"{sign}{total} min"
    hours, rest = divmod(total, 60)
    if hours < 72:
        return f"{sign}{hours} h {rest} min" if rest else f"{sign}{hours} h"
    days, hours = divmod(hours, 24)
    return f"{sign}{days} d {hours} h" if hours else f"{sign}{days} d"


def measured(value: float | None, unit: str | None) -> str:
    """A result's value with its unit."""
    if value is None:
        return ""
    if unit == "min":
        return f"{number(value)} min" if abs(value) < 120 else f"{number(value)} min ({span(value)})"
    return f"{number(value)} {unit}".strip() if unit else number(value)


def plural(n: int | None, one: str, many: str | None = None) -> str:
    return one if n == 1 else (many or one + "s")


def driver(text: str) -> str:
    """A driver of the grade as a reader says it: `oxygen=nasal cannula 2` → `nasal cannula 2 L/min`."""
    if not text.startswith("oxygen="):
        return text
    name = text.removeprefix("oxygen=")
    return f"{name} L/min" if name[-1:].isdigit() else name


def drivers(text: str | None) -> str:
    return "; ".join(driver(part) for part in text.split("; ")) if text else ""
