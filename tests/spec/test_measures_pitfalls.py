"""PROTOCOL 5, pitfalls: delay of tocilizumab, leukapheresis filters, organ toxicity."""

from __future__ import annotations

import polars as pl
import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, hypotensive, two_episodes, verdict, verdicts
from tests.spec.patient import SOURCES, Patient, patient

# PIT-01 --------------------------------------------------------------------------------------------------------------


def low_on_second_day() -> Patient:
    """Onset at 10 h, grade 2 from 36 h to 44 h, fever to 60 h."""
    p = followed().well("0h", "10h").every("2h", "10h", "60h", temperature=38.5).sbp("12h", 120)
    return p.every("2h", "36h", "44h", sbp=85).well("60h", "5d")


@pytest.mark.parametrize(
    ("at", "band"),
    [
        ("28h", 1.0),
        ("33h59m", 1.0),
        ("34h", 2.0),
        ("45h59m 59s", 2.0),
        ("46h", 3.0),
        ("58h", 4.0),
    ],
)
def test_bands_of_twelve_hours(at: str, band: float) -> None:
    p = low_on_second_day().tocilizumab(at)
    (row,) = verdicts(p, "PIT-01")
    assert (row["status"], row["reason"], row["value"]) == ("met", None, band)
    assert (row["time"], row["episode"], row["threshold"]) == (p.at(at), 1, None)


def test_before_onset_is_band_0() -> None:
    """Onset at 10 h, grade 2 at 12 h."""
    p = followed().well("0h", "10h").every("2h", "10h", "24h", temperature=38.5).sbp("12h", 85).well("24h", "3d")
    (row,) = verdicts(p.tocilizumab("4h"), "PIT-01")
    assert (row["value"], row["sentence"]) == (
        0.0, "First tocilizumab 360 min before onset, 0 whole bands of 12 h."
    )  # fmt: skip


def test_the_first_of_the_episode() -> None:
    p = low_on_second_day().tocilizumab("27h59m").tocilizumab("58h").tocilizumab("46h")
    assert [(row["time"], row["value"]) for row in verdicts(p, "PIT-01")] == [(p.at("46h"), 3.0)]


def test_none_of_the_episode() -> None:
    assert verdict(low_on_second_day(), "PIT-01") == ("not_applicable", None)
    assert verdict(low_on_second_day().tocilizumab("27h59m"), "PIT-01") == ("not_applicable", None)
    assert verdict(low_on_second_day().tocilizumab("60h"), "PIT-01") == ("not_applicable", None)
    assert verdict(febrile().tocilizumab("2h"), "PIT-01") == ("not_applicable", None)


def test_each_episode_has_its_own() -> None:
    p = two_episodes().tocilizumab("3h").tocilizumab("48h59m")
    assert [(row["episode"], row["value"]) for row in verdicts(p, "PIT-01")] == [(1, 0.0), (2, 0.0)]


def test_without_vitals_or_mar() -> None:
    assert verdict(followed(), "PIT-01") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).sbp("2h", 85)
    (row,) = verdicts(bare, "PIT-01")
    assert (row["status"], row["reason"], row["time"], row["episode"]) == ("indeterminate", "mar", bare.t0, None)
    assert verdict(patient(until="30d").temp("1h", 38.5), "PIT-01") == ("not_applicable", None)


def test_evidence_of_the_delay() -> None:
    p = hypotensive().tocilizumab("4h")
    assert clauses(p, "PIT-01") == {("first tocilizumab", "true"), ("onset", "true"), ("grade 2 reached", "true")}
    cited = evaluated(p, "PIT-01").evidence.filter(clause="first tocilizumab")
    assert cited.select("source", "row").rows() == [(SOURCES["mar"], 3)]


# PIT-03 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "result", "told"),
    [
        ("yes", ("not_met", "filter"), "CAR T cells charted as given through a leukapheresis filter: not met, a"),
        ("no", ("met", None), "CAR T cells charted as given without a leukapheresis filter: met."),
    ],
)
def test_filters(used: str, result: tuple[str, str | None], told: str) -> None:
    p = patient(filter_used=used)
    (row,) = verdicts(p, "PIT-03")
    assert (row["status"], row["reason"], row["time"]) == (*result, p.t0)
    assert row["sentence"].startswith(told)
    cited = evaluated(p, "PIT-03").evidence.select("clause", "outcome", "source", "row", "raw_value").rows()
    outcome = "true" if used == "no" else "false"
    assert cited == [("no leukapheresis filter", outcome, SOURCES["infusions"], 2, f"filter_used {used}")]


