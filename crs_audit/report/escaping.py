"""Text of the extract inside HTML that is built as text: a page has thousands of cells and marks."""

from __future__ import annotations

import re

from markupsafe import escape

_special = re.compile("[&<>\"']").search


def escaped(text: str) -> str:
    """As `markupsafe.escape` writes it, as a plain string; most text needs nothing, and that is quick to see."""
    return str(escape(text)) if _special(text) else text
