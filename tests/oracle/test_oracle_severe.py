"""The oracle on grade 3 and on what follows improvement, at the edges; expected values worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oracle.results import Verdict
from tests.oracle.test_oracle_measures import ill, statuses, times, verdicts
from tests.spec.patient import Patient, patient


def severe(hours: int = 24) -> Patient:
    """Fever from 1 h on and grade 3 by a mask from 2 h on, for `hours`; then well and watched for four days."""
    end = timedelta(hours=2 + hours)
    one = patient(until="20d").every("4h", "1h", end, temperature=39, sbp=120).give("0h", "cefepime", 2000)
    one.every("4h", end, end + timedelta(hours=96), temperature=36.8, sbp=120)
    for hour in range(2, 2 + hours, 6):
        one.oxygen(timedelta(hours=hour), "mask", 8)
    return one.oxygen(end, "none")


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        ("-1d", None, Verdict("met", None, -26 * 60)),
        ("-1d", "2h1m", Verdict("met", None, -26 * 60)),
        ("-1d", "2h", Verdict("not_met", "not_done")),
        ("6h", "7h", Verdict("met", None, 240)),
        ("6h1m", None, Verdict("not_met", "late", 241)),
    ],
)
def test_intensive_care_within_four_hours(start: str, end: str | None, verdict: Verdict) -> None:
    assert verdicts(severe().stay("ward", "-2d").stay("icu", start, end), "G3-01") == [verdict]


def test_intensive_care_is_unknown_without_stays() -> None:
    assert verdicts(severe(), "G3-01") == [Verdict("indeterminate", "adt")]
    assert statuses(severe().stay("icu", "-20d", "-7d"), "G3-01") == ["indeterminate"]
    assert statuses(severe().stay("icu", "-20d", "-6d"), "G3-01") == ["not_met"]


def test_36_mg_in_the_first_day() -> None:
    """V is from 2 h to 26 h; the doses are 8 h apart, so that only their sum can do."""
    for last, verdict in [
        (12.0, Verdict("met", None, 36)),
        (11.9, Verdict("not_met", "too_little", 35.9)),
        (None, Verdict("indeterminate", "amount")),
    ]:
        one = severe().dexamethasone("2h", 12).dexamethasone("10h", 12).dexamethasone("18h", last)
        assert verdicts(one, "G3-04") == [verdict]
        assert times(one, "G3-04") == [one.at("2h")]


def every_six_hours(first: str, last: str) -> Patient:
    """Nine mg each, of which 27 in V: only the schedule can do."""
    return severe().dexamethasone(first, 9).dexamethasone("3h30m", 9).dexamethasone("11h", 9).dexamethasone(last, 9)


def test_a_dose_every_six_hours() -> None:
    assert statuses(every_six_hours("0h", "18h30m"), "G3-04") == ["met"]
    assert statuses(every_six_hours("-1m", "18h30m"), "G3-04") == ["not_met"]
    assert statuses(every_six_hours("0h", "18h29m"), "G3-04") == ["not_met"]
    assert statuses(every_six_hours("0h", "18h31m"), "G3-04") == ["not_met"]


def test_only_a_day_of_grade_3_without_grade_4_asks_for_the_schedule() -> None:
    short = severe().oxygen("25h59m", "none")
    assert statuses(short, "G3-04") == ["not_applicable"]
    assert verdicts(severe().oxygen("20h30m", "invasive"), "G3-04") == [Verdict("excluded", "grade_4")]
    assert statuses(severe(30).oxygen("26h30m", "invasive"), "G3-04") == ["not_met"]


def tapered(*doses: tuple[str, float | None]) -> Patient:
    """Grade 3 from 2 h to 26 h under 20 mg at 10 h and 24 h, then well: A is 26 h, the second day from 50 h to 74 h."""
    one = severe().dexamethasone("10h", 20).dexamethasone("24h", 20)
    for at, mg in doses:
        one.dexamethasone(at, mg)
    return one


def test_half_the_highest_total_two_days_after_improvement() -> None:
    assert verdicts(tapered(("74h", 20)), "G3-05") == [Verdict("met", None, 50)]
    assert verdicts(tapered(("74h", 20.1)), "G3-05") == [Verdict("not_met", "too_much", 50.25)]
    assert verdicts(tapered(("50h", 40), ("74h1m", 40)), "G3-05") == [Verdict("met", None, 0)]
    assert verdicts(tapered(("50h1m", 40)), "G3-05") == [Verdict("not_met", "too_much", 100)]
    assert times(tapered(), "G3-05") == [tapered().at("26h")]
    assert verdicts(tapered(("74h", 0.5), ("73h", None)), "G3-05") == [Verdict("indeterminate", "amount")]
    assert statuses(tapered(("74h", 40), ("73h", None)), "G3-05") == ["not_met"]
    assert statuses(tapered(("12h", None), ("74h", 40)), "G3-05") == ["indeterminate"]
    assert statuses(tapered(("12h", None), ("74h", 2)), "G3-05") == ["met"]


def test_no_taper_is_asked_for_under_icans_or_after_a_relapse() -> None:
    assert verdicts(tapered().icans("2h", 2), "G3-05") == [Verdict("excluded", "icans")]
    assert statuses(tapered().icans("1h59m", 2), "G3-05") == ["met"]
    assert statuses(tapered().icans("74h", 2), "G3-05") == ["excluded"]
    assert statuses(tapered().icans("74h1m", 2), "G3-05") == ["met"]
    assert verdicts(tapered().sbp("74h", 85), "G3-05") == [Verdict("excluded", "grade_2")]
    assert statuses(tapered().sbp("74h1m", 85), "G3-05") == ["met"]


def test_the_taper_is_judged_at_its_end() -> None:
    for until, verdict in [("74h", Verdict("excluded", "censored")), ("74h1m", Verdict("met", None, 0))]:
        one = tapered()
        one.rows["infusions"][0]["end_of_followup"] = one.at(until)
        assert verdicts(one, "G3-05") == [verdict]


def test_improvement_lasts_a_day_under_steroids_and_is_seen() -> None:
    late = severe(30).dexamethasone("8h", 20)
    assert statuses(late, "G3-05") == ["met"]
    assert statuses(severe(31).dexamethasone("8h", 20), "G3-05") == ["not_applicable"]
    assert statuses(severe(6).dexamethasone("3h", 20).sbp("30h", 85), "G3-05") == ["not_applicable"]


def fluids() -> Patient:
    """Boluses at 2 h 30 and 4 h 30 that end at 3 h and 5 h: A is from 6 h on."""
    return ill().fluid("2h30m").fluid("4h30m")


def test_a_vasopressor_after_two_boluses() -> None:
    assert statuses(fluids().sbp("5h59m", 85), "G3-06") == ["not_applicable"]
    one = fluids().sbp("6h", 85)
    assert (verdicts(one, "G3-06"), times(one, "G3-06")) == ([Verdict("not_met", "not_done")], [one.at("6h")])
    for at, verdict in [
        ("5h", Verdict("met", None, 0)),
        ("7h", Verdict("met", None, 60)),
        ("7h1m", Verdict("not_met", "late", 61)),
    ]:
        assert verdicts(fluids().sbp("6h", 85).start(at, "norepinephrine"), "G3-06") == [verdict]
    assert verdicts(fluids().sbp("6h", 85).push("5h1m", "phenylephrine"), "G3-06") == [Verdict("met", None, 0)]
    assert statuses(fluids().sbp("6h", 85).push("5h", "phenylephrine"), "G3-06") == ["not_met"]


def test_boluses_more_than_12_hours_apart_are_no_pair() -> None:
    assert statuses(ill().fluid("2h").fluid("14h").sbp("15h45m", 85), "G3-06") == ["not_met"]
    assert statuses(ill().fluid("2h").fluid("14h1m").sbp("15h45m", 85), "G3-06") == ["not_applicable"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("-22h", Verdict("met", None, -24)),
        ("-22h1m", Verdict("not_met", "not_done")),
        ("50h", Verdict("met", None, 48)),
        ("51h", Verdict("not_met", "late", 49)),
    ],
)
def test_an_echocardiogram(at: str, verdict: Verdict) -> None:
    assert verdicts(severe().procedure(at, "echocardiogram"), "G3-07") == [verdict]
    assert verdicts(severe(), "G3-07", ["echocardiogram"]) == [Verdict("indeterminate", "procedures: echocardiogram")]


def test_early_steroids_with_products_that_recommend_them() -> None:
    assert verdicts(ill(product="axi-cel").dexamethasone("-1h").dexamethasone("3h"), "G3-09") == [
        Verdict("met", None, 3)
    ]
    assert statuses(ill(product="axi-cel"), "G3-09") == ["not_applicable"]
    assert statuses(ill(product="tisa-cel").dexamethasone("3h"), "G3-09") == ["not_applicable"]
    assert verdicts(patient(product="brexu-cel"), "G3-09") == [Verdict("indeterminate", "mar")]
