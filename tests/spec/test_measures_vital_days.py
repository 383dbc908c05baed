"""PROTOCOL 5, monitoring: on which days vital signs are asked for, what is cited of them, and many patients at once. T0
is 12:00; the first whole date is 12 h to 36 h."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from crs_audit.evaluate import evaluate
from tests.spec.judged import PROTOCOL, clauses, evaluated, followed, verdict, verdicts
from tests.spec.patient import Patient, facts, offset, patient, tables
from tests.spec.vitals import DAY, SET, day, hourly, signs, without

# which days ----------------------------------------------------------------------------------------------------------


def statuses_of(p: Patient, **facts: Any) -> list[tuple[timedelta, str]]:
    found = verdicts(p, "MON-03", **facts)
    return [(row["time"] - p.t0, row["status"]) for row in found if row["opportunity"]]


def test_the_first_days_and_those_of_crs() -> None:
    p = followed().well("0h", "12d").temp("12d", 38.5).temp("12d 4h", 36.8)
    assert [at for at, _ in statuses_of(p)] == [timedelta(hours=12 + 24 * n) for n in [*range(7), 11]]


@pytest.mark.parametrize(
    ("stays", "begins"),
    [
        ([], [12, 36, 60]),
        ([("-1d", None)], [12, 36, 60]),
        ([("12h", "36h")], [12]),
        ([("12h1m", None)], [36, 60]),
        ([("-1d", "35h59m")], []),
        ([("-1d", "20h"), ("20h", "60h")], [12, 36]),
        ([("-1d", "20h"), ("20h1m", "84h")], [36, 60]),
        ([("-1d", "30h"), ("20h", "84h")], [12, 36, 60]),
        ([("-1d", "1h")], []),
        ([("-9d", "-8d")], [12, 36, 60]),  # too old to show that stays were extracted for this infusion
        ([("-9d", "-7d")], []),
        ([("84h", None)], [12, 36, 60]),
        ([("83h59m", None)], []),
    ],
)
def test_only_days_spent_in_stays(stays: list[tuple[str, str | None]], begins: list[int]) -> None:
    p = hourly(followed(until="84h"), -720, 72 * 60)
    for start, end in stays:
        p.stay("ward", start, end)
    assert statuses_of(p) == [(timedelta(hours=begin), "met") for begin in begins]


def test_a_day_of_23_hours() -> None:
    """T0 is 07:00 in New York; its sixth date has 23 h. Two hours and 18 min unread are a tenth of it."""
    facts_ = {"timezone": "America/New_York"}
    p = hourly(followed(until="160h"), -720, 137 * 60 - 720 - 300 + 60)
    for vital, value in SET.items():
        p.every("1h", offset("137h") + timedelta(minutes=138), "160h", **{vital: value})
    assert statuses_of(p, **facts_)[-1] == (timedelta(hours=137), "met")
    row = verdicts(p, "MON-03", **facts_)[-1]
    assert row["value"] == pytest.approx(90.0)
    # Neither the length of the day nor a count that would tell it: the clocks are changed twice a year.
    assert "for 90 % of the day" in row["sentence"]
    assert not re.search(r"\d min|\d h of|1380", row["sentence"])


def test_a_day_of_25_hours() -> None:
    """The clocks are put back on 1 November; two hours and a half unread are a tenth of it."""
    p = followed(t0=datetime(2026, 10, 30, 12, tzinfo=UTC), until="65h").temp("-1d", 36.8)
    for vital, value in SET.items():
        p.every("1h", "42h30m", "65h", **{vital: value})
    row = verdicts(p, "MON-03", timezone="America/New_York")[-1]
    assert (row["time"], row["status"]) == (p.at("40h"), "met")
    assert "for 90 % of the day" in row["sentence"]
    assert not re.search(r"\d min|\d h of|1500", row["sentence"])


def test_without_vitals_nobody_knows() -> None:
    found = verdicts(followed(), "MON-03")
    assert [(row["status"], row["reason"]) for row in found] == [("indeterminate", "vitals")] * 7


def test_it_is_never_censored() -> None:
    assert verdict(day().temp("1h", 36.8), "MON-03") == ("not_met", "too_little")


def test_no_whole_date() -> None:
    assert verdict(day(until="35h").temp("1h", 36.8), "MON-03") == ("not_applicable", None)


# evidence, order, others ---------------------------------------------------------------------------------------------


def test_evidence() -> None:
    clause = "every channel read in the last 5 h for 90 % of the day"
    assert clauses(hourly(day()), "MON-03") == {(clause, "true")}
    p = hourly(signs(day(), *range(-60, 300, 60), 1080, 1100, spo2=97.0), -720, DAY, **without("spo2"))
    assert clauses(p, "MON-03") == {(clause, "false"), ("channel read least often", "true")}
    cited = evaluated(p, "MON-03").evidence.filter(clause=clause)
    assert cited.select("time", "raw_value").rows() == [
        (p.at("16h"), "spo2 97"), (p.at("30h"), "spo2 97"),
    ]  # fmt: skip


def test_of_readings_of_one_instant_the_first_charted_is_cited() -> None:
    p = hourly(day(), **without("spo2"))
    for row in (9, 7, 8):
        p.spo2("13h", 90 + row, row=1000 + row)
    for seed in range(5):
        found = evaluate(tables(p, shuffle=seed), PROTOCOL, facts(p), frozenset({"MON-03"})).evidence
        cited = found.filter(pl.col("clause").str.starts_with("every"))
        assert cited.get_column("row").to_list() == [1007]


def test_grade_is_why_a_later_day_counts() -> None:
    p = followed().well("0h", "12d").temp("12d", 38.5).temp("12d 4h", 36.8)
    cited = evaluated(p, "MON-03").evidence.filter(clause="grade 1 or more that date")
    assert cited.select("time", "raw_value").rows() == [(p.at("12d"), "38.5")]


def naive(p: Patient, begin: int) -> float:
    """Percent of the date that begins so many minutes after T0, counted minute by minute, to a tenth below."""
    channels = {"sbp": "bp", "map": "bp"}
    read: dict[str, set[int]] = {}
    for row in p.rows["vitals"]:
        at = int((row["time"] - p.t0) / timedelta(minutes=1))
        read.setdefault(channels.get(row["vital"], row["vital"]), set()).update(range(at, at + 300))
    wanted = ("temperature", "bp", "heart_rate", "respiratory_rate", "spo2")
    every = set(range(begin, begin + DAY)).intersection(*(read.get(channel, set()) for channel in wanted))
    return (1000 * len(every) // DAY) / 10


def test_many_patients_at_once() -> None:
    """Patients and second infusions side by side, rows in any order: each as if counted minute by minute."""
    draw = random.Random(1)
    cohort = []
    for n in range(12):
        p = patient(f"P{n}", until=None if n % 3 == 0 else "6d").temp("-1d", 37.0)
        if n % 3 == 0:
            p.infusion("3d 12h", until="8d")
        for vital in (*SET, "map"):
            for _ in range(draw.choice([90, 200, 400])):
                p.vital(f"{draw.randrange(-600, 8 * DAY)}m", vital, SET.get(vital, 80.0))
        cohort.append(p)
    for seed in (None, 1):
        results = evaluate(tables(*cohort, shuffle=seed), PROTOCOL, facts(*cohort), frozenset({"MON-03"})).results
        told = results.filter(pl.col("opportunity") > 0)
        assert told.height > 50
        for row in told.iter_rows(named=True):
            p = cohort[int(row["infusion_id"].split("/")[0][1:])]
            begin = int((row["time"] - p.t0) / timedelta(minutes=1))
            assert row["value"] == pytest.approx(naive(p, begin), abs=1e-6)
    assert told.get_column("value").n_unique() > 20


@pytest.mark.parametrize(
    ("at", "status"),
    [("12h", "indeterminate"), ("-12h", "indeterminate"), ("36h", "not_met"), ("-36h", "not_met")],
)
def test_a_date_without_a_time(at: str, status: str) -> None:
    """The first five hours are missing: a set of this date or of the one before may have reached into them."""
    p = hourly(day(), 300)
    for vital, value in SET.items():
        p.vital(at, vital, value, day_only=True)
    assert verdict(p, "MON-03")[0] == status
