"""PROTOCOL 5, G3-06: two boluses do not hold the pressure. It is low every 2 h from 2 h on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import cited, clauses, febrile, followed, verdict, verdicts
from tests.spec.patient import Patient, patient


def low(p: Patient) -> Patient:
    """Fever to 40 h, low pressure from 2 h to 40 h."""
    return p.every("4h", "0h", "40h", temperature=38.5).every("2h", "2h", "40h", sbp=85).well("40h", "3d")


def filled(second: str = "3h", *, minutes: float | None = 60, **cells: Any) -> Patient:
    """Boluses at 2 h and, over an hour, at 3 h: the pressure at 6 h is the first an hour after them."""
    return low(followed(**cells)).fluid("2h").fluid(second, minutes=minutes, bolus_text=True)


def row(p: Patient) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, "G3-06")
    return found["status"], found["reason"], found["value"]


def anchor(p: Patient) -> object:
    (found,) = verdicts(p, "G3-06")
    return found["time"]


# The vasopressor ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("6h", ("met", None, 0.0)), ("7h", ("met", None, 60.0)), ("7h1m", ("not_met", "late", 61.0)),
        ("5h", ("met", None, 0.0)), ("29d 23h", ("not_met", "late", 42780.0)), ("30d", ("not_met", "not_done", None)),
    ],
)  # fmt: skip
def test_a_vasopressor_starts(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert row(filled().start(at, "norepinephrine")) == result


def test_none_at_all() -> None:
    assert row(filled()) == ("not_met", "not_done", None)


def test_one_that_was_stopped_before_does_not_run() -> None:
    assert row(filled().start("4h", "norepinephrine", end="6h")) == ("not_met", "not_done", None)
    assert row(filled().start("4h", "norepinephrine", end="6h1m")) == ("met", None, 0.0)


def test_one_that_ran_before_the_infusion_may_go_on() -> None:
    assert row(filled().start("-1h", "norepinephrine", end="7h")) == ("met", None, 0.0)


def test_a_push_counts() -> None:
    assert row(filled().push("6h30m", "phenylephrine", 0.1)) == ("met", None, 30.0)
    assert row(filled().push("5h", "phenylephrine", 0.1)) == ("not_met", "not_done", None)  # over at 6 h
    assert row(filled().push("5h1m", "phenylephrine", 0.1)) == ("met", None, 0.0)


@pytest.mark.parametrize(
    ("drug", "cells"), [("epinephrine", {"route": "im"}), ("dobutamine", {}), ("midodrine", {"route": "po"})]
)
def test_no_vasopressor(drug: str, cells: dict[str, Any]) -> None:
    assert row(filled().start("6h", drug, **cells)) == ("not_met", "not_done", None)


def test_one_on_hold_does_not_run() -> None:
    assert row(filled().mar("6h", "norepinephrine", "not_given", rate=5.0)) == ("not_met", "not_done", None)


# The boluses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "minutes", "hour"),
    [("4h", 60, 6), ("4h1m", 60, 8), ("5h", None, 6), ("5h1m", None, 8), ("2h6m", 30, 4)],
)
def test_an_hour_after_the_second_bolus(second: str, minutes: float | None, hour: int) -> None:
    p = filled(second, minutes=minutes)
    assert anchor(p) == p.at(f"{hour}h")


@pytest.mark.parametrize(("second", "status"), [("14h", "not_met"), ("14h1m", "not_applicable")])
def test_two_boluses_within_half_a_day(second: str, status: str) -> None:
    assert verdict(filled(second), "G3-06")[0] == status


def test_the_first_two_that_are_close_count() -> None:
    p = filled("16h").fluid("20h")
    assert anchor(p) == p.at("22h")  # 20 h 30 min and an hour
    p = filled("3h").fluid("4h").fluid("5h")
    assert anchor(p) == p.at("6h")


def test_one_bolus_is_none() -> None:
    assert verdict(low(followed()).fluid("2h"), "G3-06") == ("not_applicable", None)
    assert verdict(low(followed()).fluid("2h").fluid("3h", 499), "G3-06") == ("not_applicable", None)
    assert verdict(low(followed()).fluid("2h").fluid("3h", minutes=240), "G3-06") == ("not_applicable", None)


def test_boluses_before_the_episode_are_none_of_it() -> None:
    p = low(followed()).fluid("-1h").fluid("2h")
    assert verdict(p, "G3-06") == ("not_applicable", None)
    p = low(followed()).fluid("0h").fluid("2h")
    assert verdict(p, "G3-06") == ("not_met", "not_done")


# The pressure ---------------------------------------------------------------------------------------------------------


def test_a_refuted_pressure_is_none() -> None:
    """118 a little after the reading of 6 h: the next at 8 h stands."""
    assert anchor(filled().sbp("6h10m", 118)) == patient().at("8h")
    assert anchor(filled().sbp("7h1m", 118)) == patient().at("6h")


def test_a_low_mean_pressure_counts() -> None:
    assert anchor(filled().map("5h", 64)) == patient().at("5h")
    assert anchor(filled().map("5h", 65)) == patient().at("6h")


def test_the_pressure_is_low_in_the_episode() -> None:
    p = febrile("0h", "12h").sbp("2h", 85).fluid("2h").fluid("3h")
    assert verdict(p, "G3-06") == ("not_applicable", None)
    # Grade 1 to 12 h; a pressure after it, nothing having hidden the fever, is support without fever.
    assert verdict(p.sbp("60h", 85), "G3-06") == ("not_applicable", None)


# Follow-up, missing, evidence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("until", "result"), [("7h", ("excluded", "censored")), ("7h1m", ("not_met", "not_done"))])
def test_follow_up_of_g3_06(until: str, result: tuple[str, str]) -> None:
    assert verdict(filled(until=until), "G3-06") == result


def test_no_opportunity_and_no_table() -> None:
    assert verdict(followed(), "G3-06") == ("indeterminate", "vitals")
    assert verdict(low(patient(until="30d")), "G3-06") == ("indeterminate", "mar")
    fever = patient(until="30d").every("4h", "0h", "24h", temperature=38.5, sbp=120)
    assert verdict(fever, "G3-06") == ("not_applicable", None)
    assert verdict(fever.sbp("5h", 85).sbp("5h30m", 120), "G3-06") == ("not_applicable", None)  # refuted
    assert verdict(fever.sbp("9h", 85), "G3-06") == ("indeterminate", "mar")


def test_evidence_of_g3_06() -> None:
    clause = "a vasopressor runs within 60 min of the low pressure"
    p = filled().start("6h30m", "norepinephrine")
    assert clauses(p, "G3-06") == {(clause, "true"), ("two boluses", "true"), ("pressure still low", "true")}
    (found,) = verdicts(p, "G3-06")
    assert (found["kind"], found["episode"], found["threshold"]) == ("C", 1, "≤ 60")
    assert (
        found["sentence"]
        == "A vasopressor ran 30 min after the low pressure that followed two boluses (limit 60 min): met."
    )
    assert (clause, "false") in clauses(filled(), "G3-06")
    (none,) = verdicts(filled(), "G3-06")
    assert none["sentence"].startswith(
        "No vasopressor charted as running from the low pressure on that followed two bol"
    )


def test_the_rows_behind_it_are_cited() -> None:
    p = filled("16h").fluid("20h").start("4h", "norepinephrine").start("23h", "vasopressin").map("22h", 55)
    p.stop("5h", "norepinephrine")
    assert cited(p, "G3-06", "two boluses") == [
        "16 h sodium chloride 0.9 % 1000 mL given", "20 h sodium chloride 0.9 % 1000 mL given",
    ]  # fmt: skip
    assert cited(p, "G3-06", "pressure still low") == ["22 h 85", "22 h 55"]
    assert cited(p, "G3-06", "a vasopressor runs within 60 min of the low pressure") == ["23 h vasopressin started"]
