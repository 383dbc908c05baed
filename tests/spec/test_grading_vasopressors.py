"""PROTOCOL 2, vasopressors: which rows switch a drug on and off, how long it runs, and the rule of two drugs."""

from __future__ import annotations

import pytest

from tests.spec.graded import graded
from tests.spec.patient import Patient, patient

NE, PHENYL = "norepinephrine", "phenylephrine"


@pytest.mark.parametrize("drug", [NE, "epinephrine", PHENYL, "vasopressin", "dopamine", "angiotensin_ii"])
def test_any_vasopressor_asks_for_grade_3(drug: str) -> None:
    g = graded(patient().start("1h", drug).stop("5h", drug))
    assert [g.pressor(t) for t in ("59m", "1h", "4h59m", "5h")] == [0, 3, 3, 0]
    assert g.drivers("1h") == drug


@pytest.mark.parametrize("drug", ["dobutamine", "milrinone", "midodrine", "desmopressin"])
def test_inotropes_and_the_like_are_none(drug: str) -> None:
    assert graded(patient().start("1h", drug)).pressor("1h") == 0


@pytest.mark.parametrize(
    ("route", "grade"), [("iv", 3), (None, 3), ("im", 0), ("inhaled", 0), ("ophthalmic", 0), ("nasal", 0), ("local", 0)]
)
def test_only_by_vein_or_unknown_route(route: str | None, grade: int) -> None:
    assert graded(patient().start("1h", NE, route=route)).pressor("1h") == grade


@pytest.mark.parametrize("action", ["started", "new_bag", "rate_change", "verify", "restarted"])
def test_rows_of_a_running_drug_switch_it_on(action: str) -> None:
    assert graded(patient().mar("1h", NE, action, rate=4)).runs(NE) == [("1h", "7h")]
    assert graded(patient().mar("1h", NE, action)).runs(NE) == [("1h", "7h")]
    assert graded(patient().mar("1h", NE, action, rate=0)).runs(NE) == []


def test_given_with_a_rate_switches_on_and_without_one_is_a_push() -> None:
    assert graded(patient().give("1h", NE, rate=4)).runs(NE) == [("1h", "7h")]
    assert graded(patient().give("1h", NE)).runs(NE) == [("1h", "2h")]


@pytest.mark.parametrize(
    ("action", "rate"), [("stopped", None), ("paused", None), ("rate_change", 0.0), ("verify", 0.0), ("given", 0.0)]
)
def test_rows_that_switch_off(action: str, rate: float | None) -> None:
    g = graded(patient().start("1h", NE).mar("3h", NE, action, rate=rate))
    assert g.runs(NE) == [("1h", "3h")]


def test_held_and_refused_change_nothing() -> None:
    g = graded(patient().start("1h", NE).mar("3h", NE, "not_given"))
    assert g.runs(NE) == [("1h", "7h")]


@pytest.mark.parametrize("action", ["push", "bolus"])
def test_a_push_dose_lasts_one_hour_and_is_flagged(action: str) -> None:
    g = graded(patient().mar("1h", PHENYL, action, 0.1))
    assert g.runs(PHENYL) == [("1h", "2h")]
    assert [g.pressor(t) for t in ("1h59m", "2h")] == [3, 0]
    assert g.flags("pressor_push") == ["1h"]


def test_a_push_does_not_stop_what_runs() -> None:
    g = graded(patient().start("1h", NE).push("2h", NE))
    assert g.runs(NE) == [("1h", "7h"), ("2h", "3h")]


def test_a_bag_change_at_one_instant_goes_on() -> None:
    """Stopped and new bag at the same minute: on wins."""
    g = graded(patient().start("1h", NE).stop("4h", NE).mar("4h", NE, "new_bag", rate=5))
    assert g.runs(NE) == [("1h", "4h"), ("4h", "10h")]
    assert g.started(NE) == ["1h"]


