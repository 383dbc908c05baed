"""Numbers and the bounds a laboratory reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.accepting import refusal, row


def vital(name: str, value: str, unit: str | None = None, **writing: Any) -> float:
    number = row("vitals", writing=writing, vital=name, value=value, unit=unit)["value"]
    assert isinstance(number, float)
    return number


def lab(name: str, value: str, unit: str | None = None, **writing: Any) -> float:
    number = row("labs", writing=writing, lab=name, value=value, unit=unit)["value"]
    assert isinstance(number, float)
    return number


@pytest.mark.parametrize("text", ["80", " 80 ", "80.0", "+80", "8e1", "80.", "080"])
def test_a_plain_number_is_read(text: str) -> None:
    assert vital("heart_rate", text) == 80


@pytest.mark.parametrize(
    "text",
    ["NaN", "nan", "inf", "-inf", "Infinity", "80 bpm", "8O", "80,0", "1,000", "0x50", "1_0", "--80", "<80", "８０"],
)
def test_what_is_not_a_plain_number_is_rejected(text: str) -> None:
    assert refusal("vitals", value=text) == "value: not a number"


@pytest.mark.parametrize("text", [None, "", " "])
def test_a_blank_value_is_missing(text: str | None) -> None:
    assert refusal("vitals", value=text) == "value: missing"
    assert refusal("vitals", vital="o2_device", value=text) == "value: missing"


def test_a_decimal_comma_is_read_where_it_is_declared_and_a_point_then_is_not() -> None:
    assert vital("temperature", "37,9", decimal=",") == 37.9
    assert vital("temperature", "38", decimal=",") == 38
    assert lab("crp", "<0,5", decimal=",") == 0.5
    for text in ("37.9", "1.037,9"):
        assert refusal("vitals", writing={"decimal": ","}, vital="temperature", value=text) == "value: not a number"
    assert refusal("labs", writing={"decimal": ","}, value="<0.5") == "value: not a number"


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("<0.5", 0.5, "<"), (">10000", 10000, ">"), ("> 10000", 10000, ">"), ("<=5", 5, "<="), ("≤ 5", 5, "<="),
        ("≥5", 5, ">="), (">=5", 5, ">="), ("=>5", 5, ">="), ("12.1", 12.1, None), (" <0.5 ", 0.5, "<"),
        ("<0.2.", 0.2, "<"), ("<3*.", 3, "<"),
    ],
)  # fmt: skip
def test_a_laboratory_value_may_be_a_bound(text: str, value: float, bound: str | None) -> None:
    read = row("labs", lab="ferritin", unit="ng/mL", value=text)
    assert (read["value"], read["bound"], read["raw_value"]) == (value, bound, text)


@pytest.mark.parametrize(
    "text", ["UNABLE TO REPORT.", "___", "ND .  Not Done", "<", "< high", "0.2.5", "5-10", ">1,000"]
)
def test_a_laboratory_text_without_a_value_is_rejected(text: str) -> None:
    assert refusal("labs", value=text) == "value: not a number"


def test_a_reference_limit_is_in_the_unit_of_its_value() -> None:
    read = row("labs", lab="creatinine", value="88.4", unit="µmol/L", ref_high="106")
    assert read["value"] == pytest.approx(1.0, abs=1e-4)
    assert read["ref_high"] == pytest.approx(1.199, abs=1e-3)
    assert refusal("labs", ref_high="n/a") == "ref_high: not a number"
