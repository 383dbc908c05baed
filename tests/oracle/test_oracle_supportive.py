"""The oracle on supportive care and on what follows tocilizumab, at the edges; expected values worked out by hand."""

from __future__ import annotations

import pytest

from tests.oracle.results import Verdict
from tests.oracle.test_oracle_measures import ill, results, statuses, times, verdicts
from tests.spec.patient import Patient, patient


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("-3h", Verdict("met", None, -240)),
        ("-3h1m", Verdict("not_met", "never_given")),
        ("5h", Verdict("met", None, 240)),
        ("5h1m", Verdict("not_met", "late", 241)),
    ],
)
def test_antipyretic_within_four_hours_of_onset(at: str, verdict: Verdict) -> None:
    assert verdicts(ill().acetaminophen(at), "G1-01") == [verdict]


def test_low_dose_aspirin_is_no_antipyretic() -> None:
    assert statuses(ill().give("1h", "aspirin", 325), "G1-01") == ["not_met"]
    assert statuses(ill().give("1h", "aspirin", 326), "G1-01") == ["met"]
    assert verdicts(ill("5h"), "G1-01") == [Verdict("excluded", "censored")]


def test_hydration_starts_or_runs_on_the_first_day() -> None:
    """Onset at 1 h; a crystalloid whose end is unknown runs six hours."""
    for at, status in [("25h", "met"), ("25h1m", "not_met"), ("-4h59m", "met"), ("-5h", "not_met")]:
        assert statuses(ill().fluid(at, 100, minutes=None), "G1-02") == [status]
    assert statuses(ill().fluid("-10h", None, minutes=661), "G1-02") == ["met"]
    assert statuses(ill().fluid("-10h", None, minutes=660), "G1-02") == ["not_met"]
    assert statuses(ill().fluid("2h", route="po"), "G1-02") == ["not_met"]
    assert statuses(ill().mar("2h", "plasma_lyte", "rate_change", rate=100.0), "G1-02") == ["met"]


def test_antibiotics_in_neutropenia() -> None:
    for anc, status in [(499.0, "not_met"), (500.0, "not_applicable")]:
        assert statuses(ill().lab("0h", "anc", anc), "G1-04") == [status]
    for at, verdict in [
        ("-23h", Verdict("met", None, -24 * 60)),
        ("-23h1m", Verdict("not_met", "never_given")),
        ("25h", Verdict("met", None, 24 * 60)),
        ("25h1m", Verdict("not_met", "late", 24 * 60 + 1)),
    ]:
        assert verdicts(ill().lab("0h", "anc", 100).give(at, "cefepime", 2000), "G1-04") == [verdict]
    assert statuses(ill().lab("0h", "anc", 100).give("1h", "cefepime", 2000, route="po"), "G1-04") == ["not_met"]


def test_the_last_count_of_three_days_tells_neutropenia() -> None:
    assert statuses(ill().lab("-71h", "anc", 100), "G1-04") == ["not_met"]
    assert statuses(ill().lab("-71h1m", "anc", 100), "G1-04") == ["not_applicable"]
    assert statuses(ill().lab("1h", "anc", 100).lab("1h1m", "anc", 1000), "G1-04") == ["not_met"]
    assert statuses(ill().lab("0h", "anc", 100).lab("1h", "anc", 1000), "G1-04") == ["not_applicable"]
    assert statuses(ill().lab("0h", "anc", 100).lab("0h", "anc", 1000), "G1-04") == ["not_met"]
    assert statuses(ill().lab("0h", "wbc", 400), "G1-04") == ["not_met"]
    assert statuses(ill().lab("0h", "wbc", 400).lab("0h", "anc", 500), "G1-04") == ["not_applicable"]
    assert statuses(ill().lab("0h", "anc", 1000, bound="<").lab("0h", "wbc", 400), "G1-04") == ["not_met"]
    assert statuses(ill().lab("0h", "anc", 500, bound="<"), "G1-04") == ["not_met"]
    assert verdicts(ill(), "G1-04") == [Verdict("indeterminate", "labs")]


def test_growth_factors_are_told() -> None:
    one = ill().give("-1h", "filgrastim", 300).give("1h", "filgrastim", 300).give("2h", "pegfilgrastim", 6)
    assert verdicts(one.mar("3h", "filgrastim", "not_given"), "G1-05") == [Verdict("met", None, 2)]
    assert verdicts(ill(), "G1-05") == [Verdict("not_applicable")]


