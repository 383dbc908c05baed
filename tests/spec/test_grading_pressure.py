"""PROTOCOL 2, hypotension: systolic and mean pressure, children, and the cuff artefact."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import Patient, patient


def test_systolic_below_90_is_low() -> None:
    assert graded(patient().sbp("1h", 89)).hypotension("1h") is True
    assert graded(patient().sbp("1h", 90)).hypotension("1h") is False


def test_mean_below_65_is_low() -> None:
    assert graded(patient().map("1h", 64)).hypotension("1h") is True
    assert graded(patient().map("1h", 65)).hypotension("1h") is False


def test_either_channel_alone_makes_hypotension() -> None:
    g = graded(patient().sbp("1h", 120).map("1h", 60).map("4h", 70).sbp("5h", 80))
    assert [g.hypotension(t) for t in ("1h", "4h", "5h")] == [True, False, True]


def test_a_normal_systolic_does_not_end_a_low_mean() -> None:
    g = graded(patient().map("1h", 60).sbp("2h", 120))
    assert g.hypotension("2h") is True


def test_a_pressure_holds_six_hours() -> None:
    g = graded(patient().sbp("1h", 85))
    assert [g.hypotension(t) for t in ("6h59m59s", "7h")] == [True, None]


def test_of_several_pressures_at_one_instant_the_lowest_holds() -> None:
    assert graded(patient().sbp("1h", 120).sbp("1h", 85).sbp("1h", 110)).hypotension("1h") is True


def test_diastolic_pressure_sets_no_state() -> None:
    assert graded(patient().dbp("1h", 30)).hypotension("1h") is None


@pytest.mark.parametrize(
    ("age", "limit"),
    [(0.0, 70), (0.9, 70), (1.0, 72), (1.9, 72), (4.5, 78), (9.0, 88), (9.99, 88), (10.0, 90), (17.9, 90), (None, 90)],
)
def test_the_systolic_limit_of_children_goes_by_whole_years(age: float | None, limit: int) -> None:
    assert graded(patient(age=age).sbp("1h", limit - 1)).hypotension("1h") is True
    assert graded(patient(age=age).sbp("1h", limit)).hypotension("1h") is False


@pytest.mark.parametrize(("age", "state"), [(17.99, None), (18.0, True), (None, True)])
def test_mean_pressure_is_used_from_18_years_or_age_unknown(age: float | None, state: bool | None) -> None:
    g = graded(patient(age=age).map("1h", 50))
    assert g.hypotension("1h") is state
    assert g.low() == ([("1h", "map", False)] if state else [])


def lone_low() -> Patient:
    """88 systolic, 118 ten minutes later."""
    return patient().sbp("1h", 88).sbp("1h10m", 118)


def test_a_lone_low_reading_soon_re_read_as_normal_is_refuted() -> None:
    g = graded(lone_low())
    assert g.hypotension("1h") is False
    assert g.low() == [("1h", "sbp", True)]


@pytest.mark.parametrize(("again", "refuted"), [("2h", True), ("2h1m", False)])
def test_refuted_only_when_re_read_within_60_minutes(again: str, refuted: bool) -> None:
    g = graded(patient().sbp("1h", 88).sbp(again, 118))
    assert g.hypotension("1h") is not refuted


def test_a_low_reading_without_an_early_re_check_stands() -> None:
    assert graded(patient().sbp("1h", 88)).hypotension("1h") is True


def test_a_low_re_check_does_not_refute_and_itself_may_be_refuted() -> None:
    g = graded(patient().sbp("1h", 88).sbp("1h10m", 89).sbp("1h20m", 118))
    assert g.low() == [("1h", "sbp", False), ("1h10m", "sbp", True)]
    assert [g.hypotension(t) for t in ("1h", "1h10m", "1h20m")] == [True, False, False]


def test_only_the_next_reading_of_the_same_channel_refutes() -> None:
    g = graded(patient().sbp("1h", 88).map("1h10m", 90).sbp("3h", 118))
    assert g.low() == [("1h", "sbp", False)]


def test_the_low_value_of_the_re_check_at_one_instant_decides() -> None:
    g = graded(patient().sbp("1h", 88).sbp("1h10m", 118).sbp("1h10m", 85))
    assert g.low()[0] == ("1h", "sbp", False)


@pytest.mark.parametrize(("start", "refuted"), [("59m", True), ("1h", False), ("2h", False), ("2h1m", True)])
def test_a_fluid_bolus_from_the_reading_to_60_minutes_after_it_upholds_it(start: str, refuted: bool) -> None:
    assert graded(lone_low().fluid(start)).low() == [("1h", "sbp", refuted)]


@pytest.mark.parametrize(("start", "refuted"), [("59m", True), ("1h", False), ("2h", False), ("2h1m", True)])
def test_a_vasopressor_started_in_that_time_upholds_it(start: str, refuted: bool) -> None:
    assert graded(lone_low().start(start, "norepinephrine")).low() == [("1h", "sbp", refuted)]


def test_maintenance_fluid_does_not_uphold_it() -> None:
    assert graded(lone_low().fluid("1h", 1000, minutes=600)).low() == [("1h", "sbp", True)]


def test_a_vasopressor_that_goes_on_running_was_not_started() -> None:
    running = lone_low().start("0h", "norepinephrine").mar("1h5m", "norepinephrine", "rate_change", rate=8)
    assert graded(running).low() == [("1h", "sbp", True)]


def test_a_push_counts_as_started() -> None:
    assert graded(lone_low().push("1h5m", "phenylephrine", 0.1)).low() == [("1h", "sbp", False)]


def test_a_push_does_not_make_a_drug_running() -> None:
    """The infusion after it is a first on-row and so a start."""
    pushed = lone_low().push("50m", "norepinephrine").start("1h5m", "norepinephrine")
    assert graded(pushed).low() == [("1h", "sbp", False)]


def test_an_inotrope_does_not_uphold_it() -> None:
    assert graded(lone_low().start("1h5m", "dobutamine")).low() == [("1h", "sbp", True)]


def test_a_re_check_beyond_the_window_still_refutes() -> None:
    g = graded(patient(until="2h").sbp("1h50m", 88).sbp("2h10m", 118))
    assert g.low() == [("1h50m", "sbp", True)]


@pytest.mark.parametrize("treated", [lambda p: p.fluid("2h30m"), lambda p: p.start("2h30m", "epinephrine")])
def test_a_treatment_beyond_the_window_still_upholds(treated: object) -> None:
    p = patient(until="2h").sbp("1h50m", 88).sbp("2h10m", 118)
    assert graded(treated(p)).low() == [("1h50m", "sbp", False)]  # type: ignore[operator]


def test_a_refuted_reading_holds_as_not_low_rather_than_unknown() -> None:
    assert graded(lone_low()).segment("1h")["bp_known"] is True
