"""Rows of a date alone: what would differ between 00:00 and 23:59:59 is blank, in every column (CONTRACT).

The infusion is at 12:00 UTC on 2 March; -12h is that date's midnight.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from crs_audit.cohort.research import cohort_frames
from crs_audit.evaluate import evaluate
from tests.cohort.row import frames, row
from tests.spec.judged import PROTOCOL, hypotensive
from tests.spec.patient import Patient, facts, tables

TODAY: dict[str, Any] = {"day_only": True}


def cells(p: Patient, *names: str) -> list[Any]:
    told = row(p)
    return [told[name] for name in names]


def test_a_dose_on_the_date_of_the_infusion_may_have_come_before_it() -> None:
    p = hypotensive().tocilizumab("-12h", 560, minutes=None, **TODAY).dexamethasone("-12h", 10, **TODAY)
    names = ("tocilizumab_doses", "tocilizumab_mg", "tocilizumab_mg_per_kg", "tocilizumab_first_mg", "steroid_doses",
             "steroid_days", "steroid_dex_mg", "steroid_max_day_dex_mg")  # fmt: skip
    assert cells(p, *names) == [None] * len(names)
    assert cells(p, "max_grade", "tocilizumab_amount_unknown", "vasopressor_hours") == [2, 0, 0.0]


def test_what_holds_at_either_hour_is_told() -> None:
    """A dose of the next date counts; which of two was the first, nobody knows."""
    p = hypotensive().tocilizumab("12h", 560, minutes=None, **TODAY).tocilizumab("30h", 480)
    assert cells(p, "tocilizumab_doses", "tocilizumab_mg", "tocilizumab_first_mg") == [2, 1040.0, None]
    p = hypotensive().tocilizumab("12h", 560, minutes=None, **TODAY).tocilizumab("38h", 480)
    assert cells(p, "tocilizumab_first_mg", "tocilizumab_first", "hours_to_tocilizumab") == [560.0, None, None]


def test_a_laboratory_value_of_that_date_is_of_neither_side() -> None:
    p = hypotensive().lab("-12h", "crp", 55, **TODAY).lab("5h", "crp", 40)
    assert cells(p, "crp_before", "crp_peak", "hours_to_crp_peak", "crp_values") == [None] * 4
    p = hypotensive().lab("-36h", "crp", 55, **TODAY).lab("5h", "crp", 40)
    assert cells(p, "crp_before", "crp_peak", "hours_to_crp_peak", "crp_values") == [55.0, 40.0, 5.0, 1]


def test_icans_of_that_date() -> None:
    p = hypotensive().assessed("-12h", "icans_grade", 2, **TODAY)
    assert cells(p, "icans_grades", "icans_max") == [None, None]
    p = hypotensive().assessed("12h", "icans_grade", 2, **TODAY)
    assert cells(p, "icans_grades", "icans_max", "icans_max_first") == [1, 2, None]


def test_a_weight_of_that_date_is_in_force_at_its_end_alone() -> None:
    p = hypotensive(weight_kg=None).weight("-12h", 80, **TODAY).tocilizumab("3h", 560).tocilizumab("30h", 560)
    assert cells(p, "weight_kg", "tocilizumab_first_mg_per_kg", "tocilizumab_mg_per_kg") == [None, None, None]
    p = hypotensive().weight("-36h", 80, **TODAY).tocilizumab("30h", 560)
    assert cells(p, "weight_kg", "tocilizumab_mg_per_kg") == [80.0, 7.0]


def test_the_days_of_steroids_keep_the_date_and_tell_no_amount() -> None:
    p = hypotensive().dexamethasone("-12h", 20, **TODAY).dexamethasone("14h", 10)
    days = frames(p)["steroid_days"]
    assert days.drop("infusion_id").rows() == [
        (date(2026, 3, 2), 0, None, None, None, None), (date(2026, 3, 3), 1, 1, 0, 10.0, None),
    ]  # fmt: skip
    assert days["infusion_id"].to_list() == ["P1/1", "P1/1"]


def test_between_two_infusions_the_date_is_of_neither_and_who_they_are_stays() -> None:
    """A CRP on the date of the second infusion, at midnight in the window of the first and at 23:59 in its own."""
    p = hypotensive(product="axi-cel").infusion("10d", product="axi-cel").lab("9d 12h", "crp", 55, **TODAY)
    rows = frames(p)["cohort"].to_dicts()
    assert [(one["infusion_id"], one["infusion_number"], one["product"]) for one in rows] == [
        ("P1/1", 1, "axi-cel"), ("P1/2", 2, "axi-cel"),
    ]  # fmt: skip
    assert [(one["crp_before"], one["crp_peak"], one["crp_values"]) for one in rows] == [(None, None, None)] * 2
    assert [one["max_grade"] for one in rows] == [2, None]


def test_a_second_infusion_is_the_second_also_where_it_alone_has_such_rows() -> None:
    p = hypotensive().infusion("10d").lab("20d", "crp", 55, **TODAY)
    told = [(one["infusion_number"], one["crp_peak"]) for one in frames(p)["cohort"].to_dicts()]
    assert told == [(1, None), (2, 55.0)]


def test_another_patient_is_not_touched() -> None:
    dated, other = hypotensive().lab("-12h", "crp", 55, **TODAY), hypotensive(name="P2").lab("-1h", "crp", 7)
    found = cohort_frames(evaluate(tables(dated, other), PROTOCOL, facts(dated, other), frozenset()).case)
    (alone,) = frames(other)["cohort"].to_dicts()
    assert found["cohort"].to_dicts()[1] == alone
    assert alone["crp_before"] == 7.0
