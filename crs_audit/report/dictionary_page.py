"""The data dictionary as a page: what the audit reads, and what the files of `data/` hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_audit.dictionary.given_out import given_out
from crs_audit.dictionary.taken_in import taken_in
from crs_audit.dictionary.words import NOTES
from crs_audit.report.environment import generated, render

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult


def dictionary_page(result: AuditResult) -> str:
    """HTML of `dictionary.html`; the tables are those of the program, whatever the run."""
    return render(
        "dictionary.html.j2",
        run=result,
        generated=generated(result.generated, result.timezone),
        parts=[("in", "What goes in", taken_in()), ("out", "What comes out", given_out())],
        notes=NOTES,
    )
