"""What is proposed: lines of a mapping file, each with its reason, and what the analyst must decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def counted(n: int, word: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


HIDDEN = "(name not shown)"

Value = str | int | bool | Sequence[str]


@dataclass(frozen=True)
class Line:
    """One key of the mapping file. path: the keys that lead to it, such as ("columns", "time"). reason: why, in a few
    words. doubt: what is not decided; then the line is written commented out."""

    path: tuple[str, ...]
    value: Value
    reason: str = ""
    doubt: str | None = None


@dataclass(frozen=True)
class Remark:
    """A comment of the mapping file without a line of its own."""

    text: str
    doubt: bool = False


@dataclass(frozen=True)
class Unknown:
    """Names of one column of a table that nothing is known of. shown: with counts, the most frequent first; more: names
    that are not shown, for there are too many or they may tell of a patient. path: where a person would map them.
    aside: such rows are left aside and listed (`skip_unknown`), and not rejected."""

    column: str
    path: tuple[str, ...]
    shown: tuple[tuple[str, int], ...]
    more: int
    aside: bool = False


@dataclass
class Block:
    """One map of a table: a `[[tables.…]]` of the mapping file. whole_doubt: why all is commented out, or null."""

    table: str
    place: str
    lines: list[Line | Remark] = field(default_factory=list)
    lookups: list[list[Line]] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    whole_doubt: str | None = None

    def put(self, *path: str, value: Value, reason: str = "", doubt: str | None = None) -> None:
        """Adds a line."""
        self.lines.append(Line(path, value, reason, doubt))

    def say(self, text: str, doubt: bool = False) -> None:
        """Adds a comment."""
        self.lines.append(Remark(text, doubt))

    @property
    def doubts(self) -> list[str]:
        """All that is not decided, in order."""
        found = [] if self.whole_doubt is None else [self.whole_doubt]
        for line in self.lines:
            if isinstance(line, Remark):
                found += [line.text] if line.doubt else []
            elif line.doubt is not None:
                found.append(line.doubt)
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class FileReport:
    """What became of one file or sheet. tables: the tables it serves; without any, `reason` says why."""

    place: str
    header_row: int
    rows: int
    whole: bool
    tables: tuple[str, ...]
    reason: str


@dataclass
class Proposal:
    """A whole mapping file. top: what holds for all files. hidden: places whose names may tell of a patient."""

    files: list[FileReport]
    top: list[Line | Remark]
    blocks: list[Block]
    folders: list[str] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """(place or "", what is not decided), in the order of the file."""
        found = [("", doubt) for doubt in Block("", "", self.top).doubts]
        found += [(f"{self.shown(b.place)}, {b.table}", doubt) for b in self.blocks for doubt in b.doubts]
        # A doubt about all files names the files it is about.
        for place in self.hidden:
            found = [(where, doubt.replace(place, HIDDEN)) for where, doubt in found]
        return found

    def document(self) -> dict[str, Any]:
        """As one JSON document, fit for stdout: without names of files that may tell of a patient."""
        return {
            "files": [{**vars(report), "place": self.shown(report.place)} for report in self.files],
            "folders": self.folders,
            "maps": [
                {
                    "table": block.table,
                    "place": self.shown(block.place),
                    "proposed": _shown(block.lines, block.place in self.hidden),
                    "lookups": [_shown(lines) for lines in block.lookups],
                    "unknown": [vars(unknown) for unknown in block.unknown],
                    "doubts": block.doubts,
                }
                for block in self.blocks
            ],
            "settings": _shown(self.top),
            "doubts": [{"place": place, "doubt": doubt} for place, doubt in self.doubts],
        }

    def shown(self, place: str) -> str:
        """A file's name, unless it may tell of a patient."""
        return HIDDEN if place in self.hidden else place


def _shown(lines: Sequence[Line | Remark], hidden: bool = False) -> list[dict[str, Any]]:
    return [
        {
            "key": ".".join(line.path),
            "value": HIDDEN if hidden and line.path in (("file",), ("sheet",)) else line.value,
            "reason": line.reason,
            "doubt": line.doubt,
        }
        for line in lines
        if isinstance(line, Line)
    ]
