"""Agreement of two gradings on an ordered scale: Cohen's weighted kappa with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from crs_audit.report.statistics import Z95

Matrix = Sequence[Sequence[float]]
"""Counts: row = first grading, column = second."""


LARGE_SAMPLE, JACKKNIFE = "large sample", "jackknife over patients"
"""Where an interval comes from."""
_NO_SPREAD = 1e-6
"""A standard error below this is none but for rounding."""


@dataclass(frozen=True)
class Kappa:
    """`value` is None where chance alone gives full agreement. `low`, `high`: 95 % interval, None for want of data and
    where no spread is seen: that would be an interval of one point, and claim certainty. `method`: whence it is."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None


def weighted_kappa(matrix: Matrix, power: int = 1) -> float | None:
    """Kappa with weights 1 − (distance / greatest distance) ** power: 1 linear, 2 quadratic.

    J. Cohen, Psychol Bull 1968;70:213. None for no pairs, or where chance alone gives full agreement.
    """
    parts = _parts(matrix, power)
    return None if parts is None else (parts[0] - parts[1]) / (1 - parts[1])


def kappa_of_pairs(matrix: Matrix, power: int = 1) -> Kappa:
    """Kappa with its large-sample interval, for pairs that are independent of each other.

    J. L. Fleiss, J. Cohen & B. S. Everitt, Psychol Bull 1969;72:323, formula 15.
    """
    parts = _parts(matrix, power)
    if parts is None:
        return Kappa(None)
    observed, by_chance = parts
    value = (observed - by_chance) / (1 - by_chance)
    n, k = sum(map(sum, matrix)), len(matrix)
    share = [[cell / n for cell in row] for row in matrix]
    weight = _weights(k, power)
    rows = [sum(row) for row in share]
    columns = [sum(row[j] for row in share) for j in range(k)]
    across = [sum(columns[j] * weight[i][j] for j in range(k)) for i in range(k)]
    down = [sum(rows[i] * weight[i][j] for i in range(k)) for j in range(k)]
    spread = sum(
        share[i][j] * (weight[i][j] * (1 - by_chance) - (across[i] + down[j]) * (1 - observed)) ** 2
        for i in range(k)
        for j in range(k)
    )
    variance = (spread - (observed * by_chance - 2 * by_chance + observed) ** 2) / (n * (1 - by_chance) ** 4)
    return _with_interval(value, sqrt(max(0.0, variance)), LARGE_SAMPLE)


def kappa_of_clusters(clusters: Mapping[str, Matrix], power: int = 1) -> Kappa:
    """Kappa of all pairs, its interval from leaving out one cluster (a patient) at a time: the gradings of one patient
    are not independent of each other. B. Efron & C. Stein, Ann Stat 1981;9:586 (jackknife)."""
    k = max((len(matrix) for matrix in clusters.values()), default=0)
    total = [[sum(matrix[i][j] for matrix in clusters.values()) for j in range(k)] for i in range(k)]
    value = weighted_kappa(total, power)
    if value is None:
        return Kappa(None)
    without = [
        weighted_kappa([[total[i][j] - one[i][j] for j in range(k)] for i in range(k)], power)
        for one in clusters.values()
    ]
    left = [found for found in without if found is not None]
    if len(left) < 2 or len(left) < len(without):
        return Kappa(value)
    mean, n = sum(left) / len(left), len(left)
    return _with_interval(value, sqrt((n - 1) / n * sum((found - mean) ** 2 for found in left)), JACKKNIFE)


def _with_interval(value: float, error: float, method: str) -> Kappa:
    if error < _NO_SPREAD:
        return Kappa(value)
    return Kappa(value, max(-1.0, value - Z95 * error), min(1.0, value + Z95 * error), method)


def _parts(matrix: Matrix, power: int) -> tuple[float, float] | None:
    """Weighted agreement observed and by chance."""
    n, k = sum(map(sum, matrix)), len(matrix)
    if not n:
        return None
    weight = _weights(k, power)
    rows = [sum(row) for row in matrix]
    columns = [sum(row[j] for row in matrix) for j in range(k)]
    cells = [(i, j) for i in range(k) for j in range(k)]
    observed = sum(weight[i][j] * matrix[i][j] for i, j in cells) / n
    by_chance = sum(weight[i][j] * rows[i] * columns[j] for i, j in cells) / n**2
    return None if by_chance >= 1 else (observed, by_chance)


def _weights(k: int, power: int) -> list[list[float]]:
    widest = max(k - 1, 1)
    return [[1 - (abs(i - j) / widest) ** power for j in range(k)] for i in range(k)]
