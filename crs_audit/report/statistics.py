"""The interval beside each rate."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
"""97.5 % point of the normal distribution: two-sided 95 %."""


def wilson(met: int, of: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval of met / of (E. B. Wilson, JASA 1927;22:209); None for 0/0.

    At 0 and at `of` the bound on that side is exactly 0 or 1.
    """
    if of < 0 or not 0 <= met <= max(of, 0):
        raise ValueError("met must lie in 0 … of")
    if of == 0:
        return None
    share, z2 = met / of, z * z
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if met == 0 else max(0.0, centre - half)
    high = 1.0 if met == of else min(1.0, centre + half)
    return low, high
