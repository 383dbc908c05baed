"""The lists of words a cell may hold, each from where the program keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from crs_audit.dictionary.entries import Word, of_word, sentences
from crs_audit.intake import csv_records, mend_sheet
from crs_audit.intake.rejects import REASONS
from crs_audit.intake.typed_infusions import FILTER_USED
from crs_audit.measures.catalogue import FALSE, TRUE, UNKNOWN
from crs_audit.measures.reasons import WORDS
from crs_audit.report.result import STATUSES
from crs_audit.report.words import FOLLOW_UP, KIND_LONG
from crs_audit.tables import ACTIONS, ASSESSMENTS, DEVICE_CLASSES, LABS, LOCATIONS, PROCEDURES, ROUTES, TABLES, VITALS
from crs_audit.vocabulary.load import load_vocabulary

UNREAD = (
    csv_records.TOO_FEW, csv_records.TOO_MANY, csv_records.QUOTES, csv_records.RETURN, csv_records.UNREADABLE,
    mend_sheet.ERROR_CELL, mend_sheet.NO_VALUE, mend_sheet.MERGED, mend_sheet.SERIAL_1904,
)  # fmt: skip
"""Why a reader finds a row broken as a whole."""

NOTES = {
    "in": (
        ("needed", "the column must be there; its cells may be blank unless “missing” is among its reasons"),
        (
            "rejected",
            f"the reasons to reject a row on the column; a whole row is rejected for {', '.join(UNREAD)}, or for no "
            "match in a lookup that the mapping requires",
        ),
        ("converted", "what turns a number in another unit into the canonical one"),
    ),
    "out": (
        ("time", "of the site's zone; in CSV as ISO 8601 with offset"),
        ("sorted by", "these columns, then all others where they tie"),
    ),
}
"""The dictionary's own words, for tables that go in and for those that come out."""


@cache
def word_lists() -> Mapping[str, tuple[Word, ...]]:
    """List → its words. Some lists have their sentences in the code already, the others in `columns.toml`."""
    classes = load_vocabulary().drugs.classes
    drugs = dict.fromkeys(drug for members in classes.values() for drug in sorted(members))
    told_by_code: dict[str, Mapping[str, str]] = {"reason": WORDS, "kind": KIND_LONG, "e_source": FOLLOW_UP}
    named: dict[str, tuple[str, ...]] = {
        "vital": VITALS, "lab": LABS, "assessment": ASSESSMENTS, "procedure": PROCEDURES, "location_type": LOCATIONS,
        "o2_device": DEVICE_CLASSES, "action": ACTIONS, "route": ROUTES, "filter_used": FILTER_USED,
        "product": tuple(sorted(classes["car_t"])), "drug": tuple(drugs), "table": TABLES, "status": STATUSES,
        "outcome": (TRUE, FALSE, UNKNOWN), "reject": (*REASONS, *UNREAD), "flag": tuple(sentences()["words"]["flag"]),
        "infusion_flag": tuple(sentences()["words"]["infusion_flag"]),
    }  # fmt: skip
    return {
        **{name: tuple(Word(word, of_word(name, word)) for word in words) for name, words in named.items()},
        **{name: tuple(Word(word, holds) for word, holds in told.items()) for name, told in told_by_code.items()},
    }
