"""PROTOCOL 5, grade 2: fluid boluses for hypotension (G2-10), oxygen for low saturation (G2-11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import (
    clauses,
    evaluated,
    febrile,
    followed,
    hypotensive,
    on_norepinephrine,
    two_episodes,
    verdict,
    verdicts,
)
from tests.spec.patient import SOURCES, Patient, patient

# G2-10: hypotension from 2 h on --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("1h", ("met", None, -60.0)),
        ("59m", ("not_met", "never_given", None)),
        ("2h", ("met", None, 0.0)),
        ("4h", ("met", None, 120.0)),
        ("4h1m", ("not_met", "late", 121.0)),
    ],
)
def test_a_bolus_around_hypotension(at: str, result: tuple[str, str | None, float | None]) -> None:
    (row,) = verdicts(hypotensive().fluid(at), "G2-10")
    assert (row["status"], row["reason"], row["value"]) == result
    assert (row["time"], row["episode"]) == (patient().at("2h"), 1)


def test_the_bolus_may_lie_before_the_infusion() -> None:
    p = followed().every("4h", "0h", "24h", temperature=38.5).every("2h", "0h", "24h", sbp=85)
    assert verdict(p.fluid("-1h"), "G2-10") == ("met", None)


@pytest.mark.parametrize(
    ("mL", "minutes", "status"), [(500, 60, "met"), (499, 60, "not_met"), (500, 61, "not_met"), (None, 30, "not_met")]
)
def test_what_is_no_bolus(mL: float | None, minutes: float, status: str) -> None:
    assert verdict(hypotensive().fluid("3h", mL, minutes=minutes), "G2-10")[0] == status


def test_hypotension_before_onset_counts_from_onset() -> None:
    """Hypotension from 0 h, fever from 3 h: grade 2 from 3 h."""
    p = followed().every("2h", "0h", "10h", sbp=85).every("4h", "3h", "15h", temperature=38.5).well("16h", "3d")
    (row,) = verdicts(p.fluid("5h"), "G2-10")
    assert (row["status"], row["time"], row["value"]) == ("met", p.at("3h"), 120.0)


def test_hypotension_may_come_at_grade_3() -> None:
    """Norepinephrine from 10 h to 20 h; the pressure is low from 14 h on."""
    p = on_norepinephrine().sbp("14h", 85)
    assert [row["time"] for row in verdicts(p, "G2-10")] == [p.at("14h")]


def test_hypotension_at_grade_0_is_passed_over() -> None:
    """Fever to 4 h and from 45 h on; oxygen holds the course together, but from 28 h on it has no grade."""
    p = followed().temp("0h", 38.5).every("4h", "4h", "45h", temperature=36.8).every("4h", "0h", "35h", sbp=120)
    p.every("2h", "35h", "50h", sbp=85).every("4h", "45h", "57h", temperature=38.5).well("60h", "5d")
    p.oxygen("10h", "none").oxygen("20h", "nasal cannula", 2).oxygen("30h", "nasal cannula", 2)
    p.oxygen("40h", "nasal cannula", 2).oxygen("46h", "none")
    rows = verdicts(p, "G2-10")
    assert [(row["episode"], row["time"]) for row in rows] == [(1, p.at("45h"))]


def test_grade_2_and_3_without_hypotension_are_no_opportunity() -> None:
    assert verdict(febrile().oxygen("5h", "nasal cannula", 2), "G2-10") == ("not_applicable", None)
    assert verdict(on_norepinephrine(), "G2-10") == ("not_applicable", None)
    assert verdict(febrile(), "G2-10") == ("not_applicable", None)


def test_a_refuted_pressure_is_no_hypotension() -> None:
    assert verdict(febrile().sbp("5h", 85).sbp("5h10m", 118), "G2-10") == ("not_applicable", None)


def test_the_first_hypotension_of_each_episode() -> None:
    p = two_episodes().fluid("3h")
    rows = verdicts(p, "G2-10")
    assert [(row["status"], row["time"]) for row in rows] == [("met", p.at("2h")), ("not_met", p.at("40h"))]


@pytest.mark.parametrize(("until", "result"), [("4h", ("excluded", "censored")), ("4h1m", ("not_met", "never_given"))])
def test_follow_up_of_g2_10(until: str, result: tuple[str, str]) -> None:
    assert verdict(hypotensive(until=until), "G2-10") == result


def test_missing_tables_of_g2_10() -> None:
    assert verdict(followed(), "G2-10") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).every("2h", "2h", "10h", sbp=85)
    assert verdict(bare, "G2-10") == ("indeterminate", "mar")


def test_evidence_of_a_bolus() -> None:
    name = "fluid bolus 60 min before to 2 h after hypotension"
    assert clauses(hypotensive().fluid("3h"), "G2-10") == {(name, "true"), ("hypotension", "true")}
    assert clauses(hypotensive(), "G2-10") == {(name, "false"), ("hypotension", "true")}


# G2-11: fever from 0 h to 24 h, SpO2 85 at 5 h -----------------------------------------------------------------------


def hypoxic(**cells: Any) -> Patient:
    return febrile(**cells).spo2("5h", 85)


def asked(p: Patient) -> bool:
    """Whether the saturation asked for oxygen; none was charted after it."""
    (row,) = verdicts(p, "G2-11")
    assert (row["status"], row["reason"], row["value"]) in {
        ("not_met", "not_done", None), ("not_applicable", None, None),
    }  # fmt: skip
    return bool(row["status"] == "not_met")


@pytest.mark.parametrize(("value", "low"), [(89.9, True), (90, False)])
def test_a_low_saturation(value: float, low: bool) -> None:
    assert asked(febrile().spo2("5h", value)) is low


@pytest.mark.parametrize(("at", "inside"), [("0h", True), ("-1m", False), ("23h59m", True), ("24h", False)])
def test_the_reading_lies_in_the_episode(at: str, inside: bool) -> None:
    assert asked(febrile().spo2(at, 85)) is inside


@pytest.mark.parametrize(
    ("at", "value", "stands"),
    [
        ("5h1m", 90, False), ("5h30m", 90, False), ("5h31m", 90, True), ("5h10m", 89, True), ("4h50m", 95, True),
        ("5h", 95, True),
    ],
)  # fmt: skip
def test_an_early_re_reading_takes_it_back(at: str, value: float, stands: bool) -> None:
    assert asked(hypoxic().spo2(at, value)) is stands


def test_a_low_reading_beside_a_normal_one_takes_nothing_back() -> None:
    p = hypoxic().spo2("5h10m", 95).spo2("5h10m", 88)
    assert asked(p)
    assert verdicts(p, "G2-11")[0]["time"] == p.at("5h")
    assert not asked(hypoxic().spo2("5h10m", 95).spo2("5h10m", 88).spo2("5h20m", 95))


@pytest.mark.parametrize(
    ("at", "device", "flow", "without"),
    [
        ("4h", "nasal cannula", 2, False), ("5h", "nasal cannula", None, False), ("4h", "none", None, True),
        ("4h", "nasal cannula", 0, True), ("-7h", "nasal cannula", 2, True), ("-6h 59m", "nasal cannula", 2, False),
    ],
)  # fmt: skip
def test_oxygen_in_force(at: str, device: str, flow: float | None, without: bool) -> None:
    """A device holds for 12 h; oxygen brought from home is oxygen, though it does not count."""
    assert asked(febrile().oxygen(at, device, flow).spo2("5h", 85)) is without


@pytest.mark.parametrize(
    ("at", "result"),
    [("5h1m", ("met", None, 1.0)), ("5h30m", ("met", None, 30.0)), ("5h31m", ("not_met", "late", 31.0))],
)
def test_oxygen_charted_soon(at: str, result: tuple[str, str | None, float]) -> None:
    for p in (hypoxic().oxygen(at, "nasal cannula", 2), hypoxic().device(at, "mask"), hypoxic().flow(at, 1)):
        (row,) = verdicts(p, "G2-11")
        assert (row["status"], row["reason"], row["value"]) == result


def test_no_flow_and_room_air_are_no_oxygen() -> None:
    assert asked(hypoxic().flow("5h10m", 0).device("5h20m", "none"))


def test_the_first_such_reading() -> None:
    p = hypoxic().oxygen("5h10m", "nasal cannula", 2).oxygen("6h", "none").spo2("10h", 85)
    (row,) = verdicts(p, "G2-11")
    assert (row["status"], row["time"], row["episode"]) == ("met", p.at("5h"), 1)
    # Readings on oxygen and readings taken back are passed over.
    p = febrile().oxygen("1h", "nasal cannula", 2).spo2("2h", 85).oxygen("3h", "none")
    p.spo2("5h", 85).spo2("5h10m", 95).spo2("10h", 85)
    (row,) = verdicts(p, "G2-11")
    assert (row["status"], row["time"]) == ("not_met", p.at("10h"))


@pytest.mark.parametrize(("until", "result"), [("5h30m", ("excluded", "censored")), ("5h31m", ("not_met", "not_done"))])
def test_follow_up_of_g2_11(until: str, result: tuple[str, str]) -> None:
    assert verdict(hypoxic(until=until), "G2-11") == result


def test_what_lies_after_the_window_does_not_count() -> None:
    assert verdict(hypoxic(until="5h20m").spo2("5h25m", 95), "G2-11") == ("excluded", "censored")
    assert verdict(hypoxic(until="5h20m").spo2("5h19m", 95), "G2-11") == ("not_applicable", None)
    (row,) = verdicts(hypoxic(until="5h20m").oxygen("5h25m", "mask"), "G2-11")
    assert (row["status"], row["value"]) == ("excluded", None)


def test_what_lies_after_follow_up_counts() -> None:
    p = hypoxic(until=None).stay("ward", "-1d", "5h10m")
    assert verdict(p.oxygen("5h20m", "mask"), "G2-11") == ("met", None)


def test_a_saturation_without_a_time() -> None:
    """T0 is at noon: the day after begins in the episode and ends after it."""
    assert verdict(febrile().spo2("12h", 85, day_only=True), "G2-11") == ("indeterminate", "date_only_time")
    assert verdict(febrile(end="48h").spo2("12h", 85, day_only=True), "G2-11") == ("not_met", "not_done")


def test_only_vitals_are_needed() -> None:
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).spo2("5h", 85)
    assert verdict(p, "G2-11") == ("not_met", "not_done")
    assert verdict(followed(), "G2-11") == ("indeterminate", "vitals")
    assert verdict(febrile(), "G2-11") == ("not_applicable", None)


def test_evidence_of_oxygen() -> None:
    name = "oxygen charted at most 30 min after low SpO2"
    p = hypoxic().spo2("5h", 88).oxygen("5h10m", "nasal cannula", 2)
    assert clauses(p, "G2-11") == {(name, "true"), ("SpO2", "true")}
    assert clauses(hypoxic(), "G2-11") == {(name, "false"), ("SpO2", "true")}
    evidence = evaluated(p, "G2-11").evidence.filter(source=SOURCES["vitals"])
    assert evidence.filter(clause="SpO2")["raw_value"].to_list() == ["85"]
    assert sorted(evidence.filter(clause=name)["raw_value"]) == ["2", "nasal cannula"]
