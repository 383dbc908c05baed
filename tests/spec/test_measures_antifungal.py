"""PROTOCOL 5, PRIN-03: antifungal prophylaxis. The first treatment steroid is given at 30 h unless told otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, verdict, verdicts
from tests.spec.patient import Patient, patient


def treated(at: str = "30h", **cells: Any) -> Patient:
    return patient(**{"until": "30d", **cells}).dexamethasone(at)


@pytest.mark.parametrize(
    ("at", "status", "reason", "hours"),
    [
        ("6h", "met", None, -24.0), ("5h59m", "not_met", "never_given", None), ("30h", "met", None, 0.0),
        ("78h", "met", None, 48.0), ("78h30m", "not_met", "late", 48.5), ("29d", "not_met", "late", 666.0),
    ],
)  # fmt: skip
def test_around_the_first_steroid(at: str, status: str, reason: str | None, hours: float | None) -> None:
    (row,) = verdicts(treated().give(at, "micafungin", 50), "PRIN-03")
    assert (row["status"], row["reason"], row["value"], row["time"]) == (status, reason, hours, patient().at("30h"))


def test_a_minute_too_late() -> None:
    assert verdict(treated().give("78h1m", "micafungin", 50), "PRIN-03") == ("not_met", "late")


def test_an_antifungal_from_before_the_infusion_counts() -> None:
    assert verdicts(treated("2h").give("-22h", "fluconazole", 400), "PRIN-03")[0]["value"] == -24.0


@pytest.mark.parametrize(
    ("drug", "action", "route", "status"),
    [
        ("fluconazole", "given", "po", "met"), ("posaconazole", "given", "ng", "met"),
        ("micafungin", "given", "iv", "met"), ("voriconazole", "given", None, "met"),
        ("amphotericin_b", "given", "inhaled", "not_met"), ("fluconazole", "given", "swish", "not_met"),
        ("ketoconazole", "given", "topical", "not_met"), ("micafungin", "verify", "iv", "met"),
        ("micafungin", "not_given", "iv", "not_met"), ("micafungin", "stopped", "iv", "not_met"),
        ("cefepime", "given", "iv", "not_met"),
    ],
)  # fmt: skip
def test_which_antifungal(drug: str, action: str, route: str | None, status: str) -> None:
    assert verdict(treated().mar("31h", drug, action, 100, route=route), "PRIN-03")[0] == status


@pytest.mark.parametrize(
    ("at", "drug", "mg", "status"),
    [
        ("0h", "dexamethasone", 10, "not_met"), ("-1m", "dexamethasone", 10, "not_applicable"),
        ("30d", "dexamethasone", 10, "not_applicable"), ("10h", "hydrocortisone", 30, "not_applicable"),
        ("10h", "hydrocortisone", 30.1, "not_met"), ("10h", "dexamethasone", None, "not_met"),
        ("10h", "fludrocortisone", 1, "not_applicable"),
    ],
)  # fmt: skip
def test_which_steroid(at: str, drug: str, mg: float | None, status: str) -> None:
    p = patient(until="31d").give("-3d", "cefepime", 2000).give(at, drug, mg)
    assert verdict(p, "PRIN-03")[0] == status


def test_the_first_steroid_is_the_anchor() -> None:
    p = treated().dexamethasone("100h").give("100h", "micafungin", 50)
    (row,) = verdicts(p, "PRIN-03")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "late", 70.0)


@pytest.mark.parametrize(
    ("until", "result"), [("78h", ("excluded", "censored")), ("78h1m", ("not_met", "never_given"))]
)
def test_follow_up(until: str, result: tuple[str, str]) -> None:
    assert verdict(treated(until=until), "PRIN-03") == result
    assert verdict(treated(until=until).give("31h", "micafungin", 50), "PRIN-03") == ("met", None)


def test_what_was_done_after_the_end_of_follow_up_counts() -> None:
    """The stay ends at 40 h."""
    p = treated(until=None).stay("ward", "-1d", "40h")
    assert verdict(p, "PRIN-03") == ("excluded", "censored")
    assert verdict(p.give("50h", "micafungin", 50), "PRIN-03") == ("met", None)


def test_a_second_infusion_has_its_own() -> None:
    p = treated(until="9d").infusion("10d").dexamethasone("11d").give("11d", "micafungin", 50)
    assert [row["status"] for row in verdicts(p, "PRIN-03")] == ["not_met", "met"]


def test_without_a_mar() -> None:
    p = patient(until="30d").well("0h", "1d")
    (row,) = verdicts(p, "PRIN-03")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", p.t0)


@pytest.mark.parametrize(("at", "status"), [("12h", "met"), ("-12h", "indeterminate"), ("-36h", "not_met")])
def test_an_antifungal_that_is_a_date_only(at: str, status: str) -> None:
    """T0 is 12:00 and the window opens at 18:00 of that date."""
    assert verdict(treated().give(at, "fluconazole", 400, day_only=True), "PRIN-03")[0] == status


def test_evidence() -> None:
    clause = "systemic antifungal from 24 h before to 48 h after the first treatment steroid"
    assert clauses(treated().give("40h", "micafungin", 50), "PRIN-03") == {
        (clause, "true"), ("first treatment steroid", "true"),
    }  # fmt: skip
    assert (clause, "false") in clauses(treated(), "PRIN-03")
    assert verdicts(treated(), "PRIN-03")[0]["sentence"] == (
        "No systemic antifungal charted from 24 h before the first treatment steroid on: "
        "not met, not given in that time."
    )
    assert verdicts(treated().give("20h", "micafungin", 50), "PRIN-03")[0]["sentence"] == (
        "Systemic antifungal 10 h before the first treatment steroid (limit 48 h after): met."
    )
