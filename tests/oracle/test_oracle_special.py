"""The oracle on HLH, ICANS, principles and pitfalls, at the edges; expected values worked out by hand."""

from __future__ import annotations

import pytest

from tests.oracle.results import Verdict
from tests.oracle.test_oracle_measures import ill, results, statuses, times, verdicts
from tests.spec.patient import Patient, patient


@pytest.mark.parametrize(
    ("value", "bound", "verdict"),
    [
        (10000.0, None, Verdict("not_applicable")),
        (10001.0, None, Verdict("met", None, 10001)),
        (10000.0, ">", Verdict("met", None, 10000)),
        (9999.0, ">", Verdict("indeterminate", "bound")),
        (20000.0, "<", Verdict("not_applicable")),
    ],
)
def test_very_high_ferritin(value: float, bound: str | None, verdict: Verdict) -> None:
    one = patient(until="20d").lab("3h", "ferritin", value, bound=bound)
    assert verdicts(one, "HLH-01") == [verdict]


def test_ferritin_before_the_infusion_is_another_story() -> None:
    assert statuses(patient(until="20d").lab("-1m", "ferritin", 20000), "HLH-01") == ["not_applicable"]
    one = patient(until="20d").lab("3h", "ferritin", 100, bound=">").lab("5h", "ferritin", 20000)
    assert times(one, "HLH-01") == [one.at("5h")]


def test_hemophagocytosis_is_told() -> None:
    one = patient(until="20d").procedure("-1m", "bone_marrow_hemophagocytosis")
    assert statuses(one, "HLH-02") == ["not_applicable"]
    assert verdicts(one.procedure("0h", "bone_marrow_hemophagocytosis"), "HLH-02") == [Verdict("met", None, 1)]
    assert verdicts(patient(), "HLH-02", ["bone_marrow_hemophagocytosis"]) == [
        Verdict("indeterminate", "procedures: bone_marrow_hemophagocytosis")
    ]


def suspected(until: str = "20d") -> Patient:
    """HLH suspected at 30 h: ferritin, and a transaminase of more than five times normal."""
    return ill(until).lab("30h", "ferritin", 20000).lab("30h", "alt", 201)


def test_hlh_is_treated_as_grade_3() -> None:
    assert verdicts(suspected(), "HLH-03") == [Verdict("not_met", "never_given")]
    for tocilizumab, steroid, status in [
        ("6h", "54h", "met"),
        ("5h59m", "54h", "not_met"),
        ("6h", "54h1m", "not_met"),
        ("54h", "6h", "met"),
    ]:
        assert statuses(suspected().tocilizumab(tocilizumab).dexamethasone(steroid, 9), "HLH-03") == [status]
    assert verdicts(suspected().tocilizumab("6h").dexamethasone("40h", None), "HLH-03") == [
        Verdict("indeterminate", "amount")
    ]
    assert statuses(suspected().dexamethasone("40h", None), "HLH-03") == ["not_met"]
    assert verdicts(suspected("54h").tocilizumab("30h"), "HLH-03") == [Verdict("excluded", "censored")]


def test_the_cap_waives_tocilizumab_in_hlh() -> None:
    one = suspected().dexamethasone("30h")
    for at in ("1h", "2h", "3h", "4h"):
        one.tocilizumab(at)
    assert statuses(one, "HLH-03") == ["met"]
    assert statuses(suspected().dexamethasone("30h").tocilizumab("1h"), "HLH-03") == ["not_met"]


def lasting() -> Patient:
    """Fever, and so grade 1, until 120 h; HLH suspected at 30 h."""
    one = patient(until="20d").every("4h", "1h", "118h", temperature=39, sbp=120).give("0h", "cefepime", 2000)
    return one.lab("30h", "ferritin", 20000).lab("30h", "alt", 201)


def test_etoposide_two_days_later_without_improvement() -> None:
    assert verdicts(lasting(), "HLH-04") == [Verdict("met")]
    assert verdicts(lasting().give("78h", "etoposide", 200), "HLH-04") == [Verdict("met", None, 48)]
    assert verdicts(lasting().give("77h59m", "etoposide", 200), "HLH-04") == [Verdict("met")]
    assert verdicts(lasting().give("198h", "etoposide", 200), "HLH-04") == [Verdict("met", None, 168)]
    assert verdicts(lasting().give("199h", "etoposide", 200), "HLH-04") == [Verdict("met")]
    assert statuses(lasting().temp("102h", 37), "HLH-04") == ["not_applicable"]
    assert statuses(lasting().temp("102h1m", 37), "HLH-04") == ["met"]


def concurrent(a: str = "10h") -> Patient:
    """Grade 1 from 1 h to 27 h, ICANS 2 at `a`."""
    return ill().icans(a, 2)


def test_steroids_and_not_tocilizumab_for_icans() -> None:
    assert verdicts(concurrent(), "ICANS-01") == [Verdict("not_met", "never_given")]
    assert times(concurrent(), "ICANS-01") == [concurrent().at("10h")]
    for at, status in [("22h", "met"), ("22h1m", "not_met"), ("-1m", "not_met"), ("0h", "met")]:
        assert statuses(concurrent().dexamethasone(at, 1.2), "ICANS-01") == [status]
    assert statuses(concurrent().dexamethasone("10h", 1.125), "ICANS-01") == ["not_met"]
    for at, status in [("9h59m", "met"), ("10h", "not_met"), ("22h", "not_met"), ("22h1m", "met")]:
        assert statuses(concurrent().dexamethasone("10h").tocilizumab(at), "ICANS-01") == [status]
    assert verdicts(concurrent().tocilizumab("10h"), "ICANS-01") == [Verdict("not_met", "tocilizumab")]


