"""PROTOCOL 7, sentence by sentence: Lee 2014, CTCAE v5 and Penn over the states and episodes of the ASTCT grade."""

from __future__ import annotations

import pytest

from crs_audit.protocol.scales import load_scales
from tests.cohort.row import grades, ill, row, scale
from tests.spec.judged import febrile
from tests.spec.patient import Patient, patient

NE, VASO = "norepinephrine", "vasopressin"


def running(p: Patient, drug: str, rate: float | None, unit: str | None, hours: float = 3) -> Patient:
    """A drug from 10 h on for so long."""
    return p.start("10h", drug, rate, rate_unit=unit).stop(f"{10 + hours}h", drug)


def without(p: Patient, lab: str) -> Patient:
    """The patient without any value of a lab."""
    p.rows["labs"] = [one for one in p.rows["labs"] if one["lab"] != lab]
    return p


# the course ----------------------------------------------------------------------------------------------------------


def test_fever_is_grade_1_of_every_scale() -> None:
    p = ill()
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, False)] * 3


def test_without_an_episode_the_grade_is_0_and_without_vitals_unknown() -> None:
    assert grades(patient().well("0h", "2d")) == (0, 0, 0)
    assert grades(patient().lab("1h", "alt", 30)) == (None, None, None)
    assert row(patient())["lee_lower_bound"] is None


def test_support_without_fever_is_no_crs_in_any_scale() -> None:
    p = patient().well("0h", "12h").sbp("6h", 80).oxygen("6h", "invasive").start("6h", NE, 30, rate_unit="mcg/min")
    assert grades(p) == (0, 0, 0)


def test_what_comes_long_after_the_episode_does_not_count() -> None:
    p = ill().lab("10d", "bilirubin", 15).oxygen("10d", "invasive")
    assert grades(p) == (1, 1, 1)


# hypotension and vasopressors ----------------------------------------------------------------------------------------


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


# oxygen --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fio2", "lee"), [(0.39, 2), (0.40, 3)])
def test_charted_fio2_decides_between_2_and_3(fio2: float, lee: int) -> None:
    p = ill().oxygen("10h", "mask", 8).fio2("10h", fio2)
    assert grades(p) == (lee, lee, 3)
    assert scale(p, "lee") == (lee, False)
    assert row(p)["fio2_estimated"] is False


@pytest.mark.parametrize(("flow", "lee"), [(4.9, 2), (5, 3), (6, 3)])
def test_fio2_of_a_nasal_cannula_is_estimated_from_its_flow(flow: float, lee: int) -> None:
    p = ill().oxygen("10h", "nasal cannula", flow)
    assert (scale(p, "lee"), scale(p, "ctcae"), row(p)["fio2_estimated"]) == ((lee, False), (lee, False), True)


def test_a_charted_fio2_goes_before_the_estimate() -> None:
    p = ill().oxygen("10h", "nasal cannula", 6).fio2("10h", 0.35)
    assert (scale(p, "lee"), row(p)["fio2_estimated"]) == ((2, False), False)


@pytest.mark.parametrize("device", ["mask", "high-flow cannula", "nasal cannula"])
def test_without_any_fio2_the_grade_is_a_lower_bound(device: str) -> None:
    p = ill().oxygen("10h", device)
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(2, True), (2, True), (3, False)]


def test_an_fio2_does_not_outlive_its_device_nor_12_h() -> None:
    """Of the mask, not of the cannula after it; and after 12 h nobody knows."""
    p = ill().fio2("9h", 0.6).oxygen("10h", "nasal cannula", 2)
    assert scale(p, "lee") == (2, False)
    p = ill().oxygen("2h", "mask", 8).fio2("2h", 0.3).oxygen("8h", "mask", 8).device("14h", "none")
    assert scale(p, "lee") == (2, False)
    late = ill().oxygen("2h", "mask", 8).fio2("2h", 0.3).oxygen("8h", "mask", 8).device("14h1m", "none")
    assert scale(late, "lee") == (2, True)


def test_cpap_is_no_ventilator_of_lee_and_penn_but_positive_pressure_of_ctcae() -> None:
    assert grades(ill().oxygen("10h", "non-invasive").fio2("10h", 0.35)) == (2, 4, 3)
    assert grades(ill().oxygen("10h", "non-invasive").fio2("10h", 0.5)) == (3, 4, 3)


