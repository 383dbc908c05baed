"""PROTOCOL 2, oxygen support: events, what is carried, and the table of classes."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import Patient, patient


@pytest.mark.parametrize(
    ("device", "flow", "support"),
    [
        ("none", None, 0),
        ("none", 0, 0),
        ("none", 4, 0),  # charted together, none wins
        ("nasal cannula", None, 2),
        ("nasal cannula", 0, 0),
        ("nasal cannula", 0.5, 2),
        ("nasal cannula", 6, 2),
        ("nasal cannula", 6.5, 3),
        ("high-flow cannula", None, 3),
        ("high-flow cannula", 0, 0),
        ("high-flow cannula", 6, 2),
        ("high-flow cannula", 6.1, 3),
        ("high-flow cannula", 40, 3),
        ("mask", None, 3),
        ("mask", 5, 3),
        ("mask", 0, 0),
        ("non-invasive", None, 4),
        ("non-invasive", 0, 4),
        ("invasive", None, 4),
        ("invasive", 0, 4),
    ],
)
def test_support_by_class_and_flow(device: str, flow: float | None, support: int) -> None:
    assert graded(patient().oxygen("1h", device, flow)).oxygen("1h") == support


@pytest.mark.parametrize(("flow", "support"), [(0, 0), (1, 2), (6, 2), (6.5, 3)])
def test_a_flow_without_a_device(flow: float, support: int) -> None:
    g = graded(patient().flow("1h", flow))
    assert g.oxygen("1h") == support
    assert g.drivers("1h") == (f"oxygen=device unknown {flow:g}" if support else "")


def test_an_event_holds_twelve_hours_and_then_adds_nothing() -> None:
    g = graded(patient().oxygen("1h", "mask", 10))
    assert [g.oxygen(t) for t in ("59m", "1h", "12h59m59s", "13h")] == [0, 3, 3, 0]


def test_an_event_holds_up_to_the_next_one() -> None:
    g = graded(patient().oxygen("1h", "mask", 10).oxygen("3h", "none"))
    assert [g.oxygen(t) for t in ("2h59m", "3h")] == [3, 0]


def test_a_flow_charted_alone_is_on_the_last_device() -> None:
    g = graded(patient().device("1h", "nasal cannula").flow("3h", 8))
    assert [g.oxygen(t) for t in ("1h", "3h")] == [2, 3]
    assert g.drivers("3h") == "oxygen=nasal cannula 8"


@pytest.mark.parametrize(("later", "driver"), [("12h59m59s", "oxygen=mask 4"), ("13h", "oxygen=device unknown 4")])
def test_a_device_is_carried_less_than_twelve_hours(later: str, driver: str) -> None:
    assert graded(patient().device("1h", "mask").flow(later, 4)).drivers(later) == driver


def test_a_device_charted_alone_keeps_the_flow() -> None:
    g = graded(patient().oxygen("1h", "nasal cannula", 8).device("5h", "nasal cannula"))
    assert g.drivers("5h") == "oxygen=nasal cannula 8"


@pytest.mark.parametrize(
    ("later", "driver"), [("12h59m59s", "oxygen=nasal cannula 8"), ("13h", "oxygen=nasal cannula")]
)
def test_a_flow_is_carried_less_than_twelve_hours(later: str, driver: str) -> None:
    p = patient().oxygen("1h", "nasal cannula", 8).device("7h", "nasal cannula").device(later, "nasal cannula")
    assert graded(p).drivers(later) == driver


def test_a_flow_is_not_carried_to_another_class() -> None:
    g = graded(patient().oxygen("1h", "nasal cannula", 4).device("3h", "high-flow cannula"))
    assert g.drivers("3h") == "oxygen=high-flow cannula"
    assert g.oxygen("3h") == 3


def test_a_class_that_was_left_begins_anew() -> None:
    p = patient().oxygen("1h", "nasal cannula", 8).device("2h", "mask").device("3h", "nasal cannula")
    assert graded(p).drivers("3h") == "oxygen=nasal cannula"


@pytest.mark.parametrize(("again", "driver"), [("12h59m59s", "oxygen=mask 9"), ("13h", "oxygen=mask")])
def test_a_class_begins_anew_after_twelve_hours_without_its_charting(again: str, driver: str) -> None:
    """The flow itself is one hour old; only the class decides."""
    assert graded(patient().device("1h", "mask").flow("12h30m", 9).device(again, "mask")).drivers(again) == driver


def test_an_unknown_device_text_is_no_charting() -> None:
    p = patient().oxygen("1h", "nasal cannula", 8).device("2h", None).flow("3h", 5)
    g = graded(p)
    assert g.drivers("2h") == "oxygen=nasal cannula 8"
    assert g.drivers("3h") == "oxygen=nasal cannula 5"


def test_a_flow_charted_alone_after_room_air_means_device_unknown() -> None:
    g = graded(patient().device("1h", "none").flow("2h", 3))
    assert g.drivers("2h") == "oxygen=device unknown 3"


def test_flow_zero_charted_alone_after_room_air_stays_room_air() -> None:
    assert graded(patient().device("1h", "none").flow("2h", 0)).oxygen("2h") == 0


def test_room_air_ends_it_although_a_flow_was_charted_before() -> None:
    g = graded(patient().oxygen("1h", "nasal cannula", 3).device("2h", "none"))
    assert g.oxygen("2h") == 0


def test_classes_are_by_string_not_by_flow() -> None:
    """A mask taken to flow 0 is still a mask when the flow comes back."""
    g = graded(patient().oxygen("1h", "mask", 8).flow("2h", 0).flow("3h", 4))
    assert [g.oxygen(t) for t in ("1h", "2h", "3h")] == [3, 0, 3]


def two_devices() -> Patient:
    return patient().device("1h", "nasal cannula").device("1h", "mask").flow("1h", 4)


def test_of_two_devices_at_one_instant_each_has_the_flow_and_the_higher_counts() -> None:
    g = graded(two_devices())
    assert g.oxygen("1h") == 3
    assert g.drivers("1h") == "oxygen=mask 4"


def test_both_of_two_devices_are_carried() -> None:
    g = graded(two_devices().flow("2h", 0))
    assert g.oxygen("2h") == 0
    assert graded(two_devices().flow("2h", 5)).drivers("2h") == "oxygen=mask 5"


def test_of_two_devices_with_equal_support_the_later_class_is_told() -> None:
    p = patient().device("1h", "high-flow cannula").device("1h", "mask").flow("1h", 10)
    assert graded(p).drivers("1h") == "oxygen=mask 10"


def test_the_higher_support_counts_although_its_class_comes_earlier() -> None:
    """The mask keeps its flow of 0; the cannula, new beside it, has none charted."""
    p = patient().oxygen("1h", "mask", 0).device("2h", "mask").device("2h", "nasal cannula")
    assert graded(p).drivers("2h") == "oxygen=nasal cannula"


def test_room_air_beside_a_device_does_not_hide_it() -> None:
    assert graded(patient().device("1h", "none").device("1h", "nasal cannula").flow("1h", 3)).oxygen("1h") == 2


def test_the_same_device_twice_at_one_instant_is_one() -> None:
    g = graded(patient().device("1h", "mask").device("1h", "mask"))
    assert g.drivers("1h") == "oxygen=mask"
    assert g.cited("1h") == [("oxygen=mask", "mask")]


def test_of_two_flows_at_one_instant_the_highest_holds() -> None:
    assert graded(patient().device("1h", "nasal cannula").flow("1h", 7).flow("1h", 3)).oxygen("1h") == 3


def test_a_date_only_device_sets_no_state() -> None:
    p = patient().vital("12h", "o2_device", None, device="invasive", day_only=True).flow("12h", 40.0, day_only=True)
    assert graded(p).oxygen("12h") == 0


def test_an_event_before_the_infusion_still_holds_but_is_the_baseline() -> None:
    g = graded(patient().oxygen("-1h", "nasal cannula", 3))
    assert g.oxygen("0h") == 0


def test_low_saturation_without_oxygen_gives_no_grade_but_a_flag() -> None:
    g = graded(patient().temp("1h", 38.5).spo2("1h", 84).device("1h", "none"))
    assert g.grade("1h") == 1
    assert g.flags("spo2_low_without_oxygen") == ["1h"]


@pytest.mark.parametrize(("saturation", "flagged"), [(89, ["1h"]), (90, [])])
def test_the_flag_is_for_saturation_below_90(saturation: float, flagged: list[str]) -> None:
    assert graded(patient().spo2("1h", saturation)).flags("spo2_low_without_oxygen") == flagged


def test_no_flag_while_oxygen_is_given() -> None:
    assert graded(patient().oxygen("1h", "nasal cannula", 2).spo2("2h", 84)).flags("spo2_low_without_oxygen") == []


def test_one_flag_for_a_stretch_of_low_readings() -> None:
    g = graded(patient().spo2("1h", 84).spo2("2h", 85).spo2("3h", 95).spo2("4h", 85))
    assert g.flags("spo2_low_without_oxygen") == ["1h", "4h"]


def test_oxygen_of_half_a_day_ago_is_unknown_and_the_flag_is_raised() -> None:
    g = graded(patient().oxygen("1h", "nasal cannula", 2).spo2("12h59m", 84).spo2("13h", 84))
    assert g.flags("spo2_low_without_oxygen") == ["13h"]


def test_each_infusion_has_its_own_flags() -> None:
    p = patient().infusion("2d").spo2("1d23h", 84).spo2("2d1h", 84)
    assert [graded(p, n).flags("spo2_low_without_oxygen") for n in (1, 2)] == [["1d23h"], ["2d1h"]]


def test_a_high_flow_cannula_of_unknown_flow_is_flagged() -> None:
    g = graded(patient().device("1h", "high-flow cannula").flow("3h", 30).device("20h", "high-flow cannula"))
    assert g.flags("hfnc_flow_unknown") == ["1h", "20h"]
    assert graded(patient().oxygen("1h", "high-flow cannula", 30)).flags("hfnc_flow_unknown") == []


def test_a_trach_collar_is_a_mask_and_flagged() -> None:
    g = graded(patient().device("1h", "mask", flags="trach_collar").device("5h", "mask"))
    assert g.oxygen("1h") == 3
    assert g.flags("trach_collar") == ["1h"]
