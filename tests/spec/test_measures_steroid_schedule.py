"""PROTOCOL 5, G3-04: steroids through the first day of lasting grade 3. Grade 3 from 10 h to 40 h: that day ends at
34 h. Four doses of 9 mg are the total by themselves; three, one of them before, are judged by their gaps alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import cited, clauses, febrile, followed, verdict, verdicts
from tests.spec.patient import Patient, patient


def severe(end: str = "40h", **cells: Any) -> Patient:
    """Fever to 48 h, norepinephrine from 10 h on."""
    p = followed(**cells).every("4h", "0h", "48h", temperature=38.5, sbp=120)
    return p.start("10h", "norepinephrine", end=end).well("48h", "4d")


def nine(p: Patient, *times: str, mg: float | None = 9) -> Patient:
    for time in times:
        p.dexamethasone(time, mg)
    return p


def row(p: Patient) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, "G3-04")
    return found["status"], found["reason"], found["value"]


# The total ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "mg", "result"),
    [
        ("20h", 36, ("met", None, 36.0)), ("20h", 35.9, ("not_met", "too_little", 35.9)),
        ("10h", 36, ("met", None, 36.0)), ("9h59m", 36, ("not_met", "too_little", 0.0)),
        ("33h59m", 36, ("met", None, 36.0)), ("34h", 36, ("not_met", "too_little", 0.0)),
    ],
)  # fmt: skip
def test_the_total_of_the_day(at: str, mg: float, result: tuple[str, str | None, float | None]) -> None:
    assert row(severe().dexamethasone(at, mg)) == result


@pytest.mark.parametrize(
    ("drug", "mg", "status"),
    [("hydrocortisone", 960, "met"), ("hydrocortisone", 959, "not_met"), ("methylprednisolone", 192, "met"),
     ("methylprednisolone", 191, "not_met"), ("fludrocortisone", 5000, "not_met")],
)  # fmt: skip
def test_worth_of_dexamethasone(drug: str, mg: float, status: str) -> None:
    assert verdict(severe().give("20h", drug, mg), "G3-04")[0] == status


def test_small_doses_add_up() -> None:
    assert row(nine(severe(), "12h", "21h", "29h", "33h")) == ("met", None, 36.0)
    assert row(nine(severe(), *(f"{hour}h" for hour in range(10, 34, 2)), mg=3)) == ("met", None, 36.0)


# The schedule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "status"),
    [
        (("9h", "16h30m", "24h", "31h30m"), "met"),  # gaps of 7.5 h
        (("9h", "16h31m", "24h", "31h30m"), "not_met"),
        (("4h", "11h30m", "19h", "26h30m"), "met"),  # 7.5 h before the end, and 6 h before the start
        (("4h", "11h30m", "19h", "26h29m"), "not_met"),
        (("3h59m", "11h29m", "18h59m", "26h29m", "33h59m"), "met"),  # the total
        (("3h59m", "11h29m", "18h59m", "26h30m"), "not_met"),  # the first is too old
        (("11h30m", "19h", "26h30m"), "not_met"),  # the first is too late
    ],
)
def test_a_dose_every_six_hours(times: tuple[str, ...], status: str) -> None:
    assert verdict(nine(severe(), *times), "G3-04")[0] == status


def test_a_dose_at_the_end_of_the_day_is_none_of_it() -> None:
    assert verdict(nine(severe(), "9h", "16h30m", "24h", "34h"), "G3-04") == ("not_met", "too_little")


def test_smaller_doses_keep_no_schedule() -> None:
    assert verdict(nine(severe(), "9h", "16h30m", "24h", "31h30m", mg=8.9), "G3-04") == ("not_met", "too_little")


def test_doses_before_the_infusion_never_count() -> None:
    """Grade 3 from 4 h."""
    p = followed().every("4h", "0h", "48h", temperature=38.5, sbp=120).start("4h", "norepinephrine", end="40h")
    assert verdict(nine(p, "-1h", "6h", "13h", "20h30m"), "G3-04") == ("not_met", "too_little")
    p = followed().every("4h", "0h", "48h", temperature=38.5, sbp=120).start("4h", "norepinephrine", end="40h")
    assert verdict(nine(p, "0h", "6h", "13h", "20h30m"), "G3-04") == ("met", None)


# Unknown amounts ------------------------------------------------------------------------------------------------------


def test_an_unknown_dose_of_the_day_leaves_it_open() -> None:
    assert row(nine(severe(), "20h", mg=None)) == ("indeterminate", "amount", 0.0)
    assert row(nine(severe(), "33h59m", mg=None)) == ("indeterminate", "amount", 0.0)
    assert row(nine(severe(), "34h", mg=None)) == ("not_met", "too_little", 0.0)


def test_an_unknown_first_dose_may_begin_the_schedule() -> None:
    p = nine(severe(), "9h", mg=None)
    assert verdict(nine(p, "16h30m", "24h", "31h30m"), "G3-04") == ("indeterminate", "amount")
    p = nine(severe(), "9h", mg=None)
    assert verdict(nine(p, "16h31m", "24h", "31h30m"), "G3-04") == ("not_met", "too_little")


def test_enough_is_enough_whatever_the_unknown() -> None:
    assert verdict(nine(severe(), "20h", mg=None).dexamethasone("21h", 36), "G3-04") == ("met", None)
    p = nine(severe(), "12h", mg=None)
    assert verdict(nine(p, "9h", "16h30m", "24h", "31h30m"), "G3-04") == ("met", None)


# The run --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "status"), [("34h", "not_met"), ("33h59m", "not_applicable")])
def test_the_run_lasts_a_day(end: str, status: str) -> None:
    assert verdict(severe(end), "G3-04")[0] == status


def test_the_first_run_that_lasts_counts() -> None:
    """Grade 3 from 10 h to 20 h, and from 26 h on; the day ends at 50 h. The anchor stays the first grade 3."""
    p = severe("20h").start("26h", "norepinephrine", end="60h")
    p.dexamethasone("45h", 36)
    (found,) = verdicts(p, "G3-04")
    assert (found["status"], found["time"]) == ("met", p.at("10h"))
    assert "which began 960 min after grade 3" in found["sentence"]
    assert verdict(severe("20h").start("26h", "norepinephrine", end="60h").dexamethasone("12h", 36), "G3-04") == (
        "not_met", "too_little",
    )  # fmt: skip


def test_of_two_runs_that_last_the_first_counts() -> None:
    """From 10 h to 36 h, and from 40 h on."""
    assert verdict(severe("36h").start("40h", "norepinephrine", end="70h").dexamethasone("45h", 36), "G3-04") == (
        "not_met", "too_little",
    )  # fmt: skip


def test_grade_3_by_one_thing_and_another_is_one_run() -> None:
    p = severe("20h").oxygen("9h", "none").oxygen("15h", "mask", 10).oxygen("24h", "mask", 10).oxygen("34h", "none")
    assert verdict(p, "G3-04") == ("not_met", "too_little")


def test_every_episode_has_its_own_run() -> None:
    """The first has a day of grade 3 from 10 h on, its end followed by none and then by fever and grade 3 at once."""
    p = followed().every("4h", "0h", "40h", temperature=38.5, sbp=120).start("10h", "norepinephrine", end="40h")
    p.well("40h", "80h").every("4h", "80h", "120h", temperature=38.5, sbp=120)
    p.start("80h", "norepinephrine", end="110h").dexamethasone("90h", 36).well("120h", "7d")
    found = verdicts(p, "G3-04")
    assert [(one["episode"], one["status"]) for one in found] == [(1, "not_met"), (2, "met")]


# Grade 4, follow-up, missing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [("33h59m", ("excluded", "grade_4")), ("34h", ("not_met", "too_little")), ("10h", ("excluded", "grade_4"))],
)
def test_grade_4_that_day(at: str, result: tuple[str, str]) -> None:
    assert verdict(severe().device(at, "invasive").device("36h", "none"), "G3-04") == result


def test_grade_4_excludes_what_was_met() -> None:
    p = severe().device("20h", "invasive").device("22h", "none").dexamethasone("12h", 36)
    assert verdict(p, "G3-04") == ("excluded", "grade_4")
    assert {("excluded", "true"), ("grade 4 that day", "true")} <= clauses(p, "G3-04")


@pytest.mark.parametrize(("until", "result"), [("34h", ("excluded", "censored")), ("34h1m", ("not_met", "too_little"))])
def test_follow_up_of_g3_04(until: str, result: tuple[str, str]) -> None:
    assert verdict(severe(until=until), "G3-04") == result


def test_a_day_cut_short_may_be_met() -> None:
    assert verdict(severe(until="34h").dexamethasone("12h", 36), "G3-04") == ("met", None)
    assert verdict(severe(until="33h").dexamethasone("12h", 36), "G3-04") == ("not_applicable", None)


def test_no_opportunity_and_no_table() -> None:
    assert verdict(febrile(), "G3-04") == ("not_applicable", None)
    assert verdict(followed(), "G3-04") == ("indeterminate", "vitals")
    mask = patient(until="30d").every("4h", "0h", "48h", temperature=38.5, sbp=120)
    for hour in range(10, 40, 8):
        mask.oxygen(f"{hour}h", "mask", 10)
    assert verdict(mask, "G3-04") == ("indeterminate", "mar")


def test_evidence_of_g3_04() -> None:
    clause = (
        "36 mg dexamethasone-equivalent in the first 24 h, or doses of 9 mg dexamethasone-equivalent with gaps ≤ 7.5 h"
    )
    p = nine(severe(), "9h", "16h30m", "24h", "31h30m").icans("12h", 2)
    assert clauses(p, "G3-04") == {
        (clause, "true"), ("lasting grade 3 begins", "true"), ("indication=ambiguous", "true"),
    }  # fmt: skip
    (found,) = verdicts(p, "G3-04")
    assert found["sentence"] == (
        "Steroids charted as worth 27 mg dexamethasone in the first 24 h of lasting grade 3, which began 0 min after "
        "grade 3; 4 doses of 9 mg or more in a row, 0 of unknown amount: met."
    )
    assert (clause, "false") in clauses(severe(), "G3-04")
    assert (clause, "unknown") in clauses(nine(severe(), "20h", mg=None), "G3-04")


def test_the_doses_behind_it_are_cited() -> None:
    clause = (
        "36 mg dexamethasone-equivalent in the first 24 h, or doses of 9 mg dexamethasone-equivalent with gaps ≤ 7.5 h"
    )
    p = nine(severe(), "3h", "9h", "16h30m", "34h").dexamethasone("20h", 2).dexamethasone("30h", None)
    assert cited(p, "G3-04", clause) == [
        "9 h dexamethasone 9 mg given", "16.5 h dexamethasone 9 mg given", "20 h dexamethasone 2 mg given",
        "30 h dexamethasone given",
    ]  # fmt: skip
    assert cited(severe(), "G3-04", "lasting grade 3 begins")[-1] == "10 h norepinephrine started"