def test_an_unknown_filter_is_no_opportunity() -> None:
    assert verdict(patient(), "PIT-03") == ("not_applicable", None)


def test_each_infusion_has_its_own() -> None:
    p = patient(filter_used="no").infusion("5d", filter_used="yes").infusion("9d", filter_used=None)
    assert [row["status"] for row in verdicts(p, "PIT-03")] == ["met", "not_met", "not_applicable"]


# PIT-04 --------------------------------------------------------------------------------------------------------------


SAID = {"alt": "ALT", "ast": "AST"}


@pytest.mark.parametrize(
    ("lab", "value", "grade"),
    [
        ("alt", 40, 0.0), ("alt", 41, 1.0), ("alt", 200, 2.0), ("alt", 201, 3.0), ("ast", 800, 3.0), ("ast", 801, 4.0),
        ("bilirubin", 1.2, 0.0), ("bilirubin", 3.7, 3.0), ("creatinine", 1.9, 2.0), ("creatinine", 7.3, 4.0),
    ],
)  # fmt: skip
def test_the_grade_of_one_value(lab: str, value: float, grade: float) -> None:
    p = followed().lab("2d", lab, value)
    (row,) = verdicts(p, "PIT-04")
    assert (row["status"], row["reason"], row["value"], row["time"]) == ("met", None, grade, p.t0)
    assert row["sentence"] == f"Worst CTCAE grades in the window: {SAID.get(lab, lab)} grade {grade:g}."


def test_the_worst_of_all() -> None:
    p = followed().lab("1d", "alt", 50).lab("2d", "alt", 150).lab("3d", "alt", 60)
    p.lab("1d", "creatinine", 1.0).lab("1d", "ast", 300).lab("4d", "ast", 290)
    (row,) = verdicts(p, "PIT-04")
    assert (row["value"], row["unit"]) == (3.0, "grade")
    assert row["sentence"] == (
        "Worst CTCAE grades in the window: ALT grade 2, AST grade 3, creatinine grade 0."
    )  # fmt: skip
    cited = evaluated(p, "PIT-04").evidence.select("clause", "row", "raw_value").sort("row").rows()
    clause = "worst value of each"
    assert cited == [(clause, 3, "alt 150"), (clause, 5, "creatinine 1"), (clause, 6, "ast 300")]


@pytest.mark.parametrize(
    ("at", "grade"), [("-1m", None), ("0h", 3.0), ("29d 23h", 3.0), ("30d", None)]
)  # fmt: skip
def test_only_values_of_the_window(at: str, grade: float | None) -> None:
    (row,) = verdicts(followed().lab("-6d", "crp", 5).lab(at, "alt", 300), "PIT-04")
    assert (row["status"], row["value"]) == ("not_applicable" if grade is None else "met", grade)


def test_the_baseline_and_the_extracts_limit() -> None:
    """ALT was 80 before: 150 is 1.9 times that. With a limit of 100 it is 1.5 times the limit."""
    assert verdicts(followed().lab("-1d", "alt", 80).lab("1d", "alt", 150), "PIT-04")[0]["value"] == 1.0
    assert verdicts(followed().lab("1d", "alt", 350, ref_high=100), "PIT-04")[0]["value"] == 2.0
    assert verdicts(followed().lab("1d", "alt", 350), "PIT-04")[0]["value"] == 3.0


def test_present_absent_and_unknown() -> None:
    assert verdict(followed().lab("1d", "crp", 5), "PIT-04") == ("not_applicable", None)
    assert verdict(followed().lab("1d", "alt", None), "PIT-04") == ("not_applicable", None)
    assert verdicts(followed().lab("1d", "alt", 900, bound="<"), "PIT-04")[0]["value"] == 0.0
    (row,) = verdicts(followed(), "PIT-04")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "labs", followed().t0)


def test_it_changes_no_grade() -> None:
    sick = hypotensive().lab("3h", "alt", 2000)
    assert evaluated(sick).timeline.equals(evaluated(hypotensive()).timeline)
    assert evaluated(sick, "PIT-04").results.filter(pl.col("value") == 4.0).height == 1
