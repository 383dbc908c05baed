"""Units: what they are converted to, and that none is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from crs_audit.errors import UsageError
from crs_audit.tables import LABS, VITALS
from tests.intake.accepting import acceptor, refusal, row


def vital(name: str, value: str, unit: str | None = None, **writing: Any) -> float:
    number = row("vitals", writing=writing, vital=name, value=value, unit=unit)["value"]
    assert isinstance(number, float)
    return number


def lab(name: str, value: str, unit: str | None = None, **writing: Any) -> float:
    number = row("labs", writing=writing, lab=name, value=value, unit=unit)["value"]
    assert isinstance(number, float)
    return number


@pytest.mark.parametrize(
    "unit", ["°F", "F", "degF", "deg F", "Fahrenheit", "[degF]", " °f ", "º F", "degrees Fahrenheit"]
)
def test_fahrenheit_is_converted_to_the_exact_tenth(unit: str) -> None:
    assert vital("temperature", "100.4", unit) == 38.0
    assert vital("temperature", "111.2", unit) == 44.0


@pytest.mark.parametrize("unit", [None, "", "  ", "°C", "C", "degC", "deg C", "Celsius", "° C", "Cel"])
def test_celsius_stands_as_it_is(unit: str | None) -> None:
    assert vital("temperature", "37.9", unit) == 37.9


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("weight", "180", "lb", 81.6466266), ("weight", "180", "lbs.", 81.6466266), ("weight", "81500", "g", 81.5),
        ("weight", "81.5", "KG", 81.5), ("o2_flow", "6", "LPM", 6), ("o2_flow", "250", "mL/min", 0.25),
        ("fio2", "0.4", None, 0.4), ("fio2", "40", None, 0.4), ("fio2", "40", "%", 0.4), ("fio2", "21", None, 0.21),
        ("fio2", "100", None, 1.0), ("fio2", "1", None, 1.0), ("spo2", "95", "%", 95), ("sbp", "120", "mm Hg", 120),
        ("sbp", "120", "mm[Hg]", 120), ("heart_rate", "80", "bpm", 80), ("respiratory_rate", "20", "breaths/min", 20),
    ],
)  # fmt: skip
def test_units_of_vital_signs(name: str, value: str, unit: str | None, canonical: float) -> None:
    assert vital(name, value, unit) == pytest.approx(canonical, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "value", "unit", "canonical"),
    [
        ("crp", "1.2", "mg/dL", 12), ("crp", "12", "mg/L", 12), ("crp", "12", None, 12),
        ("wbc", "5.1", "10*3/uL", 5100), ("wbc", "5.1", "10^3/µL\t", 5100), ("wbc", "5.1", "K/uL", 5100),
        ("wbc", "5.1", "10*9/L", 5100), ("wbc", "5.1", "x10E9/L", 5100), ("wbc", "5.1", "10³/μL", 5100),
        ("wbc", "5100", "cells/µL", 5100), ("wbc", "5100", "/mm3", 5100), ("wbc", "5100", None, 5100),
        ("anc", "0.29", "K/uL", 290), ("anc", "0.5", "10*3/uL", 500), ("anc", "500", "#/uL", 500),
        ("platelets", "150", "K/uL", 150), ("platelets", "150", "10^9/L", 150), ("platelets", "150", "G/L", 150),
        ("platelets", "150000", "/uL", 150), ("platelets", "150", None, 150),
        ("hemoglobin", "82", "g/L", 8.2), ("hemoglobin", "8.2", "gm/dL", 8.2), ("hemoglobin", "5", "mmol/L", 8.057),
        ("creatinine", "88.4", "umol/L", 1.0), ("creatinine", "88.4", "µmol/L", 1.0),
        ("bilirubin", "17.1", "μmol/L", 1.0), ("glucose", "5.55", "mmol/L", 100), ("bun", "7.14", "mmol/L", 20),
        ("calcium", "2.5", "mmol/L", 10.02), ("calcium", "5", "mEq/L", 10.02), ("magnesium", "1", "mmol/L", 2.43),
        ("phosphorus", "1", "mmol/L", 3.097), ("uric_acid", "357", "umol/L", 6.0), ("albumin", "35", "g/L", 3.5),
        ("total_protein", "70", "g/L", 7.0), ("sodium", "140", "mEq/L", 140), ("potassium", "4", "mmol/L", 4),
        ("ferritin", "500", "µg/L", 500), ("ferritin", "500", "mcg/L", 500), ("ferritin", "500", "ng/mL", 500),
        ("ferritin", "1123.5", "pmol/L", 500), ("fibrinogen", "2.5", "g/L", 250), ("ldh", "4", "µkat/L", 240),
        ("alt", "40", "IU/L", 40), ("ast", "0.5", "ukat/L", 30), ("pt", "12", "sec", 12), ("ptt", "30", "Seconds", 30),
        ("inr", "1.1", None, 1.1), ("inr", "1.1", "ratio", 1.1),
    ],
)  # fmt: skip
def test_units_of_the_laboratory(name: str, value: str, unit: str | None, canonical: float) -> None:
    assert lab(name, value, unit) == pytest.approx(canonical, rel=2e-3)


def test_a_converted_count_is_the_round_number_it_was() -> None:
    assert lab("wbc", "5.1", "K/uL") == 5100
    assert lab("anc", "0.29", "K/uL") == 290


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("vitals", {"vital": "sbp", "value": "16", "unit": "kPa"}), ("vitals", {"vital": "weight", "unit": "stone"}),
        ("vitals", {"vital": "temperature", "value": "311", "unit": "K"}), ("labs", {"lab": "anc", "unit": "%"}),
        ("labs", {"lab": "crp", "unit": "U/L"}), ("labs", {"lab": "pt", "unit": "%"}),
    ],
)  # fmt: skip
def test_an_unknown_unit_is_rejected_not_guessed(table: str, cells: dict[str, str]) -> None:
    assert refusal(table, **cells) == "unit: unknown unit"


def test_a_blank_unit_may_be_declared() -> None:
    assert vital("temperature", "100.4", units={"temperature": "°F"}) == 38.0
    assert vital("temperature", "38.0", "°C", units={"temperature": "°F"}) == 38.0
    assert lab("crp", "1.2", units={"crp": "mg/dL"}) == 12
    assert vital("fio2", "40", units={"fio2": "%"}) == 0.4


@pytest.mark.parametrize(
    ("units", "told"), [({"temprature": "°F"}, "no vital or lab"), ({"crp": "stone"}, "known: mg/L, mg/dL")]
)
def test_a_declared_unit_must_be_one(units: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        acceptor(units=units)


def test_every_vital_and_every_lab_has_a_canonical_unit() -> None:
    from crs_audit.intake.units import known_units

    for name in set(VITALS) - {"o2_device"}:
        assert next(iter(known_units("vitals", name).values()))[1:] == (1.0, 0.0), name
    for name in LABS:
        assert next(iter(known_units("labs", name).values()))[1:] == (1.0, 0.0), name


def test_a_cell_count_without_unit_that_is_too_small_is_flagged_and_left_alone() -> None:
    read = row("labs", lab="wbc", value="5.1")
    assert (read["value"], read["flags"]) == (5.1, "unit_suspect")
    assert row("labs", lab="wbc", value="5.1", unit="/uL")["flags"] is None
    assert row("labs", lab="wbc", value="5100")["flags"] is None
    assert row("labs", writing={"units": {"wbc": "K/uL"}}, lab="wbc", value="5.1")["flags"] is None