def test_icans_near_an_episode_of_grade_1() -> None:
    assert statuses(concurrent("-11h"), "ICANS-01") == ["not_met"]
    assert statuses(concurrent("-11h1m"), "ICANS-01") == ["not_applicable"]
    assert statuses(concurrent("38h59m"), "ICANS-01") == ["not_met"]
    assert statuses(concurrent("39h"), "ICANS-01") == ["not_applicable"]
    assert statuses(ill().icans("10h", 1), "ICANS-01") == ["not_applicable"]
    assert verdicts(concurrent().sbp("22h", 85), "ICANS-01") == [Verdict("excluded", "grade_2")]
    assert statuses(concurrent().sbp("22h1m", 85), "ICANS-01") == ["not_met"]
    assert verdicts(ill(), "ICANS-01", ["icans_grade"]) == [Verdict("indeterminate", "assessments: icans_grade")]


def test_a_broken_prohibition_is_never_censored() -> None:
    assert verdicts(ill("22h").icans("10h", 2), "ICANS-01") == [Verdict("excluded", "censored")]
    assert statuses(ill("22h").icans("10h", 2).tocilizumab("11h"), "ICANS-01") == ["not_met"]


def test_antipyretics_make_the_strict_grade_another() -> None:
    """Fever to 27 h: hypotension counts to 51 h, and beyond it where an antipyretic spares the fever."""

    def one() -> Patient:
        return ill().well("27h", "48h").sbp("49h", 85)

    assert statuses(one(), "PRIN-01") == ["not_applicable"]
    assert verdicts(one().acetaminophen("1h"), "PRIN-01") == [Verdict("met", None, 2)]
    assert statuses(one().acetaminophen("1h").sbp("51h", 120), "PRIN-01") == ["not_applicable"]
    assert statuses(one().tocilizumab("1h"), "PRIN-01") == ["not_applicable"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("-21h", Verdict("met", None, -24)),
        ("-21h1m", Verdict("not_met", "never_given")),
        ("51h", Verdict("met", None, 48)),
        ("52h", Verdict("not_met", "late", 49)),
    ],
)
def test_antifungal_with_steroids(at: str, verdict: Verdict) -> None:
    one = ill().dexamethasone("-1h").dexamethasone("3h").give(at, "fluconazole", 400, route="po")
    assert (verdicts(one, "PRIN-03"), times(one, "PRIN-03")) == ([verdict], [one.at("3h")])


def test_swished_antifungals_are_none() -> None:
    assert statuses(ill().dexamethasone("3h").give("3h", "amphotericin_b", 50, route="swish"), "PRIN-03") == ["not_met"]
    assert statuses(ill().give("3h", "fluconazole", 400), "PRIN-03") == ["not_applicable"]


def test_alternative_agents_are_told() -> None:
    assert verdicts(ill().give("-1h", "anakinra", 100).give("9h", "ivig", 100), "ALT-01") == [Verdict("met", None, 9)]
    assert statuses(ill().mar("9h", "anakinra", "not_given", 100), "ALT-01") == ["not_applicable"]


@pytest.mark.parametrize(("at", "band"), [("30m", 0), ("12h59m", 0), ("13h", 1), ("24h59m", 1), ("25h", 2)])
def test_delay_in_bands_of_12_hours(at: str, band: int) -> None:
    one = ill().sbp("2h", 85).sbp("25h30m", 85).tocilizumab(at)
    (result,) = results(one, "PIT-01")
    assert (result.verdict, result.time) == (Verdict("met", None, band), one.at(at))


def test_filters() -> None:
    assert verdicts(patient(filter_used="yes"), "PIT-03") == [Verdict("not_met", "filter")]
    assert verdicts(patient(filter_used="no"), "PIT-03") == [Verdict("met")]
    assert verdicts(patient(), "PIT-03") == [Verdict("not_applicable")]


def test_the_worst_organ_grade_is_told() -> None:
    one = patient(until="20d").lab("-1h", "alt", 30).lab("0h", "alt", 40)
    assert verdicts(one, "PIT-04") == [Verdict("met", None, 0)]
    assert verdicts(one.lab("3h", "alt", 41), "PIT-04") == [Verdict("met", None, 1)]
    assert verdicts(one.lab("3h", "creatinine", 7.3), "PIT-04") == [Verdict("met", None, 4)]
    assert verdicts(patient().lab("-1h", "alt", 900), "PIT-04") == [Verdict("not_applicable")]
    assert verdicts(patient(), "PIT-04") == [Verdict("indeterminate", "labs")]


def test_a_procedure_of_a_date_is_read_both_ways() -> None:
    """Grade 3 at 2 h: the film of that midnight or of the last second, 36 h later."""
    one = ill().oxygen("2h", "mask", 8)
    assert statuses(one.procedure("36h", "echocardiogram", day_only=True), "G3-07") == ["indeterminate"]
    one.procedure("49h", "echocardiogram")
    assert statuses(one, "G3-07") == ["met"]
