"""The oracle on baseline labs and monitoring, at the edges of each measure; expected values worked out by hand."""

from __future__ import annotations

import pytest

from crs_audit.tables import LABS
from tests.oracle.measures_baseline import CMP
from tests.oracle.results import Verdict
from tests.oracle.test_oracle_measures import ill, results, statuses, times, verdicts
from tests.spec.patient import Patient, patient


def labs(one: Patient, at: str, *without: str) -> Patient:
    for lab in LABS:
        if lab not in without:
            one.lab(at, lab, 1.0)
    return one


def test_baseline_is_collected_in_the_three_days_before() -> None:
    for at, status in [("-72h", "met"), ("-72h1m", "not_met"), ("-1m", "met"), ("0h", "not_met")]:
        assert statuses(labs(patient(), at), "BAS-01") == statuses(labs(patient(), at), "BAS-02") == [status]


def test_twelve_of_fourteen_are_a_panel() -> None:
    assert verdicts(labs(patient(), "-1h", *CMP[:2]), "BAS-01") == [Verdict("met", None, 0)]
    assert verdicts(labs(patient(), "-1h", *CMP[:3]), "BAS-01") == [Verdict("not_met", "missing", 1)]
    assert verdicts(labs(patient(), "-1h", "wbc", "magnesium"), "BAS-01") == [Verdict("not_met", "missing", 2)]


def test_pt_or_inr() -> None:
    assert verdicts(labs(patient(), "-1h", "pt"), "BAS-02") == [Verdict("met", None, 0)]
    assert verdicts(labs(patient(), "-1h", "pt", "inr"), "BAS-02") == [Verdict("not_met", "missing", 1)]
    assert verdicts(patient(), "BAS-02") == [Verdict("indeterminate", "labs")]


def test_crp_and_ferritin_each_day() -> None:
    """Infused at noon: the first date is that from 12 h to 36 h."""
    one = patient(until="20d").lab("12h", "crp", 1).lab("35h59m", "ferritin", 1).lab("36h", "crp", 1)
    found = verdicts(one, "MON-01")
    assert found == [Verdict("met", None, 2), Verdict("not_met", "missing", 1)] + 5 * [Verdict("not_met", "missing", 0)]
    assert times(one, "MON-01")[0] == one.at("12h")
    assert statuses(patient(until="20d").lab("12h", "crp", None).lab("13h", "ferritin", 1), "MON-01")[0] == "not_met"


def test_days_lie_wholly_under_observation() -> None:
    assert len(statuses(patient(until="60h").lab("1h", "crp", 1), "MON-01")) == 2
    assert len(statuses(patient(until="59h59m").lab("1h", "crp", 1), "MON-01")) == 1


def test_a_later_date_counts_if_a_grade_touches_it() -> None:
    """The eighth date begins at 180 h; a temperature holds six hours."""
    assert len(statuses(patient(until="20d").temp("174h", 39), "MON-01")) == 7
    late = patient(until="20d").temp("174h1m", 39)
    assert [result.episode for result in results(late, "MON-01")] == [None] * 6 + [1, 1]


def test_dates_are_the_sites() -> None:
    (first, *_) = results(patient(until="20d").lab("1h", "crp", 1), "MON-01", zone="America/New_York")
    assert first.time == patient().at("17h")


def watched(*at: str) -> Patient:
    one = patient(until="2d")
    for when in at:
        one.temp(when, 37).sbp(when, 120).heart_rate(when, 80).respiratory_rate(when, 16).spo2(when, 97)
    return one


def test_vital_signs_cover_five_hours() -> None:
    """The only whole date: 12 h to 36 h; nine tenths of it are 21 h 36 min."""
    assert verdicts(watched("12h", "17h", "22h", "27h", "32h"), "MON-03") == [Verdict("met", None, 100)]
    assert verdicts(watched("9h", "14h", "19h", "24h", "28h36m"), "MON-03") == [Verdict("met", None, 90)]
    assert statuses(watched("9h", "14h", "19h", "24h", "28h35m"), "MON-03") == ["not_met"]


def test_the_worst_channel_decides() -> None:
    one = watched("12h", "17h", "22h", "27h")
    assert statuses(one.map("32h", 80).temp("32h", 37).heart_rate("32h", 80).respiratory_rate("32h", 16), "MON-03") == [
        "not_met"
    ]
    assert statuses(one.spo2("32h", 97), "MON-03") == ["met"]


def test_vital_signs_are_asked_of_whole_days_in_hospital() -> None:
    def one() -> Patient:
        return watched("12h", "17h")

    assert statuses(one().stay("ward", "0h", "36h"), "MON-03") == ["not_met"]
    assert statuses(one().stay("ward", "0h", "35h59m"), "MON-03") == ["not_applicable"]
    assert statuses(one().stay("ward", "0h", "20h").stay("icu", "20h"), "MON-03") == ["not_met"]
    assert statuses(one().stay("ward", "0h", "20h").stay("icu", "20h1m"), "MON-03") == ["not_applicable"]


