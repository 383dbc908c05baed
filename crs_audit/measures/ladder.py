"""The way down from high-dose methylprednisolone, walked dose by dose (text L42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crs_audit.medication.steroids import DECIMALS

Dose = tuple[datetime, float | None]
"""Time and amount in mg, None = unknown."""
UNKNOWN_AMOUNT = "amount"


@dataclass(frozen=True)
class Ladder:
    """Levels in mg, highest first; how far a dose may be off its level (%); fewest and most doses at a level above the
    lowest; longest gap between doses."""

    levels: tuple[float, ...]
    tolerance: float
    fewest: int
    most: int
    gap: timedelta

    def level_of(self, amount: float) -> int | None:
        """The number of the level a dose stands on, None where it is off the ladder."""
        for number, level in enumerate(self.levels):
            off = round(abs(amount - level) * 100, DECIMALS)
            if off <= round(level * self.tolerance, DECIMALS):
                return number
        return None


@dataclass(frozen=True)
class Recovery:
    """When grade 1 or lower was first reached (`calm`) and when it had lasted long enough (`lasted`); None = never."""

    calm: datetime | None
    lasted: datetime | None


@dataclass(frozen=True)
class Descent:
    """How a way down went. holds: None = a dose of unknown amount decides. walked: doses at each level. reason: why it
    does not hold. due: when the dose that is missing was due, None where a dose decided. left_at: the number of the
    dose that was no step, None where the way did not end with one. improved: lasting improvement made further levels
    needless."""

    holds: bool | None
    walked: tuple[int, ...]
    reason: str | None = None
    due: datetime | None = None
    left_at: int | None = None
    improved: bool = False


def descend(doses: Sequence[Dose], start: datetime, recovery: Recovery, ladder: Ladder) -> Descent:
    """Walks `doses` (in order of time, after the last high dose at `start`) down the ladder.

    A dose stays at its level or is the first of the next lower one; every level but the lowest must have its fewest
    doses before. The way is complete at the lowest level once grade 1 or lower has been reached, so too at the level
    above it, and at higher ones, begun or not, once grade 1 or lower has lasted.
    """
    level, lowest, since = 0, len(ladder.levels) - 1, start
    walked = [0 for _ in ladder.levels]

    def served() -> bool:
        return level == lowest or walked[level] >= ladder.fewest

    def complete(at: datetime) -> bool:
        if level >= lowest - 1:
            return served() and recovery.calm is not None and recovery.calm <= at
        return (served() or not walked[level]) and recovery.lasted is not None and recovery.lasted <= at

    def ended(at: datetime, reason: str, left_at: int | None = None, due: datetime | None = None) -> Descent:
        if complete(at):
            return Descent(True, tuple(walked), left_at=left_at, improved=level < lowest - 1)
        holds = None if reason == UNKNOWN_AMOUNT else False
        return Descent(holds, tuple(walked), reason, due, left_at)

    for number, (time, amount) in enumerate(doses):
        if time > since + ladder.gap:
            break
        if amount is None:
            return ended(time, UNKNOWN_AMOUNT, left_at=number)
        step = ladder.level_of(amount)
        full = level != lowest and walked[level] == ladder.most
        if step == level + 1 and served():
            level = step
        elif step != level or full:
            skips = step is not None and step > level + 1
            reason = "too_many" if step == level else "too_few" if skips or not served() else "off_ladder"
            return ended(time, reason, left_at=number)
        walked[level] += 1
        since = time
    due = since + ladder.gap
    return ended(due, "too_few", due=due)
