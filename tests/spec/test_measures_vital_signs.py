"""PROTOCOL 5, monitoring: vital signs every four hours. T0 is 12:00; the first whole date is 12 h to 36 h."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.spec.judged import verdict, verdicts
from tests.spec.patient import offset, patient
from tests.spec.vitals import DAY, SET, day, hourly, signs, without

# how much of the day -------------------------------------------------------------------------------------------------


def test_every_four_hours() -> None:
    (row,) = verdicts(signs(day(), *range(0, DAY, 240)), "MON-03")
    assert (row["status"], row["reason"], row["value"], row["threshold"]) == ("met", None, 100.0, "≥ 90")
    assert (row["time"], row["unit"], row["episode"]) == (patient().at("12h"), "%", None)
    assert row["sentence"] == (
        "Day 1 after the infusion: temperature, blood pressure, heart rate, respiratory rate, SpO2 all read in the "
        "last 5 h for 100 % of the day: met."
    )


@pytest.mark.parametrize(
    ("minutes", "covered"),
    [
        ([0, 300, 600, 900, 1200], 1440),  # every 5 h
        ([0, 301, 601, 901, 1201], 1439),
        ([144, 444, 744, 1044, 1344], 1296),  # nothing for the first tenth
        ([145, 445, 745, 1045, 1345], 1295),
        ([0, 300, 600, 900], 1200),
        ([0, 300, 600, 900, 1056], 1356),
        ([0, 96, 396, 696, 996], 1296),  # nothing for the last tenth
        ([0, 95, 395, 695, 995], 1295),
        ([-300, 0, 300, 600, 900, 1200], 1440),
        ([-1, 299, 599, 899, 1139], 1439),
        ([-60, 240, 540, 840], 1140),
        ([-301], 0),
        ([-300], 0),
        ([-299], 1),
        ([1440], 0),
        ([1439], 1),
        ([], 0),
    ],
)
def test_minutes_covered(minutes: list[int], covered: int) -> None:
    """What was read before the date began counts as far as it reaches."""
    (row,) = verdicts(signs(day().temp("-6d", 36.8), *minutes), "MON-03")
    assert row["value"] == pytest.approx((1000 * covered // DAY) / 10)
    assert row["status"] == ("met" if covered >= 1296 else "not_met")


@pytest.mark.parametrize(("first", "status"), [("144m", "met"), ("144m 1s", "not_met")])
def test_nine_tenths(first: str, status: str) -> None:
    p, begin = day().temp("-6d", 36.8), timedelta(hours=12) + offset(first)
    for n in range(5):
        for vital, value in SET.items():
            p.vital(begin + n * timedelta(hours=5), vital, value)
    (row,) = verdicts(p, "MON-03")
    assert row["status"] == status
    # Rounded down: what is just short of the target is not told as reaching it.
    assert ("90 %" if status == "met" else "89.9 %") + " of the day" in row["sentence"]


def test_a_reading_before_the_infusion_counts() -> None:
    """An hour before an infusion at 23:59: it reaches 3 h 59 min into the next day."""
    p = patient(t0=patient().at("11h59m"), until="24h1m").temp("-6d", 36.8)
    for vital, value in SET.items():
        p.vital("-1h", vital, value)
    (row,) = verdicts(p, "MON-03")
    assert row["value"] == 16.5


# every channel -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vital", "name"),
    [
        ("temperature", "temperature"),
        ("sbp", "blood pressure"),
        ("heart_rate", "heart rate"),
        ("respiratory_rate", "respiratory rate"),
        ("spo2", "SpO2"),
    ],
)
def test_the_worst_channel_is_named(vital: str, name: str) -> None:
    p = signs(hourly(day(), **without(vital)), 600, **{vital: SET[vital]})
    (row,) = verdicts(p, "MON-03")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", "too_little", 20.8)
    assert f"for 20.8 % of the day; least often {name}, for 20.8 %: not met, too little." in row["sentence"]


def test_mean_pressure_is_a_pressure() -> None:
    assert verdict(hourly(hourly(day(), **without("sbp")), map=80.0), "MON-03") == ("met", None)
    assert verdict(hourly(hourly(day(), **without("sbp")), dbp=80.0), "MON-03")[0] == "not_met"
    by_turns = hourly(hourly(day(), **without("sbp")), 0, 720, map=80.0)
    assert verdict(hourly(by_turns, 720, sbp=120.0), "MON-03") == ("met", None)


def test_times_without_different_channels_add_up() -> None:
    """Temperature is missing for 3 h of the morning, SpO2 for 3 h of the evening; together 6 of 24 h."""
    p = hourly(hourly(day(), **without("temperature")), 0, 1, temperature=36.8)
    p = hourly(p, 8 * 60, temperature=36.8)
    (row,) = verdicts(p, "MON-03")
    assert row["value"] == 87.5
    q = hourly(day(), **{v: SET[v] for v in ("sbp", "heart_rate", "respiratory_rate")})
    q = hourly(hourly(q, 0, 1, temperature=36.8), 8 * 60, temperature=36.8)
    q = hourly(hourly(q, 0, 13 * 60, spo2=97.0), 20 * 60, spo2=97.0)
    (row,) = verdicts(q, "MON-03")
    assert row["value"] == 75.0
    # Of two read equally often the first is named.
    assert "least often temperature, for 87.5 %" in row["sentence"]


def test_the_same_time_without_two_channels_counts_once() -> None:
    p = hourly(day(), **{v: SET[v] for v in ("sbp", "heart_rate", "respiratory_rate")})
    p = hourly(hourly(p, 0, 1, temperature=36.8, spo2=97.0), 8 * 60, temperature=36.8, spo2=97.0)
    (row,) = verdicts(p, "MON-03")
    assert row["value"] == 87.5
