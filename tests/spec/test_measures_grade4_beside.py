"""PROTOCOL 5, grade 4 beside its steroids: tocilizumab goes on (G4-01), the tube (G4-05), and what excludes each of
G4-01 to G4-04. Grade 4 from 10 h."""

from __future__ import annotations

import pytest

from tests.spec.judged import (
    clauses,
    evaluated,
    febrile,
    followed,
    on_the_tube,
    two_drugs,
    ventilated,
    verdict,
    verdicts,
)
from tests.spec.patient import Patient, patient


def row(p: Patient, measure: str) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, measure)
    return found["status"], found["reason"], found["value"]


# G4-01 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("6h", ("met", None, -1440.0)), ("5h59m", ("not_met", "never_given", None)), ("30h", ("met", None, 0.0)),
        ("32h", ("met", None, 120.0)), ("32h1m", ("not_met", "late", 121.0)),
    ],
)  # fmt: skip
def test_tocilizumab_around_grade_4(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert row(on_the_tube(30, 50).tocilizumab(at), "G4-01") == result


def test_tocilizumab_before_the_infusion_never_counts() -> None:
    assert verdict(ventilated().tocilizumab("-1m"), "G4-01") == ("not_met", "never_given")
    assert verdict(ventilated().tocilizumab("0h"), "G4-01") == ("met", None)


@pytest.mark.parametrize(("at", "status"), [("13h", "met"), ("13h1m", "not_met")])
def test_two_drugs_are_known_an_hour_later(at: str, status: str) -> None:
    p = two_drugs().tocilizumab(at)
    (found,) = verdicts(p, "G4-01")
    assert (found["status"], found["time"]) == (status, p.at("11h"))


def test_the_cap_is_counted_at_grade_4() -> None:
    def given(third: str) -> Patient:
        return ventilated().tocilizumab("0h").tocilizumab("1h").tocilizumab(third)

    assert verdict(given("9h59m"), "G4-01") == ("excluded", "cap")
    assert verdict(given("10h"), "G4-01") == ("met", None)
    assert verdict(given("9h").icans("10h", 3), "G4-01")[0] == "excluded"


NOT_GIVEN = {"G4-01": "never_given", "G4-04": "not_done"}


@pytest.mark.parametrize("measure", ["G4-01", "G4-04"])
def test_an_intubation_for_the_airway(measure: str) -> None:
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p.icans("22h", 3), measure) == ("excluded", "airway_protection")
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p.icans("22h1m", 3), measure) == ("not_met", NOT_GIVEN[measure])
    met = on_the_tube(10, 60).methylprednisolone("12h").tocilizumab("10h").give("40h", "anakinra", 100)
    assert verdict(met, measure) == ("met", None)
    assert verdict(met.icans("10h", 3), measure) == ("excluded", "airway_protection")


@pytest.mark.parametrize("measure", ["G4-01", "G4-04"])
def test_icans_was_not_extracted(measure: str) -> None:
    nothing = frozenset[str]()
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p, measure, assessments=nothing) == ("not_met", f"{NOT_GIVEN[measure]}: exemption_unchecked")
    p = two_drugs().methylprednisolone("12h")
    assert verdict(p, measure, assessments=nothing) == ("not_met", NOT_GIVEN[measure])


@pytest.mark.parametrize(
    ("until", "result"), [("12h", ("excluded", "censored")), ("12h1m", ("not_met", "never_given"))]
)
def test_follow_up_of_g4_01(until: str, result: tuple[str, str]) -> None:
    assert verdict(ventilated(until=until), "G4-01") == result


def without_mar() -> Patient:
    return patient(until="30d").icans("-1d", 0).every("4h", "0h", "24h", temperature=38.5, sbp=120)


@pytest.mark.parametrize("measure", ["G4-01", "G4-03", "G4-04"])
def test_no_opportunity_and_no_table(measure: str) -> None:
    assert verdict(febrile(), measure) == ("not_applicable", None)
    assert verdict(followed(), measure) == ("indeterminate", "vitals")
    assert verdict(without_mar().device("10h", "non-invasive"), measure) == ("indeterminate", "mar")
    assert verdict(without_mar().oxygen("10h", "mask", 10), measure) == ("not_applicable", None)


@pytest.mark.parametrize(
    ("measure", "result"),
    [
        ("G4-01", ("excluded", "airway_protection")),
        ("G4-03", ("not_applicable", None)),
        ("G4-04", ("not_applicable", None)),
    ],
)
def test_without_a_mar_an_intubation_for_the_airway_asks_nothing(measure: str, result: tuple[str, str | None]) -> None:
    assert verdict(without_mar().device("10h", "invasive").icans("10h", 3), measure) == result


def test_evidence_of_g4_01() -> None:
    clause = "tocilizumab 24 h before to 2 h after grade 4"
    assert clauses(ventilated().tocilizumab("9h"), "G4-01") == {(clause, "true"), ("grade 4 reached", "true")}
    assert (clause, "false") in clauses(ventilated(), "G4-01")
    (found,) = verdicts(ventilated().tocilizumab("9h"), "G4-01")
    assert found["sentence"] == "First tocilizumab 60 min before grade 4 (due by 2 h): met."


# G4-05 ----------------------------------------------------------------------------------------------------------------


def test_hours_of_invasive_ventilation() -> None:
    assert row(ventilated(), "G4-05") == ("met", None, 20.0)
    p = ventilated(hours=20).device("40h", "invasive").temp("40h", 38.5).device("41h30m", "none")
    assert row(p, "G4-05") == ("met", None, 21.5)


def test_without_a_tube_there_is_none() -> None:
    assert verdict(two_drugs(), "G4-05") == ("not_applicable", None)
    assert verdict(two_drugs().device("12h", "non-invasive"), "G4-05") == ("not_applicable", None)
    assert verdict(febrile(), "G4-05") == ("not_applicable", None)
    assert verdict(followed(), "G4-05") == ("indeterminate", "vitals")


def test_a_tube_after_the_episode_is_none_of_its_hours() -> None:
    """Nothing hid the fever: four days later it is support without fever."""
    assert row(ventilated().device("5d", "invasive").device("6d", "none"), "G4-05") == ("met", None, 20.0)


def test_for_whatever_reason() -> None:
    assert row(ventilated().icans("10h", 4), "G4-05") == ("met", None, 20.0)


def test_anchor_and_evidence_of_g4_05() -> None:
    p = two_drugs().device("20h", "invasive").device("23h", "none")
    (found,) = verdicts(p, "G4-05")
    assert (found["value"], found["unit"], found["time"], found["kind"]) == (3.0, "h", p.at("11h"), "I")
    assert found["sentence"] == "Invasive ventilation for 3 h of the episode."
    assert clauses(p, "G4-05") == {("invasive ventilation", "true")}


def test_each_episode_has_its_own_tube() -> None:
    p = on_the_tube(10, 30).every("4h", "90h", "120h", temperature=38.5, sbp=120)
    p.device("94h", "invasive").device("98h", "none")
    assert [(one["episode"], one["value"]) for one in verdicts(p, "G4-05")] == [(1, 20.0), (2, 4.0)]
    evidence = evaluated(p, "G4-05").evidence.filter(clause="invasive ventilation")
    assert [(id_[-1], time) for id_, time in evidence.select("result_id", "time").iter_rows()] == [
        ("1", p.at("10h")), ("2", p.at("94h")),
    ]  # fmt: skip
