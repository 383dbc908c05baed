"""How a map names a file or a sheet, so that it means no other."""

from __future__ import annotations

import glob
from collections.abc import Sequence

from crs_audit.propose.look import Looked


def file_pattern(looked: Looked, every: Sequence[Looked]) -> str:
    """The file's name as a map names it: no other file may begin with it."""
    if looked.files > 1 and looked.sheet is None:
        return looked.file
    return _exact(looked.file, {other.file for other in every})


def sheet_pattern(looked: Looked, every: Sequence[Looked]) -> str:
    """The sheet's name as a map names it."""
    if looked.files > 1 and looked.sheet is not None:
        return looked.sheet
    return _exact(looked.sheet or "", {other.sheet or "" for other in every if other.file == looked.file})


def _exact(name: str, others: set[str]) -> str:
    """A map's name is a glob or a beginning: one that others begin with is written as a glob that means it alone."""
    escaped = glob.escape(name)
    longer = any(other != name and other.casefold().startswith(name.casefold()) for other in others)
    return f"[{name[0]}]{glob.escape(name[1:])}" if escaped == name and longer and name[0].isalnum() else escaped
