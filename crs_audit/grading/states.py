"""The states of all infusions as bits of one integer; `hold.overlaid` adds them up.

Bits 0 … 15 are single states, from 16 on one bit for each vasopressor in alphabetical order, from 32 on the number of
the oxygen device in force (0 = no support that counts).
"""

from __future__ import annotations

import polars as pl

INSIDE = 1 << 0
FEVER_KNOWN = 1 << 1
FEVER = 1 << 2
MEMORY = 1 << 3
SBP_KNOWN = 1 << 4
SBP_LOW = 1 << 5
MAP_KNOWN = 1 << 6
MAP_LOW = 1 << 7
TWO_PRESSORS = 1 << 8
AIRWAY = 1 << 9
COURSE = 1 << 10
CONTINUED = 1 << 11
SPARED = 1 << 12
SPARED_STRICT = 1 << 13
PRESSOR_SHIFT = 16
OXYGEN_SHIFT = 32

KNOWN_OF = {"sbp": SBP_KNOWN, "map": MAP_KNOWN}
LOW_OF = {"sbp": SBP_LOW, "map": MAP_LOW}


def has(bits: int) -> pl.Expr:
    """Whether `code` holds any of `bits`."""
    return (pl.col("code") & bits) != 0


def pressors() -> pl.Expr:
    """Which vasopressors run, a bit each."""
    return pl.col("code") & (1 << OXYGEN_SHIFT) - (1 << PRESSOR_SHIFT)


def oxygen() -> pl.Expr:
    """The number of the oxygen support in force."""
    return pl.col("code") // (1 << OXYGEN_SHIFT)
