"""PROTOCOL 7, sentence by sentence: hypotension and vasopressors in Lee 2014, CTCAE v5 and Penn."""

from __future__ import annotations

import pytest

from tests.cohort.row import grades, ill, scale
from tests.spec.patient import Patient

NE, VASO = "norepinephrine", "vasopressin"


def running(p: Patient, drug: str, rate: float | None, unit: str | None, hours: float = 3) -> Patient:
    """A drug from 10 h on for so long."""
    return p.start("10h", drug, rate, rate_unit=unit).stop(f"{10 + hours}h", drug)


def test_hypotension_is_grade_2_of_lee_and_ctcae_and_3_of_penn_where_fluids_were_given() -> None:
    assert grades(ill().sbp("10h", 80)) == (2, 2, 1)
    assert grades(ill().sbp("10h", 80).fluid("10h30m")) == (2, 2, 3)


@pytest.mark.parametrize(("bolus", "penn"), [("8h59m", 1), ("9h", 3), ("13h1m", 3), ("13h2m", 1)])
def test_a_bolus_is_for_hypotension_from_1_h_before_to_2_h_after_it(bolus: str, penn: int) -> None:
    """Hypotension from 10 h to 11:01; no re-reading refutes it, for it comes after more than an hour."""
    assert scale(ill().sbp("10h", 80).sbp("11h1m", 110).fluid(bolus), "penn") == (penn, False)


def test_a_bolus_of_a_date_alone_is_for_no_hypotension() -> None:
    """Midnight, 12 h after the infusion, is not when it was given."""
    assert scale(ill().sbp("10h", 80).sbp("11h1m", 110).fluid("12h", day_only=True), "penn") == (1, False)


def test_one_vasopressor_at_a_low_dose_is_lee_2_ctcae_3_penn_3() -> None:
    assert grades(running(ill(), NE, 19.9, "mcg/min", 5)) == (2, 3, 3)
    assert scale(running(ill(), NE, 19.9, "mcg/min", 5), "penn") == (3, False)


@pytest.mark.parametrize(
    ("drug", "rate", "unit", "high"),
    [
        (NE, 19.9, "mcg/min", False), (NE, 20, "mcg/min", True),
        ("dopamine", 9.9, "mcg/kg/min", False), ("dopamine", 10, "mcg/kg/min", True),
        ("phenylephrine", 199, "mcg/min", False), ("phenylephrine", 200, "mcg/min", True),
        ("epinephrine", 9.9, "mcg/min", False), ("epinephrine", 10, "mcg/min", True),
    ],
)  # fmt: skip
def test_high_dose_of_one_drug_is_lee_3_and_penn_4(drug: str, rate: float, unit: str, high: bool) -> None:
    assert grades(running(ill(), drug, rate, unit)) == ((3, 3, 4) if high else (2, 3, 3))


@pytest.mark.parametrize(("hours", "penn"), [(2.99, 3), (3, 4)])
def test_a_high_dose_counts_when_held_3_h(hours: float, penn: int) -> None:
    assert scale(running(ill(), NE, 30, "mcg/min", hours), "penn") == (penn, False)


def test_a_high_dose_is_held_over_changes_of_rate_and_bag_and_not_over_a_lower_one() -> None:
    p = ill().start("10h", NE, 25, rate_unit="mcg/min").mar("11h", NE, "rate_change", rate=20, rate_unit="mcg/min")
    assert scale(p.mar("12h", NE, "new_bag", rate=21, rate_unit="mcg/min").stop("13h", NE), "penn") == (4, False)
    p = ill().start("10h", NE, 25, rate_unit="mcg/min").mar("11h", NE, "rate_change", rate=19, rate_unit="mcg/min")
    assert scale(p.mar("12h", NE, "rate_change", rate=25, rate_unit="mcg/min").stop("14h", NE), "penn") == (3, False)


@pytest.mark.parametrize(("rate", "penn"), [(9.9, 3), (10, 4)])
def test_with_vasopressin_an_equivalent_of_10_is_high(rate: float, penn: int) -> None:
    p = running(running(ill(), VASO, 0.03, "units/min"), NE, rate, "mcg/min")
    assert scale(p, "penn") == (penn, False)


def test_vasopressin_alone_is_low_whatever_its_unit() -> None:
    assert scale(running(ill(), VASO, 2.4, None), "penn") == (3, False)


