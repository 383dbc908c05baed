"""The whole proposal: every file looked at, every table found, each map written, with what nobody can know in doubt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crs_audit.propose import map_events, map_measures, map_wide
from crs_audit.propose.beside import completed
from crs_audit.propose.guard import Guard
from crs_audit.propose.keys import key_texts, pick_keys
from crs_audit.propose.look import Looked, Progress, look_at
from crs_audit.propose.maps import Draft, begin, end
from crs_audit.propose.proposal import FileReport, Proposal
from crs_audit.propose.settings_lines import settings_lines
from crs_audit.propose.tables import Claim, action_column, claims

_BUILDERS: dict[str, Callable[[Draft], None]] = {
    "vitals": map_measures.measures,
    "assessments": map_measures.measures,
    "labs": map_measures.labs,
    "procedures": map_measures.procedures,
    "mar": map_events.mar,
    "infusions": map_events.infusions,
    "adt": map_events.adt,
}


def propose(path: Path, progress: Progress) -> Proposal:
    """A mapping for the input. Raises InputError where there is no input to look at."""
    alone, folders = look_at(path, progress)
    every = [completed(looked, alone) for looked in alone]
    found = {looked.place: claims(looked) for looked in every}
    _without_orders(every, found)
    serving = [looked for looked in every if found[looked.place][0]]
    keys = pick_keys(serving, every)
    guard = Guard(key_texts(every))
    drafts: list[Draft] = []
    for looked in serving:
        progress(f"proposing {looked.place}")
        for claim in found[looked.place][0]:
            draft = begin(looked, claim, keys[looked.place], guard, every)
            (map_wide.wide if claim.wide else _BUILDERS[claim.table])(draft)
            drafts.append(draft)
    crosswalks = {pick.crosswalk.looked.place for pick in keys.values() if pick.crosswalk is not None}
    return Proposal(
        files=[_report(looked, *found[looked.place], crosswalks) for looked in every],
        top=settings_lines(drafts),
        blocks=[end(draft) for draft in drafts],
        folders=folders,
        hidden=frozenset(looked.place for looked in every if guard.place(looked.place) != looked.place),
    )


def _without_orders(every: list[Looked], found: dict[str, tuple[list[Claim], str]]) -> None:
    """Where one file tells what was given, one that does not is a list of orders: not proposed."""
    mars = [looked for looked in every if any(claim.table == "mar" for claim in found[looked.place][0])]
    acted = [looked for looked in mars if action_column(looked) is not None]
    for looked in mars:
        if acted and looked not in acted:
            reason = f"holds drugs without saying what was given, as {acted[0].place} does: orders, it seems"
            found[looked.place] = ([], reason)


def _report(looked: Looked, claimed: list[Claim], reason: str, crosswalks: set[str]) -> FileReport:
    tables = tuple(claim.table for claim in claimed)
    if not tables and looked.place in crosswalks:
        reason = "no table of its own; other tables look up the patient of an encounter in it"
    return FileReport(looked.place, looked.header_row, looked.frame.height, looked.whole, tables, reason)
