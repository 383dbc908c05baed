"""Rows of other names: left aside and listed at every run, so that a name that is new next month is never missed."""

from __future__ import annotations

from collections.abc import Mapping

from crs_audit.intake.raw import NOT
from crs_audit.propose.column import Column
from crs_audit.propose.known import measure
from crs_audit.propose.maps import Draft
from crs_audit.vocabulary.load import load_vocabulary


def leave_aside(draft: Draft, name: Column, unknown: Mapping[str, int]) -> None:
    """`skip_unknown` where a column holds names of no measure here; names that another table's map reads from the
    same column are taken out by name, or each would be listed as not read here."""
    if not unknown and not draft.claim.others:
        return
    reason = "rows of other names are left aside, counted as filtered; each run lists them under names not read"
    draft.block.put("skip_unknown", value=True, reason=reason)
    elsewhere = [f"{NOT}{text}" for text in name.counts["text"] if of_others(draft, text)]
    if elsewhere:
        reason = f"the maps of {' and '.join(draft.claim.others)} read these"
        draft.block.put("where", name.name, value=elsewhere, reason=reason)


def of_others(draft: Draft, text: str) -> bool:
    """Whether a name is read by another table's map of the same column, and not by this one's."""
    hit = measure(text)
    tables = {hit.table} if hit is not None else set()
    if load_vocabulary().labs.read(text).lab is not None:
        tables.add("labs")
    return draft.claim.table not in tables and bool(tables & set(draft.claim.others))
