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


@dataclass(frozen=True)
class PairOfReviewers:
    """Two people, by name, and how far they agree on the findings that both judged."""

    first: str
    second: str
    agreement: Agreement


@dataclass(frozen=True)
class Reviewers:
    """Agreement of each two people who judged a finding in common, by name. Kappa is that of one pair: pooled over
    pairs of different people it would depend on who is called the first."""

    pairs: tuple[PairOfReviewers, ...]

    @property
    def n(self) -> int:
        """Judgements of one finding by two people, of all pairs."""
        return sum(pair.agreement.n for pair in self.pairs)

    @property
    def same(self) -> int:
        return sum(pair.agreement.same for pair in self.pairs)

    @property
    def in_words(self) -> list[str]:
        """For each pair: `Ann and Bob agree on 3 of 4 findings (κ 0.50)`."""
        return [
            f"{pair.first} and {pair.second} agree on {found.same} of {found.n} "
            + ("finding" if found.n == 1 else "findings")
            + ("" if found.kappa is None else f" (κ {found.kappa:.2f})")
            for pair in self.pairs
            for found in (pair.agreement,)
        ]


def between_reviewers(reviews: Iterable[Review]) -> Reviewers:
    """Who agrees with whom; a wish for a second review is no judgement."""
    names: dict[str, str] = {}
    by_finding: dict[str, dict[str, str]] = {}
    for review in sorted(reviews, key=lambda one: one.reviewer):
        if review.verdict != SECOND:
            names.setdefault(review.by, " ".join(review.reviewer.split()))
            by_finding.setdefault(review.result_id, {})[review.by] = review.verdict
    judged: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for verdicts in by_finding.values():
        for one, other in combinations(sorted(verdicts), 2):
            judged.setdefault((one, other), []).append((verdicts[one], verdicts[other]))
    return Reviewers(
        tuple(PairOfReviewers(names[a], names[b], cohen(verdicts)) for (a, b), verdicts in sorted(judged.items()))
    )
