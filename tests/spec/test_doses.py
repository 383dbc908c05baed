"""PROTOCOL 4: given rows become doses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import given
from tests.spec.patient import Patient, patient


def told(p: Patient, drug: str) -> list[tuple[str, float | None]]:
    """Time after T0 (minutes, as text) and amount of each dose."""
    rows = given(p).doses.filter(drug=drug).sort("time").to_dicts()
    return [(f"{(row['time'] - p.t0).total_seconds() / 60:g}m", row["amount"]) for row in rows]


@pytest.mark.parametrize("action", ["given", "push", "bolus", "partial", "new_bag", "started"])
def test_a_row_that_says_given_is_a_dose(action: str) -> None:
    assert told(patient().mar("1h", "tocilizumab", action, 560), "tocilizumab") == [("60m", 560.0)]


@pytest.mark.parametrize("action", ["not_given", "paused", "stopped", "rate_change", "restarted", "verify"])
def test_other_rows_are_none(action: str) -> None:
    assert told(patient().mar("1h", "dexamethasone", action, 10), "dexamethasone") == []


def test_vials_add_up() -> None:
    p = patient().give("1h", "tocilizumab", 400).give("1h2m", "tocilizumab", 160)
    assert told(p, "tocilizumab") == [("60m", 560.0)]


def test_five_minutes_are_counted_from_the_first_row() -> None:
    p = patient()
    for minute in ("0m", "4m", "5m", "6m", "10m"):
        p.give(minute, "tocilizumab", 100, order_id=minute)
    assert told(p, "tocilizumab") == [("0m", 300.0), ("6m", 200.0)]


def test_the_next_dose_begins_after_five_minutes() -> None:
    p = patient().give("1h", "tocilizumab", 400).give("1h5m", "tocilizumab", 100).give("1h6m", "tocilizumab", 60)
    assert told(p, "tocilizumab") == [("60m", 500.0), ("66m", 60.0)]


def test_the_same_row_twice_counts_once() -> None:
    assert told(patient().give("1h", "tocilizumab", 400).give("1h", "tocilizumab", 400), "tocilizumab") == [
        ("60m", 400.0)
    ]


def test_the_same_amount_spelled_otherwise_by_another_export_counts_once() -> None:
    p = patient().give("1h", "tocilizumab", 570, raw_dose="570").give("1h", "tocilizumab", 570, raw_dose="570.0")
    assert told(p, "tocilizumab") == [("60m", 570.0)]


def test_parts_of_one_record_add_up_and_the_record_again_does_not() -> None:
    # Two tablets scanned one by one are two rows of one record; the export of the next month holds it again.
    p = patient()
    for record in (2, 2, 3, 3):
        p.give("1h", "dexamethasone", 4, row=record)
    assert told(p, "dexamethasone") == [("60m", 8.0)]


def test_two_vials_of_one_size_add_up() -> None:
    p = patient().give("1h", "tocilizumab", 400, order_id="a").give("1h", "tocilizumab", 400, order_id="b")
    assert told(p, "tocilizumab") == [("60m", 800.0)]


def test_one_amount_under_two_actions_is_one_administration() -> None:
    p = patient().mar("1h", "tocilizumab", "new_bag", 560).mar("1h1m", "tocilizumab", "given", 560)
    assert told(p, "tocilizumab") == [("60m", 560.0)]


def test_per_amount_the_largest_count_under_one_action() -> None:
    p = patient()
    for minute, action, amount in [
        ("0m", "new_bag", 200), ("1m", "new_bag", 200), ("2m", "given", 200), ("3m", "given", 160),
    ]:  # fmt: skip
        p.mar(minute, "tocilizumab", action, amount)
    assert told(p, "tocilizumab") == [("0m", 560.0)]


def test_two_routes_are_two_doses() -> None:
    p = patient().give("1h", "dexamethasone", 10).give("1h", "dexamethasone", 4, route="po")
    assert told(p, "dexamethasone") == [("60m", 10.0), ("60m", 4.0)]


def test_two_drugs_are_two_doses() -> None:
    p = patient().give("1h", "dexamethasone", 10).give("1h", "hydrocortisone", 100)
    assert (told(p, "dexamethasone"), told(p, "hydrocortisone")) == ([("60m", 10.0)], [("60m", 100.0)])


@pytest.mark.parametrize(
    ("amount_at", "doses"),
    [
        ("1h5m", [("65m", 560.0)]),
        ("55m", [("55m", 560.0)]),
        ("1h6m", [("60m", None), ("66m", 560.0)]),
        ("54m", [("54m", 560.0), ("60m", None)]),
    ],
)
def test_a_row_without_amount_is_a_dose_only_where_none_near_has_one(amount_at: str, doses: list[Any]) -> None:
    p = patient().mar("1h", "tocilizumab", "started").give(amount_at, "tocilizumab", 560)
    assert told(p, "tocilizumab") == doses


def test_a_row_without_amount_looks_at_every_route() -> None:
    p = patient().mar("1h", "dexamethasone", "given").give("1h1m", "dexamethasone", 10, route="po")
    assert told(p, "dexamethasone") == [("61m", 10.0)]


# end ---------------------------------------------------------------------------------------------------------------


def ends(p: Patient) -> list[str | None]:
    rows = given(p).doses.filter(drug="tocilizumab").sort("time").to_dicts()
    return [None if r["end"] is None else f"{(r['end'] - p.t0).total_seconds() / 60:g}m" for r in rows]


def test_the_end_is_the_latest_of_the_rows() -> None:
    p = patient().give("0m", "tocilizumab", 400, end="50m").give("2m", "tocilizumab", 160, end="62m")
    assert ends(p) == ["62m"]


def test_without_end_time_the_stopped_row_ends_the_dose() -> None:
    p = patient().give("0m", "tocilizumab", 560).stop("61m", "tocilizumab").stop("90m", "tocilizumab")
    assert ends(p) == ["61m"]


def test_end_time_outweighs_the_stopped_row() -> None:
    assert ends(patient().give("0m", "tocilizumab", 560, end="60m").stop("40m", "tocilizumab")) == ["60m"]


def test_a_stopped_row_after_the_next_dose_is_the_next_ones() -> None:
    p = patient().give("0m", "tocilizumab", 560).give("8h", "tocilizumab", 560).stop("9h", "tocilizumab")
    assert ends(p) == [None, "540m"]


def test_a_stopped_row_of_another_drug_ends_nothing() -> None:
    assert ends(patient().give("0m", "tocilizumab", 560).stop("1h", "norepinephrine")) == [None]


def test_every_row_of_a_dose_can_be_cited() -> None:
    p = patient().give("0m", "tocilizumab", 400).give("2m", "tocilizumab", 160)
    rows = given(p).dose_rows
    assert rows.get_column("row").to_list() == [2, 3]
    assert rows.get_column("raw_value").to_list() == ["tocilizumab 400 mg given", "tocilizumab 160 mg given"]
