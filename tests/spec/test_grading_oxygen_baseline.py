"""PROTOCOL 2, baseline: only support above what the patient came with counts; CPAP and BiPAP at home; a second
infusion."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import patient


@pytest.mark.parametrize(("flow", "counts"), [(2, 0), (3.9, 0), (4, 2), (6, 2), (6.5, 3)])
def test_home_oxygen_2_litres_equal_support_counts_from_2_litres_more(flow: float, counts: int) -> None:
    g = graded(patient().oxygen("-2h", "nasal cannula", 2).oxygen("1h", "nasal cannula", flow))
    assert g.oxygen("1h") == counts


def test_binary_fractions_do_not_hide_two_litres_more() -> None:
    g = graded(patient().oxygen("-2h", "nasal cannula", 0.28).oxygen("1h", "nasal cannula", 2.28))
    assert g.oxygen("1h") == 2


def test_support_above_the_baseline_counts_at_its_full_value() -> None:
    g = graded(patient().oxygen("-2h", "nasal cannula", 6).oxygen("1h", "mask", 6))
    assert g.oxygen("1h") == 3


def test_support_below_the_baseline_does_not_count() -> None:
    g = graded(patient().oxygen("-2h", "mask", 4).oxygen("1h", "nasal cannula", 6))
    assert g.oxygen("1h") == 0
    assert g.drivers("1h") == ""


def test_equal_support_of_unknown_flow_does_not_count() -> None:
    assert graded(patient().oxygen("-2h", "nasal cannula", 2).device("1d", "nasal cannula")).oxygen("1d") == 0
    assert graded(patient().device("-2h", "nasal cannula").oxygen("1d", "nasal cannula", 6)).oxygen("1d") == 0


@pytest.mark.parametrize(("when", "counts"), [("-24h", 0), ("-24h1m", 2), ("0h", 0), ("1m", 2)])
def test_the_baseline_is_looked_for_in_the_24_hours_before_the_infusion(when: str, counts: int) -> None:
    """Both ends belong; an event later than its carry still is the baseline."""
    g = graded(patient().oxygen(when, "nasal cannula", 3).oxygen("20h", "nasal cannula", 3))
    assert g.oxygen("20h") == counts


def test_the_last_event_is_the_baseline() -> None:
    g = graded(patient().oxygen("-20h", "mask", 10).device("-1h", "none").oxygen("1h", "nasal cannula", 2))
    assert g.oxygen("1h") == 2


def test_the_baseline_takes_the_carried_device_of_a_flow_charted_alone() -> None:
    g = graded(patient().device("-30h", "mask").flow("-20h", 5).oxygen("1h", "mask", 6))
    assert g.oxygen("1h") == 0


def test_the_baseline_of_two_devices_is_the_higher() -> None:
    p = patient().device("-1h", "nasal cannula").device("-1h", "mask").flow("-1h", 5).oxygen("1h", "mask", 6)
    assert graded(p).oxygen("1h") == 0


def test_the_baseline_of_two_devices_is_the_higher_although_its_class_comes_earlier() -> None:
    p = patient().oxygen("-3h", "mask", 0).device("-1h", "mask").device("-1h", "nasal cannula")
    assert graded(p.device("20h", "nasal cannula")).oxygen("20h") == 0


def test_no_event_means_no_support() -> None:
    assert graded(patient().oxygen("1h", "nasal cannula", 1)).oxygen("1h") == 2


@pytest.mark.parametrize("device", ["non-invasive", "invasive"])
def test_home_cpap_never_counts_but_the_ventilator_does(device: str) -> None:
    g = graded(patient().device("-10h", "non-invasive").device("5h", device))
    assert g.oxygen("5h") == (4 if device == "invasive" else 0)
    assert g.flags("home_niv") == ["-10h"]


def test_home_cpap_is_found_where_it_is_only_carried() -> None:
    """Charted 30 h before the infusion, still on when a flow is charted 20 h before it."""
    g = graded(patient().device("-30h", "non-invasive").flow("-20h", 2).device("5h", "non-invasive"))
    assert g.oxygen("5h") == 0
    assert g.flags("home_niv") == ["-1d6h"]


def test_cpap_longer_ago_is_not_home_cpap() -> None:
    g = graded(patient().device("-25h", "non-invasive").device("5h", "non-invasive"))
    assert g.oxygen("5h") == 4
    assert g.flags("home_niv") == []


def test_beside_home_cpap_the_baseline_comes_from_the_other_events() -> None:
    """Oxygen by day, CPAP by night and at the time of the infusion."""
    p = patient().oxygen("-12h", "nasal cannula", 3).device("-1h", "non-invasive")
    assert graded(p.oxygen("10h", "nasal cannula", 4)).oxygen("10h") == 0
    assert graded(p.oxygen("12h", "mask", 6)).oxygen("12h") == 3


def test_with_home_cpap_alone_the_baseline_is_no_support() -> None:
    p = patient().device("-12h", "non-invasive").device("10h", "nasal cannula")
    assert graded(p).oxygen("10h") == 2


def test_beside_home_cpap_at_one_instant_the_other_device_is_the_baseline() -> None:
    p = patient().device("-1h", "non-invasive").device("-1h", "nasal cannula").flow("-1h", 3)
    assert graded(p.device("14h", "nasal cannula").flow("14h", 4)).oxygen("14h") == 0


def test_home_cpap_on_hides_neither_the_mask_beside_it() -> None:
    p = patient().device("-1h", "non-invasive").device("5h", "non-invasive").device("5h", "mask").flow("5h", 10)
    g = graded(p)
    assert g.oxygen("5h") == 3
    assert g.drivers("5h") == "oxygen=mask 10"


def test_a_patient_ventilated_at_the_infusion_has_the_ventilator_as_baseline() -> None:
    assert graded(patient().device("-1h", "invasive").device("5h", "invasive")).oxygen("5h") == 0


def test_with_home_cpap_the_ventilator_counts_even_if_it_was_there_before() -> None:
    p = patient().device("-5h", "non-invasive").device("-1h", "invasive").device("5h", "invasive")
    assert graded(p).oxygen("5h") == 4


@pytest.mark.parametrize(("second", "counts"), [("30d", 0), ("30d1m", 2)])
def test_a_second_infusion_within_30_days_takes_over_the_baseline(second: str, counts: int) -> None:
    """Without it the oxygen given for CRS would hide itself."""
    p = patient().oxygen("-2h", "nasal cannula", 5).infusion(second).device("29d23h", "none")
    g = graded(p.oxygen("31d", "nasal cannula", 5), infusion=2)
    assert g.oxygen("31d") == counts


def test_a_second_infusion_does_not_take_the_crs_of_the_first_for_its_baseline() -> None:
    p = patient().infusion("5d").oxygen("4d20h", "mask", 10).oxygen("5d1h", "mask", 10)
    assert graded(p, infusion=2).oxygen("5d1h") == 3


def test_a_second_infusion_takes_over_home_cpap() -> None:
    p = patient().device("-5h", "non-invasive").infusion("10d").device("10d5h", "non-invasive")
    g = graded(p, infusion=2)
    assert g.oxygen("10d5h") == 0
    assert g.flags("home_niv") == ["-5h"]


def test_a_third_infusion_has_the_baseline_of_the_first() -> None:
    p = patient().oxygen("-2h", "nasal cannula", 5).infusion("20d").infusion("40d")
    assert graded(p.oxygen("41d", "nasal cannula", 5), infusion=3).oxygen("41d") == 0
