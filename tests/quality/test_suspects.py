"""Each suspect: what makes one, what does not, and that no verdict changes with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from importlib.resources import files

import pytest

from crs_audit.evaluate import evaluate
from crs_audit.protocol.load import load_protocol
from crs_audit.quality.flag_words import flag_words
from crs_audit.quality.shard import rows_of
from crs_audit.quality.suspects import RunClock, suspects
from crs_audit.vocabulary.rows import read_rows
from tests.functional.extract import ROOT, tables, write
from tests.quality.audited import audited, one
from tests.spec.patient import T0, Patient, facts, patient
from tests.spec.patient import tables as accepted

LATER = T0 + timedelta(days=400)


def _flags(*patients: Patient, as_of: datetime = LATER, timezone: str = "UTC", **said: object) -> set[tuple[str, int]]:
    """(flag, row) of the first rows of every flag; counts must agree with them."""
    frames = accepted(*patients).frames
    infusions, known = frames["infusions"], facts(*patients, timezone=timezone, **said)
    protocol = load_protocol()
    rows = rows_of({name: frame for name, frame in frames.items() if name != "infusions"}, infusions, known, protocol)
    flags, looked, places = suspects(rows, RunClock.of(infusions, as_of), known, protocol)
    assert flags["rows"].sum() == places.height
    assert set(looked["table"]) <= set(frames)
    return {(flag, row) for flag, row in places.select("flag", "row").rows()}


def test_a_result_before_its_collection() -> None:
    p = patient().lab("10h", "crp", 5, result_time=T0 + timedelta(hours=9)).lab("10h", "ferritin", 5)
    p.lab("20h", "crp", 5, result_time=T0 + timedelta(hours=21))
    assert _flags(p) == {("resulted_before_collected", 2)}


def test_a_result_with_a_date_only_says_nothing_of_the_order() -> None:
    # Midnight of New York is 05:00 UTC; collected at 12:00 UTC of that date, and of the date after.
    midnight = T0.replace(hour=5)
    p = patient().lab("0h", "crp", 5, result_time=midnight).lab("1d", "crp", 5, result_time=midnight)
    assert _flags(p, timezone="America/New_York") == {("resulted_before_collected", 3)}


def test_a_time_after_the_run() -> None:
    p = patient().temp("1h", 37).temp("30h", 37).give("30h", "tocilizumab", 560)
    assert _flags(p, as_of=T0 + timedelta(hours=24)) == {("future", 3), ("future", 2)}


def test_where_the_infusion_itself_lies_after_the_run_dates_were_shifted() -> None:
    shifted, sound = patient("P1", t0=LATER).temp("1h", 37), patient("P2").temp("1h", 37).temp("401d", 37)
    without = patient("P3").temp("900d", 37)
    without.rows["infusions"] = []
    assert _flags(shifted, sound, without, as_of=T0 + timedelta(days=300)) == {("future", 3)}
    assert ("future", 2) in _flags(sound, without, as_of=T0 + timedelta(days=300))


def test_a_time_before_birth() -> None:
    p = patient().temp("1h", 37).give("-9d", "dexamethasone", 4)
    p.rows["infusions"][0]["birth_date"] = T0 - timedelta(days=8)
    assert _flags(p) == {("before_birth", 2)}
    p.rows["infusions"][0]["birth_date"] = T0 - timedelta(days=9)
    assert _flags(p) == set()


@pytest.mark.parametrize("unit", [None, " ", "kg"])
def test_the_larger_of_two_weights_is_likely_in_pounds(unit: str | None) -> None:
    p = patient().weight("-2d", 80, raw_unit="kg").weight("1h", 176, raw_unit=unit)
    assert _flags(p) == {("weight_lb_suspect", 3)}


@pytest.mark.parametrize(
    ("when", "value", "unit"),
    [
        ("1h", 176, "lb"),  # was converted: 176 kg
        ("1h", 120, "kg"),  # half as much again is no 2.2 times
        ("1h", 200, "kg"),
        ("40d", 176, "kg"),  # after the window
        ("-8d", 176, "kg"),  # before anything that weighs on a dose
    ],
)
def test_other_weights_are_none(when: str, value: float, unit: str) -> None:
    assert _flags(patient().weight("-2d", 80, raw_unit="kg").weight(when, value, raw_unit=unit)) == set()


def test_the_weight_of_the_infusion_is_one_of_them() -> None:
    assert _flags(patient(weight_kg=80).weight("1h", 178)) == {("weight_lb_suspect", 2)}
    heavy = patient(weight_kg=178).weight("1h", 80)
    assert _flags(heavy) == {("weight_lb_suspect", heavy.rows["infusions"][0]["row"])}
    assert _flags(heavy, units={"weight_kg": "lb"}) == set()


def test_a_declared_unit_of_blank_weights_was_converted_and_is_no_suspect() -> None:
    p = patient().weight("-2d", 80, raw_unit="kg").weight("1h", 176)
    assert _flags(p, units={"weight": "lb"}) == set()


def test_the_nearest_weight_decides_among_many() -> None:
    p = patient()
    for hour, value in enumerate((60, 75, 80, 82, 90)):
        p.weight(f"{hour}h", value)
    assert _flags(p.weight("9h", 181)) == {("weight_lb_suspect", 7)}


def test_flags_of_intake_are_counted_in_or_out_of_a_window() -> None:
    p = patient().heart_rate("-300d", 90, flags="fold").heart_rate("1h", 90, flags="fold,unit_suspect")
    assert _flags(p) == {("fold", 2), ("fold", 3), ("unit_suspect", 3)}


def test_a_suspect_changes_no_verdict() -> None:
    p = patient(weight_kg=80).temp("1h", 38.5).sbp("1h", 80).tocilizumab("2h", 640)
    results = evaluate(p.tables(), load_protocol(), p.facts()).results
    p.rows["infusions"][0]["birth_date"] = T0 + timedelta(minutes=90)
    assert _flags(p) == {("before_birth", 2), ("before_birth", 3)}
    assert evaluate(p.tables(), load_protocol(), p.facts()).results.equals(results)


def test_every_word_a_row_can_be_flagged_with_is_explained() -> None:
    used = {row["flag"] for row in read_rows("devices.csv")} - {""}
    for path in (ROOT / "crs_audit" / "intake").glob("*.py"):
        used |= set(re.findall(r'\.flag\("(\w+)"', path.read_text(encoding="utf-8")))
    source = files("crs_audit.quality").joinpath("suspects.py").read_text(encoding="utf-8")
    used |= set(re.findall(r'^[A-Z_]+ = "(\w+)"$', source, re.MULTILINE))
    assert used | {"fahrenheit_suspect"} == set(flag_words())


def test_a_run_says_that_dates_look_shifted(tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = write(tmp_path / "x", tables())
    found = audited(folder, tmp_path / "r", as_of="2025-12-31T00:00:00+00:00")
    page = (tmp_path / "r" / "data-quality.html").read_text(encoding="utf-8")
    assert "2 infusions lie after the time of this run" in page
    assert one(found["checks"], check="future", table="vitals")["status"] == "not applicable"
