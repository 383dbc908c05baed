"""Who a report is for, and how small a count may be that leaves the house."""

from __future__ import annotations

INTERNAL, SHARE = "internal", "share"
AUDIENCES = (INTERNAL, SHARE)

DEFAULT_BELOW = 11
"""Counts of fewer patients are not told: the cell size policy of the US Centers for Medicare & Medicaid Services lets
no cell of 1 to 10 out."""

LEAST_BELOW = 5
"""A smaller threshold hides hardly anything: a withheld count would be one of three numbers at most."""
