"""How far reviewers agree with the audit and with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from crs_audit.review.verdicts import SECOND, Review


@dataclass(frozen=True)
class Agreement:
    """n pairs of judgements, of which `same` are alike; kappa is None where chance alone would give full agreement."""

    n: int
    same: int
    kappa: float | None


def cohen(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement of two raters with Cohen's kappa (J. Cohen, Educ Psychol Meas 1960;20:37), unweighted."""
    n = len(pairs)
    same = sum(one == other for one, other in pairs)
    if not n:
        return Agreement(0, 0, None)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[word] * second[word] for word in first) / n**2
    return Agreement(n, same, None if by_chance == 1 else (same / n - by_chance) / (1 - by_chance))


def between_reviewers(reviews: Iterable[Review]) -> Agreement:
    """All pairs of verdicts of two reviewers on one finding; a wish for a second review is no judgement."""
    by_finding: dict[str, list[Review]] = {}
    for review in reviews:
        if review.verdict != SECOND:
            by_finding.setdefault(review.result_id, []).append(review)
    pairs = []
    for of_one in by_finding.values():
        for one, other in combinations(sorted(of_one, key=lambda review: review.reviewer), 2):
            pairs.append((one.verdict, other.verdict))
    return cohen(pairs)
