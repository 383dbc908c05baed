"""MAR rows: concepts beside texts, amounts in mg or mL or unknown."""

from __future__ import annotations

import pytest

from tests.intake.accepting import accept, refusal, row


def test_texts_become_concepts_and_stay_beside_them() -> None:
    read = row(
        "mar", drug="Tocilizumab (Actemra) 400 mg/20 mL", action="Administered", route="Intravenous", dose="0.8",
        dose_unit="g", rate="100", rate_unit="mL/hr", end_time="2026-03-02 13:00", order_id="7", indication="CRS",
    )  # fmt: skip
    assert (read["drug"], read["action"], read["route"]) == ("tocilizumab", "given", "iv")
    assert (read["drug_text"], read["action_text"], read["route_text"]) == (
        "Tocilizumab (Actemra) 400 mg/20 mL",
        "Administered",
        "Intravenous",
    )
    assert (read["dose"], read["dose_unit"], read["raw_dose"], read["raw_dose_unit"]) == (800, "mg", "0.8", "g")
    assert (read["rate"], read["rate_unit"], read["order_id"], read["indication"]) == (100, "mL/hr", "7", "CRS")
    assert (read["bolus_text"], read["flags"]) == (False, None)


def test_unknown_texts_leave_the_row_and_are_listed() -> None:
    accepted = accept("mar", {"drug": "foo"}, {"drug": "foo"}, {"action": "bar"}, {"route": "baz"}, {"route": None}, {})
    assert accepted.rejects.is_empty()
    assert accepted.frame["drug"].to_list() == [None, None, *["dexamethasone"] * 4]
    assert accepted.frame["action"].to_list() == ["given", "given", None, "given", "given", "given"]
    assert accepted.frame["route"].to_list() == [None] * 6
    assert accepted.unmatched.drop("some_patients").rows() == [
        ("mar", "action", "bar", 1),
        ("mar", "drug", "foo", 2),
        ("mar", "route", "baz", 1),
    ]


def test_a_name_that_is_known_not_to_be_the_drug_is_not_listed() -> None:
    accepted = accept("mar", {"drug": "desmopressin"})
    assert accepted.frame["drug"].to_list() == [None]
    assert accepted.unmatched.is_empty()


def test_an_rxnorm_code_names_a_drug_whose_text_is_unknown_and_no_other() -> None:
    accepted = accept(
        "mar", {"drug": "study drug", "rxnorm": "612865"}, {"drug": "desmopressin", "rxnorm": "11149"},
        {"drug": "dexamethasone", "rxnorm": "612865"},
    )  # fmt: skip
    assert accepted.frame["drug"].to_list() == ["tocilizumab", None, "dexamethasone"]
    assert accepted.unmatched.is_empty()


@pytest.mark.parametrize("column", ["drug", "action"])
def test_a_blank_drug_or_action_is_missing(column: str) -> None:
    assert refusal("mar", **{column: " "}) == f"{column}: missing"


@pytest.mark.parametrize(
    ("dose", "unit", "amount"),
    [
        ("10", "mg", 10), ("10", "MG", 10), ("0.01", "g", 10), ("0.01", "gm", 10), ("10000", "mcg", 10),
        ("10000", "µg", 10), ("0.07", "grams", 70),
    ],
)  # fmt: skip
def test_amounts_of_drugs_are_in_mg(dose: str, unit: str, amount: float) -> None:
    read = row("mar", dose=dose, dose_unit=unit)
    assert (read["dose"], read["dose_unit"], read["flags"]) == (amount, "mg", None)


@pytest.mark.parametrize(("dose", "unit"), [("500", "mL"), ("500", "ml"), ("500", "cc"), ("0.5", "L")])
def test_amounts_of_fluids_are_in_ml(dose: str, unit: str) -> None:
    read = row("mar", drug="Sodium chloride 0.9% bolus", dose=dose, dose_unit=unit)
    assert (read["dose"], read["dose_unit"], read["bolus_text"]) == (500, "mL", True)


@pytest.mark.parametrize(
    ("drug", "unit", "canonical"),
    [
        ("dexamethasone", "mg/kg", "mg/kg"), ("dexamethasone", "mL", "mL"), ("dexamethasone", "TAB", "TAB"),
        ("dexamethasone", None, None), ("vasopressin", "Units", "unit"), ("Sodium chloride 0.9%", "g", "mg"),
    ],
)  # fmt: skip
def test_an_amount_the_unit_does_not_give_is_unknown_not_wrong(
    drug: str, unit: str | None, canonical: str | None
) -> None:
    read = row("mar", drug=drug, dose="8", dose_unit=unit)
    assert (read["dose"], read["dose_unit"], read["flags"]) == (None, canonical, "dose_unit_unknown")
    assert (read["raw_dose"], read["raw_dose_unit"]) == ("8", unit)


@pytest.mark.parametrize("unit", ["mcg/min", "mcg/kg/min", "mL/hr", "units per hour", "mg/h"])
def test_a_rate_charted_as_a_dose_is_the_rate(unit: str) -> None:
    read = row("mar", drug="Norepinephrine", action="Rate Change", dose="0", dose_unit=unit)
    assert (read["rate"], read["rate_unit"], read["dose"], read["flags"]) == (0, unit, None, "rate_in_dose")


def test_a_rate_beside_it_leaves_the_dose_what_it_is() -> None:
    read = row("mar", drug="Norepinephrine", dose="5", dose_unit="mcg/min", rate="3", rate_unit="mL/h")
    assert (read["rate"], read["rate_unit"], read["flags"]) == (3, "mL/h", "dose_unit_unknown")


def test_a_dose_of_a_day_is_no_rate() -> None:
    assert row("mar", dose="10", dose_unit="mg/day")["rate"] is None


def test_a_blank_dose_is_no_amount_and_no_fault() -> None:
    read = row("mar", dose=None, dose_unit=None)
    assert (read["dose"], read["flags"]) == (None, None)


def test_the_unit_of_doses_without_one_may_be_declared() -> None:
    assert row("mar", writing={"units": {"dose": "mg"}}, dose="8", dose_unit=None)["dose"] == 8


@pytest.mark.parametrize("text", ["___", "400 mg", "1-2", "1,000"])
def test_a_dose_or_rate_that_is_no_number_rejects_its_row(text: str) -> None:
    assert refusal("mar", dose=text) == "dose: not a number"
    assert refusal("mar", rate=text) == "rate: not a number"


def test_a_negative_dose_or_rate_rejects_its_row_and_zero_does_not() -> None:
    assert refusal("mar", dose="-1") == "dose: outside plausible range"
    assert refusal("mar", rate="-1") == "rate: outside plausible range"
    read = row("mar", dose="0", rate="0")
    assert (read["dose"], read["rate"]) == (0, 0)
