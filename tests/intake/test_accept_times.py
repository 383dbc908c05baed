"""Times: what is read, what it means in the site's zone, and what is not a time."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from crs_audit.errors import UsageError
from crs_audit.intake.clock import Clock
from tests.intake.accepting import accept, refusal, row

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = "UTC", **writing: object) -> datetime:
    time = row("vitals", zone, writing, time=text)["time"]
    assert isinstance(time, datetime)
    return time


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T12:30:00Z",
        "2026-03-02 12:30:00Z",
        "2026-03-02T12:30Z",
        "2026-03-02T12:30:00z",
        "2026-03-02t12:30:00Z",
        "2026-03-02 12:30:00 UTC",
        "2026-03-02T12:30:00+00:00",
        "2026-03-02 12:30:00-00:00",
        "2026-03-02T12:30:00.000+00:00",
        "2026-03-02T12:30:00,000000000Z",
        "2026-03-02T14:30:00+02:00",
        "2026-03-02 14:30+0200",
        "2026-03-02 14:30 +02",
        "2026-03-02T06:00:00-06:30",
        "2026-03-02T13:30:00",
        "2026-03-02 13:30",
        "2026-03-02 13:30:00.0",
        "  2026-03-02 13:30:00\t",
    ],
)
def test_one_instant_may_be_written_in_many_ways(text: str) -> None:
    assert at(text, BERLIN) == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def test_the_ways_may_be_mixed_in_one_column() -> None:
    texts = ["2026-03-02T12:30:00Z", "2026-03-02 13:30", "2026-03-02T13:30:00", None, "2026-03-02T14:30:00+02:00", "x"]
    times = Clock(BERLIN).read(pl.Series(texts))
    same = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert times["time"].to_list() == [same, same, same, None, same, None]
    assert times["problem"].to_list() == [None, None, None, "missing", None, "not a time"]


def test_a_fraction_of_a_second_is_kept_to_the_microsecond() -> None:
    assert at("2026-03-02T12:30:00.2501239Z") == datetime(2026, 3, 2, 12, 30, 0, 250123, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "02/03/2026 12:30", "2/3/26", "03.02.2026 12:30", "2026/03/02 12:30", "20260302", "202603021230", "46083.5",
        "2026-3-2 12:30", "2026-02-30 12:30", "2026-13-01 12:30", "2026-03-02 24:00", "2026-03-02 12:60",
        "2026-03-02 12:30:60", "2026-03-02 1230", "2026-03-02T12", "+2026-03-02 12:30", "2026-03-02 12:30 PM",
        "2026-03-02T12:30:00+25:00", "12:30", "yesterday", "2026-03", "２０２６-03-02 12:30",
    ],
)  # fmt: skip
def test_what_is_neither_iso_nor_declared_is_not_a_time(text: str) -> None:
    assert refusal("vitals", time=text) == "time: not a time"


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("%d.%m.%Y %H:%M", "03.02.2026 12:30"),
        ("%m/%d/%Y %H:%M", "2/3/2026 12:30"),
        ("%m/%d/%y %I:%M %p", "02/03/26 12:30 PM"),
        ("%d%b%Y:%H:%M:%S", "03FEB2026:12:30:00"),
        ("%Y%m%d%H%M%S", "20260203123000"),
        ("%d.%m.%Y %H:%M:%S.%f", "03.02.2026 12:30:00.000"),
        ("%d.%m.%Y %H:%M %z", "03.02.2026 13:30 +0100"),
        ("excel", "46056.5208333333"),
    ],
)
def test_a_declared_format_is_read(declared: str, text: str) -> None:
    assert at(text, time_formats=(declared,)) == datetime(2026, 2, 3, 12, 30, tzinfo=UTC)
    assert at(f" {text} ", time_formats=(declared,)) == datetime(2026, 2, 3, 12, 30, tzinfo=UTC)


def test_a_declared_format_leaves_iso_readable_and_wins_over_it() -> None:
    assert at("2026-02-03 12:30", time_formats=("%d.%m.%Y %H:%M",)) == datetime(2026, 2, 3, 12, 30, tzinfo=UTC)
    assert at("2026-02-03 12:30", time_formats=("%Y-%d-%m %H:%M",)) == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def test_declared_formats_are_tried_in_their_order() -> None:
    formats = ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    assert at("02/03/2026 12:30", time_formats=formats) == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert at("02/13/2026 12:30", time_formats=formats) == datetime(2026, 2, 13, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(("declared", "text"), [("%d.%m.%Y", "03.02.2026"), ("excel", "46056")])
def test_a_declared_format_may_be_a_date_without_time(declared: str, text: str) -> None:
    read = row("vitals", writing={"time_formats": (declared,)}, time=text)
    assert (read["time"], read["day_only"]) == (datetime(2026, 2, 3, tzinfo=UTC), True)


@pytest.mark.parametrize("text", ["0.3368", "38.5", "60", "200001"])
def test_a_number_too_small_or_too_large_is_no_serial(text: str) -> None:
    assert refusal("vitals", writing={"time_formats": ("excel",)}, time=text) == "time: not a time"


def test_a_format_without_directives_is_refused() -> None:
    with pytest.raises(UsageError, match="no %-directive"):
        Clock("UTC", ("dd.mm.yyyy",))


def test_a_wall_clock_time_that_never_was_is_rejected() -> None:
    assert refusal("vitals", BERLIN, time="2026-03-29 02:30") == "time: time does not exist"
    assert at("2026-03-29 01:59", BERLIN) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert at("2026-03-29 03:00", BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_of_a_wall_clock_time_shown_twice_the_first_is_taken_and_flagged() -> None:
    twice = row("vitals", BERLIN, time="2026-10-25 02:30")
    assert (twice["time"], twice["flags"]) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "fold")
    once = row("vitals", BERLIN, time="2026-10-25 02:30+01:00")
    assert (once["time"], once["flags"]) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None)
    after = row("vitals", BERLIN, time="2026-10-25 03:00")
    assert (after["time"], after["flags"]) == (datetime(2026, 10, 25, 2, tzinfo=UTC), None)


def test_a_change_of_the_clock_by_half_an_hour_is_met() -> None:
    zone = "Australia/Lord_Howe"
    assert refusal("vitals", zone, time="2026-10-04 02:15") == "time: time does not exist"
    assert row("vitals", zone, time="2026-04-05 01:45")["flags"] == "fold"
    assert row("vitals", zone, time="2026-04-05 01:15")["flags"] is None


def test_a_date_without_time_is_kept_as_its_local_midnight() -> None:
    read = row("labs", BERLIN, time="2026-07-02")
    assert (read["time"], read["day_only"]) == (datetime(2026, 7, 1, 22, tzinfo=UTC), True)
    assert row("labs", BERLIN, time="2026-07-02 00:00")["day_only"] is False


def test_a_date_that_begins_late_has_its_first_instant() -> None:
    # In Beirut the clock goes from 00:00 to 01:00 on this day.
    assert row("labs", "Asia/Beirut", time="2024-03-31")["time"] == datetime(2024, 3, 30, 22, tzinfo=UTC)
    assert refusal("labs", "Asia/Beirut", time="2024-03-31 00:30") == "time: time does not exist"


def test_a_date_that_never_was_is_rejected() -> None:
    assert refusal("labs", "Pacific/Apia", time="2011-12-30") == "time: time does not exist"


@pytest.mark.parametrize("text", ["1899-12-31 23:59", "2301-01-01 00:00", "0026-03-02", "9999-12-31"])
def test_a_year_beyond_reason_is_rejected(text: str) -> None:
    assert refusal("vitals", time=text) == "time: outside plausible range"


@pytest.mark.parametrize("text", ["1900-01-01 00:00", "2300-12-31 23:59"])
def test_the_bounds_of_the_years_are_within(text: str) -> None:
    assert at(text)


@pytest.mark.parametrize("text", [None, "", "   "])
def test_a_blank_time_is_missing(text: str | None) -> None:
    assert refusal("vitals", time=text) == "time: missing"


def test_wall_clocks_labelled_utc_are_moved_and_naive_times_are_not() -> None:
    # Local time + 300 minutes, labelled UTC whatever the season: 12:00 in July in New York is 16:00 UTC.
    zone, writing = "America/New_York", {"time_shift_minutes": -300}
    assert row("vitals", zone, writing, time="2026-07-02T17:00:00Z")["time"] == datetime(2026, 7, 2, 16, tzinfo=UTC)
    assert row("vitals", zone, writing, time="2026-01-02T17:00:00Z")["time"] == datetime(2026, 1, 2, 17, tzinfo=UTC)
    assert row("vitals", zone, writing, time="2026-07-02 12:00:00")["time"] == datetime(2026, 7, 2, 16, tzinfo=UTC)
    assert row("vitals", zone, writing, time="2026-11-01T06:30:00Z")["flags"] == "fold"


def test_an_end_may_not_lie_before_its_start() -> None:
    assert refusal("mar", end_time="2026-03-02 11:59") == "end_time: end before start"
    assert row("mar", end_time="2026-03-02 12:00")["end_time"] == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert refusal("adt", out_time="2026-03-02 11:59") == "out_time: end before start"
    assert refusal("procedures", end_time="2026-03-01") == "end_time: end before start"
    assert refusal("mar", end_time="noon") == "end_time: not a time"


def test_an_end_without_time_of_day_says_nothing_of_a_dose_or_a_procedure() -> None:
    for table in ("mar", "procedures"):
        read = row(table, end_time="2026-03-02")
        assert (read["end_time"], read["flags"]) == (None, "end_day_only")


def test_a_stay_that_ends_on_a_date_lasts_to_its_end() -> None:
    read = row("adt", BERLIN, out_time="2026-03-02")
    assert (read["out_time"], read["flags"]) == (datetime(2026, 3, 2, 23, tzinfo=UTC), "out_day_only")


def test_a_stay_that_begins_on_a_date_says_so() -> None:
    read = row("adt", BERLIN, in_time="2026-03-02", out_time="2026-03-02")
    assert (read["in_time"], read["flags"]) == (datetime(2026, 3, 1, 23, tzinfo=UTC), "day_only,out_day_only")


def test_a_long_column_over_the_changes_of_the_clock_is_read_row_by_row_alike() -> None:
    wall = pl.datetime_range(pl.datetime(2025, 1, 1), pl.datetime(2027, 1, 1), "7m", eager=True)
    texts = wall.dt.strftime("%Y-%m-%d %H:%M")
    whole = Clock("America/New_York").read(texts)
    first = wall.dt.replace_time_zone("America/New_York", ambiguous="earliest", non_existent="null")
    last = wall.dt.replace_time_zone("America/New_York", ambiguous="latest", non_existent="null")
    assert whole["time"].to_list() == first.dt.convert_time_zone("UTC").to_list()
    assert whole["fold"].to_list() == (first != last).fill_null(False).to_list()
    assert whole["fold"].sum() > 0
    assert whole["time"].null_count() > 0


def test_an_empty_frame_is_accepted() -> None:
    assert accept("vitals").frame.height == 0
