"""Maps of procedures: which orders are ones that the audit knows, and which of them were done."""

from __future__ import annotations

from crs_audit.intake.raw import folded
from crs_audit.propose.known import measure
from crs_audit.propose.limits import document
from crs_audit.propose.maps import Draft, note_unknown
from crs_audit.propose.proposal import counted


def procedures(draft: Draft) -> None:
    """procedures: known orders are mapped, all others left out."""
    name = draft.claim.name
    assert name is not None
    draft.take("procedure", name, "holds the names")
    mapped, unknown = [], {}
    for text, n in name.counts.iter_rows():
        hit = measure(text)
        if hit is None or hit.table != "procedures":
            unknown[text] = n
            continue
        mapped.append(text)
        if folded(text) != hit.name:
            draft.block.put("values", "procedure", text, value=hit.name, reason=counted(n, "row"))
    _done(draft)
    if unknown:
        reason = "all other rows are left out, counted as filtered"
        draft.block.put("where", name.name, value=mapped, reason=reason)
    note_unknown(draft, "procedure", name, unknown, filtered=True)


def _done(draft: Draft) -> None:
    """Orders that were never done are left out, where a status tells them; a status nobody knows is a doubt."""
    status = next((column for column in draft.columns("action") if not column.prose), None)
    if status is None:
        return
    words = document("words.toml")
    texts = [text for text, _ in status.counts.iter_rows()]
    done = [text for text in texts if folded(text) in words["done"]]
    odd = [text for text in texts if text not in done and folded(text) not in words["not_done"]]
    if not odd and len(done) == len(texts):
        return
    told = ", ".join(f"{n:,} {text!r}" for text, n in status.counts.iter_rows() if draft.guard.may_tell(text))
    if done and not odd:
        draft.used.add(status.at)
        draft.block.put("where", status.name, value=done, reason=f"only what was done: {told}")
    elif len(texts) > 1:
        doubt = f"which of these were done? {told}"
        value = done or [text for text in odd if draft.guard.may_tell(text)]
        draft.block.put("where", status.name, value=value, doubt=doubt)
