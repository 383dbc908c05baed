"""PROTOCOL 5: no steroid premedication, no GM-CSF."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, evaluated, followed, verdict, verdicts
from tests.spec.patient import patient


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-12h", ("not_met", "steroid")),
        ("-12h 1m", ("met", "earlier_steroid")),
        ("-1m", ("not_met", "steroid")),
        ("0h", ("met", None)),
        ("-72h", ("met", "earlier_steroid")),
        ("-72h 1m", ("met", None)),
    ],
)
def test_steroids_before_the_infusion(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(followed().dexamethasone(at), "PRIN-02") == result


@pytest.mark.parametrize(
    ("drug", "mg", "cells", "status"),
    [
        ("hydrocortisone", 30, {}, "met"),
        ("hydrocortisone", 30.1, {}, "not_met"),
        ("hydrocortisone", 100, {"route": "topical"}, "met"),
        ("hydrocortisone", None, {}, "not_met"),
        ("prednisone", 10, {"route": "po"}, "not_met"),
        ("fludrocortisone", 0.1, {"route": "po"}, "met"),
        ("cefepime", 2000, {}, "met"),
    ],
)
def test_what_is_premedication(drug: str, mg: float | None, cells: dict[str, Any], status: str) -> None:
    assert verdict(followed().give("-1h", drug, mg, **cells), "PRIN-02")[0] == status


def test_a_held_steroid_was_not_given() -> None:
    assert verdict(followed().mar("-1h", "dexamethasone", "not_given", 10), "PRIN-02") == ("met", None)


def test_both_are_told() -> None:
    p = followed().dexamethasone("-30h").dexamethasone("-1h")
    assert verdict(p, "PRIN-02") == ("not_met", "steroid: earlier_steroid")
    assert clauses(p, "PRIN-02") == {
        ("no steroid above physiologic in the 12 h before", "false"), ("steroid up to 72 h before", "true"),
    }  # fmt: skip
    assert clauses(followed(), "PRIN-02") == {("no steroid above physiologic in the 12 h before", "true")}


def test_a_steroid_for_the_first_infusion_is_premedication_of_the_second() -> None:
    p = followed(until=None).infusion("3d").dexamethasone("2d 20h")
    assert [row["status"] for row in verdicts(p, "PRIN-02")] == ["met", "not_met"]


@pytest.mark.parametrize("measure", ["PRIN-02", "PIT-02"])
def test_without_a_mar_nobody_knows(measure: str) -> None:
    p = patient(until="30d").well("0h", "1d")
    (row,) = verdicts(p, measure)
    assert (row["status"], row["reason"], row["opportunity"], row["time"]) == ("indeterminate", "mar", 1, p.t0)


# PIT-02 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "at", "status"),
    [
        ("sargramostim", "0h", "not_met"),
        ("sargramostim", "-1m", "met"),
        ("sargramostim", "29d 23h", "not_met"),
        ("sargramostim", "30d", "met"),
        ("molgramostim", "3d", "not_met"),
        ("filgrastim", "3d", "met"),
        ("pegfilgrastim", "3d", "met"),
    ],
)
def test_gm_csf(drug: str, at: str, status: str) -> None:
    assert verdict(followed().give(at, drug, 250, route="sc"), "PIT-02")[0] == status


@pytest.mark.parametrize(
    ("action", "status"),
    [("given", "not_met"), ("verify", "not_met"), ("rate_change", "not_met"), ("not_given", "met"), ("stopped", "met")],
)
def test_gm_csf_by_action(action: str, status: str) -> None:
    assert verdict(followed().mar("3d", "sargramostim", action, 250), "PIT-02")[0] == status


def test_each_gm_csf_row_is_cited_and_counted() -> None:
    p = followed(until="4d").give("3d", "sargramostim", 250).give("3d 12h", "sargramostim", 250)
    (row,) = verdicts(p, "PIT-02")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "gm_csf", 2.0)
    assert clauses(p, "PIT-02") == {("no GM-CSF in the window", "false")}
    assert evaluated(p, "PIT-02").evidence.filter(clause="no GM-CSF in the window").height == 2
