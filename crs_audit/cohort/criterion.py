"""One inclusion or exclusion of a study, as the criteria file tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("include", "exclude")
KEYS = ("column", "op", "value", "why")
ORDERED = ("<", "<=", ">", ">=")
KNOWN = ("is_known", "is_unknown")
OPERATIONS = ("==", "!=", *ORDERED, "in", *KNOWN)
IDENTIFIERS = ("patient_id", "infusion_id")
"""Columns whose values are told nowhere, not even as a criterion."""


@dataclass(frozen=True)
class Criterion:
    """One inclusion or exclusion. `place`: where it stands, for messages."""

    kind: str
    column: str
    op: str
    value: Any
    why: str
    place: str

    def text(self, hidden: Sequence[str] = ()) -> str:
        """`max_grade >= 2`; without the value where the column is one of `hidden` or names patients."""
        if self.op in KNOWN:
            return f"{self.column} {self.op}"
        if self.column in (*IDENTIFIERS, *hidden):
            return f"{self.column} {self.op} (not told)"
        value = ", ".join(map(_said, self.value)) if isinstance(self.value, list) else _said(self.value)
        return f"{self.column} {self.op} {value}"


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
