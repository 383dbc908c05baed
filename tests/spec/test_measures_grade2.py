"""PROTOCOL 5, grade 2: when tocilizumab comes (G2-01, G2-02)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, febrile, followed, hypotensive, statuses, two_episodes, verdict, verdicts
from tests.spec.patient import Patient, patient

# G2-01, G2-02: grade 2 from 2 h to 10 h, the episode to 28 h (the last fever reading holds 6 h) ----------------------


@pytest.mark.parametrize(
    ("at", "given", "in_time", "reason", "minutes"),
    [
        ("-6h", "met", "met", None, None),
        ("1h", "met", "met", None, -60.0),
        ("2h", "met", "met", None, 0.0),
        ("4h", "met", "met", None, 120.0),
        ("4h1m", "met", "not_met", "amber", 121.0),
        ("6h", "met", "not_met", "amber", 240.0),
        ("6h1m", "met", "not_met", "late", 241.0),
        ("20h", "met", "not_met", "late", 1080.0),
    ],
)
def test_first_tocilizumab_after_grade_2(
    at: str, given: str, in_time: str, reason: str | None, minutes: float | None
) -> None:
    p = hypotensive().tocilizumab(at)
    if at == "-6h":
        # Before T0 tocilizumab never counts.
        given, in_time, reason = "not_met", "not_met", "never_given"
    assert statuses(p, "G2-01") == [given]
    (row,) = verdicts(p, "G2-02")
    assert (row["status"], row["reason"], row["value"]) == (in_time, reason, minutes)


def test_never_given() -> None:
    assert verdict(hypotensive(), "G2-01") == ("not_met", "never_given")
    assert verdict(hypotensive(), "G2-02") == ("not_met", "never_given")


def test_tocilizumab_by_another_route_is_none() -> None:
    assert verdict(hypotensive().tocilizumab("3h", route="sc"), "G2-02") == ("not_met", "never_given")


def test_tocilizumab_by_an_unknown_route_counts() -> None:
    assert verdict(hypotensive().tocilizumab("3h", route=None), "G2-02") == ("met", None)


def test_a_held_dose_was_not_given() -> None:
    assert verdict(hypotensive().mar("3h", "tocilizumab", "not_given", 560), "G2-02") == ("not_met", "never_given")


def test_grade_1_is_no_opportunity() -> None:
    assert verdict(febrile(), "G2-01") == ("not_applicable", None)
    assert verdict(febrile(), "G2-02") == ("not_applicable", None)


def grade_2_at_20h(**cells: Any) -> Patient:
    p = followed(**cells).every("4h", "0h", "28h", temperature=38.5)
    return p.every("4h", "0h", "20h", sbp=120).every("2h", "20h", "26h", sbp=85).well("28h", "3d")


@pytest.mark.parametrize(("at", "status"), [("12h", "met"), ("11h59m", "not_met")])
def test_tocilizumab_eight_hours_before_grade_2_is_the_episodes(at: str, status: str) -> None:
    p = grade_2_at_20h().tocilizumab(at)
    assert statuses(p, "G2-01") == [status]
    assert statuses(p, "G2-02") == [status]


def test_tocilizumab_of_the_episode_before_is_not_the_next_ones() -> None:
    p = two_episodes().tocilizumab("8h")
    assert [row["episode"] for row in verdicts(p, "G2-01")] == [1, 2]
    assert statuses(p, "G2-01") == ["met", "not_met"]


def test_opportunities_are_numbered_in_order_of_time() -> None:
    rows = verdicts(two_episodes(), "G2-02")
    assert [row["opportunity"] for row in rows] == [1, 2]
    assert rows[0]["time"] < rows[1]["time"]
    assert [row["result_id"] for row in rows] == ["P1/1|G2-02|1", "P1/1|G2-02|2"]


@pytest.mark.parametrize(
    ("until", "result"),
    [("4h", ("excluded", "censored")), ("4h1m", ("not_met", "never_given"))],
)
def test_follow_up_that_ends_before_the_time_was_up(until: str, result: tuple[str, str]) -> None:
    assert verdict(hypotensive(until=until), "G2-02") == result


@pytest.mark.parametrize(("until", "status"), [("26h", "excluded"), ("26h1m", "not_met")])
def test_a_day_without_tocilizumab_is_a_failure_of_g2_01(until: str, status: str) -> None:
    p = followed(until=until).every("4h", "0h", "40h", temperature=38.5).sbp("1h", 120).sbp("2h", 85).sbp("4h", 85)
    assert statuses(p.every("4h", "8h", "40h", sbp=120), "G2-01") == [status]


def test_an_episode_that_ended_before_follow_up_is_a_failure_of_g2_01() -> None:
    """Grade 2 from 2 h, over at 9 h: the episode's end is the deadline."""
    p = followed(until="20h").temp("0h", 38.5).sbp("1h", 120).sbp("2h", 85).sbp("4h", 85).temp("4h", 38.5)
    p.temp("9h", 36.8).sbp("9h", 120).temp("13h", 36.8).sbp("13h", 120)
    assert verdict(p, "G2-01") == ("not_met", "never_given")