def long_fever() -> Patient:
    """Fever from 1 h to 95 h: A is 73 h."""
    return patient(until="20d").every("4h", "1h", "93h", temperature=39, sbp=120).give("0h", "cefepime", 2000)


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("1h", Verdict("met", None, -72 * 60)),
        ("75h", Verdict("met", None, 120)),
        ("75h1m", Verdict("not_met", "late", 121)),
        ("59m", Verdict("not_met", "never_given")),
    ],
)
def test_a_fever_of_three_days_asks_for_tocilizumab(at: str, verdict: Verdict) -> None:
    one = long_fever().tocilizumab(at)
    assert verdicts(one, "G1-07") == [verdict]
    assert times(one, "G1-07") == [one.at("73h")]


def test_no_tocilizumab_for_a_fever_that_paused_a_day_or_at_grade_2() -> None:
    assert statuses(long_fever().sbp("75h", 85), "G1-07") == ["not_applicable"]
    assert statuses(long_fever().sbp("75h1m", 85), "G1-07") == ["not_met"]
    assert verdicts(
        long_fever().tocilizumab("10h").tocilizumab("30h").tocilizumab("50h").tocilizumab("70h"), "G1-07"
    ) == [Verdict("excluded", "cap")]


def hypoxic(until: str = "20d") -> Patient:
    """Fever from 1 h to 41 h and grade 2 from 2 h to 46 h by a nasal cannula."""
    one = patient(until=until).every("4h", "1h", "37h", temperature=39, sbp=120)
    for at in ("2h", "12h", "24h", "34h"):
        one.oxygen(at, "nasal cannula", 2)
    return one


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("15h", Verdict("met", None, 720)),
        ("15h1m", Verdict("not_met", "late", 721)),
        (None, Verdict("not_met", "never_given")),
    ],
)
def test_no_improvement_eight_hours_later_asks_for_more(at: str | None, verdict: Verdict) -> None:
    one = hypoxic().tocilizumab("3h")
    if at is not None:
        one.dexamethasone(at, 9)
    assert verdicts(one, "G2-09") == [verdict]
    assert times(one, "G2-09") == [one.at("3h")]


def test_what_follows_may_be_tocilizumab_but_no_small_or_unknown_steroid() -> None:
    assert statuses(hypoxic().tocilizumab("3h").tocilizumab("11h"), "G2-09") == ["met", "not_met"]
    assert statuses(hypoxic().tocilizumab("3h").dexamethasone("4h", 8.9), "G2-09") == ["not_met"]
    assert verdicts(hypoxic().tocilizumab("3h").dexamethasone("4h", None), "G2-09") == [
        Verdict("indeterminate", "amount")
    ]


def test_improvement_is_no_opportunity_but_silence_is_no_improvement() -> None:
    """At 3 h + 8 h the last four hours count: from 7 h on."""

    def one(off: str) -> Patient:
        ill_so_long = patient(until="20d").every("2h", "1h", "31h", temperature=39, sbp=120)
        return ill_so_long.oxygen("2h", "nasal cannula", 2).oxygen(off, "none").tocilizumab("3h")

    assert statuses(one("7h"), "G2-09") == ["not_applicable"]
    assert statuses(one("7h1m"), "G2-09") == ["not_met"]
    silent = patient(until="20d").temp("1h", 39).sbp("1h", 120).oxygen("2h", "nasal cannula", 2).tocilizumab("3h")
    silent.oxygen("6h", "none").temp("8h", 39)
    assert verdicts(silent, "G2-09") == [Verdict("indeterminate", "unobserved")]


def test_an_episode_that_is_over_asks_for_nothing_and_one_that_is_cut_off_is_censored() -> None:
    over = patient(until="20d").temp("1h", 39).sbp("1h", 85).temp("6h", 36.8).sbp("6h", 120).tocilizumab("3h")
    assert statuses(over, "G2-09") == ["not_applicable"]
    assert verdicts(hypoxic("11h").tocilizumab("3h").dexamethasone("4h"), "G2-09") == [Verdict("excluded", "censored")]
    assert statuses(hypoxic("11h1m").tocilizumab("3h").dexamethasone("4h"), "G2-09") == ["met"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2h", Verdict("met", None, -60)),
        ("1h59m", Verdict("not_met", "never_given")),
        ("5h", Verdict("met", None, 120)),
        ("5h1m", Verdict("not_met", "late", 121)),
    ],
)
def test_a_bolus_for_hypotension(at: str, verdict: Verdict) -> None:
    one = ill().sbp("3h", 85).fluid(at)
    assert verdicts(one, "G2-10") == [verdict]
    assert times(one, "G2-10") == [one.at("3h")]


