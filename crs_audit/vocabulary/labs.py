"""Which laboratory value a name or a LOINC code stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crs_audit.vocabulary.phrases import Phrases
from crs_audit.vocabulary.rows import listed, read_rows, word_lists
from crs_audit.vocabulary.text import words

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True)
class LabReading:
    """`lab`: one of tables.LABS, or None. `denied`: known to be another analyte, specimen or share."""

    lab: str | None
    denied: bool


class LabNames:
    """Names and LOINC codes of `labs.csv`, with the deny-list of `denied_labs.csv`.

    A name must be a known one as a whole: first as it stands, then without what is in brackets, then without words
    that only say how it was measured (`serum`, `level`). A denied word or code outranks both name and code. A known
    code outranks an unknown name; a name and a code that contradict each other are left unread.
    """

    def __init__(self) -> None:
        rows, denied = read_rows("labs.csv"), read_rows("denied_labs.csv")
        self.names = Phrases.of((name, row["lab"]) for row in rows for name in listed(row["names"]))
        self.loinc = {code: row["lab"] for row in rows for code in row["loinc"].split()}
        self.denied = Phrases.of((name, True) for row in denied for name in listed(row["names"]))
        self.denied_loinc = frozenset(code for row in denied for code in row["loinc"].split())
        self._indifferent = frozenset(word_lists("lab")["indifferent"])

    def read(self, name: str | None, loinc: str | None = None) -> LabReading:
        """The laboratory value of a name, of a LOINC code, or of both."""
        code = (loinc or "").strip()
        if code in self.denied_loinc or self.denied.anywhere(words(name or "")):
            return LabReading(None, True)
        by_name, by_code = self._named(name or ""), self.loinc.get(code)
        if by_name and by_code and by_name != by_code:
            return LabReading(None, False)
        return LabReading(by_code or by_name, False)

    def _named(self, name: str) -> str | None:
        for text in (name, _BRACKETS.sub(" ", name)):
            found = words(text)
            for spelled in (found, tuple(word for word in found if word not in self._indifferent)):
                lab = self.names.exactly(spelled)
                if lab is not None:
                    return lab
        return None
