"""PROTOCOL 5, grade 4: tocilizumab goes on, what follows when high doses do not help, the tube. Grade 4 from 10 h."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import cited, clauses, evaluated, febrile, followed, ventilated, verdict, verdicts
from tests.spec.patient import Patient, patient


def on_the_tube(start: int, end: int, **cells: Any) -> Patient:
    """Grade 4 from `start` to `end` (hours) with fever, then grade 0; ICANS was looked at and was none."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", f"{end}h", temperature=38.5, sbp=120)
    for hour in range(start, end, 4):
        p.device(f"{hour}h", "invasive")
    return p.device(f"{end}h", "none").well(f"{end}h", "10d")


def two_drugs(**cells: Any) -> Patient:
    """Two vasopressors from 10 h to 40 h: known as grade 4 at 11 h."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", "80h", temperature=38.5, sbp=120)
    for drug in ("norepinephrine", "phenylephrine"):
        p.start("10h", drug, end="40h")
    return p


def row(p: Patient, measure: str) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, measure)
    return found["status"], found["reason"], found["value"]


# G4-01 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("6h", ("met", None, -1440.0)), ("5h59m", ("not_met", "not_done", None)), ("30h", ("met", None, 0.0)),
        ("32h", ("met", None, 120.0)), ("32h1m", ("not_met", "not_done", None)),
    ],
)  # fmt: skip
def test_tocilizumab_around_grade_4(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert row(on_the_tube(30, 50).tocilizumab(at), "G4-01") == result


def test_tocilizumab_before_the_infusion_never_counts() -> None:
    assert verdict(ventilated().tocilizumab("-1m"), "G4-01") == ("not_met", "not_done")
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


@pytest.mark.parametrize("measure", ["G4-01", "G4-04"])
def test_an_intubation_for_the_airway(measure: str) -> None:
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p.icans("22h", 3), measure) == ("excluded", "airway_protection")
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p.icans("22h1m", 3), measure) == ("not_met", "not_done")
    met = on_the_tube(10, 60).methylprednisolone("12h").tocilizumab("10h").give("40h", "anakinra", 100)
    assert verdict(met, measure) == ("met", None)
    assert verdict(met.icans("10h", 3), measure) == ("excluded", "airway_protection")


@pytest.mark.parametrize("measure", ["G4-01", "G4-04"])
def test_icans_was_not_extracted(measure: str) -> None:
    nothing = frozenset[str]()
    p = on_the_tube(10, 60).methylprednisolone("12h")
    assert verdict(p, measure, assessments=nothing) == ("not_met", "not_done: exemption_unchecked")
    p = two_drugs().methylprednisolone("12h")
    assert verdict(p, measure, assessments=nothing) == ("not_met", "not_done")


@pytest.mark.parametrize(("until", "result"), [("12h", ("excluded", "censored")), ("12h1m", ("not_met", "not_done"))])
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
    assert found["sentence"] == "Tocilizumab 60 min before grade 4: met."


# G4-04: high dose at 12 h, judged at 36 h, the next step due by 60 h ------------------------------------------------


def unhelped(**cells: Any) -> Patient:
    """Grade 4 from 10 h to 110 h, the first high dose at 12 h."""
    return on_the_tube(10, 110, **cells).methylprednisolone("12h")


def again(p: Patient, *times: str, mg: float | None = 1000) -> Patient:
    for time in times:
        p.methylprednisolone(time, mg)
    return p


@pytest.mark.parametrize(
    ("times", "result"),
    [
        (("36h", "60h"), ("met", None, 2.0)), (("35h59m", "48h"), ("not_met", "not_done", 1.0)),
        (("36h", "60h1m"), ("not_met", "not_done", 1.0)), (("48h",), ("not_met", "not_done", 1.0)),
        (("36h", "44h", "52h"), ("met", None, 3.0)), ((), ("not_met", "not_done", 0.0)),
    ],
)  # fmt: skip
def test_the_doubled_dose_twice(times: tuple[str, ...], result: tuple[str, str | None, float]) -> None:
    assert row(again(unhelped(), *times), "G4-04") == result


@pytest.mark.parametrize(("mg", "status"), [(900, "met"), (899, "not_met")])
def test_how_much(mg: float, status: str) -> None:
    assert verdict(again(unhelped(), "40h", "52h", mg=mg), "G4-04")[0] == status


def test_another_steroid_is_none() -> None:
    assert verdict(unhelped().dexamethasone("40h", 200).dexamethasone("52h", 200), "G4-04") == ("not_met", "not_done")


@pytest.mark.parametrize(
    ("at", "status"), [("36h", "met"), ("60h", "met"), ("35h59m", "not_met"), ("60h1m", "not_met")]
)
def test_an_alternative_agent(at: str, status: str) -> None:
    assert verdict(unhelped().give(at, "siltuximab", 700), "G4-04")[0] == status


@pytest.mark.parametrize(
    ("drug", "action", "status"),
    [
        ("anakinra", "given", "met"), ("atg", "rate_change", "met"), ("cyclophosphamide", "stopped", "not_met"),
        ("ruxolitinib", "not_given", "not_met"), ("tocilizumab", "given", "not_met"), ("etoposide", "given", "not_met"),
    ],
)  # fmt: skip
def test_which_agents(drug: str, action: str, status: str) -> None:
    assert verdict(unhelped().mar("40h", drug, action, 100), "G4-04")[0] == status


def test_unknown_amounts() -> None:
    assert verdict(again(unhelped(), "40h", mg=None), "G4-04") == ("not_met", "not_done")
    assert verdict(again(unhelped(), "40h", "52h", mg=None), "G4-04") == ("indeterminate", "amount")
    assert verdict(again(again(unhelped(), "40h", mg=None), "52h"), "G4-04") == ("indeterminate", "amount")
    assert verdict(again(again(unhelped(), "40h", mg=None), "44h", "52h"), "G4-04") == ("met", None)
    assert verdict(again(unhelped(), "40h", "52h", mg=None).give("41h", "anakinra", 100), "G4-04") == ("met", None)


@pytest.mark.parametrize(
    ("at", "mg", "time"),
    [("10h", 450, "34h"), ("9h59m", 450, "44h"), ("10h", 449, "44h"), ("10h", None, "44h")],
)
def test_from_the_first_high_dose_at_grade_4(at: str, mg: float | None, time: str) -> None:
    p = on_the_tube(10, 110).methylprednisolone(at, mg).methylprednisolone("20h")
    (found,) = verdicts(p, "G4-04")
    assert found["time"] == p.at(time)


def test_no_high_dose_at_grade_4_is_no_opportunity() -> None:
    assert verdict(on_the_tube(10, 110).methylprednisolone("9h"), "G4-04") == ("not_applicable", None)
    assert verdict(on_the_tube(10, 110).methylprednisolone("110h"), "G4-04") == ("not_applicable", None)


@pytest.mark.parametrize(("at", "status"), [("29h59m", "not_met"), ("30h", "not_applicable")])
def test_the_dose_as_grade_4_ends_is_none_at_it(at: str, status: str) -> None:
    """Grade 4 to 30 h with norepinephrine to 100 h; the tube is in again from 52 h to 56 h."""
    p = followed().icans("-1d", 0).every("4h", "0h", "100h", temperature=38.5, sbp=120)
    for hour in (10, 14, 18, 22, 26, 52):
        p.device(f"{hour}h", "invasive")
    p.device("30h", "none").device("56h", "none").start("30h", "norepinephrine", end="100h")
    assert verdict(p.methylprednisolone(at).well("100h", "6d"), "G4-04")[0] == status


@pytest.mark.parametrize(
    ("off", "status"), [("32h", "not_applicable"), ("32h1m", "not_met"), ("36h", "not_met"), ("36h1m", "not_met")]
)
def test_improved_by_the_worst_of_the_last_four_hours(off: str, status: str) -> None:
    """The tube is out at `off`; fever goes on. From 32 h to 36 h is looked at."""
    p = followed().icans("-1d", 0).every("4h", "0h", "80h", temperature=38.5, sbp=120).methylprednisolone("12h")
    for hour in range(10, 32, 4):
        p.device(f"{hour}h", "invasive")
    assert verdict(p.device(off, "none").well("80h", "5d"), "G4-04")[0] == status


def test_an_episode_that_was_over_is_no_opportunity() -> None:
    """Grade 0 from 36 h on."""
    p = on_the_tube(10, 36).methylprednisolone("12h")
    assert verdict(p, "G4-04") == ("not_applicable", None)


def test_nobody_looked() -> None:
    """The tube is out at 26 h; no vitals from 24 h to 40 h, then fever again. It is unknown whether grade 4 came
    back."""
    p = followed().icans("-1d", 0).every("4h", "0h", "28h", temperature=38.5, sbp=120).methylprednisolone("12h")
    for hour in range(10, 26, 4):
        p.device(f"{hour}h", "invasive")
    p.device("26h", "none").every("4h", "40h", "52h", temperature=38.5, sbp=120).well("52h", "5d")
    assert verdict(p, "G4-04") == ("indeterminate", "unobserved")
    assert verdict(again(p, "40h", "52h"), "G4-04") == ("indeterminate", "unobserved")


@pytest.mark.parametrize(
    ("until", "result"),
    [
        ("36h", ("excluded", "censored")), ("36h1m", ("excluded", "censored")), ("60h", ("excluded", "censored")),
        ("60h1m", ("not_met", "not_done")),
    ],
)  # fmt: skip
def test_follow_up_of_g4_04(until: str, result: tuple[str, str]) -> None:
    assert verdict(unhelped(until=until), "G4-04") == result


def test_what_was_done_before_follow_up_ended_counts() -> None:
    assert verdict(again(unhelped(until="60h"), "36h", "48h"), "G4-04") == ("met", None)
    assert verdict(again(unhelped(until="36h"), "35h", "35h30m"), "G4-04") == ("excluded", "censored")


def test_evidence_of_g4_04() -> None:
    said = "2 doses of methylprednisolone ≥ 900 mg or an alternative agent in the next 24 h"
    p = again(unhelped(), "40h", "52h").give("41h", "anakinra", 100)
    assert clauses(p, "G4-04") == {
        (said, "true"), ("not improved 24 h after the dose", "true"), ("grade 4 reached", "true"),
        ("first high dose at grade 4", "true"),
    }  # fmt: skip
    (found,) = verdicts(p, "G4-04")
    assert (found["kind"], found["episode"], found["time"], found["threshold"]) == ("C", 1, p.at("36h"), "≥ 2")
    assert found["sentence"] == (
        "In the 24 h that followed the first 24 h after a high dose: 2 methylprednisolone doses of 900 mg or more, "
        "1 MAR row of an alternative agent: met."
    )
    assert (said, "false") in clauses(unhelped(), "G4-04")


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
    assert found["sentence"] == "Invasive ventilation for 3 h of the episode: met."
    assert clauses(p, "G4-05") == {("invasive ventilation", "true")}


def test_the_rows_behind_them_are_cited() -> None:
    p = again(unhelped(), "13h", "40h", "61h").methylprednisolone("41h", 500).give("42h", "anakinra", 100)
    said = "2 doses of methylprednisolone ≥ 900 mg or an alternative agent in the next 24 h"
    assert cited(p, "G4-04", "first high dose at grade 4") == ["12 h methylprednisolone 500 mg given"]
    assert cited(p, "G4-04", said) == ["40 h methylprednisolone 1000 mg given", "42 h anakinra 100 mg given"]
    p = ventilated(hours=8)
    assert cited(p, "G4-05", "invasive ventilation") == ["10 h invasive"]


def test_each_episode_has_its_own_tube() -> None:
    p = on_the_tube(10, 30).every("4h", "90h", "120h", temperature=38.5, sbp=120)
    p.device("94h", "invasive").device("98h", "none")
    assert [(one["episode"], one["value"]) for one in verdicts(p, "G4-05")] == [(1, 20.0), (2, 4.0)]
    evidence = evaluated(p, "G4-05").evidence.filter(clause="invasive ventilation")
    assert [(id_[-1], time) for id_, time in evidence.select("result_id", "time").iter_rows()] == [
        ("1", p.at("10h")), ("2", p.at("94h")),
    ]  # fmt: skip
