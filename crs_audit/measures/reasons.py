"""The words a verdict gives for its reason, and the end of the sentence they make."""

from __future__ import annotations

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

_VERDICT = {
    MET: "met", NOT_MET: "not met", EXCLUDED: "excluded", INDETERMINATE: "cannot be judged",
    NOT_APPLICABLE: "no opportunity",
}  # fmt: skip


def in_words(reason: str) -> str:
    """A reason such as `late: exemption_unchecked` in words; parts without an entry stand for themselves. What is
    missing is listed after it: `missing: crp, ferritin` → `missing crp, ferritin`."""
    head, _, listed = reason.partition(": ")
    if head == MISSING:
        return f"{WORDS[MISSING]} {listed}"
    parts = [part.strip() for chunk in reason.split(":") for part in chunk.split(",")]
    return "; ".join(WORDS.get(part, part) for part in parts if part not in ("", "exempt"))


def ending(status: str, reason: str | None) -> str:
    """How the sentence of a verdict ends: `not met, late.`"""
    return f"{_VERDICT[status]}, {in_words(reason)}." if reason else f"{_VERDICT[status]}."
