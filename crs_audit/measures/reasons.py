"""The words a verdict gives for its reason, and the end of the sentence they make."""

from __future__ import annotations

import re

import polars as pl

from crs_audit.measures.catalogue import EXCLUDED, INDETERMINATE, MET, NOT_APPLICABLE, NOT_MET

MISSING = "missing"
WORDS = {
    "vitals": "no vital signs in the extract",
    "labs": "no laboratory values in the extract",
    "mar": "no medication administration record in the extract",
    "adt": "no ward stays in the extract",
    "procedures": "no such procedure in the extract",
    "assessments": "no such assessment in the extract",
    "amount": "a dose of unknown amount decides",
    "weight": "the weight is unknown or cannot be true",
    "end": "no end was charted",
    "unobserved": "nobody looked at the time that decides",
    "date_only_time": "a date without a time decides",
    "cap": "the cap of tocilizumab doses was reached",
    "label": "at this weight the label asks for another dose",
    "airway_protection": "grade 4 is only an intubation for airway protection",
    "censored": "follow-up ended before the time was up",
    "never_given": "not given in that time",
    "not_done": "not done in time",
    "late": "late",
    "amber": "late, within the second limit",
    "too_few": "too few",
    "too_many": "too many",
    "too_much": "too much",
    "too_little": "too little",
    "too_fast": "too fast",
    "too_slow": "too slow",
    "too_soon": "too soon",
    "tocilizumab": "tocilizumab was given",
    "steroid": "a steroid was given",
    "gm_csf": "GM-CSF was given",
    "extended": "more than the text's course",
    "improved": "improvement ended the course",
    "earlier_steroid": "steroids were given earlier before the infusion",
    "exemption_unchecked": "an exemption could not be checked",
    "missing": "missing",
    "stopped": "stopped too early",
    "agree": "documented as computed",
    "under": "documented below the computed grade",
    "over": "documented above the computed grade",
    "grade_2": "grade 2 or higher then",
    "grade_3": "grade 3 or higher then",
    "grade_4": "grade 4 then",
    "icans": "ICANS that asks for steroids then",
    "ladder": "on the way down from high doses then",
    "off_ladder": "a dose that is no step of the taper",
    "filter": "a leukapheresis filter was used",
    "bound": "the laboratory's bound leaves it open",
}

KINDS = {
    "crs_grade": "CRS grade", "icans_grade": "ICANS grade", "ice_score": "ICE score",
    "blood_culture": "blood culture", "urine_culture": "urine culture", "chest_xray": "chest X-ray",
    "telemetry": "telemetry", "continuous_oximetry": "continuous oximetry", "echocardiogram": "echocardiogram",
    "bone_marrow_hemophagocytosis": "bone marrow report of hemophagocytosis",
    "wbc": "WBC", "hemoglobin": "hemoglobin", "platelets": "platelets", "anc": "ANC", "sodium": "sodium",
    "potassium": "potassium", "chloride": "chloride", "bicarbonate": "bicarbonate", "bun": "BUN",
    "creatinine": "creatinine", "glucose": "glucose", "calcium": "calcium", "albumin": "albumin",
    "total_protein": "total protein", "alp": "ALP", "alt": "ALT", "ast": "AST", "bilirubin": "bilirubin",
    "magnesium": "magnesium", "phosphorus": "phosphorus", "crp": "CRP", "ferritin": "ferritin", "ldh": "LDH",
    "uric_acid": "uric acid", "fibrinogen": "fibrinogen", "pt": "PT", "inr": "INR", "ptt": "PTT", "cmp": "CMP",
}  # fmt: skip
"""Codes of assessments, procedures and laboratory values in words."""

_EITHER = {"pt": "PT or INR"}
"""What is missing where one of two would do."""

_NOWHERE = frozenset({"procedures", "assessments"})
"""Tables of which a kind may occur nowhere in the extract (`Case.lacks`)."""

_CODED = re.compile(rf"\b(?:{'|'.join(code for code, word in KINDS.items() if code != word)})\b")

_VERDICT = {
    MET: "met", NOT_MET: "not met", EXCLUDED: "excluded", INDETERMINATE: "cannot be judged",
    NOT_APPLICABLE: "no opportunity",
}  # fmt: skip


def in_words(reason: str) -> str:
    """A reason such as `late: exemption_unchecked` in words; parts without an entry stand for themselves. What is
    missing is listed after it: `missing: crp, uric_acid` → `missing CRP, uric acid`; what occurs nowhere is named:
    `procedures: chest_xray` → `no chest X-ray anywhere in the extract`."""
    head, _, listed = reason.partition(": ")
    if head == MISSING:
        return f"{WORDS[MISSING]} {', '.join(_EITHER.get(code, readable(code)) for code in listed.split(', '))}"
    parts = [part.strip() for chunk in reason.split(":") for part in chunk.split(",")]
    told: list[str] = []
    for before, part in zip(["", *parts], parts, strict=False):
        if before in _NOWHERE and part in KINDS:
            told[-1] = f"no {KINDS[part]} anywhere in the extract"
        elif part not in ("", "exempt"):
            told.append(WORDS.get(part, readable(part)))
    return "; ".join(told)


def readable(text: str) -> str:
    """A clause or a part of a reason with the codes in it as words: `uric_acid collected` → `uric acid collected`."""
    return _CODED.sub(lambda code: KINDS[code[0]], text)


def all_readable(texts: pl.Series) -> pl.Series:
    """`readable` of a column in which few texts occur often."""
    coded = texts.filter(texts.str.contains(_CODED.pattern)).unique()
    return texts.replace(coded, pl.Series([readable(text) for text in coded], dtype=pl.String))


def ending(status: str, reason: str | None) -> str:
    """How the sentence of a verdict ends: `not met, late.`"""
    return f"{_VERDICT[status]}, {in_words(reason)}." if reason else f"{_VERDICT[status]}."
