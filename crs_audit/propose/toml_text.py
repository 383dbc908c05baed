"""The proposal as a commented mapping file. What is in doubt is commented out and marked, to be searched for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from crs_audit.propose.proposal import Block, Line, Proposal, Remark, Unknown, Value, counted

DOUBT = "# DOUBT: "
WIDTH = 110
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = """\
# Proposed by `crs-audit map` from what it saw of the files. Each line has its reason. What the files do not decide is
# commented out and marked "DOUBT": search for it, decide, take the # away.
# Then: crs-audit map INPUT --check, crs-audit validate INPUT, and crs-audit run INPUT.
"""


def toml_text(proposal: Proposal) -> str:
    """The mapping file, loadable as it stands."""
    parts = [_HEAD, _lines(proposal.top)]
    for report in proposal.files:
        blocks = [block for block in proposal.blocks if block.place == report.place]
        title = f"# ── {_plain(report.place)}: {', '.join(report.tables) or 'no table'} "
        told = f"{title}{'─' * max(0, WIDTH - len(title))}\n"
        parts.append(told + ("" if not report.reason else f"{_comment(report.reason)}"))
        parts += [_block(block) for block in blocks]
    if proposal.folders:
        parts.append(f"# Folders are not looked into: {len(proposal.folders)}\n")
    return "\n".join(part for part in parts if part)


def _block(block: Block) -> str:
    text = f"[[tables.{block.table}]]\n" + _lines(block.lines)
    text += "".join(_unknown(unknown) for unknown in block.unknown)
    for lookup in block.lookups:
        text += f"\n[[tables.{block.table}.lookups]]\n" + _lines(lookup)
    if block.whole_doubt is not None:
        commented = "".join(line if line.startswith("#") else f"# {line}" for line in text.splitlines(keepends=True))
        return _comment(block.whole_doubt, DOUBT) + commented
    return text


def _lines(lines: Sequence[Line | Remark]) -> str:
    text = ""
    for line in lines:
        if isinstance(line, Remark):
            text += _comment(line.text, DOUBT if line.doubt else "# ")
            continue
        key = ".".join(map(_key, line.path))
        written = f"{key} = {_value(line.value)}"
        if line.doubt is not None:
            text += _comment(line.doubt, DOUBT) + f"# {written}\n".replace("\n", "\n# ", written.count("\n"))
        elif not line.reason:
            text += f"{written}\n"
        elif len(written) + len(line.reason) + 4 <= WIDTH and "\n" not in written:
            text += f"{written}  # {_plain(line.reason)}\n"
        else:
            text += _comment(line.reason) + f"{written}\n"
    return text


def _unknown(unknown: Unknown) -> str:
    """Names that nothing is known of, as lines to complete."""
    n = len(unknown.shown) + unknown.more
    left = "their rows are left aside: map what matters" if unknown.aside else "complete what matters"
    text = _comment(f"{n} {'text' if n == 1 else 'texts'} of {unknown.column} unknown here; {left}")
    for name, count in unknown.shown:
        text += f'# {".".join(map(_key, (*unknown.path, name)))} = ""  # {counted(count, "row")}\n'
    if unknown.more:
        text += f"# … and {unknown.more} more, not shown\n"
    return text


def _comment(text: str, mark: str = "# ") -> str:
    return f"{mark}{_plain(text)}\n"


def _plain(text: str) -> str:
    """Text that can stand in a comment: one line, no control signs."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for what lies beyond the basic plane, which stays as it is, and DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    items = [_quoted(text) for text in value]
    flat = f"[{', '.join(items)}]"
    if len(flat) <= WIDTH:
        return flat
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
