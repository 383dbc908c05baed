"""Bounds of the plausible, and names."""

from __future__ import annotations

import pytest

from tests.intake.accepting import accept, refusal, row


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("temperature", 30, 44), ("sbp", 30, 300), ("dbp", 10, 200), ("map", 15, 250), ("heart_rate", 1, 300),
        ("respiratory_rate", 1, 100), ("spo2", 30, 100), ("o2_flow", 0, 100), ("weight", 1, 350),
    ],
)  # fmt: skip
def test_the_bounds_are_within_and_what_lies_beyond_is_rejected(name: str, low: float, high: float) -> None:
    assert row("vitals", vital=name, value=str(low))["value"] == low
    assert row("vitals", vital=name, value=str(high))["value"] == high
    for beyond in (low - 0.1, high + 0.1):
        assert refusal("vitals", vital=name, value=f"{beyond:.1f}") == "value: outside plausible range"


@pytest.mark.parametrize("text", ["0.2", "0", "20.9", "101", "1.01"])
def test_an_inspired_fraction_is_a_fraction_or_a_percentage(text: str) -> None:
    assert refusal("vitals", vital="fio2", value=text) == "value: outside plausible range"


@pytest.mark.parametrize("unit", [None, "°C"])
@pytest.mark.parametrize("text", ["97.2", "98.9", "100.4", "86", "113"])
def test_fahrenheit_charted_as_celsius_is_told_apart_and_never_converted(text: str, unit: str | None) -> None:
    refused = refusal("vitals", vital="temperature", value=text, unit=unit)
    assert refused == "value: fahrenheit as celsius suspect"


def test_other_impossible_temperatures_are_just_that() -> None:
    assert refusal("vitals", vital="temperature", value="85.9") == "value: outside plausible range"
    assert refusal("vitals", vital="temperature", value="37", unit="°F") == "value: outside plausible range"
    assert refusal("vitals", vital="temperature", value="113", unit="°F") == "value: outside plausible range"


def test_no_analyte_is_negative() -> None:
    assert refusal("labs", value="-1") == "value: outside plausible range"
    assert row("labs", value="0")["value"] == 0


@pytest.mark.parametrize(("kind", "highest"), [("crs_grade", 5), ("icans_grade", 5), ("ice_score", 10)])
def test_a_documented_score_is_a_whole_number_of_its_scale(kind: str, highest: int) -> None:
    assert row("assessments", assessment=kind, value=str(highest))["value"] == highest
    for value in ("-1", "2.5", str(highest + 1)):
        assert refusal("assessments", assessment=kind, value=value) == "value: outside plausible range"
    assert refusal("assessments", assessment=kind, value="Grade 2") == "value: not a number"


@pytest.mark.parametrize(
    ("table", "column"),
    [("vitals", "vital"), ("assessments", "assessment"), ("procedures", "procedure"), ("adt", "location_type")],
)
def test_a_name_the_audit_does_not_know_is_rejected_and_listed(table: str, column: str) -> None:
    accepted = accept(table, {column: "foo"}, {column: "foo "}, {}, {column: " "})
    assert accepted.rejects["reason"].to_list() == ["unknown name", "unknown name", "missing"]
    assert accepted.unmatched.drop("some_patients").rows() == [(table, column, "foo", 2)]


def test_letter_case_and_outer_blanks_of_a_name_do_not_matter() -> None:
    assert row("vitals", vital=" Heart_Rate ")["vital"] == "heart_rate"
    assert row("adt", location_type="ICU")["location_type"] == "icu"


def test_a_laboratory_test_is_known_by_name_or_loinc() -> None:
    assert row("labs", lab="C-reactive protein")["lab"] == "crp"
    assert row("labs", lab=None, loinc="1988-5")["lab"] == "crp"
    assert refusal("labs", lab=" ", loinc=None) == "lab: missing"
    assert refusal("labs", lab="foo") == "lab: unknown name"


def test_a_device_is_a_name_and_an_unknown_one_is_listed_but_kept() -> None:
    accepted = accept(
        "vitals", {"vital": "o2_device", "value": "Nasal Cannula"}, {"vital": "o2_device", "value": "foo"},
        {"vital": "o2_flow", "value": "2"}, {"vital": "o2_device", "value": "2"},
    )  # fmt: skip
    assert accepted.frame["device"].to_list() == ["nasal cannula", None, None, None]
    assert accepted.frame["value"].to_list() == [None, None, 2, None]
    assert accepted.unmatched.drop("some_patients").rows() == [
        ("vitals", "value", "2", 1),
        ("vitals", "value", "foo", 1),
    ]


def test_a_debatable_device_says_so() -> None:
    read = row("vitals", vital="o2_device", value="Trach collar")
    assert (read["device"], read["flags"]) == ("mask", "trach_collar")


def test_a_missing_patient_is_told_before_anything_else() -> None:
    assert refusal("vitals", patient_id=" ", time="x", value="x") == "patient_id: missing"
    assert row("vitals", patient_id=" 00123 ")["patient_id"] == "00123"


@pytest.mark.parametrize("patient", ["P1\u200b", "\ufeffP1", "P\u00ad1", "P1\x07", "P\t1"])
def test_an_id_that_only_looks_like_another_is_no_patient(patient: str) -> None:
    assert refusal("vitals", patient_id=patient) == "patient_id: invisible characters"


def test_of_several_reasons_the_first_in_order_is_told() -> None:
    assert refusal("vitals", time="x", vital="x", value="x", unit="x") == "time: not a time"
    assert refusal("vitals", vital="x", value="x", unit="x") == "vital: unknown name"
    assert refusal("vitals", vital="sbp", value="x", unit="x") == "value: not a number"
    assert refusal("vitals", vital="sbp", value="-1", unit="x") == "unit: unknown unit"


def test_a_row_the_readers_found_broken_is_rejected_with_their_word() -> None:
    assert refusal("vitals", broken="too many fields", time="x") == "None: too many fields"
