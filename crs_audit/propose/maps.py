"""The map of one table in one file, line by line with reasons: where it is, its patient, its times, its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from crs_audit.propose.column import Column
from crs_audit.propose.guard import Guard
from crs_audit.propose.hospitals import put_key
from crs_audit.propose.keys import Crosswalk, KeyPick
from crs_audit.propose.limits import blank_texts, limit
from crs_audit.propose.look import Looked
from crs_audit.propose.naming import file_pattern, sheet_pattern
from crs_audit.propose.proposal import Block, Line
from crs_audit.propose.tables import Claim
from crs_audit.propose.times import TimePick, pick_times

LOOKUP = "patient"
"""Name of the lookup that turns an encounter into its patient."""


@dataclass
class Draft:
    """A map in the making. used: positions of columns that are spoken for. top: lines that hold for all files."""

    looked: Looked
    claim: Claim
    guard: Guard
    block: Block
    used: set[int]
    times: list[TimePick]
    top: list[Line] = field(default_factory=list)

    def columns(self, role: str) -> list[Column]:
        """Free columns that may have a role by their header, the likeliest first."""
        found = [
            column
            for column in self.looked.columns
            if role in column.roles and column.at not in self.used and column.filled and not column.again
        ]
        return sorted(found, key=lambda column: (column.roles.index(role), -column.filled, column.at))

    def take(self, name: str, column: Column, reason: str, doubt: str | None = None) -> None:
        """Maps a column, or in doubt proposes to."""
        self.block.put("columns", name, value=column.name, reason=reason, doubt=doubt)
        if doubt is None:
            self.used.add(column.at)

    def take_by_header(self, name: str, role: str | None = None) -> Column | None:
        """Maps the likeliest column by its header, if there is one."""
        for column in self.columns(role or name)[:1]:
            self.take(name, column, "a known header")
            return column
        return None

    def cells(self, column: Column) -> pl.Series:
        """The cells of a column, without outer blanks."""
        return self.looked.frame[str(column.at)].str.strip_chars()


def begin(looked: Looked, claim: Claim, key: KeyPick, guard: Guard, every: list[Looked]) -> Draft:
    """A map with all that is alike in every table."""
    block = Block(claim.table, looked.place)
    draft = Draft(looked, claim, guard, block, set(), pick_times(looked, claim.table))
    block.say(claim.reason)
    block.lookups += [list(lines) for lines in looked.lookups]
    block.put("file", value=file_pattern(looked, every))
    if looked.sheet is not None:
        block.put("sheet", value=sheet_pattern(looked, every))
    if looked.header_row > 1:
        block.put("header_row", value=looked.header_row, reason="what stands above is no header")
    _patient(draft, key, every)
    _times(draft)
    return draft


def _patient(draft: Draft, key: KeyPick, every: list[Looked]) -> None:
    block, column = draft.block, key.column
    if column is None:
        block.say(key.reason, doubt=True)
        block.say('columns.patient_id = "…"')
        return
    draft.used.add(column.at)
    if key.crosswalk is not None:
        source = f"{LOOKUP}.{key.crosswalk.patient.name}"
        put_key(block, key.hospitals, source, f"{LOOKUP}.", key.reason, None)
        block.lookups.append(_crosswalk(key.crosswalk, column, every))
    else:
        put_key(block, key.hospitals, column.name, "", key.reason, key.doubt)
    for remark in key.remarks:
        block.say(remark, doubt=True)


def _crosswalk(walk: Crosswalk, encounter: Column, every: list[Looked]) -> list[Line]:
    looked = walk.looked
    lines = [Line(("name",), LOOKUP), Line(("file",), file_pattern(looked, every))]
    if looked.sheet is not None:
        lines.append(Line(("sheet",), sheet_pattern(looked, every)))
    if looked.header_row > 1:
        lines.append(Line(("header_row",), looked.header_row))
    return [
        *lines,
        Line(("from",), encounter.name),
        Line(("key",), walk.key.name, "each once there"),
        Line(("required",), True, "a row of an encounter that is not there has no patient, and is rejected"),
    ]


def _times(draft: Draft) -> None:
    dates: list[str] = []
    for pick in draft.times:
        names = [column.name for column in pick.columns]
        if not names:
            draft.block.say(f"{pick.doubt}: columns.{pick.name} = …", doubt=True)
            continue
        value = names if len(names) > 1 else names[0]
        draft.block.put(
            "join" if pick.joined else "columns", pick.name, value=value, reason=pick.reason, doubt=pick.doubt
        )
        if pick.doubt is None:
            draft.used |= {column.at for column in pick.columns}
            dates += [column.name for column in pick.dates]
    if dates:
        draft.block.put("dates", value=dates, reason="each of its cells is a midnight: dates without a time of day")


def end(draft: Draft) -> Block:
    """The map, with what stands for a blank in the columns it reads."""
    sure, doubtful = blank_texts()
    seen: dict[str, int] = {}
    for column in draft.looked.columns:
        if column.at in draft.used:
            for text, n in column.blanks.iter_rows():
                seen[text] = seen.get(text, 0) + n
    certain = {text: n for text, n in seen.items() if text.lower() in sure}
    if certain:
        told = ", ".join(f"{n:,} of {text!r}" for text, n in certain.items())
        draft.block.put("blanks", value=sorted(certain), reason=f"cells that hold no value: {told}")
    named = () if draft.claim.name is None else draft.claim.name.blanks["text"].to_list()
    unsure = {
        text: n for text, n in seen.items() if text.lower() in doubtful and text not in named and not _is_name(text)
    }
    if unsure:
        told = ", ".join(f"{n:,} of {text!r}" for text, n in unsure.items())
        doubt = f"texts that may stand for a blank: {told}"
        draft.block.put("blanks", value=sorted({*certain, *unsure}), doubt=doubt)
    _missing_required(draft)
    return draft.block


def _is_name(text: str) -> bool:
    """Whether a text means something to a vocabulary: none is room air. (NA, as sodium, stands among the names.)"""
    from crs_audit.vocabulary.load import load_vocabulary

    vocabulary = load_vocabulary()
    return vocabulary.devices.read(text) is not None


def _missing_required(draft: Draft) -> None:
    """Says which column a run will miss, where nothing has said it yet."""
    from crs_audit.intake.columns import NAME_COLUMN, REQUIRED

    told: set[str] = set()
    for line in draft.block.lines:
        if isinstance(line, Line):
            told |= set(line.path[1:2]) if line.path[0] in ("columns", "join", "constants") else set()
            told |= set(line.value) if line.path[0] == "amounts" and not isinstance(line.value, str | int) else set()
            told |= {NAME_COLUMN.get(draft.claim.table, ""), "value"} if line.path[0] == "wide" else set()
    headers = {" ".join(column.name.casefold().split()) for column in draft.looked.columns}
    for name in REQUIRED[draft.claim.table]:
        if name not in told and name not in headers and name != "patient_id":
            draft.block.say(f"no column was found for {name}, which the table needs: columns.{name} = …", doubt=True)


def texts_of(frame: pl.DataFrame, name: str) -> list[tuple[str, int]]:
    """Texts of a column with counts, the most frequent first; without blanks."""
    texts = frame.select(text=pl.col(name).str.strip_chars()).filter(pl.col("text") != "")
    found = texts.group_by("text").agg(n=pl.len()).sort("n", "text", descending=[True, False])
    return list(found.iter_rows())


def note_unknown(draft: Draft, column: str, source: Column, unknown: Mapping[str, int], aside: bool = False) -> None:
    """Lists texts nothing is known of, as far as they may be told."""
    from crs_audit.propose.proposal import Unknown

    if unknown:
        shown, more = draft.guard.names(source, unknown.items())
        draft.block.unknown.append(Unknown(column, ("values", column), shown, more, aside))


def is_number_column(column: Column) -> bool:
    """Whether nearly all cells are numbers."""
    return column.numbers >= limit("column", "shape")
