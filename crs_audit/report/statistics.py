"""The interval beside each rate, and the share to whom something has happened by a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
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


HAPPENED, PRECLUDED, CENSORED = 0, 1, 2
"""What ended the observation of one: what is looked for; that it can no longer happen; that nobody looked on. Of one
instant in this order: who was watched up to an instant was at risk at it."""


def cumulative_incidence(observed: Iterable[tuple[float, int]]) -> list[tuple[float, float]]:
    """(time, share) after each time at which it happened, of `observed` (time, HAPPENED | PRECLUDED | CENSORED).

    Aalen–Johansen estimator of a cumulative incidence with competing events (O. Aalen & S. Johansen, Scand J Stat
    1978;5:141): the share to whom it has happened, had everybody been watched to the end. To whom it can no longer
    happen stays in the denominator. Without anybody censored it is the plain share.
    """
    ordered = sorted(observed)
    at_risk, untouched, share = len(ordered), 1.0, 0.0
    steps = []
    for time, group in groupby(ordered, key=lambda one: one[0]):
        ended = [how for _, how in group]
        if happened := ended.count(HAPPENED):
            share += untouched * happened / at_risk
            steps.append((time, share))
        untouched *= 1 - (happened + ended.count(PRECLUDED)) / at_risk
        at_risk -= len(ended)
    return steps
