"""PROTOCOL 5, monitoring: CRP and ferritin every day. T0 is 12:00, so that the first whole date begins at 12 h."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.spec.judged import clauses, febrile, followed, verdicts
from tests.spec.patient import Patient, patient


def days(p: Patient, **facts: Any) -> list[tuple[datetime, str, str | None]]:
    return [(row["time"], row["status"], row["reason"]) for row in verdicts(p, "MON-01", **facts)]


def first(p: Patient, **facts: Any) -> tuple[str, str | None]:
    """Status and reason of the first date, which begins at 12 h."""
    time, *result = days(p, **facts)[0]
    assert time == p.at("12h")
    return result[0], result[1]


def both(p: Patient, at: str, **cells: object) -> Patient:
    return p.lab(at, "crp", 5, **cells).lab(at, "ferritin", 500, **cells)


def one_day(**cells: Any) -> Patient:
    return followed(until="36h", **cells).lab("-1h", "anc", 5)


# which days ----------------------------------------------------------------------------------------------------------


def test_the_first_seven_dates() -> None:
    p = followed().well("0h", "20d").lab("-1h", "anc", 5)
    assert [time for time, *_ in days(p)] == [p.at(f"{12 + 24 * n}h") for n in range(7)]


def test_the_infusions_own_date_counts_with_crs_only_even_where_it_is_whole() -> None:
    p = patient(t0=datetime(2026, 3, 2, tzinfo=UTC), until="30d").lab("-1h", "anc", 5)
    assert [time for time, *_ in days(p)] == [p.at(f"{24 * n}h") for n in range(1, 8)]
    assert [time for time, *_ in days(p.temp("3h", 38.5))] == [p.at(f"{24 * n}h") for n in range(8)]


@pytest.mark.parametrize(("until", "number"), [("35h59m", 0), ("36h", 1), ("59h59m", 1), ("60h", 2)])
def test_only_whole_dates_count(until: str, number: int) -> None:
    found = verdicts(followed(until=until).lab("-1h", "anc", 5), "MON-01")
    assert sum(row["opportunity"] > 0 for row in found) == number


@pytest.mark.parametrize(("out", "number"), [("35h59m", 0), ("36h", 1)])
def test_only_dates_of_follow_up_count(out: str, number: int) -> None:
    p = followed(until=None).lab("-1h", "anc", 5).well("0h", "5d").stay("ward", "-1d", out)
    assert sum(row["opportunity"] > 0 for row in verdicts(p, "MON-01")) == number


@pytest.mark.parametrize(
    ("start", "end", "numbers"),
    [
        ("12d", "12d 4h", [12]),  # 12:00 to 16:00
        ("12d 11h", "12d 12h", [12]),  # to midnight, which is of the next date
        ("12d 11h", "12d 12h1m", [12, 13]),
        ("12d 12h", "12d 13h", [13]),
        ("6d", "6d 4h", []),
    ],
)
def test_every_date_of_crs(start: str, end: str, numbers: list[int]) -> None:
    p = followed().well("0h", start).temp(start, 38.5).temp(end, 36.8).lab("-1h", "anc", 5)
    later = [(row["time"], row["episode"]) for row in verdicts(p, "MON-01")][7:]
    assert later == [(p.at(f"{24 * number - 12}h"), 1) for number in numbers]


def test_the_episode_is_the_one_that_touches_the_date() -> None:
    p = febrile("20h", "40h").lab("-1h", "anc", 5)
    assert [row["episode"] for row in verdicts(p, "MON-01")] == [1, 1, None, None, None, None, None]


def test_dates_are_those_of_the_site() -> None:
    """T0 is 07:00 in New York; on the sixth date, which has 23 h, the clocks are put forward."""
    p = followed().lab("-1h", "anc", 5)
    times = [time for time, *_ in days(p, timezone="America/New_York")]
    begins = [17, 41, 65, 89, 113, 137, 160]
    assert times == [p.at(f"{hour}h") for hour in begins]


# what each needs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "status"), [("12h", "met"), ("35h59m", "met"), ("11h59m", "not_met"), ("36h", "not_met")]
)
def test_a_value_of_that_date(at: str, status: str) -> None:
    p = followed(until="60h").lab("-1h", "anc", 5)
    assert first(both(p, at))[0] == status


def test_a_date_of_the_site() -> None:
    """04:00 is 23:00 of the day before in New York."""
    p = both(followed(until="41h"), "16h")
    assert days(p, timezone="America/New_York") == [(p.at("17h"), "not_met", "missing: crp, ferritin")]
    q = both(followed(until="41h"), "40h")
    assert days(q, timezone="America/New_York") == [(q.at("17h"), "met", None)]


@pytest.mark.parametrize(
    ("labs", "reason", "value"),
    [((), "missing: crp, ferritin", 0.0), (("crp",), "missing: ferritin", 1.0), (("ferritin",), "missing: crp", 1.0)],
)
def test_what_is_missing_is_named(labs: tuple[str, ...], reason: str, value: float) -> None:
    p = one_day()
    for lab in labs:
        p.lab("20h", lab, 5)
    (row,) = verdicts(p, "MON-01")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", reason, value)
    there = (labs[0] if labs else "none").replace("crp", "CRP")
    missing = reason.removeprefix("missing: ").replace("crp", "CRP")
    assert row["sentence"] == f"Day 1 after the infusion, with a value: {there}: not met, missing {missing}."


def test_both_are_told() -> None:
    (row,) = verdicts(both(one_day(), "20h"), "MON-01")
    assert (row["value"], row["sentence"]) == (2.0, "Day 1 after the infusion, with a value: CRP, ferritin: met.")


def test_a_bound_is_a_value_and_an_empty_row_is_none() -> None:
    assert first(one_day().lab("20h", "crp", 0.5, bound="<").lab("20h", "ferritin", 5)) == ("met", None)
    assert first(one_day().lab("20h", "crp", None).lab("20h", "ferritin", 5)) == ("not_met", "missing: crp")


def test_a_date_without_a_time_is_of_its_date() -> None:
    assert first(both(one_day(), "12h", day_only=True)) == ("met", None)
    assert first(both(one_day(), "36h", day_only=True))[0] == "not_met"


def test_without_labs_nobody_knows() -> None:
    assert [(status, reason) for _, status, reason in days(followed())] == [("indeterminate", "labs")] * 7


def test_without_vitals_the_first_days_stand() -> None:
    assert first(both(one_day(), "20h")) == ("met", None)
    assert len(days(followed().lab("-1h", "anc", 5))) == 7


def test_evidence() -> None:
    p = febrile("11h", "14h", until="36h").lab("20h", "crp", 5)
    assert clauses(p, "MON-01") == {
        ("crp with a value that date", "true"), ("ferritin with a value that date", "false"),
        ("grade 1 or more that date", "true"),
    }  # fmt: skip
    assert clauses(both(one_day(), "20h"), "MON-01") == {
        ("crp with a value that date", "true"), ("ferritin with a value that date", "true"),
    }  # fmt: skip
