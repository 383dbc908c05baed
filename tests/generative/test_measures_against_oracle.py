"""Verdicts: the engine says what the oracle says, whatever the order of rows and whoever else is in the extract."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

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
    random_cohort,
    results_of,
    searching,
    timeline_of,
)
from tests.oracle.audit import MEASURES
from tests.spec.patient import T0, Patient, tables


def test_both_know_every_measure() -> None:
    assert MEASURES.keys() == PROTOCOL.measures.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_verdicts_of_many_are_the_oracles(seed: int) -> None:
    evaluation, found = many(seed)
    assert different_results(evaluation, found) == []


@pytest.mark.parametrize("hours", [0, 30, 75, 200])
def test_verdicts_are_the_oracles_where_the_extract_ends_early(hours: int) -> None:
    cohort, until = random_cohort(0, 200), T0 + timedelta(hours=hours)
    cut = engine(cohort, until)
    assert different_results(cut, oracle(cohort, until)) == []
    assert not cut.results.equals(many(0)[0].results)


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
    "BAS-01": {"excluded", "not_applicable"},
    "BAS-02": {"excluded", "not_applicable"},
    "MON-01": {"excluded"},
    "MON-02": set(),
    "MON-03": {"excluded"},
    "MON-04": set(),
    "MON-05": set(),
    "MON-06": {"excluded", "not_met"},
    "MON-07": {"excluded", "not_met"},
    "G1-01": set(),
    "G1-02": set(),
    "G1-04": set(),
    "G1-05": {"excluded", "not_met"},
    "G1-06": set(),
    "G1-07": set(),
    "G2-01": set(),
    "G2-02": set(),
    "G2-03": set(),
    "G2-04": {"excluded"},
    "G2-05": {"excluded"},
    "G2-06": {"excluded"},
    "G2-07": {"excluded"},
    "G2-08": {"excluded"},
    "G2-09": set(),
    "G2-10": set(),
    "G2-11": set(),
    "G2-12": set(),
    "G2-13": set(),
    "G2-14": {"excluded", "not_met"},
    "G3-01": set(),
    "G3-02": set(),
    "G3-03": set(),
    "G3-04": set(),
    "G3-05": set(),
    "G3-06": set(),
    "G3-07": set(),
    "G3-09": {"excluded", "not_met"},
    "G4-01": set(),
    "G4-02": set(),
    "G4-03": set(),
    "G4-04": set(),
    "G4-05": {"excluded", "not_met"},
    "PRIN-01": {"excluded", "not_met"},
    "PRIN-02": {"excluded", "not_applicable"},
    "PRIN-03": set(),
    "HLH-01": {"excluded", "not_met"},
    "HLH-02": {"excluded", "not_met"},
    "HLH-03": set(),
    "HLH-04": {"not_met"},
    "ICANS-01": set(),
    "ALT-01": {"excluded", "not_met"},
    "PIT-01": {"excluded", "not_met"},
    "PIT-02": {"excluded", "not_applicable"},
    "PIT-03": {"excluded", "indeterminate"},
    "PIT-04": {"excluded", "not_met"},
}
"""Verdicts a measure never gives: it only informs, no exclusion is told for it, every infusion is an opportunity, or
nothing can be unknown."""
