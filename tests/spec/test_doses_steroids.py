"""PROTOCOL 4: systemic corticosteroids, dexamethasone-equivalents, physiologic doses."""

from __future__ import annotations

import pytest

from crs_audit.chart import build_chart
from crs_audit.medication.given import medication
from tests.spec.judged import PROTOCOL, given
from tests.spec.patient import Patient, facts, patient, tables


def steroids(p: Patient) -> list[tuple[float | None, bool]]:
    """dex_mg and physiologic of each steroid dose, in order."""
    return list(given(p).steroids.sort("time").select("dex_mg", "physiologic").iter_rows())


@pytest.mark.parametrize(
    ("drug", "mg"),
    [
        ("dexamethasone", 7.5), ("methylprednisolone", 40), ("prednisone", 50), ("prednisolone", 50),
        ("hydrocortisone", 200),
    ],
)  # fmt: skip
def test_equivalents(drug: str, mg: float) -> None:
    assert steroids(patient().give("1h", drug, mg)) == [(7.5, False)]


@pytest.mark.parametrize("route", ["iv", "im", "sc", "po", "ng", None])
def test_routes_that_reach_the_body(route: str | None) -> None:
    assert len(steroids(patient().give("1h", "hydrocortisone", 100, route=route))) == 1


@pytest.mark.parametrize(
    "route",
    ["inhaled", "topical", "ophthalmic", "otic", "nasal", "rectal", "intra_articular", "epidural", "intrathecal"],
)
def test_routes_that_do_not(route: str) -> None:
    assert steroids(patient().give("1h", "hydrocortisone", 100, route=route)) == []


def test_fludrocortisone_is_none() -> None:
    assert steroids(patient().give("1h", "fludrocortisone", 0.1, route="po")) == []


@pytest.mark.parametrize(("mg", "physiologic"), [(30, True), (30.1, False)])
def test_thirty_mg_hydrocortisone_a_day_is_physiologic(mg: float, physiologic: bool) -> None:
    assert [row[1] for row in steroids(patient().give("1h", "hydrocortisone", mg))] == [physiologic]


def test_the_day_is_counted_over_all_steroids() -> None:
    p = patient().give("1h", "hydrocortisone", 20).give("12h", "prednisone", 2.5, route="po")
    assert [row[1] for row in steroids(p)] == [True, True]
    p.give("20h", "dexamethasone", 0.1)
    assert [row[1] for row in steroids(p)] == [False, False, False]


def test_a_dose_is_held_by_every_day_that_reaches_it() -> None:
    """20 + 20 mg 23 h apart exceed 30 mg; the third, 24 h after the second, shares no day with the first two."""
    p = patient().give("0h", "hydrocortisone", 20).give("23h", "hydrocortisone", 20).give("47h", "hydrocortisone", 20)
    assert [row[1] for row in steroids(p)] == [False, False, True]


def test_tenths_do_not_exceed_their_sum() -> None:
    p = patient()
    for hour in range(0, 20, 2):
        p.give(f"{hour}h", "dexamethasone", 0.1125, order_id=str(hour))
    assert {row[1] for row in steroids(p)} == {True}


def test_a_dose_without_amount_is_above_and_adds_nothing_to_others() -> None:
    p = patient().give("1h", "hydrocortisone", 30).give("3h", "dexamethasone")
    assert steroids(p) == [(pytest.approx(1.125), True), (None, False)]


def test_doses_of_two_patients_do_not_add_up() -> None:
    both = [patient(name).give("1h", "hydrocortisone", 20) for name in ("P1", "P2")]
    found = medication(build_chart(tables(*both), PROTOCOL, facts(*both)), PROTOCOL).steroids
    assert found.get_column("physiologic").to_list() == [True, True]
