"""What a spreadsheet's number format makes of a number on the screen: a date, a time, zeros the cell does not hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].', re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]")
_BRACKET = re.compile(r"\[[^\]]*\]")
_NOON = re.compile(r"am/pm|a/p")
_THOUSANDS_CUT = re.compile(r"[0#?],+(?![0#?,])")
_FRACTION = re.compile(r"\.|e[+-]")


class Kind(Enum):
    """How a number is shown."""

    AS_IT_IS = auto()
    """As its digits."""
    MOMENT = auto()
    """As a date with a time."""
    DATE = auto()
    """As a date without a time."""
    TIME = auto()
    """As a time of day."""
    ELAPSED = auto()
    """As hours, minutes or seconds that may exceed a day, such as [h]:mm."""
    SCALED = auto()
    """As another number: 0.98 as 98 %, 150000 as 150."""
    PADDED = auto()
    """With leading zeros that are not in the cell: 123 as 000123."""
    WORDED = auto()
    """With letters or dashes that are not in the cell: 123 as MRN123, 38.5 as 38.5 °C."""


@dataclass(frozen=True)
class Format:
    """A number format."""

    kind: Kind
    digits: int = 0
    """PADDED: numbers with fewer digits than these are shown otherwise than they are stored."""


AS_IT_IS = Format(Kind.AS_IT_IS)


def read_format(code: str) -> Format:
    """The meaning of a format code such as `[$-407]dd.mm.yyyy hh:mm;@`; its first section tells."""
    words = "".join(quoted or escaped for quoted, escaped in _LITERAL.findall(code.partition(";")[0]))
    bare = _LITERAL.sub("", code).partition(";")[0].lower().replace("general", "").replace("@", "")
    elapsed = _ELAPSED.search(bare)
    bare = _BRACKET.sub("", bare)
    date, time = bool(re.search("[dy]", bare)), bool(elapsed or re.search("[hs]", bare) or _NOON.search(bare))
    if date or time or "m" in bare:  # months alone are a date; minutes never stand alone
        return _shown_as_time(date=date or not time, time=time, elapsed=bool(elapsed))
    if "%" in bare or _THOUSANDS_CUT.search(bare):
        return Format(Kind.SCALED)
    if re.search(r"\w", words) or re.search(r"[0#]\W*-\W*[0#]", bare):
        return Format(Kind.WORDED)
    zeros = _FRACTION.split(bare)[0].count("0")
    return Format(Kind.PADDED, zeros) if zeros > 1 else AS_IT_IS


def _shown_as_time(*, date: bool, time: bool, elapsed: bool) -> Format:
    if date:
        return Format(Kind.MOMENT if time else Kind.DATE)
    return Format(Kind.ELAPSED if elapsed else Kind.TIME)
