"""PROTOCOL 5, grade 1: antipyretics, fluid, antibiotics in neutropenia, G-CSF. Fever from 0 h to 24 h."""

from __future__ import annotations

from typing import Any

import pytest

from crs_audit.evaluate import evaluate
from tests.spec.judged import PROTOCOL, clauses, febrile, followed, statuses, two_episodes, verdict, verdicts
from tests.spec.patient import Patient, patient, tables


def only(p: Patient, measure: str) -> tuple[str, str | None, float | None]:
    (row,) = verdicts(p, measure)
    return row["status"], row["reason"], row["value"]


def without_mar(**cells: Any) -> Patient:
    return patient(until="30d", **cells).every("4h", "0h", "24h", temperature=38.5, sbp=120)


# G1-01 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-4h", ("met", None, -240.0)),
        ("-4h 1m", ("not_met", "never_given", None)),
        ("0h", ("met", None, 0.0)),
        ("4h", ("met", None, 240.0)),
        ("4h1m", ("not_met", "late", 241.0)),
        ("5d", ("not_met", "late", 7200.0)),
    ],
)
def test_an_antipyretic_around_onset(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert only(febrile().acetaminophen(at), "G1-01") == result


def test_the_first_in_the_time_counts() -> None:
    assert only(febrile().acetaminophen("-5h").acetaminophen("3h").acetaminophen("1h"), "G1-01") == ("met", None, 60.0)


@pytest.mark.parametrize(("mg", "status"), [(325, "not_met"), (326, "met"), (None, "met")])
def test_antiplatelet_aspirin_is_no_antipyretic(mg: float | None, status: str) -> None:
    assert verdict(febrile().give("1h", "aspirin", mg, route="po"), "G1-01")[0] == status


@pytest.mark.parametrize(
    ("drug", "action", "route", "status"),
    [
        ("ibuprofen", "given", "po", "met"), ("acetaminophen", "given", "rectal", "met"),
        ("acetaminophen", "verify", "iv", "met"), ("acetaminophen", "not_given", "po", "not_met"),
        ("acetaminophen", "stopped", "iv", "not_met"), ("tocilizumab", "given", "iv", "not_met"),
    ],
)  # fmt: skip
def test_what_is_an_antipyretic_given(drug: str, action: str, route: str, status: str) -> None:
    assert verdict(febrile().mar("1h", drug, action, 500, route=route), "G1-01")[0] == status


@pytest.mark.parametrize(("until", "result"), [("4h", ("excluded", "censored")), ("4h1m", ("not_met", "never_given"))])
def test_follow_up_of_g1_01(until: str, result: tuple[str, str]) -> None:
    assert verdict(febrile(until=until), "G1-01") == result


def test_what_lies_between_follow_up_and_window_counts_and_after_it_does_not() -> None:
    between = febrile(until=None).stay("ward", "-1d", "2h")
    assert verdict(between.acetaminophen("3h"), "G1-01") == ("met", None)
    assert only(febrile(until="10h").acetaminophen("11h"), "G1-01") == ("not_met", "never_given", None)


def test_an_antipyretic_without_a_time() -> None:
    """T0 and onset are at noon: that day's dose came too early, in time or late; the next day's is late."""
    dated = febrile().acetaminophen("-12h", day_only=True)
    assert verdict(dated, "G1-01") == ("indeterminate", "date_only_time")
    assert verdict(febrile().acetaminophen("12h", day_only=True), "G1-01") == ("not_met", "late")


def test_each_episode_has_its_own_antipyretic() -> None:
    assert statuses(two_episodes().acetaminophen("1h"), "G1-01") == ["met", "not_met"]


@pytest.mark.parametrize("measure", ["G1-01", "G1-02"])
def test_no_opportunity_and_no_table(measure: str) -> None:
    assert verdict(followed().well("0h", "24h"), measure) == ("not_applicable", None)
    assert verdict(followed(), measure) == ("indeterminate", "vitals")
    assert verdict(without_mar(), measure) == ("indeterminate", "mar")


def test_evidence_of_an_antipyretic() -> None:
    name = "antipyretic 4 h before to 4 h after onset"
    assert clauses(febrile().acetaminophen("1h"), "G1-01") == {(name, "true"), ("onset", "true")}
    assert clauses(febrile(), "G1-01") == {(name, "false"), ("onset", "true")}
    assert (name, "unknown") in clauses(without_mar(), "G1-01")


def test_of_two_at_one_instant_the_same_is_cited_whatever_the_order_of_rows() -> None:
    p = febrile().acetaminophen("1h").give("1h", "ibuprofen", 400, route="po")
    found = [evaluate(tables(p, shuffle=seed), PROTOCOL, p.facts(), frozenset({"G1-01"})).evidence for seed in range(8)]
    assert all(one.equals(found[0]) for one in found)


# G1-02 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "status"), [("0h", "met"), ("24h", "met"), ("24h1m", "not_met")])
def test_fluid_started_in_the_day_from_onset(at: str, status: str) -> None:
    (row,) = verdicts(febrile().fluid(at, 250, minutes=None), "G1-02")
    assert (row["status"], row["reason"], row["value"]) == (status, None if status == "met" else "not_done", None)


@pytest.mark.parametrize(
    ("at", "minutes", "status"),
    [("-10h", 601, "met"), ("-10h", 600, "not_met"), ("-5h 59m", None, "met"), ("-6h", None, "not_met")],
)
def test_a_bag_runs_to_its_end_or_six_hours(at: str, minutes: float | None, status: str) -> None:
    assert verdict(febrile().fluid(at, minutes=minutes), "G1-02")[0] == status


@pytest.mark.parametrize(("stopped", "status"), [("1m", "met"), ("0h", "not_met")])
def test_a_bag_runs_to_its_stopped_row(stopped: str, status: str) -> None:
    p = febrile().mar("-10h", "sodium_chloride_0.9", "started", rate=100).stop(stopped, "sodium_chloride_0.9")
    assert verdict(p, "G1-02")[0] == status


@pytest.mark.parametrize(
    ("drug", "action", "mL", "route", "status"),
    [
        ("lactated_ringers", "given", None, "iv", "met"), ("plasma_lyte", "given", 10, None, "met"),
        ("sodium_chloride_0.9", "rate_change", None, "iv", "met"),
        ("sodium_chloride_0.9", "not_given", 1000, "iv", "not_met"),
        ("sodium_chloride_0.9", "stopped", None, "iv", "not_met"),
        ("sodium_chloride_0.9", "given", 1000, "sc", "not_met"), ("fluconazole", "given", 400, "iv", "not_met"),
    ],
)  # fmt: skip
def test_what_is_fluid(drug: str, action: str, mL: float | None, route: str | None, status: str) -> None:
    assert verdict(febrile().mar("3h", drug, action, mL, route=route, unit="mL"), "G1-02")[0] == status


@pytest.mark.parametrize(("until", "result"), [("24h", ("excluded", "censored")), ("24h1m", ("not_met", "not_done"))])
def test_follow_up_of_g1_02(until: str, result: tuple[str, str]) -> None:
    assert verdict(febrile(until=until), "G1-02") == result


def test_fluid_after_the_window_does_not_count() -> None:
    assert verdict(febrile(until="20h").fluid("21h"), "G1-02") == ("excluded", "censored")


def test_evidence_of_fluid() -> None:
    name = "crystalloid by vein in the 24 h from onset on"
    assert clauses(febrile().fluid("3h"), "G1-02") == {(name, "true"), ("onset", "true")}
    assert clauses(febrile(), "G1-02") == {(name, "false"), ("onset", "true")}
    assert (name, "unknown") in clauses(without_mar(), "G1-02")


# G1-05 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "action", "at", "found"),
    [
        ("filgrastim", "given", "0h", True), ("pegfilgrastim", "given", "1d", True), ("g-csf", "given", "1d", True),
        ("filgrastim", "verify", "1d", True), ("filgrastim", "not_given", "1d", False),
        ("filgrastim", "given", "-1m", False), ("filgrastim", "given", "5d", False),
        ("filgrastim", "given", "4d 23h59m", True), ("sargramostim", "given", "1d", False),
    ],
)  # fmt: skip
def test_gcsf_is_told(drug: str, action: str, at: str, found: bool) -> None:
    p = followed(until="5d").mar(at, drug, action, 0.3, route="sc")
    assert only(p, "G1-05") == (("met", None, 1.0) if found else ("not_applicable", None, None))


def test_gcsf_is_counted_in_rows() -> None:
    p = followed().give("1d", "filgrastim", 0.3, route="sc").give("2d", "filgrastim", 0.3, route="sc")
    (row,) = verdicts(p, "G1-05")
    assert (row["status"], row["value"], row["time"], row["episode"]) == ("met", 2.0, p.t0, None)
    assert row["sentence"] == "G-CSF given in the window in 2 MAR rows: met."
    assert clauses(p, "G1-05") == {("G-CSF given", "true")}


def test_without_a_mar_nobody_knows_of_gcsf() -> None:
    assert verdict(without_mar(), "G1-05") == ("indeterminate", "mar")
    assert verdict(patient(until="30d"), "G1-05") == ("indeterminate", "mar")
