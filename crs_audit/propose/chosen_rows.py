"""Rows that are none of a table's though they look so: orders never done, analytes of urine."""

from __future__ import annotations

from dataclasses import replace

from crs_audit.intake.raw import folded
from crs_audit.propose.limits import document
from crs_audit.propose.maps import Draft


def choose_rows(draft: Draft, role: str, wanted: str, other: str, what: str) -> None:
    """A `where` on the column of `role`, if there is one that tells rows apart.

    wanted, other: lists of `words.toml`. Where each text is on one of them the rows wanted are chosen and the others no
    longer looked at; else it is a doubt.
    """
    column = next((column for column in draft.columns(role) if not column.prose), None)
    if column is None:
        return
    words = document("words.toml")
    texts = column.counts["text"].to_list()
    good = [text for text in texts if folded(text) in words[wanted]]
    odd = [text for text in texts if text not in good and folded(text) not in words[other]]
    if len(texts) < 2 or len(good) == len(texts):
        return
    told = ", ".join(f"{n:,} {text!r}" for text, n in column.counts.iter_rows() if draft.guard.may_tell(text))
    if good and not odd:
        draft.used.add(column.at)
        draft.block.put("where", column.name, value=good, reason=f"only those that {what}: {told}")
        kept = draft.looked.frame.filter(draft.cells(column).is_in(good))
        draft.looked = replace(draft.looked, frame=kept)
    else:
        value = good or [text for text in odd if draft.guard.may_tell(text)]
        draft.block.put("where", column.name, value=value, doubt=f"which of these {what}? {told}")