def test_a_ventilator_is_grade_4_of_all() -> None:
    p = ill().oxygen("10h", "invasive")
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(4, False)] * 3


def test_the_oxygen_a_patient_came_with_does_not_count() -> None:
    p = ill().oxygen("-1h", "nasal cannula", 2).oxygen("10h", "nasal cannula", 3)
    assert (grades(p), row(p)["fio2_estimated"]) == ((1, 1, 1), False)


# organs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lab", "value", "organ", "lee", "penn"),
    [
        ("alt", 121, 2, 2, 1), ("ast", 201, 3, 3, 2), ("alt", 801, 4, 3, 3),
        ("bilirubin", 1.9, 2, 2, 1), ("bilirubin", 3.7, 3, 3, 2), ("bilirubin", 12.1, 4, 4, 2),
        ("creatinine", 1.9, 2, 2, 2), ("creatinine", 3.7, 3, 3, 3), ("creatinine", 7.3, 4, 4, 3),
    ],
)  # fmt: skip
def test_organ_toxicity(lab: str, value: float, organ: int, lee: int, penn: int) -> None:
    """Of `organ` by CTCAE v5; CTCAE's own scale of CRS does not ask for it."""
    assert grades(ill().lab("12h", lab, value)) == (lee, 1, penn), organ


def test_an_organ_value_before_the_onset_at_the_end_or_of_a_date_alone_is_not_of_the_episode() -> None:
    assert row(ill().lab("-1h", "bilirubin", 13))["lee_grade"] == 1
    assert row(ill().lab("24h", "bilirubin", 13))["lee_grade"] == 1
    assert row(ill().lab("12h", "bilirubin", 13, day_only=True))["lee_grade"] == 1


@pytest.mark.parametrize("lacking", ["alt", "bilirubin", "creatinine"])
def test_an_organ_that_was_not_looked_at_makes_a_lower_bound(lacking: str) -> None:
    p = without(ill(), lacking)
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, True), (1, False), (1, True)]


def test_an_unknown_that_could_add_nothing_makes_none() -> None:
    """Bilirubin can make grade 2 of Penn, and it is 3 already."""
    p = ill().oxygen("10h", "mask", 8)
    p = without(p, "bilirubin")
    assert scale(p, "penn") == (3, False)


# Penn: neutropenia ---------------------------------------------------------------------------------------------------


def test_fever_with_neutropenia_in_hospital_is_penn_2() -> None:
    assert scale(ill().lab("4h", "anc", 499), "penn") == (2, False)
    assert scale(ill().lab("4h", "anc", 500), "penn") == (1, False)
    assert scale(ill().lab("25h", "anc", 100), "penn") == (1, False)


def test_without_a_neutrophil_count_the_white_cells_decide() -> None:
    p = ill().lab("0h", "wbc", 300)
    assert scale(p, "penn") == (1, False)
    p = without(p, "anc")
    assert scale(p, "penn") == (2, False)


def test_neutropenia_at_home_is_not_in_hospital_and_without_stays_nobody_knows() -> None:
    p = without(ill(), "anc").lab("-2h", "anc", 100)
    p.rows["adt"].clear()
    assert scale(p, "penn") == (1, True)
    assert scale(p.stay("ward", "-2d", "0h"), "penn") == (1, False)


def test_without_a_count_nobody_knows() -> None:
    p = without(ill(), "anc")
    assert scale(p, "penn") == (1, True)


# what is not there ---------------------------------------------------------------------------------------------------


def test_without_a_medication_record_every_scale_is_a_lower_bound() -> None:
    p = ill()
    p.rows["mar"].clear()
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, True)] * 3


def test_the_audit_does_not_change() -> None:
    """An organ grade 4 beside fever stays grade 1 of ASTCT."""
    assert row(febrile().lab("1h", "bilirubin", 13))["max_grade"] == 1


def test_every_number_lies_within_its_limits() -> None:
    for key, parameter in load_scales().parameters.items():
        values = parameter.value if isinstance(parameter.value, list) else [parameter.value]
        assert parameter.source, key
        assert parameter.why, key
        assert all(parameter.least <= float(str(one)) <= parameter.most for one in values), key