def test_maintenance_is_no_bolus() -> None:
    assert statuses(ill().sbp("3h", 85).fluid("3h", 499), "G2-10") == ["not_met"]
    assert statuses(ill().sbp("3h", 85).fluid("3h", minutes=61), "G2-10") == ["not_met"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("3h30m", Verdict("met", None, 30)),
        ("3h31m", Verdict("not_met", "late", 31)),
        ("3h", Verdict("not_applicable")),
    ],
)
def test_low_saturation_asks_for_oxygen(at: str, verdict: Verdict) -> None:
    assert verdicts(ill().spo2("3h", 89).oxygen(at, "nasal cannula", 1), "G2-11") == [verdict]


def test_low_saturation_that_is_re_read_or_was_none() -> None:
    assert statuses(ill().spo2("3h", 90), "G2-11") == ["not_applicable"]
    assert statuses(ill().spo2("3h", 89).spo2("3h30m", 90), "G2-11") == ["not_applicable"]
    assert statuses(ill().spo2("3h", 89).spo2("3h31m", 90), "G2-11") == ["not_met"]
    assert statuses(ill().spo2("3h", 89).spo2("3h30m", 90).spo2("3h30m", 88), "G2-11") == ["not_met"]
    assert statuses(ill().oxygen("-9h", "nasal cannula", 2).spo2("3h", 89), "G2-11") == ["not_met"]
    assert statuses(ill().oxygen("-8h59m", "nasal cannula", 2).spo2("3h", 89), "G2-11") == ["not_applicable"]


def fluids_and_tocilizumab() -> Patient:
    """Boluses end at 3 h and 5 h, tocilizumab starts at 4 h: an hour after all is 6 h. Grade 2 from 2 h on."""
    return hypoxic().fluid("2h30m").fluid("4h30m").tocilizumab("4h")


def test_hypotension_after_two_boluses_and_tocilizumab_asks_for_a_steroid() -> None:
    assert statuses(fluids_and_tocilizumab().sbp("5h59m", 85), "G2-12") == ["not_applicable"]
    one = fluids_and_tocilizumab().sbp("6h", 85)
    assert (verdicts(one, "G2-12"), times(one, "G2-12")) == ([Verdict("not_met", "never_given")], [one.at("6h")])
    assert verdicts(fluids_and_tocilizumab().sbp("6h", 85).dexamethasone("10h"), "G2-12") == [Verdict("met", None, 240)]
    assert verdicts(fluids_and_tocilizumab().sbp("6h", 85).dexamethasone("10h1m"), "G2-12") == [
        Verdict("not_met", "late", 241)
    ]
    refuted = fluids_and_tocilizumab().sbp("6h", 85).sbp("7h", 120)
    assert statuses(refuted, "G2-12") == ["not_applicable"]


def test_grade_3_soon_after_asks_for_other_things() -> None:
    assert verdicts(fluids_and_tocilizumab().sbp("6h", 85).oxygen("10h", "mask", 8), "G2-12") == [
        Verdict("excluded", "grade_3")
    ]
    assert statuses(fluids_and_tocilizumab().sbp("6h", 85).oxygen("10h1m", "mask", 8), "G2-12") == ["not_met"]
    assert statuses(fluids_and_tocilizumab().sbp("6h", 85).dexamethasone("-1h").oxygen("10h", "mask", 8), "G2-12") == [
        "excluded"
    ]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("15h", Verdict("met", None, -720)),
        ("14h59m", Verdict("not_met", "never_given")),
        ("31h", Verdict("met", None, 240)),
        ("31h1m", Verdict("not_met", "late", 241)),
    ],
)
def test_a_day_without_improvement_asks_for_a_steroid(at: str, verdict: Verdict) -> None:
    one = hypoxic().tocilizumab("3h").dexamethasone(at)
    assert verdicts(one, "G2-13") == [verdict]
    assert times(one, "G2-13") == [one.at("27h")]


def test_more_than_two_doses_of_dexamethasone_are_told() -> None:
    one = hypoxic().dexamethasone("1h30m").dexamethasone("2h", 1).dexamethasone("8h", None)
    assert statuses(one, "G2-14") == ["not_applicable"]
    one.dexamethasone("14h")
    (result,) = results(one, "G2-14")
    assert (result.verdict, result.time) == (Verdict("met", None, 3), one.at("14h"))