def test_of_several_on_rows_at_one_instant_the_latest_end_time_holds() -> None:
    p = patient().start("1h", NE, end="2h").mar("1h", NE, "new_bag", end="9h").mar("1h", NE, "verify")
    assert graded(p).runs(NE) == [("1h", "9h")]


def test_it_runs_to_its_end_time() -> None:
    assert graded(patient().start("1h", NE, end="12h")).runs(NE) == [("1h", "12h")]


def test_it_runs_to_the_next_row_when_that_comes_before_the_end_time() -> None:
    assert graded(patient().start("1h", NE, end="12h").stop("3h", NE)).runs(NE) == [("1h", "3h")]


@pytest.mark.parametrize(("then", "end"), [("1d1h", "1d1h"), ("1d1h1m", "7h")])
def test_the_next_row_counts_only_within_24_hours(then: str, end: str) -> None:
    assert graded(patient().start("1h", NE).stop(then, NE)).runs(NE) == [("1h", end)]


def test_a_row_later_than_that_does_not_cut_a_charted_end_time_short() -> None:
    """There is no next row, so the earlier of the two is the end_time."""
    assert graded(patient().start("1h", NE, end="1d12h").stop("1d6h", NE)).runs(NE) == [("1h", "1d12h")]


def test_six_hours_when_neither_an_end_nor_a_next_row_is_known() -> None:
    assert graded(patient().start("1h", NE)).runs(NE) == [("1h", "7h")]


def test_the_row_that_comes_next_decides_anew() -> None:
    g = graded(patient().start("1h", NE).mar("20h", NE, "rate_change", rate=7))
    assert g.runs(NE) == [("1h", "20h"), ("20h", "1d2h")]
    assert g.started(NE) == ["1h"]


def test_a_row_without_end_time_has_the_latest_one_still_ahead() -> None:
    p = patient().start("1h", NE, end="12h").mar("3h", NE, "new_bag", rate=4, end="8h")
    g = graded(p.mar("5h", NE, "rate_change", rate=7))
    assert g.runs(NE) == [("1h", "3h"), ("3h", "5h"), ("5h", "12h")]


def test_an_end_time_that_has_passed_is_not_ahead() -> None:
    """The drug goes on because its next row comes as the end is reached."""
    g = graded(patient().start("1h", NE, end="5h").mar("5h", NE, "rate_change", rate=7))
    assert g.runs(NE) == [("1h", "5h"), ("5h", "11h")]
    assert g.started(NE) == ["1h"]


def test_an_end_time_from_before_the_drug_stopped_is_forgotten() -> None:
    g = graded(patient().start("1h", NE, end="12h").stop("3h", NE).mar("5h", NE, "restarted", rate=4))
    assert g.runs(NE) == [("1h", "3h"), ("5h", "11h")]
    assert g.started(NE) == ["1h", "5h"]


def test_a_run_that_ended_by_its_end_time_is_started_again_by_the_next_row() -> None:
    g = graded(patient().start("1h", NE, end="3h").mar("5h", NE, "verify", rate=4))
    assert g.started(NE) == ["1h", "5h"]


def test_a_drug_that_runs_does_not_make_another_one_running() -> None:
    g = graded(patient().start("1h", "epinephrine", end="9h").start("3h", NE))
    assert g.started(NE) == ["3h"]


def test_a_date_only_row_is_no_row() -> None:
    assert graded(patient().start("12h", NE, day_only=True)).runs(NE) == []


def test_rows_before_the_infusion_run_into_the_window() -> None:
    g = graded(patient().start("-20h", NE, end="4h"))
    assert g.runs(NE) == [("-20h", "4h")]
    assert [g.pressor(t) for t in ("0h", "3h59m", "4h")] == [3, 3, 0]


# Two drugs -----------------------------------------------------------------------------------------------------------


def two(overlap: str) -> Patient:
    """Norepinephrine from 1 h to `overlap`, phenylephrine from 5 h to 12 h."""
    return patient().start("1h", NE, end=overlap).start("5h", PHENYL, end="12h")


