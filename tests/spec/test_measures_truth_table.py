"""PROTOCOL 5: the status of an infusion's measure for every combination of what can be known of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import polars as pl
import pytest

from crs_audit.measures.case import Case
from crs_audit.measures.catalogue import Judge, Measure
from crs_audit.measures.opportunities import Opportunities
from crs_audit.measures.verdicts import verdicts
from tests.spec.judged import followed
from tests.spec.patient import patient
from tests.spec.test_measures_precedence import case_of

COMBINATIONS = list(product((True, False), repeat=6))


def expected(applies: bool, excluded: bool, exempt: bool, met: bool, present: bool, censored: bool) -> str:
    """The precedence in words: no opportunity; excluded before anything is judged; what is missing; done; exempt where
    it failed; a failure whose time was not up is censored."""
    if not applies:
        return "not_applicable"
    if excluded:
        return "excluded"
    if not present:
        return "indeterminate"
    if met:
        return "met"
    if censored:
        return "excluded"
    return "excluded" if exempt else "not_met"


def judge_of(applies: bool, excluded: bool, exempt: bool, met: bool, censored: bool) -> Judge:
    def judge(case: Case) -> Opportunities:
        rows = case.every_infusion.filter(pl.lit(applies))
        due = pl.col("e") + timedelta(minutes=0 if censored else -1)
        return (
            Opportunities(rows)
            .exclude("cap", pl.lit(excluded))
            .exempt("ICANS", pl.lit(exempt))
            .require("done", pl.lit(met), by=due, table="mar", fails="late")
        )

    return judge


@pytest.mark.parametrize(("applies", "excluded", "exempt", "met", "present", "censored"), COMBINATIONS)
def test_one_status_for_every_combination(
    applies: bool, excluded: bool, exempt: bool, met: bool, present: bool, censored: bool
) -> None:
    charted = followed() if present else patient(until="30d")
    judge = judge_of(applies, excluded, exempt, met, censored)
    (row,) = verdicts(case_of(charted), [Measure("G2-02", (), judge)]).results.to_dicts()
    assert row["status"] == expected(applies, excluded, exempt, met, present, censored)
    assert row["opportunity"] == (1 if applies else 0)
    if row["status"] == "indeterminate":
        assert row["reason"] == "mar"
    if row["status"] == "excluded":
        assert row["reason"] == ("cap" if excluded else "censored" if censored else "ICANS")


def test_a_missing_table_that_decides_whether_there_is_an_opportunity_leaves_it_open() -> None:
    """Whatever else holds: one indeterminate row at T0 that names the table."""
    for applies, excluded, exempt, met, censored in product((True, False), repeat=5):
        measure = Measure("G2-02", ("mar",), judge_of(applies, excluded, exempt, met, censored))
        (row,) = verdicts(case_of(patient(until="30d")), [measure]).results.to_dicts()
        assert (row["status"], row["reason"], row["opportunity"]) == ("indeterminate", "mar", 1)
        assert row["time"] == patient().t0