@pytest.mark.parametrize(
    ("second", "rate", "unit", "penn"),
    [
        ("phenylephrine", 99, "mcg/min", 3), ("phenylephrine", 100, "mcg/min", 4),
        ("dopamine", 9.9, "mcg/kg/min", 3), ("epinephrine", 9.9, "mcg/min", 3),
    ],
)  # fmt: skip
def test_of_a_combination_an_equivalent_of_20_is_high(second: str, rate: float, unit: str, penn: int) -> None:
    """Beside norepinephrine at 10 µg/min: phenylephrine counts a tenth, dopamine half, epinephrine whole."""
    assert scale(running(running(ill(), NE, 10, "mcg/min"), second, rate, unit), "penn") == (penn, False)


def test_dopamine_counts_half_in_a_combination() -> None:
    """15.1 + 9.8 / 2 = 20."""
    p = running(running(ill(), NE, 15.1, "mcg/min"), "dopamine", 9.8, "mcg/kg/min")
    assert scale(p, "penn") == (4, False)


@pytest.mark.parametrize(
    ("rate", "unit"),
    [(1.2, "mg/hr"), (1.2, "mg/h"), (0.02, "mg/min"), (20000, "ng/min"), (0.286, "mcg/kg/min"), (17.15, "µg/kg/hour"),
     (0.286, "mcg/min/kg"), (20, "mcg per min")],
)  # fmt: skip
def test_rates_in_any_unit_of_mass_are_20_micrograms_a_minute_of_70_kg(rate: float, unit: str) -> None:
    assert scale(running(ill(), NE, rate, unit), "penn") == (4, False)
    assert scale(running(ill(), NE, rate * 0.99, unit), "penn") == (3, False)


@pytest.mark.parametrize("unit", [None, "mL/hr", "units/min", "mcg"])
def test_a_dose_that_no_unit_tells_is_a_lower_bound(unit: str | None) -> None:
    p = running(ill(), NE, 50, unit)
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(2, True), (3, False), (3, True)]


def test_an_unknown_dose_that_ran_less_than_3_h_could_not_be_high() -> None:
    assert scale(running(ill(), NE, 50, "mL/hr", 2), "penn") == (3, False)


def test_a_rate_by_weight_of_an_unknown_weight_is_a_lower_bound() -> None:
    p = running(ill(weight_kg=None), NE, 0.3, "mcg/kg/min")
    assert scale(p, "penn") == (3, True)
    assert scale(p.weight("8h", 70), "penn") == (4, False)


def test_dopamine_by_the_minute_is_divided_by_the_weight() -> None:
    assert scale(running(ill(), "dopamine", 700, "mcg/min"), "penn") == (4, False)
    assert scale(running(ill(), "dopamine", 699, "mcg/min"), "penn") == (3, False)


def test_a_drug_runs_to_the_end_of_an_earlier_row_also_when_a_later_one_ran_out_and_its_dose_is_unknown_then() -> None:
    p = ill().start("2h", NE, 1, rate_unit="mcg/min", end="40h").mar("27h", NE, "verify", rate=1, end="28h")
    p = p.start("30h", "phenylephrine", 1, rate_unit="mcg/min").stop("32h", "phenylephrine")
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(3, False), (4, False), (3, True)]


def test_angiotensin_has_no_dose_to_compare() -> None:
    assert scale(running(ill(), "angiotensin_ii", 20, "ng/kg/min"), "penn") == (3, True)


@pytest.mark.parametrize("second", ["phenylephrine", VASO])
def test_several_vasopressors_are_lee_3_and_ctcae_4(second: str) -> None:
    p = running(running(ill(), NE, 1, "mcg/min"), second, 1, "mcg/min")
    assert grades(p) == (3, 4, 3)


def test_less_than_an_hour_together_is_a_switch_and_a_push_is_none_of_several() -> None:
    switch = ill().start("10h", NE, 1, rate_unit="mcg/min").start("12h", "phenylephrine", 9, rate_unit="mcg/min")
    assert grades(switch.stop("12h59m", NE).stop("14h", "phenylephrine")) == (2, 3, 3)
    assert grades(running(ill(), NE, 1, "mcg/min").push("11h", "phenylephrine", 0.1)) == (2, 3, 3)
