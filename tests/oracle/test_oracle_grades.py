"""The oracle's grades on the traps of PROTOCOL 6, expected values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from crs_audit.tables import ASSESSMENTS, PROCEDURES, TABLES
from tests.oracle.audit import Answer, audit
from tests.oracle.unit import Extract
from tests.spec.patient import Patient, patient


def answers(one: Patient, nowhere: Iterable[str] = (), zone: str = "UTC") -> list[Answer]:
    """The oracle's, of an extract that holds every kind of procedure and assessment but those found `nowhere`."""
    kinds = [frozenset(kind for kind in some if kind not in nowhere) for some in (PROCEDURES, ASSESSMENTS)]
    extract = Extract(frozenset(TABLES), *kinds, zone)
    return audit({table: frame.to_dicts() for table, frame in one.tables().frames.items()}, extract)


def grade_at(one: Patient, hours: float) -> int:
    (answer,) = answers(one)
    t = one.t0 + timedelta(hours=hours)
    return next(row.grade for row in answer.timeline if row.start <= t < row.end)


def drivers_at(one: Patient, hours: float) -> str:
    (answer,) = answers(one)
    t = one.t0 + timedelta(hours=hours)
    return next(row.drivers for row in answer.timeline if row.start <= t < row.end)


@pytest.mark.parametrize(("celsius", "grade"), [(37.9, 0), (37.94, 0), (37.95, 1), (38.0, 1), ((100.4 - 32) / 1.8, 1)])
def test_fever_begins_at_38_0_after_rounding(celsius: float, grade: int) -> None:
    assert grade_at(patient().temp("1h", celsius), 2) == grade


def test_a_fever_holds_six_hours_and_then_is_unknown() -> None:
    (answer,) = answers(patient().temp("1h", 39).sbp("1h", 120))
    hour = timedelta(hours=1)
    start = answer.unit.t0
    assert [(row.start - start, row.end - start, row.grade, row.observed, row.drivers) for row in answer.timeline] == [
        (0 * hour, 1 * hour, 0, False, ""),
        (1 * hour, 7 * hour, 1, True, "fever"),
        (7 * hour, 720 * hour, 0, False, ""),
    ]


@pytest.mark.parametrize(("flow", "grade"), [(2.0, 2), (6.0, 2), (6.5, 3), (0.0, 1)])
def test_nasal_cannula_is_low_flow_up_to_6(flow: float, grade: int) -> None:
    assert grade_at(patient().temp("1h", 39).oxygen("2h", "nasal cannula", flow), 2) == grade


def test_norepinephrine_and_vasopressin_are_grade_3() -> None:
    one = patient().temp("1h", 39).start("1h", "norepinephrine").start("1h", "vasopressin")
    assert grade_at(one, 2) == 3
    assert drivers_at(one, 2) == "fever; norepinephrine; vasopressin"


@pytest.mark.parametrize(("overlap", "grade"), [("20m", 3), ("59m", 3), ("60m", 4), ("2h", 4)])
def test_a_switch_of_vasopressors_is_no_second_one(overlap: str, grade: int) -> None:
    one = patient().temp("1h", 39).start("1h", "norepinephrine").start("2h", "phenylephrine")
    one.stop(
        timedelta(hours=2) + {"20m": 1, "59m": 2.95, "60m": 3, "2h": 6}[overlap] * timedelta(minutes=20),
        "norepinephrine",
    )
    assert grade_at(one, 2) == grade


def test_one_push_beside_norepinephrine_is_grade_3() -> None:
    assert grade_at(patient().temp("1h", 39).start("1h", "norepinephrine").push("2h", "phenylephrine", 0.1), 2.5) == 3


@pytest.mark.parametrize(("minutes", "grade"), [(10, 1), (60, 1), (61, 2)])
def test_a_lone_low_pressure_soon_re_read_is_an_artefact(minutes: int, grade: int) -> None:
    one = patient().temp("1h", 39).sbp("2h", 88).sbp(timedelta(hours=2, minutes=minutes), 118)
    assert grade_at(one, 2) == grade


def test_a_low_pressure_treated_with_a_bolus_stands() -> None:
    assert grade_at(patient().temp("1h", 39).sbp("2h", 88).sbp("2h10m", 118).fluid("3h", 500), 2) == 2


def test_a_low_pressure_without_a_re_check_stands() -> None:
    assert grade_at(patient().temp("1h", 39).sbp("2h", 88), 7.9) == 2


@pytest.mark.parametrize(("age", "grade"), [(0.5, 1), (4.0, 1), (9.9, 2), (12.0, 2), (None, 2)])
def test_the_systolic_limit_grows_with_age(age: float | None, grade: int) -> None:
    """85: above 70 (infant), above 78 (4 years), below 88 (9 years), below 90."""
    assert grade_at(patient(age=age).temp("1h", 39).sbp("2h", 85), 2) == grade


def test_a_childs_mean_pressure_is_not_used() -> None:
    assert grade_at(patient(age=17.9).temp("1h", 39).map("2h", 50), 2) == 1
    assert grade_at(patient(age=18.0).temp("1h", 39).map("2h", 50), 2) == 2


