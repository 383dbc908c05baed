"""The whole proposal: every file looked at, every table found, each map written, with what nobody can know in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from crs_audit.errors import InputError
from crs_audit.intake.discover import fits
from crs_audit.propose import map_events, map_measures, map_procedures, map_wide
from crs_audit.propose.beside import completed
from crs_audit.propose.guard import Guard
from crs_audit.propose.keys import key_texts, pick_keys
from crs_audit.propose.look import Looked, Progress, look_at
from crs_audit.propose.maps import Draft, begin, end
from crs_audit.propose.presets import PresetFit, fitting_preset
from crs_audit.propose.proposal import Block, FileReport, Line, Proposal, Remark
from crs_audit.propose.settings_lines import settings_lines
from crs_audit.propose.tables import Claim, action_column, claims
from crs_audit.tables import TABLES

_BUILDERS: dict[str, Callable[[Draft], None]] = {
    "vitals": map_measures.measures,
    "assessments": map_measures.measures,
    "labs": map_measures.labs,
    "procedures": map_procedures.procedures,
    "mar": map_events.mar,
    "infusions": map_events.infusions,
    "adt": map_events.adt,
}


def propose(path: Path, progress: Progress) -> Proposal:
    """A mapping for the input. Raises InputError where there is no input to look at, or none that can be read."""
    alone, folders = look_at(path, progress)
    if all(looked.unread is not None for looked in alone):
        first = f": {alone[0].place}: {alone[0].unread}" if alone else ""
        raise InputError(f"{path}: nothing in it can be read, and no mapping is proposed{first}")
    preset = fitting_preset(path)
    read = preset.tables if preset is not None else {}
    every = [looked if looked.place in read else completed(looked, alone) for looked in alone]
    found = {looked.place: ([], "") if looked.place in read else claims(looked) for looked in every}
    _without_orders(every, found)
    serving = [looked for looked in every if found[looked.place][0]]
    keys = pick_keys(serving, every)
    guard = Guard(key_texts(every))
    drafts: list[Draft] = []
    for number, looked in enumerate(serving, 1):
        progress(f"proposing maps for file {number} of {len(serving)}")
        for claim in found[looked.place][0]:
            draft = begin(looked, claim, keys[looked.place], guard, every)
            (map_wide.wide if claim.wide else _BUILDERS[claim.table])(draft)
            drafts.append(draft)
    blocks = [end(draft) for draft in drafts]
    _tell_once(blocks)
    for block in blocks:
        if preset is not None and any(block.table in tables for tables in read.values()):
            block.whole_doubt = (
                f"the preset {preset.name} reads {block.table} of other files: this map would replace it"
            )
    crosswalks = {pick.crosswalk.looked.place for pick in keys.values() if pick.crosswalk is not None}
    return Proposal(
        files=[_report(looked, *found[looked.place], crosswalks, preset) for looked in every],
        top=[*_preset_line(preset), *settings_lines(drafts), *_once(drafts), *_misnamed(every, found, blocks, read)],
        blocks=blocks,
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


def _tell_once(blocks: list[Block]) -> None:
    """Names that nothing is known of are told with the first map that reads their column."""
    told: dict[str, set[str]] = {}
    for block in blocks:
        seen = told.setdefault(block.place, set())
        for at, item in enumerate(block.unknown):
            fresh = tuple((text, n) for text, n in item.shown if text not in seen)
            block.unknown[at] = replace(item, shown=fresh, more=item.more if fresh or not item.shown else 0)
            seen |= {text for text, _ in item.shown}
        block.unknown = [item for item in block.unknown if item.shown or item.more]


def _preset_line(preset: PresetFit | None) -> list[Line | Remark]:
    if preset is None:
        return []
    return [Line(("preset",), preset.name, f"its maps fit {len(preset.tables)} files by name and by every column")]


def _once(drafts: list[Draft]) -> list[Line]:
    """Lines that maps have for all files, each once."""
    found = {line.path: line for draft in drafts for line in draft.top}
    return list(found.values())


def _misnamed(
    every: list[Looked],
    found: dict[str, tuple[list[Claim], str]],
    blocks: list[Block],
    read: Mapping[str, tuple[str, ...]],
) -> list[Line | Remark]:
    """Files that serve no table and whose name begins with one's: without a map of that table they are taken for it."""
    mapped = {block.table for block in blocks} | {table for tables in read.values() for table in tables}
    remarks: list[Line | Remark] = []
    for looked in every:
        name = looked.file if looked.sheet is None else looked.sheet
        for table in TABLES:
            served = bool(found[looked.place][0]) or looked.place in read
            if not served and looked.columns and table not in mapped and fits(name, None, table):
                said = f"{looked.place} will be read as {table} for its name; rename it if it is none"
                remarks.append(Remark(said, doubt=not looked.frame.is_empty()))
    return remarks


def _report(
    looked: Looked, claimed: list[Claim], reason: str, crosswalks: set[str], preset: PresetFit | None
) -> FileReport:
    tables = tuple(claim.table for claim in claimed)
    if preset is not None and looked.place in preset.tables:
        tables, reason = preset.tables[looked.place], f"as preset {preset.name}"
    if not tables and preset is not None and looked.place in preset.looked_up:
        reason = f"no table of its own; preset {preset.name} looks things up in it"
    elif not tables and looked.place in crosswalks:
        reason = "no table of its own; other tables look up the patient of an encounter in it"
    return FileReport(looked.place, looked.header_row, looked.frame.height, looked.whole, tables, reason)
