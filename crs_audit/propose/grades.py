"""Grades that are charted as words: Grade 2 → 2."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crs_audit.propose.maps import Draft
from crs_audit.propose.proposal import counted

_GRADE = re.compile(r"(?i)^(?:crs|icans|astct)?[\s:-]*(?:grade|grad|grado|g)\s*([0-5]|iv|i{1,3}|v)$")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def say_grades(draft: Draft, counts: Iterable[tuple[str, int]]) -> None:
    """Lines for grades that are words with a number; other texts are counted and left to the analyst."""
    odd = 0
    for text, n in counts:
        found = _GRADE.match(text)
        if found:
            grade = found.group(1).lower()
            draft.block.put("values", "value", text, value=_ROMAN.get(grade, grade), reason=counted(n, "row"))
        elif not text.replace(".", "").isdigit():
            odd += n
    if odd:
        said = f'{odd:,} grades or scores are texts and no numbers: values.value."text" = "number"'
        draft.block.say(said, doubt=True)
