"""What was charted of a window whose hours are known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from crs_audit.chart import build_chart
from crs_audit.protocol.load import load_protocol
from crs_audit.quality.coverage import COVERED, Coverage, coverage
from tests.spec.patient import T0, Patient, facts, patient, tables


def _coverage(*patients: Patient, timezone: str = "UTC", shuffle: int | None = None) -> Coverage:
    chart = build_chart(tables(*patients, shuffle=shuffle), load_protocol(), facts(*patients, timezone=timezone))
    return coverage(chart, chart.infusions["infusion_id"].to_list())


def _row(found: Coverage, name: str) -> dict[str, Any]:
    (row,) = found.coverage.filter(pl.col("name") == name).to_dicts()
    return row


def test_an_hour_counts_once_and_from_t0_on() -> None:
    p = patient(until="10h").temp("-5m", 37).temp("0h", 37).temp("59m", 38).temp("1h", 38).temp("5h", 38)
    row = _row(_coverage(p.temp("10h", 38)), "temperature")
    assert (row["window"], row["charted"], row["followed"], row["charted_followed"]) == (10, 3, 10, 3)
    # Hours 6 to 9.
    assert row["longest_gap"] == 4


def test_a_last_part_of_an_hour_is_an_hour() -> None:
    row = _row(_coverage(patient(until="90m").temp("80m", 38)), "temperature")
    assert (row["window"], row["charted"], row["longest_gap"]) == (2, 1, 1)


def test_hours_without_any_value_are_one_gap() -> None:
    row = _row(_coverage(patient(until="10h")), "spo2")
    assert (row["charted"], row["longest_gap"]) == (0, 10)


def test_one_of_several_will_do() -> None:
    p = patient(until="10h").sbp("1h", 120).map("1h", 80).map("2h", 80).dbp("3h", 60)
    found = _coverage(p.flow("1h", 2).fio2("2h", 0.4).device("3h", None, raw_value="?"))
    assert _row(found, "blood_pressure")["charted"] == 2
    assert _row(found, "oxygen")["charted"] == 3


def test_a_row_with_a_date_only_lies_in_no_hour_but_on_its_date() -> None:
    p = patient(until="72h").temp("24h", 37, day_only=True).weight("24h", 80, day_only=True)
    found = _coverage(p)
    assert _row(found, "temperature")["charted"] == 0
    assert _row(found, "weight")["charted"] == 1


def test_daily_labs_are_looked_for_by_local_date() -> None:
    # T0 12:00 UTC is 13:00 in Berlin; 23:30 UTC is of the next date there.
    assert T0.hour == 12
    p = patient(until="3d").lab("11h30m", "crp", 5).lab("12h", "crp", 5).lab("-1h", "crp", 5).lab("2d", "ferritin", 5)
    found = _coverage(p, timezone="Europe/Berlin")
    crp = _row(found, "crp")
    assert (crp["unit"], crp["window"], crp["charted"], crp["longest_gap"]) == ("date", 4, 1, 2)
    assert _row(found, "ferritin")["charted"] == 1


def test_after_the_end_of_follow_up_nothing_is_missing() -> None:
    p = patient().temp("1h", 37).temp("30h", 37).stay("ward", "-1h", "20h")
    row = _row(_coverage(p), "temperature")
    assert (row["window"], row["charted"]) == (720, 2)
    assert (row["followed"], row["charted_followed"], row["longest_gap"]) == (20, 1, 18)


def test_every_infusion_has_every_lane_and_the_order_of_rows_does_not_matter() -> None:
    patients = (patient("P1", until="9d").every("4h", "0h", "5d", temperature=37, sbp=120), patient("P2", until="2d"))
    one, other = _coverage(*patients), _coverage(*patients, shuffle=5)
    assert one.coverage["name"].to_list() == [*COVERED, *COVERED]
    for part in ("coverage", "cells", "hours"):
        assert getattr(one, part).equals(getattr(other, part))


def test_cells_are_shaded_by_the_quarters_of_their_hours() -> None:
    # Nine days: cells of four hours. 1 of 4, 3 of 4 and 4 of 4 hours; then one that stands alone.
    p = patient(until="9d").temp("0h", 37).every("1h", "5h", "12h", temperature=37).temp("20h", 37)
    cells = _coverage(p).cells.filter(pl.col("name") == "temperature")
    offsets = [(int((s - T0).total_seconds() // 3600), int((e - T0).total_seconds() // 3600), level)
               for s, e, level in cells.select("start", "end", "level").rows()]  # fmt: skip
    assert offsets == [(0, 4, 1), (4, 8, 3), (8, 12, 4), (20, 24, 1)]


def test_a_short_window_is_drawn_hour_by_hour() -> None:
    cells = _coverage(patient(until="3d").temp("1h", 37).temp("2h", 37).temp("4h", 37)).cells
    assert [(s - T0, e - T0) for s, e in cells.select("start", "end").rows()] == [
        (timedelta(hours=1), timedelta(hours=3)), (timedelta(hours=4), timedelta(hours=5)),
    ]  # fmt: skip


def test_of_those_still_followed_some_were_charted() -> None:
    found = _coverage(patient("P1", until="3h").temp("0h", 37).temp("2h", 37), patient("P2", until="2h").temp("0h", 37))
    hours = found.hours.filter(pl.col("name") == "temperature").sort("at")
    assert hours.select("at", "infusions", "charted").rows() == [(0, 2, 2), (1, 2, 0), (2, 1, 1)]
