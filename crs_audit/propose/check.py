"""`map --check`: the mapping in force over the whole input, as `validate` reads it, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crs_audit import errors
from crs_audit.intake.mapping import load_mapping
from crs_audit.intake.raw import place
from crs_audit.intake.rejects import UNKNOWN_NAME, UNKNOWN_UNIT
from crs_audit.intake.sources import Extract, open_extract
from crs_audit.propose.guard import Guard
from crs_audit.propose.left_out import left_out
from crs_audit.propose.look import Progress
from crs_audit.protocol.load import Protocol
from crs_audit.settings import Settings
from crs_audit.tables import REQUIRED_TABLES, TABLES
from crs_audit.validation import validate

_FOR = {
    "vitals": "needed", "labs": "needed", "mar": "needed",
    "infusions": "else the given CAR-T rows of the MAR count as infusions",
    "adt": "level of care; what asks for it is indeterminate without",
    "assessments": "documented grades; what asks for them is indeterminate without",
    "procedures": "cultures, imaging, telemetry; what asks for them is indeterminate without",
}  # fmt: skip


@dataclass(frozen=True)
class CheckOutcome:
    """document: what is unmapped, in lists of rows for each kind; verdict: whether `run` would go on."""

    document: dict[str, Any]
    exit_code: int


def check(settings: Settings, protocol: Protocol, progress: Progress) -> CheckOutcome:
    """Raises InputError where the mapping cannot read the input at all (a file or column it names is missing)."""
    mapping = load_mapping(settings.preset, dict(settings.mapping))
    extract = open_extract(settings.input, mapping)
    missing = [(table, _FOR[table]) for table in TABLES if table not in extract.tables]
    needed = [table for table, _ in missing if table in REQUIRED_TABLES]
    if needed:
        verdict = f"run would not go on: no file or sheet is mapped to {', '.join(needed)}"
        return _outcome(settings, extract, Guard(()), missing, verdict, errors.INPUT)
    validated = validate(settings, protocol, progress)
    intake = validated.intake
    guard = Guard(intake.infusions.get_column("patient_id"))
    if validated.unfit is not None:
        verdict, code = f"run would not go on: {validated.unfit}", errors.INPUT
    else:
        infusions = validated.document["infusions"]
        verdict, code = f"run would go on, with {infusions:,} infusions", errors.OK
    units = intake.rejects.filter(reason=UNKNOWN_UNIT).group_by("table", "raw_value").len()
    return _outcome(
        settings,
        intake.extract,
        guard,
        missing,
        verdict,
        code,
        sources=[
            (
                row["table"],
                place(row["file"], row["sheet"]),
                row["records"],
                row["filtered"],
                row["accepted"],
                row["rejected"],
            )
            for row in validated.document["accounting"]
        ],
        names=[(row["count"], row["table"], row["column"], row["text"]) for row in validated.document["unmatched"]],
        left_out=left_out(settings.input, mapping),
        units=[
            (n, table, text if guard.may_tell(text or "") else "(not shown)")
            for table, text, n in units.sort("len", "table", "raw_value", descending=[True, False, False]).iter_rows()
        ],
        cells=[
            (row["rows"], row["table"], place(row["file"], row["sheet"]), row["column"] or "", row["reason"])
            for row in validated.document["rejects"]
            if row["reason"] not in (UNKNOWN_NAME, UNKNOWN_UNIT)
        ],
        notes=validated.document["notes"],
    )


def _outcome(
    settings: Settings,
    extract: Extract,
    guard: Guard,
    missing: Sequence[tuple[str, str]],
    verdict: str,
    code: int,
    **found: Sequence[Any],
) -> CheckOutcome:
    columns = {source.place: [] for source in extract.sources}  # type: dict[str, list[set[str]]]
    for source in extract.sources:
        columns[source.place].append(set(source.extra_columns))
    # A column is unread only where no map of its file reads it.
    unread = {where: sorted(set.intersection(*several)) for where, several in columns.items() if several}
    document = {
        "config": str(settings.config) if settings.config else None,
        "sources": found.get("sources", []),
        "unclaimed": [(guard.place(name),) for name in extract.skipped],
        "columns_not_read": [(guard.place(where), ", ".join(names)) for where, names in unread.items() if names],
        "names": found.get("names", []),
        "left_out": found.get("left_out", []),
        "units": found.get("units", []),
        "cells": found.get("cells", []),
        "missing_tables": list(missing),
        "notes": found.get("notes", []),
        "verdict": verdict,
    }
    return CheckOutcome(document, code)
