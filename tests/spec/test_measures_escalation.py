"""PROTOCOL 5, G4-04: what follows when high doses do not help. Grade 4 from 10 h to 110 h, the first high dose at 12 h:
judged at 36 h, the next step due by 60 h."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import cited, clauses, followed, on_the_tube, verdict, verdicts
from tests.spec.patient import Patient


def row(p: Patient, measure: str) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, measure)
    return found["status"], found["reason"], found["value"]


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


def test_the_rows_behind_it_are_cited() -> None:
    p = again(unhelped(), "13h", "40h", "61h").methylprednisolone("41h", 500).give("42h", "anakinra", 100)
    said = "2 doses of methylprednisolone ≥ 900 mg or an alternative agent in the next 24 h"
    assert cited(p, "G4-04", "first high dose at grade 4") == ["12 h methylprednisolone 500 mg given"]
    assert cited(p, "G4-04", said) == ["40 h methylprednisolone 1000 mg given", "42 h anakinra 100 mg given"]
