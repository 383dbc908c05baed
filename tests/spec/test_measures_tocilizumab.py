"""PROTOCOL 5, grade 2: every tocilizumab dose, how much, how fast, how often (G2-03 … G2-08)."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, followed, statuses, two_episodes, verdict, verdicts
from tests.spec.patient import patient

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
        (120, 880, ("met", None)),
        (120, 881, ("not_met", "too_much")),
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
