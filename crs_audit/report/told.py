"""Which counts may stand beside each other: the building block of `disclosure`.

A count of a run is a sum over patients: so many of its infusions, episodes, doses, days are this patient's, so many
that one's. What is told together gives its sums and differences, too. One that is not nought gives patients away if
they are few: those for whom it is more than nought, and those for whom it is less. (Where there are both, it still is
the least number that the one side can be.)
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from random import Random

_BITS = 32
"""Of a lane; no patient has so many rows."""


@dataclass(frozen=True)
class Count:
    """A count of the run by patient: a lane of a long number for each, so that counts are added and compared whole."""

    lanes: int = 0
    total: int = 0
    marks: tuple[int, ...] = ()
    """Of each group of patients a number that is made of its lanes, and is added as they are."""

    def __add__(self, other: Count) -> Count:
        marks = map(int.__add__, self.marks, other.marks) if self.marks and other.marks else self.marks or other.marks
        return Count(self.lanes + other.lanes, self.total + other.total, tuple(marks))


NOBODY = Count()


class Told:
    """The counts that are told; nought is known to everybody."""

    def __init__(self, below: int, patients: int) -> None:
        """patients: how many lanes a count has."""
        self.below = below
        self._patients = patients
        self._groups = 2 * below
        self._lowest = int.from_bytes((1).to_bytes(_BITS // 8, "little") * patients, "little")
        self._highest = self._lowest << (_BITS - 1)
        rng = Random(0)
        self._factors = [rng.getrandbits(62) for _ in range(patients)]
        self._known: dict[int, Count] = {}
        self._by_mark: list[dict[int, list[Count]]] = [{} for _ in range(self._groups)]
        self._keep(Count(marks=(0,) * self._groups))

    def count(self, numbers: Iterable[tuple[int, int]]) -> Count:
        """numbers: (which of the patients, from 0, how many), any patient any number of times."""
        lanes, marks = array("I", bytes(array("I").itemsize * self._patients)), [0] * self._groups
        for patient, n in numbers:
            lanes[patient] += n
            marks[patient % self._groups] += n * self._factors[patient]
        return Count(int.from_bytes(lanes.tobytes(), sys.byteorder), sum(lanes), tuple(marks))

    def tell(self, *parts: Count) -> bool:
        """Tells the parts of a whole, all of them or none.

        None where a sum of some of them would give away fewer than `below` patients: if it, or its sum or difference
        with one or two counts told before, is not nought, but more than nought for so few, and less for so few."""
        new = [count for count in _sums(parts) if count.lanes not in self._known]
        if any(self._gives_away(count) for count in new):
            return False
        for count in new:
            self._keep(count)
        return True

    def _keep(self, count: Count) -> None:
        self._known[count.lanes] = count
        for mark, alike in zip(count.marks, self._by_mark, strict=True):
            alike.setdefault(mark, []).append(count)

    def _gives_away(self, new: Count) -> bool:
        # Where few patients make the difference on either side, one of the groups is without: there the marks add up.
        return any(
            self._few_left(new, one, other) for one in self._known.values() for other in self._alike(new, one, -1)
        ) or any(
            self._few_left(whole, new, other) for other in self._known.values() for whole in self._alike(new, other, 1)
        )

    def _alike(self, new: Count, one: Count, sign: int) -> Iterator[Count]:
        """Told counts that are the sum, or the difference, of the two for a group of patients at least."""
        for mine, its, by_mark in zip(new.marks, one.marks, self._by_mark, strict=True):
            yield from by_mark.get(mine + sign * its, ())

    def _few_left(self, whole: Count, one: Count, other: Count) -> bool:
        """Whether the whole is not the sum of the two, and few patients make the difference on either side."""
        if whole.total == one.total + other.total:
            return False
        two = one.lanes + other.lanes
        apart = whole.lanes ^ two
        for shift in (16, 8, 4, 2, 1):
            apart |= apart >> shift
        differ = apart & self._lowest
        # A lane that is at least the other's does not borrow the highest bit lent to it.
        at_least = ((whole.lanes | self._highest) - two) >> (_BITS - 1)
        more, less = (differ & at_least).bit_count(), (differ & ~at_least).bit_count()
        return more < self.below and less < self.below


def _sums(parts: Sequence[Count]) -> Iterator[Count]:
    """Of each choice of the parts that count somebody."""
    some = [part for part in parts if part.lanes]
    for chosen in chain.from_iterable(combinations(some, n) for n in range(1, len(some) + 1)):
        yield sum(chosen, start=NOBODY)
