"""Counts, rates and intervals from results, told by small tables of them."""

from __future__ import annotations

import polars as pl
import pytest

from crs_audit.protocol.load import load_protocol
from crs_audit.report.result import RESULTS, MeasureSummary
from crs_audit.report.statistics import wilson
from crs_audit.report.summaries import summarise

PROTOCOL = load_protocol()


def summary(measure: str, *rows: tuple[str, str, str | None]) -> MeasureSummary:
    """rows: infusion, status, reason."""
    frame = pl.DataFrame(
        [{"infusion_id": i, "measure_id": measure, "status": status, "reason": why} for i, status, why in rows],
        schema={name: RESULTS[name] for name in ("infusion_id", "measure_id", "status", "reason")},
    )
    return summarise(frame, PROTOCOL, frozenset({measure}))[0]


def test_excluded_and_indeterminate_are_in_no_rate() -> None:
    found = summary(
        "G2-02", ("a/1", "met", None), ("b/1", "not_met", "late"), ("c/1", "excluded", "cap"),
        ("d/1", "indeterminate", "vitals"), ("e/1", "not_applicable", None),
    )  # fmt: skip
    assert (found.met, found.not_met, found.judged, found.rate) == (1, 1, 2, 0.5)
    assert (found.opportunities, found.infusions, found.not_applicable) == (4, 4, 1)
    assert found.excluded == (("cap", 1),)
    assert found.indeterminate == (("vitals", 1),)


def test_bounds_take_the_indeterminate_as_not_met_and_as_met() -> None:
    found = summary("G2-02", ("a/1", "met", None), ("b/1", "not_met", None), ("c/1", "indeterminate", "vitals"))
    assert (found.bound_low, found.bound_high) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_nothing_judged_has_no_rate() -> None:
    found = summary("G2-02", ("a/1", "excluded", "censored"), ("b/1", "not_applicable", None))
    assert (found.rate, found.low, found.high, found.interval_of) == (None, None, None, None)


def test_a_measure_without_results_is_still_there() -> None:
    found = summary("G2-02")
    assert (found.opportunities, found.rate, found.not_applicable) == (0, None, 0)


def test_episodes_are_counted_singly() -> None:
    found = summary("G2-02", ("a/1", "met", None), ("a/1", "not_met", None), ("b/1", "met", None))
    assert (found.interval_met, found.interval_of, found.interval_unit) == (2, 3, "opportunities")
    assert (found.low, found.high) == wilson(2, 3)


def test_doses_of_one_patient_are_not_independent() -> None:
    found = summary(
        "G2-03", ("a/1", "met", None), ("a/1", "met", None), ("a/1", "not_met", "too_much"), ("b/1", "met", None),
        ("b/1", "indeterminate", "weight"), ("c/1", "excluded", "label"),
    )  # fmt: skip
    assert found.rate == 3 / 4
    assert (found.interval_met, found.interval_of, found.interval_unit) == (1, 2, "infusions")
    assert (found.low, found.high) == wilson(1, 2)


def test_amber_is_not_met_and_counted_apart() -> None:
    found = summary("G2-02", ("a/1", "not_met", "amber"), ("b/1", "not_met", "amber: exemption_unchecked"),
                    ("c/1", "not_met", "late"))  # fmt: skip
    assert (found.not_met, found.amber, found.fallouts) == (3, 2, 3)


def test_reasons_are_grouped_by_their_first_word() -> None:
    found = summary("G1-06", ("a/1", "excluded", "exempt: hlh"), ("b/1", "excluded", "exempt: icans"),
                    ("c/1", "excluded", "cap"))  # fmt: skip
    assert found.excluded == (("exempt", 2), ("cap", 1))


def test_only_required_measures_have_fallouts() -> None:
    for rule in PROTOCOL.measures.values():
        found = summary(rule.id, ("a/1", "not_met" if rule.kind != "I" else "met", None))
        assert found.fallouts == (1 if rule.kind == "R" else 0)
        assert (found.rate is None) == (rule.kind == "I")


def test_all_measures_come_in_the_protocols_order() -> None:
    frame = pl.DataFrame(schema={name: RESULTS[name] for name in ("infusion_id", "measure_id", "status", "reason")})
    assert [found.measure_id for found in summarise(frame, PROTOCOL)] == list(PROTOCOL.measures)
