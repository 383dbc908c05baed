"""Lee 2014, CTCAE v5 and Penn: the engine says what the oracle says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_audit.cohort.research import cohort_frames
from tests.generative.harness import SEEDS, engine, known, random_cohort, searching
from tests.generative.patients import build_patient
from tests.generative.scale_inputs import with_scale_inputs
from tests.oracle.audit import course_of
from tests.oracle.course import episodes_of
from tests.oracle.grade import states_of
from tests.oracle.scales import Scale, scales
from tests.oracle.unit import Extract, units_of
from tests.spec.patient import Patient, tables

Scales = dict[tuple[str, str], Scale]
NAMES = ("lee", "ctcae", "penn")


def theirs(cohort: list[Patient]) -> Scales:
    rows = cohort_frames(engine(cohort, judged=False).case)["cohort"].to_dicts()
    return {
        (row["infusion_id"], name): Scale(row[f"{name}_grade"], row[f"{name}_lower_bound"])
        for row in rows
        for name in NAMES
    }


def ours(cohort: list[Patient]) -> Scales:
    facts = known(cohort)
    extract = Extract(facts.tables, facts.procedures, facts.assessments, facts.timezone)
    found: Scales = {}
    for unit in units_of({table: frame.to_dicts() for table, frame in tables(*cohort).frames.items()}):
        states = states_of(unit)
        early, late = (
            scales(course_of(unit, states, episodes_of(states), extract, end_of_day=end)) for end in (False, True)
        )
        found |= {(unit.infusion_id, name): agreed(scale, late[name]) for name, scale in early.items()}
    return found


def agreed(early: Scale, late: Scale) -> Scale:
    """Nobody can say what differs between the first and the last second of a date without a time."""
    return Scale(
        early.grade if early.grade == late.grade else None,
        early.lower_bound if early.lower_bound == late.lower_bound else None,
    )


def different(cohort: list[Patient]) -> list[Any]:
    engines, oracles = theirs(cohort), ours(cohort)
    assert engines.keys() == oracles.keys()
    return [(key, engines[key], oracles[key]) for key in engines if engines[key] != oracles[key]]


@lru_cache(maxsize=len(SEEDS))
def many(seed: int) -> list[Patient]:
    choose = random.Random(seed).choice
    return [with_scale_inputs(choose, one) for one in random_cohort(seed, 200)]


@pytest.mark.parametrize("seed", SEEDS)
def test_scales_of_many_are_the_oracles(seed: int) -> None:
    assert different(many(seed)) == []


def test_every_grade_of_every_scale_is_reached_for_sure_and_as_a_bound() -> None:
    """What is compared is not all of one kind."""
    seen: Counter[tuple[str, int | None, bool | None]] = Counter()
    for seed in SEEDS:
        seen.update((name, scale.grade, scale.lower_bound) for (_, name), scale in theirs(many(seed)).items())
    for name in NAMES:
        assert min(seen[name, grade, False] for grade in (0, 2, 3, 4)) >= 3, seen
        assert min(seen[name, grade, True] for grade in (1, 2, 3)) >= 3, seen


@st.composite
def cohorts(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[Patient]:
    def pick(choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    return [with_scale_inputs(pick, build_patient(pick, "P1", "America/New_York"))]


@searching(examples=60)
@given(cohorts())
def test_scales_are_the_oracles(cohort: list[Patient]) -> None:
    assert different(cohort) == []
