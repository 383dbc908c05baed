"""PROTOCOL 5, grade 2: the steroid for pressure that stays low after boluses and tocilizumab (G2-12), how many (G2-14).

Grade 2 from 0 h to 60 h, pressures every 2 h.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, two_episodes, verdict, verdicts
from tests.spec.patient import SOURCES, Patient, patient


def low(**cells: Any) -> Patient:
    return followed(**cells).every("2h", "0h", "60h", temperature=38.5, sbp=85).well("60h", "5d")


def refractory(**cells: Any) -> Patient:
    """Tocilizumab at 10 h, boluses at 20 h and at 22 h (over 30 min): the pressure of 24 h is the first that counts."""
    return low(**cells).tocilizumab("10h").fluid("20h").fluid("22h")


def anchors(p: Patient) -> list[Any]:
    return [row["time"] for row in verdicts(p, "G2-12") if row["opportunity"]]


# G2-12 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("12h", ("met", None, -720.0)),
        ("11h59m", ("not_met", "never_given", None)),
        ("24h", ("met", None, 0.0)),
        ("28h", ("met", None, 240.0)),
        ("28h1m", ("not_met", "late", 241.0)),
    ],
)
def test_a_steroid_around_the_low_pressure(at: str, result: tuple[str, str | None, float | None]) -> None:
    (row,) = verdicts(refractory().dexamethasone(at), "G2-12")
    assert (row["status"], row["reason"], row["value"]) == result
    assert (row["time"], row["episode"]) == (patient().at("24h"), 1)


@pytest.mark.parametrize(
    ("at", "mg", "result"),
    [
        ("24h", 9, ("met", None)), ("24h", 8.9, ("not_met", "never_given")), ("24h", None, ("indeterminate", "amount")),
        ("11h59m", None, ("not_met", "never_given")), ("28h1m", None, ("not_met", "never_given")),
    ],
)  # fmt: skip
def test_the_amount_of_g2_12(at: str, mg: float | None, result: tuple[str, str | None]) -> None:
    assert verdict(refractory().dexamethasone(at, mg), "G2-12") == result


@pytest.mark.parametrize(("at", "anchor"), [("23h30m", "23h30m"), ("23h29m", "24h")])
def test_an_hour_after_the_end_of_the_second_bolus(at: str, anchor: str) -> None:
    p = refractory().sbp(at, 85)
    assert anchors(p) == [p.at(anchor)]


@pytest.mark.parametrize(("at", "anchor"), [("23h", "23h"), ("22h59m", "24h")])
def test_without_an_end_an_hour_after_its_start(at: str, anchor: str) -> None:
    p = low().tocilizumab("10h").fluid("20h").mar("22h", "sodium_chloride_0.9", "bolus", 1000, unit="mL").sbp(at, 85)
    assert anchors(p) == [p.at(anchor)]


@pytest.mark.parametrize(("at", "anchor"), [("23h", "24h"), ("23h1m", "26h")])
def test_an_hour_after_the_start_of_tocilizumab(at: str, anchor: str) -> None:
    p = low().fluid("20h").fluid("22h").tocilizumab(at)
    assert anchors(p) == [p.at(anchor)]


def test_the_third_bolus_and_the_second_tocilizumab_change_nothing() -> None:
    p = refractory().fluid("23h30m").tocilizumab("23h30m")
    assert anchors(p) == [p.at("24h")]


def test_two_boluses_and_tocilizumab_of_the_episode() -> None:
    assert anchors(low().tocilizumab("10h").fluid("20h")) == []
    assert anchors(low().fluid("20h").fluid("22h")) == []
    assert anchors(low().tocilizumab("10h").fluid("-10m").fluid("22h")) == []
    assert anchors(low().tocilizumab("10h").fluid("22h").fluid("3d")) == []
    later = followed().every("2h", "5h", "60h", temperature=38.5, sbp=85).well("60h", "5d").tocilizumab("10h")
    assert anchors(later.fluid("4h59m").fluid("22h")) == []
    assert anchors(later.fluid("5h6m")) == [later.at("25h")]
    assert anchors(low().tocilizumab("10h").fluid("0h").fluid("22h")) != []
    assert anchors(low().tocilizumab("10h").fluid("20h").fluid("22h", 400)) == []


def test_a_refuted_pressure_is_passed_over() -> None:
    p = refractory().sbp("24h30m", 120)
    assert anchors(p) == [p.at("26h")]


def hypoxic() -> Patient:
    """Grade 2 from 1 h on by oxygen; systolic pressures are normal."""
    p = followed().every("2h", "0h", "60h", temperature=38.5, sbp=120).tocilizumab("10h").fluid("20h").fluid("22h")
    return p.oxygen("1h", "nasal cannula", 2).oxygen("11h", "nasal cannula", 2).oxygen("22h", "nasal cannula", 2)


def test_a_refuted_pressure_is_passed_over_at_grade_2_too() -> None:
    assert anchors(hypoxic().map("25h", 60).map("25h30m", 70)) == []
    assert anchors(hypoxic().map("25h", 60).map("26h1m", 70)) == [patient().at("25h")]


def test_the_mean_pressure_counts_too() -> None:
    p = hypoxic().map("23h", 70).map("25h", 60).map("27h", 60)
    assert anchors(p) == [p.at("25h")]


@pytest.mark.parametrize(("stop", "anchor"), [("24h", "24h"), ("24h1m", "26h")])
def test_the_grade_then_is_2(stop: str, anchor: str) -> None:
    p = refractory().start("23h", "norepinephrine").stop(stop, "norepinephrine")
    assert anchors(p) == [p.at(anchor)]


@pytest.mark.parametrize(
    ("start", "steroid_at", "mg", "result"),
    [
        ("28h", None, None, ("excluded", "grade_3")),
        ("28h1m", None, None, ("not_met", "never_given")),
        ("28h", "28h", 10, ("met", None)),
        ("28h", "28h1m", 10, ("excluded", "grade_3")),
        ("28h", "11h59m", 10, ("excluded", "grade_3")),
        ("28h", "26h", None, ("excluded", "grade_3")),
        ("28h1m", "26h", None, ("indeterminate", "amount")),
    ],
)
def test_grade_3_that_follows_asks_for_it(
    start: str, steroid_at: str | None, mg: float | None, result: tuple[str, str | None]
) -> None:
    p = refractory().start(start, "norepinephrine")
    if steroid_at:
        p.dexamethasone(steroid_at, mg)
    assert verdict(p, "G2-12") == result


@pytest.mark.parametrize(
    ("until", "result"), [("28h", ("excluded", "censored")), ("28h1m", ("not_met", "never_given"))]
)
def test_follow_up_of_g2_12(until: str, result: tuple[str, str]) -> None:
    assert verdict(refractory(until=until), "G2-12") == result


def test_no_opportunity_and_no_table_of_g2_12() -> None:
    assert verdict(febrile().tocilizumab("1h").fluid("2h").fluid("3h"), "G2-12") == ("not_applicable", None)
    assert verdict(followed(), "G2-12") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("2h", "0h", "60h", temperature=38.5)
    assert verdict(bare, "G2-12") == ("not_applicable", None)
    (row,) = verdicts(bare.every("2h", "3h", "60h", sbp=85), "G2-12")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", patient().t0)


def test_evidence_of_pressure_that_stays_low() -> None:
    name = "steroid dose worth 9 mg dexamethasone 12 h before to 4 h after the low pressure"
    facts = {("pressure still low", "true"), ("second bolus and first tocilizumab", "true")}
    assert clauses(refractory().dexamethasone("24h"), "G2-12") == {(name, "true")} | facts
    assert clauses(refractory(), "G2-12") == {(name, "false")} | facts
    p = refractory().start("28h", "norepinephrine")
    evidence = evaluated(p, "G2-12").evidence
    assert ("grade 3 followed", "true") in clauses(p, "G2-12")
    pressure = evidence.filter(clause="pressure still low").select("source", "time", "raw_value")
    assert pressure.rows() == [(SOURCES["vitals"], p.at("24h"), "85")]
    doses = evidence.filter(clause="second bolus and first tocilizumab")["time"].to_list()
    assert sorted(doses) == [p.at("10h"), p.at("22h")]


# G2-14 ---------------------------------------------------------------------------------------------------------------


def dosed(p: Patient, *times: str) -> Patient:
    for at in times:
        p.dexamethasone(at)
    return p


def test_more_than_two_doses_are_told() -> None:
    (row,) = verdicts(dosed(low(), "30h", "6h", "18h", "42h"), "G2-14")
    assert (row["status"], row["reason"], row["value"]) == ("met", None, 4.0)
    assert (row["time"], row["episode"], row["kind"]) == (patient().at("30h"), 1, "I")
    assert row["sentence"] == "4 dexamethasone doses at grade 2 (the text names up to 2): met."
    assert clauses(dosed(low(), "6h", "18h", "30h"), "G2-14") == {("dexamethasone at grade 2", "true")}


def test_two_are_what_the_text_names() -> None:
    assert verdict(dosed(low(), "6h", "18h"), "G2-14") == ("not_applicable", None)


@pytest.mark.parametrize(
    ("drug", "mg", "route", "found"),
    [
        ("dexamethasone", 0.5, "po", True), ("dexamethasone", None, "iv", True), ("dexamethasone", 4, None, True),
        ("dexamethasone", 4, "ophthalmic", False), ("methylprednisolone", 500, "iv", False),
    ],
)  # fmt: skip
def test_systemic_dexamethasone_of_any_amount(drug: str, mg: float | None, route: str | None, found: bool) -> None:
    p = dosed(low(), "6h", "18h").give("30h", drug, mg, route=route)
    assert (verdict(p, "G2-14")[0] == "met") is found


@pytest.mark.parametrize(
    ("at", "found"), [("0h", True), ("-1m", False), ("24h", False), ("23h59m", True), ("30h", True), ("4d", False)]
)
def test_at_grade_2_alone(at: str, found: bool) -> None:
    """Grade 3 from 24 h to 30 h."""
    p = low().start("24h", "norepinephrine").stop("30h", "norepinephrine")
    assert (verdict(dosed(p, "6h", "18h", at), "G2-14")[0] == "met") is found


def test_doses_of_two_episodes_are_not_added_up() -> None:
    assert verdict(dosed(two_episodes(), "3h", "5h", "43h"), "G2-14") == ("not_applicable", None)
    p = dosed(two_episodes(), "3h", "5h", "41h", "43h", "45h")
    assert [(row["episode"], row["value"]) for row in verdicts(p, "G2-14")] == [(2, 3.0)]


def test_missing_tables_of_g2_14() -> None:
    assert verdict(followed(), "G2-14") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("2h", "0h", "60h", temperature=38.5)
    assert verdict(bare, "G2-14") == ("not_applicable", None)
    assert verdict(bare.every("2h", "3h", "60h", sbp=85), "G2-14") == ("indeterminate", "mar")
