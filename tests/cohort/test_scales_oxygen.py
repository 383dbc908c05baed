"""PROTOCOL 7, sentence by sentence: oxygen in Lee 2014, CTCAE v5 and Penn."""

from __future__ import annotations

import pytest

from tests.cohort.row import grades, ill, row, scale


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
