"""Rows of names nobody asks for are left aside: not read, and not lost either, for their names are listed with counts.

A laboratory sends hundreds of analytes and a flowsheet thousands of rows; to reject them would bury what is wrong with
the others, and to leave them out unseen would hide a name that a mapping misses.
"""

from __future__ import annotations

import polars as pl

from crs_audit.intake.columns import NAMED
from crs_audit.intake.names import read_names, unmatched
from crs_audit.intake.raw import BROKEN, Tally
from crs_audit.intake.rejects import UNKNOWN_NAME
from crs_audit.tables import ASSESSMENTS, PROCEDURES, VITALS

_KNOWN = {"vitals": VITALS, "assessments": ASSESSMENTS, "procedures": PROCEDURES}


def without_unknown(table: str, rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """`rows` (canonical columns as text, broken) without those whose name the audit does not know; the tally counts
    them as filtered and keeps their names. A blank name and a broken row stay: they are rejected."""
    column = NAMED[table]
    read = _labs(rows) if table == "labs" else read_names(rows[column], _KNOWN[table])
    unknown = (read["problem"] == UNKNOWN_NAME).fill_null(False) & rows[BROKEN].is_null()
    if not unknown.any():
        return rows
    listed = unknown & ~read["denied"] if "denied" in read.columns else unknown
    tally.filtered += int(unknown.sum())
    tally.aside.append(unmatched(table, column, rows[column], listed, rows["patient_id"]))
    return rows.filter(~unknown)


def _labs(rows: pl.DataFrame) -> pl.DataFrame:
    from crs_audit.intake.typed import lab_names

    return lab_names(rows)
