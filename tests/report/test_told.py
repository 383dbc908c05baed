"""The building block of disclosure beside the plain rule: every sum and difference of three counts, looked at one by
one."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement
from random import Random

import pytest

from crs_audit.report.told import Count, Told

Plain = tuple[int, ...]
"""How many are each patient's."""


def _few(numbers: list[int], below: int) -> bool:
    return sum(numbers) != 0 and sum(n > 0 for n in numbers) < below and sum(n < 0 for n in numbers) < below


def _gives_away(new: Plain, known: list[Plain], below: int) -> bool:
    for one, other in combinations_with_replacement(known, 2):
        for whole, first, second in ((new, one, other), (one, new, other), (other, new, one)):
            if _few([w - f - s for w, f, s in zip(whole, first, second, strict=True)], below):
                return True
    return False


def _sums(parts: list[Plain]) -> list[Plain]:
    return [
        tuple(map(sum, zip(*chosen, strict=True)))
        for n in range(1, len(parts) + 1)
        for chosen in combinations(parts, n)
    ]


def _count(told: Told, numbers: Plain) -> Count:
    return told.count(enumerate(numbers))


@pytest.mark.parametrize("most", [1, 3, 40])
def test_as_the_plain_rule(most: int) -> None:
    verdicts = []
    for seed in range(150):
        rng = Random(seed)
        patients, below = rng.randint(4, 30), rng.randint(2, 5)
        told, known = Told(below, patients), [(0,) * patients]
        for _ in range(6):
            whole = [rng.choice((0, 0, most, rng.randint(0, most))) for _ in range(patients)]
            # Like some that is told, but for a few patients: what is nested by chance is rare.
            if len(known) > 1 and rng.random() < 0.6:
                whole = list(map(sum, zip(*rng.choices(known, k=rng.choice((1, 1, 2))), strict=True)))
                for patient in rng.sample(range(patients), rng.randint(0, 4)):
                    whole[patient] += rng.choice((0, 1, 1, -min(1, whole[patient])))
            first = [rng.randint(0, n) for n in whole]
            parts = [tuple(first), tuple(n - f for n, f in zip(whole, first, strict=True))][: rng.choice((1, 2))]
            parts = parts if len(parts) > 1 else [tuple(whole)]
            new = [one for one in _sums(parts) if any(one) and one not in known]
            fine = not any(_gives_away(one, known, below) for one in new)
            assert told.tell(*(_count(told, part) for part in parts)) == fine
            known += new if fine else []
            verdicts.append(fine)
    assert min(verdicts.count(True), verdicts.count(False)) > 100


def test_nobody_is_told_and_few_are_not() -> None:
    told = Told(3, 5)
    assert told.tell(_count(told, (0, 0, 0, 0, 0)))
    assert not told.tell(_count(told, (7, 7, 0, 0, 0)))
    assert told.tell(_count(told, (1, 1, 1, 0, 0)))


def test_two_counts_of_all_but_few_are_not_both_told() -> None:
    told = Told(3, 8)
    assert told.tell(_count(told, (1, 1, 1, 1, 1, 0, 0, 0)))
    assert not told.tell(_count(told, (1, 1, 1, 1, 9, 9, 0, 0)))
    assert told.tell(_count(told, (1, 1, 1, 1, 1, 0, 0, 0))), "the very same"
    assert told.tell(_count(told, (1, 1, 1, 1, 0, 1, 0, 0))), "as many"
    assert not told.tell(_count(told, (1, 1, 1, 1, 0, 1, 1, 0))), "two at least are in this one alone"


def test_a_count_that_two_others_give_away_is_not_told() -> None:
    """Episodes, those of grade 1 only, those of more: together they tell what is in none of the two."""
    told = Told(3, 10)
    assert told.tell(_count(told, (1,) * 10))
    assert told.tell(_count(told, (1,) * 4 + (0,) * 6))
    assert not told.tell(_count(told, (0,) * 4 + (1,) * 5 + (0,)))
    assert told.tell(_count(told, (0,) * 4 + (1,) * 3 + (0,) * 3))


def test_the_parts_of_a_whole_are_told_together_or_not_at_all() -> None:
    told = Told(3, 8)
    assert not told.tell(_count(told, (1, 1, 1, 1, 0, 0, 0, 0)), _count(told, (0, 0, 0, 0, 0, 0, 1, 1)))
    assert told.tell(_count(told, (1, 1, 1, 0, 0, 0, 0, 0))), "of the first nothing is known"
