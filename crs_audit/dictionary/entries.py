"""What a dictionary says of a table, a column, a word; and the sentences of `columns.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ANY = "any"
"""Section of `columns.toml` for columns that say the same in every table."""
PURE_NUMBER = {"1": "fraction"}
"""A unit that a reader would take for a number, in words."""


@dataclass(frozen=True)
class Word:
    """One of the words a cell may hold; `holds` is empty where the word speaks for itself."""

    name: str
    holds: str = ""

    @property
    def text(self) -> str:
        """`met: The rule was met.`; the name alone where nothing else is said of it."""
        says_more = self.holds not in ("", self.name.replace("_", " "))
        return f"{self.name}: {self.holds}" if says_more else self.name


@dataclass(frozen=True)
class Band:
    """Limits a number or a time must lie in, bounds included; None = no bound."""

    low: float | None
    high: float | None
    unit: str
    why: str

    @property
    def text(self) -> str:
        """`30 to 44`, `0 or more`."""
        if self.low is not None and self.high is not None:
            return f"{self.low} to {self.high}"
        return f"{self.low} or more" if self.low is not None else f"{self.high} or less"

    @property
    def told(self) -> str:
        """`30 to 44 (°C)`."""
        return f"{self.text} ({self.unit})"


@dataclass(frozen=True)
class Conversion:
    """A unit that is read as well: canonical = number * factor + offset."""

    unit: str
    factor: float
    offset: float

    @property
    def text(self) -> str:
        """`°F × 0.5556 − 17.78`; the unit alone where the number stays."""
        factor = "" if self.factor == 1 else f" × {self.factor:.4g}"
        sign = "−" if self.offset < 0 else "+"
        shift = f" {sign} {abs(self.offset):.4g}" if self.offset else ""
        return f"{PURE_NUMBER.get(self.unit, self.unit)}{factor}{shift}"


@dataclass(frozen=True)
class Measured:
    """The canonical unit, which a blank one stands for, and what is converted to it."""

    unit: str
    converted: tuple[Conversion, ...] = ()

    @property
    def shown(self) -> str:
        """The canonical unit for a reader."""
        return PURE_NUMBER.get(self.unit, self.unit)

    @property
    def text(self) -> str:
        """`kg (converted: lb × 0.4536)`."""
        return self.shown + (f" (converted: {self.conversions})" if self.converted else "")

    @property
    def conversions(self) -> str:
        """`lb × 0.4536, oz × 0.02835`."""
        return ", ".join(one.text for one in self.converted)


@dataclass(frozen=True)
class Kind:
    """What a row of a name-and-value table can be of: a vital sign, an analyte, a score."""

    name: str
    holds: str
    measured: Measured | None
    plausible: Band | None
    doubts: tuple[str, ...]
    """Numbers that are rejected or flagged inside the band, in words."""
    words: tuple[Word, ...] = ()
    """Where the value is a name and no number: what it may be."""

    @property
    def unit(self) -> str:
        """The canonical unit for a reader; of a score that of its band, of a name none."""
        return self.measured.shown if self.measured else self.plausible.unit if self.plausible else ""


@dataclass(frozen=True)
class Column:
    """A column. `type`: text, name (one of `words`), time, number, whole number, true or false."""

    name: str
    type: str
    holds: str
    needed: bool | None = None
    """Of a table that goes in: whether the column must be there."""
    dtype: str | None = None
    """Of a table that comes out: its polars type."""
    units: tuple[Measured, ...] = ()
    plausible: tuple[Band, ...] = ()
    words: tuple[Word, ...] = ()
    rejected_when: tuple[str, ...] = ()
    """Reasons for which a row is rejected on this column, in the order in which they are looked for."""


@dataclass(frozen=True)
class Table:
    """A table, columns in canonical order. `way`: in, out."""

    name: str
    way: str
    holds: str
    columns: tuple[Column, ...]
    needed: bool | None = None
    sorted_by: tuple[str, ...] = ()
    kind_column: str | None = None
    """Of a name-and-value table: the column whose words are `kinds`."""
    kinds: tuple[Kind, ...] = ()


@cache
def sentences() -> Mapping[str, Any]:
    """`columns.toml`, parsed: tables, columns and words with what they hold."""
    return tomllib.loads(files("crs_audit.dictionary").joinpath("columns.toml").read_text(encoding="utf-8"))


def of_table(way: str, table: str) -> str:
    """What a table holds. The empty text where nothing is said, as in the two functions below."""
    return str(sentences()["tables"][way].get(table, ""))


def of_column(way: str, table: str, column: str) -> tuple[str, str]:
    """What a column holds, and its unit where no declaration of the code gives one."""
    told = sentences()[way].get(table, {}).get(column) or sentences()[way][ANY].get(column, "")
    return (told["holds"], told["unit"]) if isinstance(told, dict) else (told, "")


def of_word(list_: str, word: str) -> str:
    """What a word of a list means."""
    return str(sentences()["words"].get(list_, {}).get(word, ""))
