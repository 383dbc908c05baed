"""What may be told of the texts of an extract: names of drugs, labs, vitals; nothing that may tell of a patient."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crs_audit.propose.column import Column
from crs_audit.propose.limits import limit
from crs_audit.propose.proposal import HIDDEN

_NUMBERED = re.compile(r"\d{5}|\d{3}-\d{2}|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|@")


class Guard:
    """Knows the keys of the patients that were looked at."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(key.casefold() for key in keys)
        self._long = tuple(key for key in self._keys if len(key) >= 5)

    def may_tell(self, text: str) -> bool:
        """Whether a text may be a name: no key of a patient, no long number, no date, no prose."""
        folded = text.casefold()
        return not (folded in self._keys or _NUMBERED.search(text) or len(text) > limit("names", "length"))

    def names(self, column: Column, unknown: Iterable[tuple[str, int]]) -> tuple[tuple[tuple[str, int], ...], int]:
        """The texts that may be told, with counts, and how many more there are."""
        every = list(unknown)
        told = [] if column.prose else [(text, n) for text, n in every if self.may_tell(text)]
        shown = tuple(told[: int(limit("names", "shown"))])
        return shown, len(every) - len(shown)

    def place(self, name: str) -> str:
        """A file's name, unless it holds the key of a patient."""
        folded = name.casefold()
        return HIDDEN if any(key in folded for key in self._long) else name
