"""Statistical process control: what of a measure's months is more than chance.

Run chart: the median as centre and the two rules of Anhøj (J. Anhøj, PLoS One 2015;10:e0121349; J. Anhøj & A. V.
Olesen, PLoS One 2014;9:e113825): an unusually long run on one side of the centre, or unusually few crossings of it.
p chart: the share of all as centre, and limits of three standard deviations of a month's share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from math import comb, log2, sqrt
from statistics import median

FEWEST_PERIODS = 10
"""With fewer points the run rules say nothing: a run line is drawn, and no signal is looked for."""

SIGMAS = 3.0
CROSSINGS_QUANTILE = Fraction(1, 20)


@dataclass(frozen=True)
class RunRules:
    """What the run rules find in a series. `useful`: points that do not lie on the centre; only these count."""

    centre: float
    useful: int
    longest_run: int
    run_limit: int
    """A longer run is a signal."""
    crossings: int
    crossings_limit: int
    """Fewer crossings are a signal."""
    judged: bool
    """False with fewer than FEWEST_PERIODS useful points: then there is no signal."""

    @property
    def shift(self) -> bool:
        """An unusually long run."""
        return self.judged and self.longest_run > self.run_limit

    @property
    def few_crossings(self) -> bool:
        """Unusually few crossings."""
        return self.judged and self.crossings < self.crossings_limit


def run_rules(shares: Sequence[float], centre: float | None = None) -> RunRules | None:
    """The rules on a series of shares, about its median or `centre`; None for an empty series."""
    if not shares:
        return None
    middle = median(shares) if centre is None else centre
    above = [share > middle for share in shares if share != middle]
    n = len(above)
    return RunRules(
        centre=middle,
        useful=n,
        longest_run=max((len(list(run)) for _, run in groupby(above)), default=0),
        run_limit=run_limit(n),
        crossings=sum(one != other for one, other in pairwise(above)),
        crossings_limit=crossings_limit(n),
        judged=n >= FEWEST_PERIODS,
    )


def run_limit(useful: int) -> int:
    """The longest run on one side that `useful` points allow by chance: round(log2 n) + 3."""
    return round(log2(useful)) + 3 if useful > 0 else 0


@lru_cache(maxsize=512)
def crossings_limit(useful: int) -> int:
    """The fewest crossings that `useful` points allow by chance: the 5 % quantile of binomial(n − 1, ½)."""
    trials = useful - 1
    if trials < 1:
        return 0
    below, of = 0, 2**trials
    for k in range(trials + 1):
        below += comb(trials, k)
        if Fraction(below, of) >= CROSSINGS_QUANTILE:
            return k
    return trials


@dataclass(frozen=True)
class Limits:
    """A p chart's centre and, for each period, its lower and upper limit; None where nothing was judged."""

    centre: float
    bounds: tuple[tuple[float, float] | None, ...]


def p_limits(counts: Sequence[tuple[int, int]]) -> Limits | None:
    """Limits of (met, judged) per period, clipped to 0 and 1; None where nothing was judged at all."""
    judged = sum(of for _, of in counts)
    if not judged:
        return None
    centre = sum(met for met, _ in counts) / judged
    spread = SIGMAS * sqrt(centre * (1 - centre))
    return Limits(
        centre,
        tuple(
            (max(0.0, centre - spread / sqrt(of)), min(1.0, centre + spread / sqrt(of))) if of else None
            for _, of in counts
        ),
    )
