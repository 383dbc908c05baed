"""Finding known names among the words of a text: whole words only, the longest name first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crs_audit.vocabulary.text import Words, words

GAP = ".."
"""In a name: up to `GAP_WORDS` words may stand here (`sodium chloride .. 0.9%`)."""
GAP_WORDS = 3

Value = TypeVar("Value")


@dataclass(frozen=True)
class Hit(Generic[Value]):
    """A name found at words `[start, end)` of a text."""

    start: int
    end: int
    value: Value


@dataclass
class Phrases(Generic[Value]):
    """Names and what each stands for. A name given twice must stand for the same."""

    _by_name: dict[Words, Value] = field(default_factory=dict)
    _by_first: dict[str, list[Words]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Value]]) -> Phrases[Value]:
        """Phrases of (name, value) pairs. Raises ValueError where a name is empty or stands for two things."""
        phrases = cls()
        for name, value in entries:
            phrases._add(name, value)
        for names in phrases._by_first.values():
            names.sort(key=lambda name: (-len(name), name))
        return phrases

    def _add(self, name: str, value: Value) -> None:
        parts: list[str] = []
        for part in name.split(GAP):
            parts += [GAP, *words(part)] if parts else words(part)
        key = tuple(parts)
        if not key:
            raise ValueError(f"a name without a letter or digit: {name!r}")
        if key in self._by_name:
            if self._by_name[key] != value:
                raise ValueError(f"{name!r} stands for both {self._by_name[key]!r} and {value!r}")
            return
        self._by_name[key] = value
        self._by_first.setdefault(key[0], []).append(key)

    def __iter__(self) -> Iterator[tuple[Words, Value]]:
        return iter(self._by_name.items())

    def exactly(self, text: Words) -> Value | None:
        """What the whole text stands for."""
        return self._by_name.get(text)

    def at(self, text: Words, start: int) -> Hit[Value] | None:
        """The longest name that begins at word `start`."""
        hits = [Hit(start, end, self._by_name[name]) for name, end in self._names_at(text, start)]
        return max(hits, key=lambda hit: hit.end, default=None)

    def first_to_last(self, text: Words) -> list[Hit[Value]]:
        """Names from left to right, none overlapping another: `nor epinephrine` leaves no `epinephrine` behind."""
        hits, start = [], 0
        while start < len(text):
            hit = self.at(text, start)
            if hit is not None:
                hits.append(hit)
            start = hit.end if hit is not None else start + 1
        return hits

    def anywhere(self, text: Words) -> list[Hit[Value]]:
        """Every name, overlapping or not."""
        return [
            Hit(start, end, self._by_name[name])
            for start in range(len(text))
            for name, end in self._names_at(text, start)
        ]

    def _names_at(self, text: Words, start: int) -> Iterator[tuple[Words, int]]:
        for name in self._by_first.get(text[start], ()):
            end = _end_of(name, text, start)
            if end is not None:
                yield name, end


def _end_of(name: Words, text: Words, start: int) -> int | None:
    """Where `name` ends if it stands at `start`; a gap takes as few words as it can."""
    if GAP not in name:
        end = start + len(name)
        return end if text[start:end] == name else None
    head, tail = name[: name.index(GAP)], name[name.index(GAP) + 1 :]
    after = start + len(head)
    if text[start:after] != head:
        return None
    for skipped in range(GAP_WORDS + 1):
        ends = _end_of(tail, text, after + skipped)
        if ends is not None:
            return ends
    return None
