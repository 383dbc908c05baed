"""PROTOCOL 3, the timeline: it covers the window, is maximal, says what it rests on; and no order of rows or time zone
changes it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from crs_audit.grading.astct import Grading
from tests.spec.graded import graded, grading_of
from tests.spec.patient import Patient, patient


def stormy(name: str = "P1", **cells: object) -> Patient:
    """A bit of everything, with ties."""
    p = patient(name, **cells).oxygen("-3h", "nasal cannula", 1).temp("-1h", 38.4)
    p.every("3h", "0h", "3d", temperature=38.2, sbp=95, map=70, spo2=93)
    p.sbp("9h", 82).sbp("9h", 99).sbp("9h20m", 110).map("15h", 60).temp("2d", 36.5).spo2("5h", 85)
    p.oxygen("10h", "nasal cannula", 4).flow("12h", 8).device("13h", "mask").device("13h", "nasal cannula")
    p.oxygen("20h", "high-flow cannula").device("1d", "invasive").icans("1d2h", 3).device("1d12h", "none")
    p.start("11h", "norepinephrine", end="1d").start("12h", "epinephrine").stop("14h", "epinephrine")
    p.push("15h", "phenylephrine").start("15h", "vasopressin").stop("22h", "vasopressin")
    p.tocilizumab("11h").dexamethasone("12h").acetaminophen("2h").fluid("9h10m")
    return p.sbp("4d", 80).sbp("9d", 80)


@pytest.mark.parametrize("frame", ["timeline", "segments"])
def test_it_covers_the_window_without_gap_or_overlap(frame: str) -> None:
    rows = getattr(grading_of(stormy().infusion("5d")), frame)
    for code, start, end in ((0, "0h", "5d"), (1, "5d", "35d")):
        own = rows.filter(pl.col("infusion") == code)
        assert own["start"][0] == stormy().at(start)
        assert own["end"][-1] == stormy().at(end)
        assert own["end"][:-1].to_list() == own["start"][1:].to_list()
        assert (own["start"] < own["end"]).all()


@pytest.mark.parametrize("frame", ["timeline", "segments"])
def test_rows_are_maximal(frame: str) -> None:
    rows = getattr(grading_of(stormy()), frame).drop("start", "end").to_dicts()
    assert all(one != other for one, other in pairwise(rows))


def test_an_infusion_without_vitals_is_one_row_of_grade_0_not_observed() -> None:
    g = graded(patient())
    assert g.timeline() == [("0h", "30d", 0)]
    assert (g.observed("1d"), g.drivers("1d")) == (False, "")
    assert g.episodes() == []


def test_an_empty_chart_gives_empty_frames() -> None:
    nobody = grading_of()
    assert all(getattr(nobody, field.name).is_empty() for field in fields(Grading))


def test_an_empty_window_has_no_row() -> None:
    assert graded(patient(until="0h").temp("-1h", 38.5)).timeline() == []


@pytest.mark.parametrize(("until", "end"), [(None, "30d"), ("3d", "3d"), ("40d", "30d")])
def test_it_ends_with_the_window(until: str | None, end: str) -> None:
    assert graded(patient(until=until).temp("1h", 38.5)).timeline()[-1][1] == end


def test_it_covers_the_window_even_where_follow_up_ends_earlier() -> None:
    """The last row and the last stay end on day 2; the timeline goes on, unobserved."""
    g = graded(patient().stay("ward", "-1d", "2d").temp("1h", 38.5))
    assert g.timeline()[-1] == ("7h", "30d", 0)


@pytest.mark.parametrize(
    ("told", "observed"),
    [
        (lambda p: p.temp("1h", 37), False),
        (lambda p: p.sbp("1h", 120), False),
        (lambda p: p.temp("1h", 37).sbp("1h", 120), True),
        (lambda p: p.temp("1h", 37).map("1h", 80), True),
        (lambda p: p.temp("1h", 37).spo2("1h", 97).oxygen("1h", "none"), False),
    ],
)
def test_observed_is_temperature_and_a_pressure_known(told: object, observed: bool) -> None:
    assert graded(told(patient())).observed("1h") is observed  # type: ignore[operator]


def test_mean_pressure_does_not_make_a_child_observed() -> None:
    assert graded(patient(age=9).temp("1h", 37).map("1h", 80)).observed("1h") is False


def test_drivers_come_in_their_order_also_at_grade_0() -> None:
    p = patient().sbp("1h", 80).oxygen("1h", "nasal cannula", 2.5).start("1h", "vasopressin")
    g = graded(p.start("1h", "epinephrine").temp("2h", 38.5))
    assert g.drivers("1h") == "hypotension; oxygen=nasal cannula 2.5; epinephrine; vasopressin"
    assert g.grade("1h") == 0
    assert g.drivers("2h") == "fever; hypotension; oxygen=nasal cannula 2.5; epinephrine; vasopressin"


def test_a_new_driver_begins_a_new_row_at_equal_grade() -> None:
    g = graded(patient().temp("1h", 38.5).sbp("1h", 85).oxygen("2h", "nasal cannula", 2).flow("3h", 3))
    assert [row for row in g.timeline() if row[2] == 2][:3] == [("1h", "2h", 2), ("2h", "3h", 2), ("3h", "7h", 2)]


def test_each_driver_cites_the_charted_row_it_rests_on() -> None:
    p = patient().temp("1h", 38.5).temp("2h", 38.7).sbp("2h", 85).map("2h", 60)
    p.device("2h", "nasal cannula").flow("3h", 4).start("3h", "norepinephrine")
    assert graded(p).cited("3h") == [
        ("fever", "38.7"),
        ("hypotension", "85"),
        ("hypotension", "60"),
        ("norepinephrine", "norepinephrine started"),
        ("oxygen=nasal cannula 4", "nasal cannula"),
        ("oxygen=nasal cannula 4", "4"),
    ]


def test_hypotension_cites_only_the_channel_that_is_low() -> None:
    assert graded(patient().sbp("1h", 120).map("1h", 60).sbp("2h", 120)).cited("1h") == [("hypotension", "60")]


def test_a_low_pressure_that_no_longer_holds_is_not_cited() -> None:
    assert graded(patient().map("1h", 60).sbp("8h", 85)).cited("8h") == [("hypotension", "85")]


def test_every_driver_of_every_row_is_cited() -> None:
    grading = grading_of(stormy("A"), stormy("B", age=7.0))
    named = (
        grading.timeline.with_columns(driver=pl.col("drivers").str.split("; "))
        .explode("driver")
        .filter(pl.col("driver") != "")
        .select("infusion", "start", "driver")
    )
    cited = grading.driver_rows.select("infusion", "start", "driver").unique()
    assert named.height > 20
    assert named.sort(pl.all()).equals(cited.sort(pl.all()))


def test_flags_in_an_episode_say_which() -> None:
    p = patient().temp("1h", 38.5).push("2h", "epinephrine").push("5d", "epinephrine")
    flags = grading_of(p).flags.filter(pl.col("flag") == "pressor_push")
    assert flags["episode"].to_list() == [1, None]


# Invariants ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    some = [stormy("A"), stormy("B", age=4.0).infusion("6d"), patient("C")]
    ordered, shuffled = grading_of(*some), grading_of(*some, shuffle=seed)
    for field in fields(Grading):
        assert getattr(ordered, field.name).equals(getattr(shuffled, field.name)), field.name


def test_patients_do_not_touch_each_other() -> None:
    """Alone or between others: the same timeline."""
    alone = grading_of(stormy("B")).timeline.drop("infusion")
    among = grading_of(stormy("A"), stormy("B"), stormy("C", age=2.0)).timeline
    assert among.filter(pl.col("infusion") == 1).drop("infusion").equals(alone)


def test_the_time_zone_of_the_site_changes_nothing() -> None:
    utc, there = grading_of(stormy()), grading_of(stormy(), timezone="Pacific/Kiritimati")
    for field in fields(Grading):
        assert getattr(utc, field.name).equals(getattr(there, field.name)), field.name


def test_elapsed_hours_count_across_a_change_of_clocks() -> None:
    """A temperature holds six real hours through the night in which 02:00–03:00 does not exist."""
    t0 = datetime(2026, 3, 7, 23, 0, tzinfo=ZoneInfo("America/Chicago")).astimezone(ZoneInfo("UTC"))
    g = graded(patient(t0=t0).temp("0h", 38.5))
    assert g.timeline()[0] == ("0h", "6h", 1)
    assert g.row("0h")["end"] - t0 == timedelta(hours=6)
