"""PROTOCOL 5, grade 2: when tocilizumab comes, how much, how fast, how often."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, febrile, followed, hypotensive, statuses, verdict, verdicts
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


def two_episodes() -> Patient:
    """Grade 2 from 2 h, over at 14 h; 24 h later fever and at once grade 2 again (40 h to 52 h)."""
    p = followed().every("4h", "0h", "8h", temperature=38.5).sbp("1h", 120).every("2h", "2h", "8h", sbp=85)
    p.well("9h", "39h").every("4h", "40h", "48h", temperature=38.5).every("2h", "40h", "48h", sbp=85)
    return p.well("49h", "4d")


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


# G2-03 … G2-06: every dose -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kg", "mg", "result"),
    [
        (70, 560, ("met", None)),
        (70, 616, ("met", None)),
        (70, 617, ("not_met", "too_much")),
        (70, 504, ("met", None)),
        (70, 503, ("not_met", "too_little")),
        (100, 800, ("met", None)),
        (120, 800, ("met", None)),
        (120, 720, ("met", None)),
        (120, 719, ("not_met", "too_little")),
        (120, 960, ("not_met", "too_much")),
        (73.3, 645.04, ("met", None)),
        (30, 240, ("met", None)),
        (29.9, 359, ("excluded", "label")),
        (300, 800, ("met", None)),
        (300.1, 800, ("indeterminate", "weight")),
        (None, 560, ("indeterminate", "weight")),
        (70, None, ("indeterminate", "amount")),
        (29.9, None, ("excluded", "label")),
    ],
)
def test_dose_by_weight(kg: float | None, mg: float | None, result: tuple[str, str | None]) -> None:
    assert verdict(followed(weight_kg=kg).tocilizumab("3h", mg), "G2-03") == result


@pytest.mark.parametrize(
    ("weighed", "status"),
    [("3h", "met"), ("-6d 21h", "met"), ("-6d 21h 1m", "not_met"), ("3h1m", "not_met")],
)
def test_the_last_charted_weight_of_the_week(weighed: str, status: str) -> None:
    """400 mg is right for 50 kg, not for the 70 kg of the infusions table."""
    p = followed().weight(weighed, 50).tocilizumab("3h", 400)
    assert statuses(p, "G2-03") == [status]


def test_the_latest_weight_wins() -> None:
    assert statuses(followed().weight("-2d", 70).weight("1h", 50).tocilizumab("3h", 400), "G2-03") == ["met"]


def test_the_weight_is_cited() -> None:
    assert ("weight", "true") in clauses(followed().weight("1h", 50).tocilizumab("3h", 400), "G2-03")


@pytest.mark.parametrize(
    ("mg", "result"),
    [(800, ("met", None)), (801, ("not_met", "too_much")), (None, ("indeterminate", "amount"))],
)
def test_not_above_the_largest_dose(mg: float | None, result: tuple[str, str | None]) -> None:
    assert verdict(followed().tocilizumab("3h", mg), "G2-04") == result


@pytest.mark.parametrize(
    ("minutes", "result"),
    [
        (44, ("not_met", "too_fast")), (45, ("met", None)), (60, ("met", None)), (90, ("met", None)),
        (91, ("not_met", "too_slow")), (None, ("indeterminate", "end")),
    ],
)  # fmt: skip
def test_over_one_hour(minutes: int | None, result: tuple[str, str | None]) -> None:
    assert verdict(followed().tocilizumab("3h", minutes=minutes), "G2-05") == result


def test_a_stopped_row_ends_the_infusion() -> None:
    assert verdict(followed().tocilizumab("3h", minutes=None).stop("4h", "tocilizumab"), "G2-05") == ("met", None)


@pytest.mark.parametrize(("second", "status"), [("8h", "met"), ("7h30m", "met"), ("7h29m", "not_met")])
def test_eight_hours_apart_with_half_an_hour_of_grace(second: str, status: str) -> None:
    p = followed().tocilizumab("0h").tocilizumab(second)
    assert statuses(p, "G2-06") == [status]


def test_a_single_dose_has_no_interval() -> None:
    assert verdict(followed().tocilizumab("0h"), "G2-06") == ("not_applicable", None)


def test_a_dose_before_the_infusion_has_no_interval_to_the_first() -> None:
    assert verdict(followed().tocilizumab("-2h").tocilizumab("1h"), "G2-06") == ("not_applicable", None)


@pytest.mark.parametrize("measure", ["G2-03", "G2-04", "G2-05", "G2-06", "G2-07", "G2-08"])
def test_dose_measures_without_a_mar_or_a_dose(measure: str) -> None:
    assert verdict(followed(), measure) == ("not_applicable", None)
    (row,) = verdicts(patient(until="30d").well("0h", "1d"), measure)
    assert (row["status"], row["reason"], row["opportunity"]) == ("indeterminate", "mar", 1)


def test_vials_are_one_dose() -> None:
    p = followed().tocilizumab("3h", 400).tocilizumab("3h1m", 160)
    assert verdict(p, "G2-03") == ("met", None)
    assert statuses(p, "G2-04") == ["met"]


def test_a_dose_belongs_to_the_episode_it_lies_in() -> None:
    rows = verdicts(two_episodes().tocilizumab("3h").tocilizumab("30h").tocilizumab("41h"), "G2-04")
    assert [row["episode"] for row in rows] == [1, None, 2]


# G2-07, G2-08 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "daily", "total"),
    [
        (("0h", "8h", "16h"), "met", "met"),
        (("0h", "8h", "16h", "24h"), "met", "met"),
        (("0h", "8h", "16h", "23h59m"), "not_met", "met"),
        (("0h", "8h", "16h", "40h", "48h"), "met", "not_met"),
        (("-8h", "0h", "8h", "15h"), "met", "met"),
        (("0h", "30d", "31d"), "met", "met"),
    ],
)
def test_caps_of_the_window(times: tuple[str, ...], daily: str, total: str) -> None:
    p = followed()
    for at in times:
        p.tocilizumab(at)
    assert (statuses(p, "G2-07"), statuses(p, "G2-08")) == ([daily], [total])


def test_too_many_doses_are_a_failure_whenever_follow_up_ends() -> None:
    p = followed(until="16h30m")
    for at in ("0h", "5h", "10h", "16h"):
        p.tocilizumab(at)
    assert verdict(p, "G2-07") == ("not_met", "too_many")


def test_caps_are_anchored_at_the_first_dose_and_tell_how_many() -> None:
    p = followed().tocilizumab("3h").tocilizumab("12h")
    for measure in ("G2-07", "G2-08"):
        (row,) = verdicts(p, measure)
        assert (row["time"], row["value"]) == (p.at("3h"), 2.0)


def test_a_second_infusion_is_its_own_unit() -> None:
    p = followed(until=None).infusion("10d").tocilizumab("3h").tocilizumab("10d 3h").well("0h", "20d")
    rows = verdicts(p, "G2-08")
    assert [(row["infusion_id"], row["value"]) for row in rows] == [("P1/1", 1.0), ("P1/2", 1.0)]
