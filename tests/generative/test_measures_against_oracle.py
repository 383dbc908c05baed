"""Verdicts: the engine says what the oracle says, whatever the order of rows and whoever else is in the extract."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from crs_audit.evaluate import evaluate
from tests.generative.harness import (
    PROTOCOL,
    SEEDS,
    cohorts,
    different_results,
    engine,
    known,
    many,
    oracle,
    results_of,
    searching,
    timeline_of,
)
from tests.spec.patient import Patient, tables


@pytest.mark.parametrize("seed", SEEDS)
def test_verdicts_of_many_are_the_oracles(seed: int) -> None:
    evaluation, found = many(seed)
    assert different_results(evaluation, found) == []


@searching(examples=80)
@given(cohorts())
def test_verdicts_are_the_oracles(cohort: list[Patient]) -> None:
    found, evaluation = oracle(cohort), engine(cohort)
    for answer in found:
        for result in answer.results:
            event(f"{result.measure} {result.verdict.status}")
    assert different_results(evaluation, found) == []


@searching(examples=20)
@given(cohorts(), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(cohort: list[Patient], seed: int) -> None:
    plain, shuffled = (evaluate(tables(*cohort, shuffle=s), PROTOCOL, known(cohort)) for s in (None, seed))
    assert plain.timeline.equals(shuffled.timeline)
    assert plain.episodes.equals(shuffled.episodes)
    assert plain.results.equals(shuffled.results)


@searching(examples=15)
@given(cohorts(most=2), cohorts(most=2))
def test_patients_are_judged_alone(some: list[Patient], others: list[Patient]) -> None:
    for n, one in enumerate(others):
        one.name = f"Q{n}"
        for rows in one.rows.values():
            for row in rows:
                row["patient_id"] = one.name
    extract = known([*some, *others])
    together = evaluate(tables(*some, *others), PROTOCOL, extract)
    apart = [evaluate(tables(*part), PROTOCOL, extract) for part in (some, others)]
    assert timeline_of(together) == timeline_of(apart[0]) | timeline_of(apart[1])
    assert results_of(together) == results_of(apart[0]) | results_of(apart[1])


def test_the_charts_reach_every_verdict() -> None:
    """The search is worth something only where the generated charts reach all that a measure can say."""
    seen = Counter(
        (result.measure, result.verdict.status)
        for seed in SEEDS
        for answer in many(seed)[1]
        for result in answer.results
    )
    for measure, missing in UNREACHABLE.items():
        for status in ("met", "not_met", "excluded", "indeterminate", "not_applicable"):
            assert (seen[measure, status] == 0) == (status in missing), (measure, status)


UNREACHABLE = {
    "G1-06": set(),
    "G2-01": set(),
    "G2-02": set(),
    "G2-03": set(),
    "G2-04": {"excluded"},
    "G2-05": {"excluded"},
    "G2-06": {"excluded"},
    "G2-07": {"excluded"},
    "G2-08": {"excluded"},
    "G3-02": set(),
    "G3-03": set(),
    "G4-02": set(),
    "PRIN-02": {"excluded", "not_applicable"},
    "PIT-02": {"excluded", "not_applicable"},
}
"""Verdicts a measure never gives: no exclusion is told for it, or every infusion is an opportunity."""
