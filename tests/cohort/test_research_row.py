"""One row an infusion: who, when, how high, how long, with what; and what is unknown stays blank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from crs_audit.cohort.criteria import ATTRITION
from crs_audit.cohort.dictionary import dictionary, of_attrition
from crs_audit.cohort.research import cohort_frames
from crs_audit.evaluate import evaluate
from tests.cohort.row import frames, row
from tests.spec.judged import PROTOCOL, hypotensive
from tests.spec.patient import T0, Patient, facts, patient, tables


def treated() -> Patient:
    """Fever from T0, hypotension (grade 2) from 2 h to 10 h; two doses of tocilizumab, steroids on two dates."""
    p = hypotensive(product="axi-cel", age=61.5, site="North", until="10d").weight("-1d", 80)
    p.tocilizumab("3h", 640).tocilizumab("11h", 600).dexamethasone("4h", 10).dexamethasone("10h", 10)
    return p.methylprednisolone("13h", 40).give("40h", "hydrocortisone", 15)


def test_who_was_infused_and_how_long_followed() -> None:
    told = row(treated())
    assert [told[name] for name in ("infusion_id", "patient_id", "infusion_number", "infusion_time")] == [
        "P1/1", "P1", 1, T0,
    ]  # fmt: skip
    assert [told[name] for name in ("product", "age_years", "weight_kg", "site")] == ["axi-cel", 61.5, 80.0, "North"]
    assert (told["follow_up_hours"], told["follow_up_source"]) == (240.0, "given")


def test_when_each_grade_began_and_how_long_it_lasted() -> None:
    told = row(treated())
    assert (told["episodes"], told["max_grade"], told["strict_max_grade"]) == (1, 2, 2)
    assert (told["onset"], told["hours_to_onset"]) == (T0, 0.0)
    assert [told[f"hours_to_grade_{g}"] for g in (1, 2, 3, 4)] == [0.0, 2.0, None, None]
    assert [told[f"hours_at_grade_{g}"] for g in (1, 2, 3, 4)] == [16.0, 8.0, 0.0, 0.0]
    assert told["first_grade_2"] == T0 + timedelta(hours=2)


def test_tocilizumab_and_its_delays() -> None:
    told = row(treated())
    assert (told["tocilizumab_doses"], told["tocilizumab_mg"], told["tocilizumab_mg_per_kg"]) == (2, 1240.0, 15.5)
    assert (told["tocilizumab_first_mg"], told["tocilizumab_first_mg_per_kg"]) == (640.0, 8.0)
    delays = ("hours_to_tocilizumab", "tocilizumab_hours_from_onset", "tocilizumab_hours_from_grade_2")
    assert [told[name] for name in delays] == [3.0, 3.0, 1.0]


def test_a_sum_is_of_what_is_known_and_what_is_not_is_counted_beside_it() -> None:
    told = row(treated().tocilizumab("30h", None))
    assert (told["tocilizumab_doses"], told["tocilizumab_amount_unknown"], told["tocilizumab_mg"]) == (3, 1, 1240.0)
    assert (told["tocilizumab_unweighed"], told["tocilizumab_mg_per_kg"]) == (1, 15.5)
    # The weight of the day before the infusion holds for a week, and there is no other.
    told = row(treated().tocilizumab("9d", 640))
    assert (told["tocilizumab_amount_unknown"], told["tocilizumab_mg"]) == (0, 1880.0)
    told = row(hypotensive(weight_kg=None).weight("-1d", 80).tocilizumab("3h", 640).tocilizumab("9d", 640))
    assert (told["tocilizumab_amount_unknown"], told["tocilizumab_mg"]) == (0, 1280.0)
    assert (told["tocilizumab_unweighed"], told["tocilizumab_mg_per_kg"]) == (1, 8.0)


def test_where_no_amount_is_known_there_is_no_sum_and_it_is_not_0() -> None:
    told = row(hypotensive().tocilizumab("3h", None).dexamethasone("4h", None))
    assert (told["tocilizumab_doses"], told["tocilizumab_amount_unknown"], told["tocilizumab_unweighed"]) == (1, 1, 1)
    assert (told["steroid_doses"], told["steroid_amount_unknown"], told["steroid_days"]) == (1, 1, 1)
    sums = ("tocilizumab_mg", "tocilizumab_mg_per_kg", "steroid_dex_mg", "steroid_max_day_dex_mg")
    assert [told[name] for name in sums] == [None] * 4


def test_a_date_of_unknown_amounts_alone_has_no_sum_of_its_own() -> None:
    """The infusion is at 12:00 UTC: doses of the dates 0, 1 and 2."""
    p = hypotensive().dexamethasone("4h", None).dexamethasone("14h", 10).dexamethasone("15h", None)
    days = frames(p.dexamethasone("38h", None))["steroid_days"].to_dicts()
    names = ("day", "doses", "amount_unknown", "dex_mg", "cumulative_dex_mg")
    assert [tuple(one[name] for name in names) for one in days] == [
        (0, 1, 1, None, None), (1, 2, 1, 10.0, 10.0), (2, 1, 1, None, 10.0),
    ]  # fmt: skip
    told = row(p)
    assert (told["steroid_amount_unknown"], told["steroid_dex_mg"], told["steroid_max_day_dex_mg"]) == (3, 10.0, 10.0)


def test_a_weight_in_pounds_has_no_more_decimals_than_it_was_read_with() -> None:
    told = row(hypotensive().weight("-1h", 69.989302691).tocilizumab("3h", 560))
    assert (told["weight_kg"], told["tocilizumab_mg_per_kg"], told["tocilizumab_first_mg_per_kg"]) == (69.99, 8.0, 8.0)


def test_steroids_by_local_date_in_dexamethasone_equivalents() -> None:
    """The infusion is at 12:00 UTC; the dose at 13 h is of the next date. Hydrocortisone 15 mg is physiologic."""
    days = frames(treated())["steroid_days"].to_dicts()
    assert [(one["date"], one["day"], one["doses"], one["dex_mg"], one["cumulative_dex_mg"]) for one in days] == [
        (date(2026, 3, 2), 0, 2, 20.0, 20.0), (date(2026, 3, 3), 1, 1, 7.5, 27.5),
    ]  # fmt: skip
    told = row(treated())
    assert (told["steroid_doses"], told["steroid_days"], told["steroid_dex_mg"]) == (3, 2, 27.5)
    assert (told["steroid_max_day_dex_mg"], told["steroid_hours_from_onset"]) == (20.0, 4.0)


def test_steroid_dates_are_those_of_the_sites_calendar() -> None:
    days = frames(treated(), timezone="Pacific/Auckland")["steroid_days"].to_dicts()
    assert [(one["date"], one["day"], one["dex_mg"]) for one in days] == [(date(2026, 3, 3), 0, 27.5)]


def test_hours_of_vasopressors_and_ventilation() -> None:
    p = treated().start("12h", "norepinephrine", 5).start("15h", "vasopressin", 2).stop("18h", "norepinephrine")
    p.stop("19h", "vasopressin").device("20h", "non-invasive").device("22h", "invasive").device("30h", "none")
    told = row(p)
    assert (told["vasopressors"], told["vasopressor_hours"]) == ("norepinephrine; vasopressin", 7.0)
    assert (told["hours_to_vasopressor"], told["ventilation_hours"], told["hours_to_ventilation"]) == (12.0, 8.0, 22.0)
    assert told["noninvasive_hours"] == 2.0


def test_peaks_and_what_was_before() -> None:
    p = treated().lab("-1d", "crp", 4).lab("5h", "crp", 150).lab("6h", "crp", 90).lab("7h", "crp", 200, bound="<")
    p.lab("8h", "ferritin", 9000).lab("20h", "ferritin", 10000, bound=">").lab("30h", "ferritin", 400)
    told = row(p)
    names = ("crp_before", "crp_peak", "crp_peak_bound", "hours_to_crp_peak", "crp_values")
    assert [told[name] for name in names] == [4.0, 150.0, None, 5.0, 3]
    names = ("ferritin_before", "ferritin_peak", "ferritin_peak_bound", "hours_to_ferritin_peak")
    assert [told[name] for name in names] == [None, 10000.0, ">", 20.0]


def test_a_value_before_the_infusion_keeps_its_bound() -> None:
    told = row(treated().lab("-1d", "crp", 0.5, bound="<").lab("-2d", "ferritin", 1500, bound=">"))
    assert (told["crp_before"], told["crp_before_bound"]) == (0.5, "<")
    assert (told["ferritin_before"], told["ferritin_before_bound"]) == (1500.0, ">")


def test_hlh_and_icans() -> None:
    p = treated().lab("20h", "ferritin", 12000).lab("21h", "alt", 300).icans("10h", 1).icans("30h", 3).icans("40h", 3)
    told = row(p)
    assert (told["hlh_suspected"], told["hours_to_hlh"]) == (True, 20.0)
    assert (told["icans_grades"], told["icans_max"], told["hours_to_icans_max"]) == (3, 3, 30.0)
    assert isinstance(told["icans_max"], int)


@pytest.mark.parametrize(
    ("table", "blank", "told"),
    [
        ("mar", ("tocilizumab_doses", "steroid_dex_mg", "vasopressor_hours"), {"max_grade": 2, "has_mar": False}),
        ("labs", ("crp_values", "hlh_suspected"), {"max_grade": 2, "tocilizumab_doses": 2}),
        ("vitals", ("max_grade", "episodes", "hours_at_grade_1", "ventilation_hours"), {"tocilizumab_doses": 2}),
    ],
)
def test_without_a_table_what_rests_on_it_is_blank_and_not_0(
    table: str, blank: tuple[str, ...], told: dict[str, Any]
) -> None:
    p = treated().lab("5h", "crp", 150)
    p.rows[table].clear()
    found = row(p)
    assert {name: found[name] for name in blank} == dict.fromkeys(blank)
    assert {name: found[name] for name in told} == told


def test_a_dose_of_an_unknown_weight_is_no_dose_of_0_mg_per_kg() -> None:
    told = row(hypotensive(weight_kg=None).tocilizumab("3h", 560))
    assert (told["tocilizumab_mg"], told["tocilizumab_mg_per_kg"], told["tocilizumab_first_mg_per_kg"]) == (
        560.0, None, None,
    )  # fmt: skip


def test_nothing_given_is_0_and_never_blank_where_there_is_a_record() -> None:
    told = row(hypotensive())
    assert (told["tocilizumab_doses"], told["tocilizumab_mg"], told["steroid_days"], told["vasopressor_hours"]) == (
        0, 0.0, 0, 0.0,
    )  # fmt: skip
    assert (told["tocilizumab_first"], told["icans_grades"]) == (None, None)


def test_of_a_dose_with_a_date_alone_no_hour_is_told() -> None:
    told = row(hypotensive().tocilizumab("12h", 560, minutes=None, day_only=True))
    assert (told["tocilizumab_doses"], told["tocilizumab_mg"]) == (1, 560.0)
    assert (told["tocilizumab_first"], told["hours_to_tocilizumab"]) == (None, None)


def test_a_second_infusion_is_a_second_row() -> None:
    p = treated().infusion("20d").tocilizumab("21d", 400)
    rows = frames(p)["cohort"].select("infusion_id", "infusion_number", "tocilizumab_mg").rows()
    assert rows == [("P1/1", 1, 1240.0), ("P1/2", 2, 400.0)]


def test_the_order_of_rows_decides_nothing() -> None:
    p, other = treated(), patient("P2").well("0h", "1d")
    known = facts(p, other)
    first, second = (
        cohort_frames(evaluate(tables(p, other, shuffle=seed), PROTOCOL, known, frozenset()).case) for seed in (1, 2)
    )
    assert all(first[name].equals(second[name]) for name in first)


def test_of_nothing_the_columns_are_the_same_and_each_is_told() -> None:
    empty = cohort_frames(evaluate(tables(), PROTOCOL, facts(), frozenset()).case)
    assert {name: frame.schema for name, frame in empty.items()} == {
        name: frame.schema for name, frame in frames(treated()).items()
    }
    assert set(of_attrition()["columns"]) == set(ATTRITION)
    told = dictionary(empty, deidentified=True)
    assert told.filter(pl.col("meaning") == "").is_empty()
    units = dict(told.select("column", "unit").iter_rows())
    assert all(units[name] == "h" for name in units if name.startswith("hours_") or name.endswith("_hours"))
