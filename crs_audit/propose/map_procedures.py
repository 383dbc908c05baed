"""Maps of procedures: which orders are ones that the audit knows, and which of them were done."""

from __future__ import annotations

from crs_audit.intake.raw import folded
from crs_audit.propose.aside import leave_aside, of_others
from crs_audit.propose.chosen_rows import choose_rows
from crs_audit.propose.known import measure
from crs_audit.propose.maps import Draft, note_unknown
from crs_audit.propose.proposal import counted


def procedures(draft: Draft) -> None:
    """procedures: known orders are mapped, all others left aside."""
    name = draft.claim.name
    assert name is not None
    draft.take("procedure", name, "holds the names")
    unknown: dict[str, int] = {}
    for text, n in name.counts.iter_rows():
        hit = measure(text)
        if hit is None or hit.table != "procedures":
            if not of_others(draft, text):
                unknown[text] = n
            continue
        if folded(text) != hit.name:
            draft.block.put("values", "procedure", text, value=hit.name, reason=counted(n, "row"))
    choose_rows(draft, "action", "done", "not_done", "were done")
    leave_aside(draft, name, unknown)
    note_unknown(draft, "procedure", name, unknown, aside=True)
