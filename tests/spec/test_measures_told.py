"""PROTOCOL 5: what is told and not judged: early steroids, what antipyretics hide, alternative agents."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, evaluated, followed, verdict, verdicts
from tests.spec.patient import Patient, patient

# G3-09 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", ["axi-cel", "brexu-cel"])
def test_early_steroids(product: str) -> None:
    p = followed(product=product).dexamethasone("30h").dexamethasone("20h30m")
    (row,) = verdicts(p, "G3-09")
    assert (row["status"], row["reason"], row["value"], row["time"]) == ("met", None, 20.5, p.t0)
    assert row["sentence"] == f"First treatment steroid 20.5 h after the infusion of {product}."
    assert clauses(p, "G3-09") == {("first treatment steroid", "true")}


@pytest.mark.parametrize("product", ["tisa-cel", "liso-cel", None])
def test_other_products(product: str | None) -> None:
    assert verdict(followed(product=product).dexamethasone("30h"), "G3-09") == ("not_applicable", None)


@pytest.mark.parametrize(
    ("at", "drug", "mg", "value"),
    [
        ("0h", "dexamethasone", 10, 0.0), ("-1m", "dexamethasone", 10, None), ("30d", "dexamethasone", 10, None),
        ("10h", "hydrocortisone", 30, None), ("10h", "hydrocortisone", 31, 10.0), ("10h", "dexamethasone", None, 10.0),
    ],
)  # fmt: skip
def test_which_steroid(at: str, drug: str, mg: float | None, value: float | None) -> None:
    (row,) = verdicts(followed(product="axi-cel").give(at, drug, mg), "G3-09")
    assert (row["status"], row["value"]) == ("met" if value is not None else "not_applicable", value)


def test_a_held_steroid_was_not_given() -> None:
    p = followed(product="axi-cel").mar("10h", "dexamethasone", "not_given", 10)
    assert verdict(p, "G3-09") == ("not_applicable", None)


def test_early_steroids_without_a_mar() -> None:
    (row,) = verdicts(patient(until="30d", product="axi-cel").well("0h", "1d"), "G3-09")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", patient().t0)
    p = patient(until="30d", product="tisa-cel").well("0h", "1d")
    assert verdict(p, "G3-09") == ("not_applicable", None)


# PRIN-01 -------------------------------------------------------------------------------------------------------------


def afebrile_support() -> Patient:
    """Fever from 1 h to 3 h, hypotension from 20 h to 24 h, a vasopressor from 40 h to 42 h: without fever the last
    counts only where a drug may hide it."""
    p = followed().temp("1h", 38.5).sbp("1h", 120).well("3h", "20h").every("2h", "20h", "24h", sbp=85)
    return p.every("4h", "20h", "24h", temperature=36.8).well("24h", "4d").start("40h", "norepinephrine", end="42h")


def test_what_antipyretics_hide() -> None:
    p = afebrile_support().acetaminophen("12h").acetaminophen("39h")
    (row,) = verdicts(p, "PRIN-01")
    assert (row["status"], row["reason"], row["value"], row["time"], row["episode"]) == (
        "met", None, 2.0, p.at("1h"), 1,
    )  # fmt: skip
    assert row["sentence"] == (
        "Highest grade 3, 2 if antipyretics did not spare fever; the first difference 39 h after onset."
    )
    assert clauses(p, "PRIN-01") == {("first antipyretic", "true"), ("grades first differ", "true")}
    cited = evaluated(p, "PRIN-01").evidence
    assert cited.filter(clause="first antipyretic").get_column("time").to_list() == [p.at("12h")]
    assert cited.filter(clause="grades first differ").get_column("time").to_list() == [p.at("40h")]


def test_the_grades_may_differ_and_their_highest_not() -> None:
    """Fever memory ends at 27 h, within hypotension."""
    p = followed().temp("1h", 38.5).sbp("1h", 120).well("3h", "26h").every("2h", "26h", "34h", sbp=85)
    p.well("34h", "3d").acetaminophen("12h")
    (row,) = verdicts(p, "PRIN-01")
    assert (row["status"], row["value"]) == ("met", 2.0)
    assert evaluated(p, "PRIN-01").evidence.filter(clause="grades first differ").height == 1


@pytest.mark.parametrize(
    ("at", "drug", "mg", "status"),
    [
        ("-5h", "acetaminophen", 650, "met"), ("-5h 1m", "acetaminophen", 650, "not_applicable"),
        ("12h", "ibuprofen", 400, "met"), ("12h", "aspirin", 325, "not_applicable"), ("12h", "aspirin", 326, "met"),
        ("12h", "cefepime", 2000, "not_applicable"),
    ],
)  # fmt: skip
def test_which_antipyretic(at: str, drug: str, mg: float, status: str) -> None:
    assert verdict(afebrile_support().give(at, drug, mg), "PRIN-01")[0] == status


def test_nothing_is_hidden_by_antipyretics_alone() -> None:
    p = afebrile_support().acetaminophen("12h")
    assert verdict(p.tocilizumab("11h"), "PRIN-01") == ("not_applicable", None)
    held = afebrile_support().mar("12h", "acetaminophen", "not_given", 650)
    assert verdict(held, "PRIN-01") == ("not_applicable", None)
    dated = afebrile_support().acetaminophen("12h", day_only=True)
    assert verdict(dated, "PRIN-01") == ("not_applicable", None)


def test_an_antipyretic_that_is_a_date_only_is_not_the_cause() -> None:
    p = afebrile_support().acetaminophen("13h").acetaminophen("12h", day_only=True)
    cited = evaluated(p, "PRIN-01").evidence.filter(clause="first antipyretic")
    assert cited.get_column("time").to_list() == [p.at("13h")]


def test_without_vitals_or_episodes() -> None:
    (row,) = verdicts(followed(), "PRIN-01")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "vitals", patient().t0)
    assert verdict(followed().well("0h", "2d"), "PRIN-01") == ("not_applicable", None)


# ALT-01 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agent",
    [
        "anakinra", "siltuximab", "ruxolitinib", "cyclophosphamide", "atg", "ivig", "etanercept", "infliximab",
        "emapalumab",
    ],
)  # fmt: skip
def test_an_alternative_agent(agent: str) -> None:
    p = followed().give("60h30m", agent, 100, route=None)
    (row,) = verdicts(p, "ALT-01")
    assert (row["status"], row["reason"], row["value"], row["time"]) == ("met", None, 60.5, p.t0)


@pytest.mark.parametrize("other", ["tocilizumab", "dexamethasone", "etoposide", "filgrastim"])
def test_no_alternative_agent(other: str) -> None:
    assert verdict(followed().give("60h", other, 100), "ALT-01") == ("not_applicable", None)


@pytest.mark.parametrize(
    ("at", "action", "value"),
    [
        ("0h", "given", 0.0), ("-1m", "given", None), ("30d", "given", None), ("10h", "verify", 10.0),
        ("10h", "not_given", None),
    ],
)  # fmt: skip
def test_when_and_how(at: str, action: str, value: float | None) -> None:
    (row,) = verdicts(followed().mar(at, "anakinra", action, 100, route="sc"), "ALT-01")
    assert (row["status"], row["value"]) == ("met" if value is not None else "not_applicable", value)


def test_what_came_before() -> None:
    p = followed().tocilizumab("10h").tocilizumab("20h").dexamethasone("-1h").dexamethasone("20h").dexamethasone("60h")
    p.give("90h", "siltuximab", 700).give("60h", "anakinra", 100).give("66h", "anakinra", 100)
    (row,) = verdicts(p, "ALT-01")
    assert row["sentence"] == (
        "Alternative agent given (anakinra, siltuximab), first 60 h after the infusion, after 2 IV tocilizumab doses "
        "and 1 treatment steroid dose since then."
    )
    cited = evaluated(p, "ALT-01").evidence
    assert cited.get_column("clause").value_counts().sort("clause").rows() == [
        ("alternative agent", 3), ("tocilizumab before it", 2), ("treatment steroid before it", 1),
    ]  # fmt: skip


def test_alternative_agents_without_a_mar() -> None:
    (row,) = verdicts(patient(until="30d").well("0h", "1d"), "ALT-01")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", patient().t0)