@pytest.mark.parametrize(("end", "grade"), [("5h59m", 3), ("6h", 4), ("7h", 4)])
def test_two_drugs_together_for_60_minutes_are_grade_4(end: str, grade: int) -> None:
    g = graded(two(end))
    assert [g.pressor(t) for t in ("4h59m", "5h", "8h")] == [3, grade, 3]


def test_a_switch_with_20_minutes_overlap_is_grade_3() -> None:
    assert graded(two("5h20m")).pressor("5h10m") == 3


def test_the_whole_overlap_is_grade_4_and_nothing_else() -> None:
    g = graded(two("7h"))
    assert [g.pressor(t) for t in ("4h59m", "5h", "6h59m", "7h")] == [3, 4, 4, 3]
    assert g.segment("6h")["two_pressors"] is True
    assert g.drivers("6h") == "norepinephrine; phenylephrine"


def test_vasopressin_beside_norepinephrine_is_grade_3() -> None:
    g = graded(patient().start("1h", NE).start("1h", "vasopressin"))
    assert g.pressor("3h") == 3
    assert g.drivers("3h") == "norepinephrine; vasopressin"


def test_vasopressin_alone_is_grade_3_and_flagged() -> None:
    p = patient().start("1h", "vasopressin", end="9h").start("3h", NE, end="5h")
    g = graded(p)
    assert g.pressor("1h") == 3
    assert g.flags("vasopressin_alone") == ["1h", "5h"]


def test_a_push_beside_norepinephrine_is_grade_3() -> None:
    g = graded(patient().start("1h", NE, end="9h").push("3h", PHENYL))
    assert g.pressor("3h30m") == 3


def test_pushes_in_a_row_are_no_second_drug() -> None:
    p = patient().start("1h", NE, end="9h")
    for at in ("3h", "3h30m", "4h", "4h30m"):
        p.push(at, PHENYL)
    assert graded(p).pressor("4h") == 3


def test_the_same_drug_from_two_orders_is_one_drug() -> None:
    p = patient().start("1h", NE, end="9h", order_id="a").start("2h", NE, end="9h", order_id="b")
    assert graded(p).pressor("4h") == 3


def test_a_break_restarts_the_60_minutes() -> None:
    p = patient().start("1h", NE, end="9h")
    p.start("3h", PHENYL, end="3h40m").start("3h45m", PHENYL, end="4h25m")
    assert [graded(p).pressor(t) for t in ("3h30m", "4h")] == [3, 3]


def test_a_bag_change_is_no_break() -> None:
    p = patient().start("1h", NE, end="9h").start("3h", PHENYL).stop("3h40m", PHENYL)
    p.mar("3h40m", PHENYL, "new_bag", rate=4, end="4h10m")
    assert graded(p).pressor("3h") == 4


def test_any_two_drugs_at_each_instant_make_one_overlap() -> None:
    """Epinephrine takes over from phenylephrine at 40 minutes; norepinephrine runs throughout."""
    p = patient().start("1h", NE, end="9h").start("3h", PHENYL, end="3h40m").start("3h40m", "epinephrine", end="4h20m")
    g = graded(p)
    assert [g.pressor(t) for t in ("2h59m", "3h", "4h19m", "4h20m")] == [3, 4, 4, 3]


@pytest.mark.parametrize(("start", "grade"), [("-30m", 4), ("-29m", 3)])
def test_the_overlap_is_measured_whole_across_the_infusion(start: str, grade: int) -> None:
    p = patient().start("-5h", NE, end="30m").start(start, PHENYL, end="30m")
    assert graded(p).pressor("0h") == grade


@pytest.mark.parametrize(("end", "grade"), [("10h30m", 4), ("10h29m", 3)])
def test_the_overlap_is_measured_whole_across_the_end_of_the_window(end: str, grade: int) -> None:
    p = patient(until="10h").start("9h", NE, end="15h").start("9h30m", PHENYL, end=end)
    assert graded(p).pressor("9h45m") == grade
