"""PROTOCOL 7, sentence by sentence: a grade is marked as a lower bound when an input it needs is absent."""

from __future__ import annotations

import pytest

from tests.cohort.row import ill, scale, without
from tests.spec.patient import Patient

NAMES = ("lee", "ctcae", "penn")


def bounds(p: Patient) -> list[tuple[int | None, bool | None]]:
    """Grade and lower bound of Lee, CTCAE, Penn."""
    return [scale(p, name) for name in NAMES]


def without_pressure() -> Patient:
    """As `ill`, and nobody took a pressure in the fever."""
    p = ill()
    p.rows["vitals"] = [one for one in p.rows["vitals"] if one["vital"] != "sbp"]
    return p.sbp("3d", 120)


@pytest.mark.parametrize("lacking", ["alt", "bilirubin", "creatinine"])
def test_an_organ_that_was_not_looked_at_makes_a_lower_bound(lacking: str) -> None:
    p = without(ill(), lacking)
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, True), (1, False), (1, True)]


def test_an_unknown_that_could_add_nothing_makes_none() -> None:
    """Bilirubin can make grade 2 of Penn, and it is 3 already."""
    p = ill().oxygen("10h", "mask", 8)
    p = without(p, "bilirubin")
    assert scale(p, "penn") == (3, False)


def test_without_a_medication_record_every_scale_is_a_lower_bound() -> None:
    p = ill()
    p.rows["mar"].clear()
    assert [scale(p, name) for name in ("lee", "ctcae", "penn")] == [(1, True)] * 3


@pytest.mark.parametrize(
    ("lab", "value", "lee", "penn"),
    [
        ("creatinine", 5, (3, True), (3, False)),
        ("creatinine", 1, (1, True), (1, True)),
        ("creatinine", 8, (4, False), (3, False)),
        ("alt", 250, (3, False), (2, True)),
        ("bilirubin", 5, (3, True), (2, False)),
    ],
)
def test_an_organ_value_told_as_above_a_number_may_be_of_a_higher_grade(
    lab: str, value: float, lee: tuple[int, bool], penn: tuple[int, bool]
) -> None:
    """Creatinine >5 mg/dL is grade 3 at least and may be 4, which Lee tells apart and Penn does not."""
    p = ill().lab("12h", lab, value, bound=">")
    assert [scale(p, name) for name in NAMES] == [lee, (1, False), penn]


def test_where_no_pressure_was_known_in_an_episode_hypotension_may_have_been_missed() -> None:
    """Penn asks for hypotension only where fluids were given for it."""
    assert bounds(without_pressure()) == [(1, True), (1, True), (1, False)]
    assert bounds(without_pressure().fluid("10h")) == [(1, True), (1, True), (1, True)]
    assert bounds(without_pressure().fluid("27h")) == [(1, True), (1, True), (1, False)]


def test_one_known_pressure_of_the_episode_is_enough_and_that_of_another_episode_is_not() -> None:
    assert bounds(without_pressure().map("20h", 80)) == [(1, False)] * 3
    second = without_pressure().every("4h", "10d", "11d", temperature=38.5, sbp=120)
    for lab, value in (("alt", 30), ("bilirubin", 0.8), ("creatinine", 0.9), ("anc", 4000)):
        second.lab("10d", lab, value)
    assert bounds(second) == [(1, True), (1, True), (1, False)]


def test_an_unknown_pressure_adds_nothing_where_the_grade_is_higher_already() -> None:
    assert scale(without_pressure().oxygen("10h", "mask", 8).fio2("10h", 0.6), "ctcae") == (3, False)
