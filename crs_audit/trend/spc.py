"""Statistical process control: what of a measure's months is more than chance.

Run chart: the median as centre and the two rules of Anhøj (J. Anhøj, PLoS One 2015;10:e0121349; J. Anhøj & A. V.
Olesen, PLoS One 2014;9:e113825): an unusually long run on one side of the centre, or unusually few crossings of it.
p chart: the share of all as centre, and limits of three standard deviations of a month's share (D. C. Montgomery,
Introduction to Statistical Quality Control, 7.3; M. A. Mohammed, P. Worthington & W. H. Woodall, Qual Saf Health Care
2008;17:137). The limits rest on the normal distribution, which a share of few is far from: 4 of 5 lies below the lower
limit of 59 of 60, and comes by chance in one month of twelve. So a point beyond a limit is a signal only where the
binomial distribution itself makes it as seldom as the limit claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from math import comb, exp, lgamma, log, log1p, log2, sqrt
from statistics import median

FEWEST_PERIODS = 10
"""With fewer points the run rules say nothing: a run line is drawn, and no signal is looked for."""

SIGMAS = 3.0
BEYOND = 0.00135
"""What the normal distribution has beyond SIGMAS on one side."""
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
    """False with fewer than FEWEST_PERIODS useful points, or where half of all lie on the centre, as with a median of
    100 %: the others then lie on one side of it by necessity. Then there is no signal."""

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
        judged=n >= FEWEST_PERIODS and 2 * n > len(shares),
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
    signals: tuple[int, ...]
    """For each period 1 above the upper limit, -1 below the lower, by more than chance; else 0. All 0 with fewer than
    FEWEST_PERIODS periods with something judged."""


def p_limits(counts: Sequence[tuple[int, int]]) -> Limits | None:
    """Limits of (met, judged) per period, clipped to 0 and 1; None where nothing was judged at all."""
    judged = sum(of for _, of in counts)
    if not judged:
        return None
    centre = sum(met for met, _ in counts) / judged
    spread = SIGMAS * sqrt(centre * (1 - centre))
    bounds = tuple(
        (max(0.0, centre - spread / sqrt(of)), min(1.0, centre + spread / sqrt(of))) if of else None for _, of in counts
    )
    enough = judged_periods(counts) >= FEWEST_PERIODS
    signals = tuple(
        _signal(*count, centre, limits) if enough else 0 for count, limits in zip(counts, bounds, strict=True)
    )
    return Limits(centre, bounds, signals)


def judged_periods(counts: Sequence[tuple[int, int]]) -> int:
    """How many periods have something judged."""
    return sum(of > 0 for _, of in counts)


def _signal(met: int, of: int, centre: float, bounds: tuple[float, float] | None) -> int:
    if bounds is None or bounds[0] <= met / of <= bounds[1]:
        return 0
    return (1 if met / of > centre else -1) if binomial_tail(met, of, centre) < BEYOND else 0


def binomial_tail(met: int, of: int, share: float) -> float:
    """How probable `met` of `of` or anything farther from `share`, on its side, is where each is met with that
    probability. 1 where `share` is 0 or 1: then nothing else can be."""
    if not 0 < share < 1:
        return 1.0
    farther = range(met + 1) if met / of < share else range(met, of + 1)
    ways = lgamma(of + 1)
    return sum(
        exp(ways - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log1p(-share)) for k in farther
    )
