"""Dates without a time: kept, outside all states, and decisive only where their hour does not matter."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from crs_audit.chart import build_chart
from crs_audit.evaluate import evaluate
from crs_audit.measures.days import at_day_end
from tests.spec.judged import PROTOCOL, evaluated, febrile, followed, hypotensive, verdict, verdicts
from tests.spec.patient import Patient, facts, patient, tables

# T0 is 12:00 of a day; "-12h" is that day's midnight, "12h" the next.


def dated(p: Patient, at: str, drug: str, mg: float | None, **cells: object) -> Patient:
    return p.give(at, drug, mg, day_only=True, **cells)


def test_a_dose_whose_hour_decides() -> None:
    """Grade 2 at 2 h (14:00): tocilizumab that day came before the infusion, in time, or late. Never given and late are
    both failures, and still not one verdict: at 13:00 it would have been in time."""
    p = dated(hypotensive(), "-12h", "tocilizumab", 560)
    assert verdict(p, "G2-01") == ("indeterminate", "date_only_time")
    assert verdict(p, "G2-02") == ("indeterminate", "date_only_time")


def test_a_dose_whose_hour_does_not_decide() -> None:
    p = hypotensive().every("4h", "24h", "40h", temperature=38.5)
    assert verdict(dated(p, "12h", "tocilizumab", 560), "G2-01") == ("met", None)
    assert verdict(p, "G2-04") == ("met", None)


def test_gm_csf_on_a_day_of_the_window() -> None:
    assert verdict(dated(followed(), "36h", "sargramostim", 250), "PIT-02") == ("not_met", "gm_csf")
    assert verdict(dated(followed(), "-12h", "sargramostim", 250), "PIT-02") == ("indeterminate", "date_only_time")
    assert verdict(dated(followed(), "-36h", "sargramostim", 250), "PIT-02") == ("met", None)


def test_a_steroid_on_the_day_of_the_infusion() -> None:
    assert verdict(dated(followed(), "-12h", "dexamethasone", 10), "PRIN-02") == ("indeterminate", "date_only_time")


def test_the_verdict_takes_its_numbers_from_the_first_second() -> None:
    p = dated(followed(), "12h", "tocilizumab", 560)
    (row,) = verdicts(p, "G2-04")
    assert row["time"] == p.at("12h")


def test_a_dose_that_may_lie_before_the_infusion_may_be_no_opportunity() -> None:
    p = dated(followed(), "-12h", "tocilizumab", 801)
    (row,) = verdicts(p, "G2-04")
    assert (row["status"], row["reason"], row["opportunity"]) == ("indeterminate", "date_only_time", 1)


def test_both_readings_agree_on_no_opportunity() -> None:
    assert verdict(dated(followed(), "-36h", "tocilizumab", 801), "G2-04") == ("not_applicable", None)


@pytest.mark.parametrize(("at", "status"), [("12h", "indeterminate"), ("36h", "met")])
def test_an_interval_to_a_dated_dose(at: str, status: str) -> None:
    """Tocilizumab at 13 h and on a date: on the same date 8 h may lie between them or not."""
    assert verdict(dated(followed().tocilizumab("13h"), at, "tocilizumab", 560), "G2-06")[0] == status


def test_dates_set_no_state() -> None:
    p = febrile().sbp("2h", 70, day_only=True)
    assert evaluated(p).episodes.get_column("max_grade").to_list() == [1]


@pytest.mark.parametrize(("dated_only", "hours"), [(False, 8.0), (True, 1.0)])
def test_a_dated_antipyretic_spares_nothing(dated_only: bool, hours: float) -> None:
    """Fever to 3 h, hypotension from 26 h to 34 h: without sparing it counts to 27 h."""
    p = followed().temp("1h", 38.5).sbp("1h", 120).well("3h", "26h").every("2h", "26h", "34h", sbp=85)
    p.well("34h", "3d").acetaminophen("12h", day_only=dated_only)
    assert evaluated(p).episodes.get_column("hours_grade_2").to_list() == [hours]


def test_others_are_not_touched_by_a_patients_dates() -> None:
    plain = hypotensive(name="P1").tocilizumab("3h")
    other = dated(hypotensive(name="P2"), "-12h", "tocilizumab", 560)
    both = evaluate(tables(plain, other), PROTOCOL, facts(plain, other)).results
    alone = evaluate(tables(plain), PROTOCOL, facts(plain, other)).results
    assert both.filter(pl.col("infusion_id") == "P1/1").equals(alone)


@pytest.mark.parametrize(
    ("zone", "midnight", "last"),
    [
        ("UTC", datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)),
        # The day that summer time begins has 23 hours, the day it ends 25.
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 3, 9, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_last_second_of_a_date_is_the_sites(zone: str, midnight: datetime, last: datetime) -> None:
    p = patient(until="30d").give(midnight, "sargramostim", 250, day_only=True).give(midnight, "fluconazole", 400)
    moved = at_day_end(build_chart(p.tables(), PROTOCOL, p.facts(timezone=zone))).mar.sort("row")
    assert moved.get_column("time").to_list() == [last, midnight]


# what only informs ---------------------------------------------------------------------------------------------------


def long_fever() -> Patient:
    """Fever from T0 to 60 h, hypotension (grade 2) from 26 h on."""
    p = followed().every("4h", "0h", "60h", temperature=38.5).every("2h", "0h", "26h", sbp=120)
    return p.every("2h", "26h", "60h", sbp=85).well("60h", "5d")


def test_a_documented_grade_agrees_or_not_by_its_hour() -> None:
    """The date spans the change of the grade: under, over or as computed, nobody can say."""
    p = long_fever().documented("0h", 1).assessed("12h", "crs_grade", 2, day_only=True)
    found = [(row["status"], row["reason"], row["value"]) for row in verdicts(p, "MON-07")]
    assert found == [("met", "agree", 1.0), ("indeterminate", "date_only_time", None)]
    same = long_fever().documented("0h", 1).assessed("36h", "crs_grade", 2, day_only=True)
    assert [row["status"] for row in verdicts(same, "MON-07")] == ["met", "met"]


@pytest.mark.parametrize("measure", ["PIT-01", "ALT-01"])
def test_a_finding_that_hangs_on_the_hour_is_not_told(measure: str) -> None:
    p = dated(dated(long_fever(), "36h", "tocilizumab", 560), "36h", "anakinra", 100)
    (row,) = verdicts(p, measure)
    assert (row["status"], row["reason"], row["value"]) == ("indeterminate", "date_only_time", None)


def test_a_verdict_that_holds_at_any_hour_tells_no_midnight() -> None:
    (row,) = verdicts(dated(long_fever(), "36h", "tocilizumab", 560), "G1-05")
    assert row["status"] == "not_applicable"
    (row,) = verdicts(
        dated(followed().every("4h", "0h", "96h", temperature=38.5, sbp=85), "36h", "tocilizumab", 560), "G2-02"
    )
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "late", None)
    assert row["sentence"] == "Only a date is charted; the same at its first second and at its last: not met, late."


def test_two_doses_of_one_date_are_not_taken_for_vials_of_one() -> None:
    """Their amounts would add up to one that nobody gave; the same row told twice is still one dose."""
    p = dated(dated(long_fever(), "36h", "tocilizumab", 560, order_id="1"), "36h", "tocilizumab", 560, order_id="2")
    assert [verdict(p, measure) for measure in ("G2-03", "G2-04")] == [("indeterminate", "amount")] * 2
    again = dated(long_fever(), "36h", "tocilizumab", 560).mar("36h", "tocilizumab", "new_bag", 560, day_only=True)
    assert [verdict(again, measure) for measure in ("G2-03", "G2-04")] == [("met", None)] * 2


def test_no_sentence_tells_the_hour_of_a_midnight() -> None:
    """Met at both ends, with the same value, at another time after grade 2."""
    p = dated(followed().every("4h", "0h", "96h", temperature=38.5, sbp=85), "36h", "tocilizumab", 560)
    (row,) = verdicts(p, "G2-01")
    assert (row["status"], row["value"]) == ("met", 1.0)
    assert row["sentence"] == "Only a date is charted; the same at its first second and at its last: met."