def test_late_tocilizumab_after_the_follow_up_ended_is_censored() -> None:
    p = hypotensive(until=None).stay("ward", "-1d", "3h").tocilizumab("5h")
    assert verdict(p, "G2-02") == ("excluded", "censored")
    assert verdict(p, "G2-01") == ("met", None)


def test_death_in_untreated_grade_2_is_a_failure() -> None:
    assert verdict(hypotensive(until="5h"), "G2-02") == ("not_met", "never_given")


# caps ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "status"),
    [
        (("0h", "4h", "8h"), "excluded"),
        (("0h", "4h"), "not_met"),
        (("0h", "4h", "20h"), "not_met"),
    ],
)
def test_three_doses_in_the_day_before_grade_2_are_the_cap(times: tuple[str, ...], status: str) -> None:
    """Grade 2 at 20 h. The third dose at 20 h itself is not before it."""
    p = grade_2_at_20h()
    for at in times:
        p.tocilizumab(at)
    if "20h" in times:
        assert verdict(p, "G2-02") == ("met", None)
    else:
        assert verdict(p, "G2-02") == (status, "cap" if status == "excluded" else "never_given")


def late_grade_2() -> Patient:
    """Grade 2 at 60 h."""
    p = febrile(end="72h")
    return p.every("2h", "60h30m", "66h", sbp=120).sbp("60h", 85).sbp("60h30m", 85)


@pytest.mark.parametrize(
    ("times", "capped"),
    [
        (("36h", "40h", "44h"), False),
        (("36h1m", "40h", "44h"), True),
        (("0h", "8h", "16h", "35h"), True),
        (("0h", "8h", "35h"), False),
    ],
)
def test_the_caps_count_back_from_grade_2(times: tuple[str, ...], capped: bool) -> None:
    p = late_grade_2()
    for at in times:
        p.tocilizumab(at)
    assert (verdict(p, "G2-02") == ("excluded", "cap")) is capped


def test_a_cap_excludes_what_was_met_too() -> None:
    p = late_grade_2()
    for at in ("37h", "41h", "45h", "60h30m"):
        p.tocilizumab(at)
    assert verdict(p, "G2-01") == ("excluded", "cap")
    assert verdict(p, "G2-02") == ("excluded", "cap")


# missing -------------------------------------------------------------------------------------------------------------


def test_without_a_mar_nobody_knows() -> None:
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).every("2h", "2h", "10h", sbp=85)
    assert verdict(p, "G2-01") == ("indeterminate", "mar")
    assert verdict(p, "G2-02") == ("indeterminate", "mar")


@pytest.mark.parametrize(("at", "reason"), [("-7d", "never_given"), ("-7d 1m", "mar")])
def test_a_mar_row_in_the_week_before_is_a_mar(at: str, reason: str) -> None:
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).every("2h", "2h", "10h", sbp=85)
    assert verdict(p.give(at, "fluconazole", 400), "G2-02")[1] == reason


def test_without_vitals_nobody_knows_whether_there_was_an_episode() -> None:
    (row,) = verdicts(followed().tocilizumab("4h"), "G2-02")
    assert (row["status"], row["reason"], row["opportunity"], row["episode"]) == ("indeterminate", "vitals", 1, None)
    assert row["time"] == patient().t0


# evidence ------------------------------------------------------------------------------------------------------------


def test_evidence_of_the_first_tocilizumab() -> None:
    name = "first tocilizumab at most 120 min after grade 2"
    assert (name, "true") in clauses(hypotensive().tocilizumab("3h"), "G2-02")
    assert (name, "false") in clauses(hypotensive().tocilizumab("5h"), "G2-02")
    assert (name, "unknown") in clauses(patient(until="30d").temp("1h", 38.5).sbp("2h", 85), "G2-02")
    assert ("minutes from onset", "true") in clauses(hypotensive().tocilizumab("3h"), "G2-02")


def test_the_sentence_has_the_numbers() -> None:
    (row,) = verdicts(hypotensive().tocilizumab("4h30m"), "G2-02")
    assert row["sentence"].startswith(
        "First tocilizumab 150 min after grade 2 (limit 120, amber to 240): not met, late"
    )
    assert (row["unit"], row["threshold"], row["kind"]) == ("min", "≤ 120", "R")
