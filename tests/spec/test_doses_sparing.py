"""PROTOCOL 3 and 4: which given rows spare fever; fluid boluses; tocilizumab by route."""

from __future__ import annotations

import pytest

from tests.spec.judged import given
from tests.spec.patient import Patient, patient


def kinds(p: Patient) -> list[str]:
    return given(p).sparing.get_column("kind").to_list()


@pytest.mark.parametrize(
    ("drug", "mg", "route", "kind"),
    [
        ("acetaminophen", 650, "po", ["antipyretic"]),
        ("ibuprofen", 400, "po", ["antipyretic"]),
        ("aspirin", 325, "po", []),
        ("aspirin", 326, "po", ["antipyretic"]),
        ("aspirin", None, "po", ["antipyretic"]),
        ("tocilizumab", 560, "iv", ["anticytokine"]),
        ("siltuximab", 700, "iv", ["anticytokine"]),
        ("anakinra", 100, "sc", ["anticytokine"]),
        ("dexamethasone", 10, "iv", ["corticosteroid"]),
        ("hydrocortisone", 10, "iv", []),
        ("hydrocortisone", 100, "topical", []),
        ("cefepime", 2000, "iv", []),
    ],
)
def test_what_spares(drug: str, mg: float | None, route: str, kind: list[str]) -> None:
    assert kinds(patient().give("1h", drug, mg, route=route)) == kind


@pytest.mark.parametrize("action", ["not_given", "stopped", "paused"])
def test_what_was_not_given_spares_nothing(action: str) -> None:
    assert kinds(patient().mar("1h", "dexamethasone", action, 10)) == []


def test_a_row_that_continues_is_as_the_dose_it_continues() -> None:
    above = patient().mar("1h", "hydrocortisone", "started", 100).mar("5h", "hydrocortisone", "rate_change")
    below = patient().mar("1h", "hydrocortisone", "started", 20).mar("5h", "hydrocortisone", "rate_change")
    alone = patient().mar("5h", "hydrocortisone", "rate_change")
    assert [len(kinds(p)) for p in (above, below, alone)] == [2, 0, 1]


@pytest.mark.parametrize(("minutes", "rows"), [(5, 0), (6, 1)])
def test_a_row_without_amount_is_as_the_dose_beside_it(minutes: int, rows: int) -> None:
    p = patient().give("1h", "hydrocortisone", 20).mar(f"1h{minutes}m", "hydrocortisone", "given")
    assert len(kinds(p)) == rows


def test_a_held_dexamethasone_is_no_dose() -> None:
    assert given(patient().mar("1h", "dexamethasone", "not_given", 10)).steroids.is_empty()


# tocilizumab -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("route", "doses"), [("iv", 1), (None, 1), ("sc", 0)])
def test_tocilizumab_counts_by_vein_or_unknown_route(route: str | None, doses: int) -> None:
    assert given(patient().tocilizumab("1h", route=route)).tocilizumab.height == doses


# boluses -----------------------------------------------------------------------------------------------------------


def boluses(p: Patient) -> int:
    return given(p).boluses.height


@pytest.mark.parametrize(
    ("ml", "minutes", "marked", "count"),
    [
        (500, 60, False, 1),
        (499, 60, False, 0),
        (500, 61, False, 0),
        (500, None, False, 0),
        (500, None, True, 1),
        (1000, 240, True, 1),
        (None, 30, True, 0),
    ],
)
def test_a_bolus_is_large_and_fast_or_called_so(
    ml: float | None, minutes: int | None, marked: bool, count: int
) -> None:
    assert boluses(patient().fluid("1h", ml, minutes=minutes, bolus_text=marked)) == count


def test_the_action_bolus_marks_it_too() -> None:
    p = patient().mar("1h", "lactated_ringers", "bolus", 500, unit="mL")
    assert boluses(p) == 1


def test_maintenance_that_is_changed_within_the_hour_is_no_bolus() -> None:
    assert boluses(patient().fluid("1h", 1000, minutes=45, flags="not_bolus")) == 0
    assert boluses(patient().mar("1h", "lactated_ringers", "bolus", 500, unit="mL", flags="not_bolus")) == 1


def test_a_stopped_row_makes_it_fast() -> None:
    p = patient().fluid("1h", 1000, minutes=None).stop("1h45m", "sodium_chloride_0.9")
    assert boluses(p) == 1


@pytest.mark.parametrize(("route", "count"), [("iv", 1), (None, 1), ("po", 0)])
def test_boluses_go_by_vein(route: str | None, count: int) -> None:
    assert boluses(patient().fluid("1h", 500, route=route)) == count


@pytest.mark.parametrize(
    ("age", "kg", "ml", "count"),
    [
        (5, 20, 200, 1),
        (5, 20, 199, 0),
        (17.9, 70, 500, 1),
        (17.9, 70, 499, 0),
        (17.9, 40, 400, 1),
        (18, 20, 200, 0),
        (5, None, 499, 0),
    ],
)  # fmt: skip
def test_a_childs_bolus_goes_by_weight(age: float, kg: float | None, ml: float, count: int) -> None:
    assert boluses(patient(age=age, weight_kg=kg).fluid("1h", ml)) == count


def test_the_charted_weight_outweighs_the_infusions() -> None:
    assert boluses(patient(age=5, weight_kg=40).weight("-1d", 20).fluid("1h", 200)) == 1
    assert boluses(patient(age=5, weight_kg=40).weight("-8d", 20).fluid("1h", 200)) == 0
