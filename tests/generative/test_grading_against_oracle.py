"""Timeline and episodes: the engine says what the oracle says."""

from __future__ import annotations

import pytest
from hypothesis import event, given

from tests.generative.harness import (
    SEEDS,
    cohorts,
    engine,
    episodes_of,
    expected_episodes,
    expected_timeline,
    many,
    oracle,
    searching,
    timeline_of,
)
from tests.spec.patient import Patient


@pytest.mark.parametrize("seed", SEEDS)
def test_timeline_and_episodes_of_many_are_the_oracles(seed: int) -> None:
    evaluation, found = many(seed)
    assert timeline_of(evaluation) == expected_timeline(found)
    assert episodes_of(evaluation) == expected_episodes(found)


@searching(examples=80)
@given(cohorts())
def test_timeline_and_episodes_are_the_oracles(cohort: list[Patient]) -> None:
    found, evaluation = oracle(cohort, judged=False), engine(cohort, judged=False)
    for answer in found:
        event(f"highest grade {max((episode.max_grade for episode in answer.episodes), default=0)}")
        event(f"{len(answer.episodes)} episodes")
    assert timeline_of(evaluation) == expected_timeline(found)
    assert episodes_of(evaluation) == expected_episodes(found)
