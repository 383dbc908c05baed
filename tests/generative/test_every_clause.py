"""Every clause of every measure has been seen true and seen false: one that only ever says one thing proves nothing."""

from __future__ import annotations

from functools import lru_cache

import pytest

from crs_audit.chart import build_chart
from crs_audit.grading.astct import grade
from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import CATALOGUE, FALSE, TRUE
from crs_audit.measures.chapters import CHAPTERS, measures_in
from crs_audit.medication.given import medication
from tests.generative.harness import PROTOCOL, SEEDS, known, random_cohort
from tests.spec.patient import tables

INFORMATIONAL = {id_ for id_, rule in PROTOCOL.measures.items() if rule.kind == "I"}


@lru_cache(maxsize=1)
def seen() -> dict[tuple[str, str], set[str]]:
    """(measure, clause) → outcomes, over all patients of the cohorts that are the same every time."""
    found: dict[tuple[str, str], set[str]] = {}
    for seed in SEEDS:
        cohort = random_cohort(seed, 300)
        chart = build_chart(tables(*cohort), PROTOCOL, known(cohort))
        given = medication(chart, PROTOCOL)
        case = Case(chart, given, grade(chart, given.boluses, given.sparing, PROTOCOL), PROTOCOL)
        for measure in measures_in():
            opportunities = measure.judge(case)
            evidence = opportunities.judged().evidence
            for clause in opportunities.clauses:
                outcomes = evidence.filter(clause=clause).get_column("outcome")
                found.setdefault((measure.id, clause), set()).update(outcomes)
    return found


@pytest.mark.parametrize("measure", sorted(CATALOGUE))
def test_every_clause_is_driven_both_ways(measure: str) -> None:
    assert CHAPTERS
    clauses = {clause: outcomes for (id_, clause), outcomes in seen().items() if id_ == measure}
    if measure in INFORMATIONAL:
        # Nothing to fail: a clause there only says that nobody can know.
        assert all(FALSE not in outcomes and TRUE in outcomes for outcomes in clauses.values())
    else:
        assert clauses
        assert {clause: outcomes for clause, outcomes in clauses.items() if not outcomes >= {TRUE, FALSE}} == {}