def test_fever_gone_after_tocilizumab_still_2_litres_is_grade_2() -> None:
    one = patient().temp("1h", 39).temp("6h", 37).every("5h", "2h", "60h", o2_flow=2).device("2h", "nasal cannula")
    one.every("5h", "11h", "60h", temperature=37)
    for hour in range(2, 60, 10):
        one.device(timedelta(hours=hour), "nasal cannula")
    assert grade_at(one, 29.9) == 2
    assert grade_at(one, 50) == 0  # the fever is more than 24 h gone and nothing hides it
    assert grade_at(one.tocilizumab("5h"), 50) == 2


def test_hypotension_27_h_after_tocilizumab_without_fever_is_the_same_course() -> None:
    one = patient().temp("1h", 39).sbp("1h", 85).tocilizumab("4h").temp("6h", 37).sbp("6h", 120).sbp("31h", 85)
    (answer,) = answers(one)
    (episode,) = answer.episodes
    assert episode.end == one.at("37h")
    assert episode.hours_grade[2] == 5 + 6  # 85 from 1 h to 6 h and from 31 h to 37 h


def test_without_a_drug_that_hides_fever_it_is_no_crs() -> None:
    one = patient().temp("1h", 39).sbp("1h", 85).temp("6h", 37).sbp("6h", 120).sbp("31h", 85)
    (answer,) = answers(one)
    assert [episode.end for episode in answer.episodes] == [one.at("6h")]


def test_an_antipyretic_does_not_spare_in_strict_mode() -> None:
    one = patient().temp("1h", 39).acetaminophen("1h")
    for hour in range(1, 40, 11):
        one.oxygen(timedelta(hours=hour), "mask", 8)
    (answer,) = answers(one)
    assert grade_at(one, 35) == 3
    assert answer.episodes[0].max_grade == answer.episodes[0].strict_max_grade == 3
    later = (
        patient().temp("1h", 39).acetaminophen("1h").oxygen("1h", "nasal cannula", 2).oxygen("12h", "nasal cannula", 2)
    )
    later.oxygen("23h", "nasal cannula", 2).oxygen("32h", "mask", 8)
    assert [(e.max_grade, e.strict_max_grade) for e in answers(later)[0].episodes] == [(3, 2)]


@pytest.mark.parametrize(
    ("drug", "amount", "grade"), [("aspirin", 325.0, 0), ("aspirin", 326.0, 2), ("aspirin", None, 2)]
)
def test_aspirin_for_platelets_hides_no_fever(drug: str, amount: float | None, grade: int) -> None:
    one = patient().temp("1h", 39).give("1h", drug, amount, route="po")
    for hour in range(1, 40, 11):
        one.oxygen(timedelta(hours=hour), "nasal cannula", 2)
    assert grade_at(one, 35) == grade


def test_held_dexamethasone_hides_no_fever() -> None:
    one = patient().temp("1h", 39).mar("1h", "dexamethasone", "not_given", 10)
    for hour in range(1, 40, 11):
        one.oxygen(timedelta(hours=hour), "nasal cannula", 2)
    assert grade_at(one, 35) == 0
    assert grade_at(one.dexamethasone("2h"), 35) == 2


def test_home_oxygen_counts_from_2_litres_more() -> None:
    one = patient().temp("1h", 39).oxygen("-1h", "nasal cannula", 2)
    assert grade_at(one.flow("2h", 3), 2) == 1
    assert grade_at(one.flow("3h", 4), 3) == 2
    assert grade_at(one.flow("4h", 6), 4) == 2
    assert drivers_at(one, 4) == "fever; oxygen=nasal cannula 6"


def test_home_cpap_never_counts_and_intubation_always_does() -> None:
    one = patient().temp("1h", 39).oxygen("-8h", "non-invasive").oxygen("2h", "non-invasive")
    assert grade_at(one, 2) == 1
    assert grade_at(one.oxygen("3h", "invasive"), 3) == 4
    assert grade_at(one.oxygen("4h", "mask", 8), 4) == 3


def test_a_second_infusion_is_a_second_unit_with_the_first_ones_baseline() -> None:
    one = patient().oxygen("-1h", "nasal cannula", 2).temp("1h", 39).infusion("10d").temp("241h", 39)
    one.oxygen("242h", "nasal cannula", 3)
    first, second = answers(one)
    assert first.unit.w == second.unit.t0 == datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert [(e.onset, e.max_grade) for e in first.episodes] == [(one.at("1h"), 1)]
    assert [(e.onset, e.max_grade) for e in second.episodes] == [(one.at("241h"), 1)]


def test_a_flow_alone_after_room_air_is_an_unknown_device() -> None:
    one = patient().temp("1h", 39).device("1h", "none").flow("2h", 4)
    assert drivers_at(one, 2) == "fever; oxygen=device unknown 4"
    assert grade_at(one, 2) == 2


def test_support_before_the_first_fever_does_not_count() -> None:
    one = patient().oxygen("1h", "nasal cannula", 2).temp("5h", 39)
    assert [e.onset for e in answers(one)[0].episodes] == [one.at("5h")]
