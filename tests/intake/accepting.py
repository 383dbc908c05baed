"""Text frames as the readers hand them over, in a few words, and what acceptance makes of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl

from crs_audit.intake.accept import Accepted, Acceptor
from crs_audit.intake.columns import CANONICAL
from crs_audit.intake.rejects import UNMATCHED
from crs_audit.protocol.load import load_protocol
from crs_audit.tables import SCHEMAS

ORDINARY: dict[str, dict[str, str]] = {
    "infusions": {"infusion_time": "2026-03-02 12:00"},
    "vitals": {"time": "2026-03-02 12:00", "vital": "heart_rate", "value": "80"},
    "labs": {"time": "2026-03-02 12:00", "lab": "crp", "value": "5"},
    "mar": {
        "time": "2026-03-02 12:00", "drug": "dexamethasone", "action": "Given", "dose": "10", "dose_unit": "mg",
    },
    "adt": {"in_time": "2026-03-02 12:00", "location_type": "icu"},
    "assessments": {"time": "2026-03-02 12:00", "assessment": "crs_grade", "value": "2"},
    "procedures": {"time": "2026-03-02 12:00", "procedure": "telemetry"},
}  # fmt: skip
"""A row of each table that nothing is wrong with; a test changes the cell it is about."""


def acceptor(timezone: str = "UTC", **writing: Any) -> Acceptor:
    """An Acceptor for an extract written in the canonical way, but for what is said."""
    usual = {"time_formats": (), "time_shift_minutes": 0, "decimal": ".", "units": {}}
    return Acceptor(SimpleNamespace(**{"tables": {}, **usual, **writing}), timezone, load_protocol())  # type: ignore[arg-type]


def text_frame(table: str, *rows: dict[str, str | None], source: int = 1, first_row: int = 2) -> pl.DataFrame:
    """Rows, each an ordinary one with the cells given, as a text frame."""
    full = [{"patient_id": "P1", **ORDINARY[table], **row} for row in rows]
    schema = dict.fromkeys((*CANONICAL[table], "broken"), pl.String)
    return pl.DataFrame([[row.get(name) for name in schema] for row in full], schema=schema, orient="row").with_columns(
        source=pl.lit(source, dtype=pl.UInt16), row=pl.int_range(first_row, first_row + pl.len(), dtype=pl.UInt32)
    )


def accept(table: str, *rows: dict[str, str | None], timezone: str = "UTC", **writing: Any) -> Accepted:
    """Accepts `rows`; whatever they are, the equation and the schema must hold."""
    accepted = acceptor(timezone, **writing).accept(table, text_frame(table, *rows))
    assert accepted.frame.height + accepted.rejects.height == len(rows)
    assert accepted.frame.schema == {**SCHEMAS[table], "digest": pl.UInt64}
    assert accepted.unmatched.schema == UNMATCHED
    return accepted


def row(
    table: str, timezone: str = "UTC", writing: dict[str, Any] | None = None, **cells: str | None
) -> dict[str, Any]:
    """The one accepted row that an ordinary row with `cells` becomes."""
    accepted = accept(table, cells, timezone=timezone, **(writing or {}))
    assert accepted.rejects.is_empty(), accepted.rejects["reason"].to_list()
    return accepted.frame.row(0, named=True)


def refusal(table: str, timezone: str = "UTC", writing: dict[str, Any] | None = None, **cells: str | None) -> str:
    """`column: reason` with which an ordinary row with `cells` is rejected; its raw value is the cell's."""
    accepted = accept(table, cells, timezone=timezone, **(writing or {}))
    (rejected,) = accepted.rejects.iter_rows(named=True)
    assert (rejected["table"], rejected["source"], rejected["row"]) == (table, 1, 2)
    if rejected["column"] is not None:
        assert rejected["raw_value"] == {**ORDINARY[table], "patient_id": "P1", **cells}.get(rejected["column"])
    return f"{rejected['column']}: {rejected['reason']}"