def test_cultures_and_chest_film_around_the_onset() -> None:
    """Onset at 1 h."""
    for at, status in [("-23h", "met"), ("-23h1m", "not_met"), ("25h", "met"), ("25h1m", "not_met")]:
        one = ill().procedure(at, "blood_culture").procedure("1h", "urine_culture").procedure("1h", "chest_xray")
        assert statuses(one, "MON-02") == [status]
    assert verdicts(ill().procedure("1h", "urine_culture"), "MON-02") == [Verdict("not_met", "missing", 1)]
    assert verdicts(ill("25h"), "MON-02") == [Verdict("excluded", "censored", 0)]
    assert statuses(ill("25h1m"), "MON-02") == ["not_met"]


def test_a_procedure_that_occurs_nowhere_was_not_extracted() -> None:
    one = ill().procedure("1h", "urine_culture").procedure("1h", "chest_xray")
    assert verdicts(one, "MON-02", ["blood_culture"]) == [Verdict("indeterminate", "procedures: blood_culture", 2)]
    assert statuses(ill().procedure("1h", "urine_culture"), "MON-02") == ["not_met"]


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        ("4h", "14h", Verdict("met")),
        ("4h1m", "14h", Verdict("not_met", "not_done")),
        ("4h", "13h59m", Verdict("not_met", "stopped")),
        ("-1d", None, Verdict("met")),
    ],
)
def test_continuous_monitoring_of_grade_2(start: str, end: str | None, verdict: Verdict) -> None:
    """A nasal cannula at 2 h counts to 14 h."""
    one = ill().oxygen("2h", "nasal cannula", 2).procedure(start, "telemetry", end)
    assert verdicts(one.procedure("2h", "continuous_oximetry"), "MON-04") == [verdict]


def test_rows_of_monitoring_that_touch_are_one() -> None:
    one = ill().oxygen("2h", "nasal cannula", 2).procedure("2h", "continuous_oximetry")
    assert statuses(one.procedure("2h", "telemetry", "6h").procedure("6h1m", "telemetry"), "MON-04") == ["not_met"]
    assert statuses(one.procedure("5h", "telemetry", "6h1m"), "MON-04") == ["met"]
    assert verdicts(one, "MON-04", ["telemetry"]) == [Verdict("indeterminate", "procedures: telemetry")]


def test_monitoring_is_asked_up_to_the_end_of_follow_up() -> None:
    one = ill("8h").oxygen("2h", "nasal cannula", 2).procedure("2h", "continuous_oximetry")
    assert statuses(one.procedure("2h", "telemetry", "8h"), "MON-04") == ["met"]
    early = ill("4h").oxygen("2h", "nasal cannula", 2).procedure("2h", "continuous_oximetry")
    assert verdicts(early, "MON-04") == [Verdict("excluded", "censored")]


def test_the_grade_is_documented_every_13_hours() -> None:
    """The episode lasts from 1 h to 27 h."""
    assert verdicts(ill().documented("14h", 1), "MON-05") == [Verdict("met", None, 13)]
    assert statuses(ill().documented("14h1m", 1), "MON-05") == ["not_met"]
    assert statuses(ill().documented("13h59m", 1), "MON-05") == ["not_met"]
    assert verdicts(ill(), "MON-05") == [Verdict("not_met", "not_done", 26)]
    assert verdicts(ill("14h"), "MON-05") == [Verdict("met", None, 13)]
    assert verdicts(ill("14h1m"), "MON-05") == [Verdict("not_met", "not_done", 13 + 1 / 60)]
    assert verdicts(ill(), "MON-05", ["crs_grade"]) == [Verdict("indeterminate", "assessments: crs_grade")]


def test_an_episode_of_less_than_13_hours_asks_for_no_grades() -> None:
    short = patient(until="20d").temp("1h", 39).temp("7h", 39)
    assert statuses(short.temp("13h59m", 37), "MON-05") == ["not_applicable"]
    assert statuses(patient(until="20d").temp("1h", 39).temp("7h", 39).temp("8h", 39), "MON-05") == ["met"]


def test_how_soon_a_rise_is_documented() -> None:
    """The grade rises at 1 h and at 2 h."""
    one = ill().oxygen("2h", "nasal cannula", 2).documented("0h30m", 0)
    assert verdicts(one, "MON-06") == [Verdict("not_applicable")]
    assert verdicts(one.documented("3h", 2), "MON-06") == [Verdict("met", None, 120)]
    assert verdicts(ill(), "MON-06", ["crs_grade"]) == [Verdict("indeterminate", "assessments: crs_grade")]


def test_documented_and_computed_grades_are_compared() -> None:
    one = ill().oxygen("2h", "nasal cannula", 2)
    one.documented("1h59m", 2).documented("2h", 1).documented("3h", 2).documented("-1h", 0).documented("20d", 0)
    assert verdicts(one, "MON-07") == [
        Verdict("met", "over", 1),
        Verdict("met", "under", 2),
        Verdict("met", "agree", 2),
    ]
    assert verdicts(patient(until="20d").documented("1h", 0), "MON-07") == [Verdict("indeterminate", "vitals")]
