"""PROTOCOL 5, G4-03: the way down from high doses, dose by dose. Hours are counted from the last high dose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crs_audit.measures.ladder import Descent, Ladder, Recovery, descend

LADDER = Ladder(levels=(250, 125, 60), tolerance=10, fewest=2, most=6, gap=timedelta(hours=14))
START = datetime(2026, 3, 5, tzinfo=UTC)


def at(hour: float | None) -> datetime | None:
    return None if hour is None else START + timedelta(hours=hour)


def walk(*amounts: float | None, every: float = 12, calm: float | None = None, lasted: float | None = None) -> Descent:
    """The doses 12 h apart, the first 12 h after the last high dose."""
    doses = [(START + timedelta(hours=every * (n + 1)), amount) for n, amount in enumerate(amounts)]
    return descend(doses, START, Recovery(at(calm), at(lasted)), LADDER)


def told(found: Descent) -> tuple[bool | None, str | None]:
    return found.holds, found.reason


# The whole way --------------------------------------------------------------------------------------------------------


def test_the_texts_way_down() -> None:
    found = walk(250, 250, 250, 250, 125, 125, 125, 125, 60, 60, calm=115)
    assert found == Descent(True, (4, 4, 2))


def test_the_lowest_level_is_held_to_grade_1() -> None:
    """The last dose at 72 h: the next was due by 86 h."""
    steps = (250, 250, 125, 125, 60, 60)
    assert told(walk(*steps, calm=86)) == (True, None)
    assert told(walk(*steps, calm=86.02)) == (False, "too_few")
    assert walk(*steps, calm=86.02).due == at(86)
    assert told(walk(*steps)) == (False, "too_few")


def test_the_lowest_level_has_no_most() -> None:
    assert walk(250, 250, 125, 125, *[60] * 9, calm=160) == Descent(True, (2, 2, 9))


def test_none_of_the_lowest_level_where_grade_1_came_before() -> None:
    assert walk(250, 250, 125, 125, calm=62) == Descent(True, (2, 2, 0))
    assert told(walk(250, 250, 125, 125, calm=62.02)) == (False, "too_few")


# Doses at a level -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (1, 2, (False, "too_few")), (2, 1, (False, "too_few")), (2, 2, (True, None)), (6, 6, (True, None)),
        (7, 2, (False, "too_many")), (2, 7, (False, "too_many")),
    ],
)  # fmt: skip
def test_two_to_six_doses_a_level(first: int, second: int, result: tuple[bool, str | None]) -> None:
    found = walk(*[250] * first, *[125] * second, 60, calm=12 * (first + second) + 6)
    assert told(found) == result


@pytest.mark.parametrize("counts", [(1, 0), (2, 1)])
def test_a_level_begun_keeps_its_two_doses(counts: tuple[int, int]) -> None:
    """Whatever the improvement: the dose that is missing decides."""
    found = walk(*[250] * counts[0], *[125] * counts[1], calm=-30, lasted=-6)
    assert told(found) == (False, "too_few")


def test_the_seventh_dose_does_not_matter_once_the_way_was_complete() -> None:
    assert walk(250, 250, *[125] * 7, calm=108) == Descent(True, (2, 6, 0), left_at=8)
    assert told(walk(250, 250, *[125] * 7, calm=108.02)) == (False, "too_many")


# Amounts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        (225, 0), (275, 0), (224.9, None), (275.1, None), (112.5, 1), (137.5, 1), (112.4, None), (137.6, None),
        (54, 2), (66, 2), (53.9, None), (66.1, None), (500, None), (0, None), (0.1 * 3 * 220, 2),
    ],
)  # fmt: skip
def test_levels_are_ten_per_cent_wide(amount: float, level: int | None) -> None:
    assert LADDER.level_of(amount) == level


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ((250, 250, 125, 125, 250), "off_ladder"),  # rising
        ((250, 250, 125, 250), "too_few"),  # rising from a level left too soon
        ((250, 250, 125, 125, 60, 125), "off_ladder"),
        ((250, 250, 500), "off_ladder"),
        ((250, 250, 200), "off_ladder"),
        ((250, 250, 30), "off_ladder"),
        ((250, 200), "too_few"),
        ((200,), "too_few"),
        ((125, 125), "too_few"),  # a level skipped
        ((60,), "too_few"),
        ((250, 250, 60), "too_few"),
        ((250, 250, 125, 125, 60, 40), "off_ladder"),
    ],
)
def test_what_is_no_step(amounts: tuple[float, ...], reason: str) -> None:
    found = walk(*amounts)
    assert told(found) == (False, reason)
    assert found.due is None


def test_a_dose_that_is_no_step_is_named_and_not_counted() -> None:
    assert walk(250, 250, 500) == Descent(False, (2, 0, 0), "off_ladder", left_at=2)


def test_what_comes_after_a_complete_way_is_no_matter() -> None:
    assert walk(250, 250, 125, 125, 60, 30, calm=72) == Descent(True, (2, 2, 1), left_at=5)
    assert told(walk(250, 250, 125, 125, 60, 30, calm=72.02)) == (False, "off_ladder")


def test_an_unknown_amount_decides_unless_the_way_was_complete() -> None:
    assert walk(250, 250, None, 125) == Descent(None, (2, 0, 0), "amount", left_at=2)
    assert told(walk(None, lasted=12.02)) == (None, "amount")
    assert walk(None, lasted=12) == Descent(True, (0, 0, 0), left_at=0, improved=True)


# Gaps -----------------------------------------------------------------------------------------------------------------


def test_gaps() -> None:
    assert told(walk(250, 250, 125, 125, 60, every=14, calm=80)) == (True, None)
    found = walk(250, 250, 125, 125, 60, every=14.02, calm=80)
    assert found == Descent(False, (0, 0, 0), "too_few", due=at(14))


def test_a_dose_too_late_is_no_step_whatever_it_is() -> None:
    assert walk(None, every=15) == Descent(False, (0, 0, 0), "too_few", due=at(14))


# Lasting improvement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lasted", "result"), [(14, (True, None)), (14.02, (False, "too_few")), (None, (False, "too_few"))]
)
def test_no_way_down_is_needed_after_lasting_improvement(lasted: float | None, result: tuple[bool, str | None]) -> None:
    found = walk(calm=-20, lasted=lasted)
    assert told(found) == result
    assert found.improved == (found.holds is True)


def test_grade_1_that_has_not_lasted_leaves_no_higher_level_out() -> None:
    assert told(walk(250, 250, calm=1)) == (False, "too_few")
    assert walk(250, 250, calm=1, lasted=38) == Descent(True, (2, 0, 0), improved=True)


def test_after_lasting_improvement_a_dose_of_any_level_is_no_matter() -> None:
    assert walk(250, 250, 60, lasted=36) == Descent(True, (2, 0, 0), left_at=2, improved=True)
    assert told(walk(250, 250, 60, lasted=36.02)) == (False, "too_few")
    assert told(walk(250, 60, lasted=12)) == (False, "too_few")


def test_lasting_improvement_at_a_lower_level_is_not_noted() -> None:
    assert not walk(250, 250, 125, 125, calm=20, lasted=44).improved
