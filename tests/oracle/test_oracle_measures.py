"""The oracle's verdicts on the traps of PROTOCOL 6, expected values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from tests.oracle.audit import Result
from tests.oracle.results import Verdict
from tests.oracle.test_oracle_grades import answers
from tests.spec.patient import Patient, patient


def results(one: Patient, measure: str, nowhere: Iterable[str] = (), zone: str = "UTC") -> list[Result]:
    (answer,) = answers(one, nowhere, zone)
    return [result for result in answer.results if result.measure == measure]


def verdicts(one: Patient, measure: str, nowhere: Iterable[str] = ()) -> list[Verdict]:
    return [result.verdict for result in results(one, measure, nowhere)]


def statuses(one: Patient, measure: str) -> list[str]:
    return [verdict.status for verdict in verdicts(one, measure)]


def times(one: Patient, measure: str) -> list[datetime | None]:
    return [result.time for result in results(one, measure)]


def ill(until: str | None = "20d", product: str | None = None) -> Patient:
    """Fever from 1 h to 27 h, followed up well beyond, with a MAR."""
    one = patient(until=until, weight_kg=70, product=product).every("4h", "1h", "25h", temperature=39, sbp=120)
    return one.give("0h", "potassium_chloride", 20)


def test_doses_at_0_8_16_24_h_are_legal() -> None:
    one = ill()
    for hour in (2, 10, 18, 26):
        one.tocilizumab(timedelta(hours=hour))
    assert statuses(one, "G2-06") == ["met", "met", "met"]
    assert statuses(one, "G2-07") == statuses(one, "G2-08") == ["met"]
    assert statuses(one.tocilizumab("25h50m"), "G2-07") == ["not_met"]
    assert statuses(one, "G2-08") == ["not_met"]


@pytest.mark.parametrize(("amount", "by_weight", "maximum"), [(800.0, "met", "met"), (960.0, "not_met", "not_met")])
def test_at_120_kg_800_is_right(amount: float, by_weight: str, maximum: str) -> None:
    one = patient(weight_kg=120).tocilizumab("2h", amount)
    assert (statuses(one, "G2-03"), statuses(one, "G2-04")) == ([by_weight], [maximum])


def test_split_vials_are_one_dose_and_a_double_charting_is_one() -> None:
    one = patient(weight_kg=70).tocilizumab("2h", 400).tocilizumab("2h5m", 160)
    assert statuses(one, "G2-03") == ["met"]
    twice = patient(weight_kg=70).tocilizumab("2h", 560).mar("2h1m", "tocilizumab", "started", 560)
    assert statuses(twice, "G2-03") == ["met"]


def test_one_hour_means_45_to_90_minutes() -> None:
    for minutes, status in [(44, "not_met"), (45, "met"), (90, "met"), (91, "not_met"), (None, "indeterminate")]:
        assert statuses(patient().tocilizumab("2h", minutes=minutes), "G2-05") == [status]
    assert statuses(patient().tocilizumab("2h", minutes=None).stop("3h", "tocilizumab"), "G2-05") == ["met"]


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        ("1h", Verdict("met", None, -60)),
        ("4h", Verdict("met", None, 120)),
        ("4h1m", Verdict("not_met", "amber", 121)),
        ("6h", Verdict("not_met", "amber", 240)),
        ("6h1m", Verdict("not_met", "late", 241)),
    ],
)
def test_tocilizumab_is_due_two_hours_after_grade_2(when: str, verdict: Verdict) -> None:
    assert verdicts(ill().sbp("2h", 85).tocilizumab(when), "G2-02") == [verdict]


def test_never_given_is_a_failure_unless_the_follow_up_ended() -> None:
    assert verdicts(ill().sbp("2h", 85), "G2-02") == [Verdict("not_met", "never_given")]
    assert verdicts(ill("3h59m").sbp("2h", 85), "G2-02") == [Verdict("excluded", "censored")]
    assert statuses(ill("4h1m").sbp("2h", 85), "G2-02") == ["not_met"]
    assert statuses(ill("4h1m").sbp("2h", 85), "G2-01") == ["excluded"]


def test_death_on_day_4_of_untreated_grade_4_is_a_failure() -> None:
    one = ill("4d").oxygen("2h", "invasive")
    assert [statuses(one, measure) for measure in ("G2-02", "G3-03", "G4-02")] == [["not_met"]] * 3


def test_a_cap_excludes() -> None:
    one = ill()
    for hour in (3, 9, 15):
        one.tocilizumab(timedelta(hours=hour))
    one.sbp("19h", 85)
    assert verdicts(one, "G2-02") == [Verdict("excluded", "cap")]


@pytest.mark.parametrize(
    ("minutes", "status", "reason"), [(60, "met", None), (61, "not_met", "amber"), (121, "not_met", "late")]
)
def test_steroid_is_due_an_hour_after_grade_3(minutes: int, status: str, reason: str | None) -> None:
    one = ill().oxygen("2h", "mask", 8).dexamethasone(timedelta(hours=2, minutes=minutes))
    assert verdicts(one, "G3-03") == [Verdict(status, reason, minutes)]


def test_9_mg_merged_count_as_10() -> None:
    for second, status in [(4.0, "met"), (3.9, "not_met"), (5.0, "met")]:
        one = ill().oxygen("2h", "mask", 8).dexamethasone("2h", 5).dexamethasone("2h5m", second)
        assert statuses(one, "G3-03") == [status]


def test_grade_1_alone_asks_for_no_drug_and_knows_exemptions() -> None:
    assert statuses(ill(), "G1-06") == ["met"]
    assert statuses(ill().dexamethasone("3h"), "G1-06") == ["not_met"]
    assert statuses(ill().dexamethasone("3h").icans("15h", 2), "G1-06") == ["excluded"]
    assert statuses(ill(product="axi-cel").dexamethasone("3h"), "G1-06") == ["excluded"]
    assert statuses(ill(product="axi-cel").tocilizumab("3h"), "G1-06") == ["not_met"]
    suspected = ill().lab("3h", "ferritin", 10000, bound=">").lab("2h", "alt", 201)
    assert statuses(suspected.tocilizumab("3h"), "G1-06") == ["excluded"]
    assert statuses(suspected.tocilizumab("2h"), "G1-06") == ["not_met"]


def test_a_fever_of_three_days_exempts() -> None:
    long = patient(until="20d").every("4h", "1h", "90h", temperature=39, sbp=120)
    assert statuses(long.tocilizumab("73h"), "G1-06") == ["excluded"]
    assert statuses(long.tocilizumab("72h"), "G1-06") == ["not_met"]


def methylprednisolone(one: Patient, *hours: float) -> Patient:
    for hour in hours:
        one.methylprednisolone(timedelta(hours=hour))
    return one


def test_high_dose_methylprednisolone_for_three_days() -> None:
    def ventilated() -> Patient:
        return ill().oxygen("2h", "invasive")

    assert verdicts(methylprednisolone(ventilated(), 3, 15, 27, 39, 51), "G4-02") == [Verdict("met")]
    assert verdicts(methylprednisolone(ventilated(), *range(3, 99, 12)), "G4-02") == [Verdict("met", "extended")]
    assert statuses(methylprednisolone(ventilated(), 3.1, 15, 27, 39, 51), "G4-02") == ["not_met"]
    # The ventilator is charted once and counts to 14 h; the gap breaks at 17 h. Unobserved is not improved.
    assert verdicts(methylprednisolone(ventilated(), 3), "G4-02") == [Verdict("indeterminate", "unobserved")]
    watched = ventilated().well("25h", "60h")
    assert verdicts(methylprednisolone(watched, 3), "G4-02") == [Verdict("met", "improved")]


def test_intubation_for_icans_is_no_reason_for_high_doses() -> None:
    assert verdicts(ill().oxygen("2h", "invasive").icans("14h", 3), "G4-02") == [
        Verdict("excluded", "airway_protection")
    ]
    assert statuses(ill().oxygen("2h", "invasive").icans("14h", 2), "G4-02") == ["not_met"]


def test_two_vasopressors_are_known_an_hour_later() -> None:
    one = ill().start("2h", "norepinephrine").start("2h", "epinephrine")
    (answer,) = answers(methylprednisolone(one, 4))
    assert [result.time for result in answer.results if result.measure == "G4-02"] == [one.at("3h")]


@pytest.mark.parametrize(("when", "status"), [("-12h", "not_met"), ("-12h1m", "met"), ("0h", "met")])
def test_steroid_premedication(when: str, status: str) -> None:
    assert statuses(patient().dexamethasone(when), "PRIN-02") == [status]


def test_physiologic_hydrocortisone_is_no_premedication() -> None:
    assert statuses(patient().give("-6h", "hydrocortisone", 30, route="po"), "PRIN-02") == ["met"]
    one = patient().give("-6h", "hydrocortisone", 20, route="po").give("-20h", "hydrocortisone", 15, route="po")
    assert statuses(one, "PRIN-02") == ["not_met"]


@pytest.mark.parametrize(
    ("drug", "status"), [("sargramostim", "not_met"), ("pegfilgrastim", "met"), ("filgrastim", "met")]
)
def test_only_gm_csf_is_a_pitfall(drug: str, status: str) -> None:
    assert statuses(patient().give("2h", drug, 250, route="sc"), "PIT-02") == [status]


def test_no_vitals_never_reads_as_no_crs() -> None:
    assert verdicts(patient().dexamethasone("1h"), "G2-02") == [Verdict("indeterminate", "vitals")]
    assert verdicts(patient().temp("1h", 37), "PIT-02") == [Verdict("indeterminate", "mar")]


def test_a_day_without_a_time_is_read_both_ways() -> None:
    """Infused at noon: on that date the drug may have come before or after."""
    one = patient()
    one.give(one.t0 - timedelta(hours=12), "sargramostim", 250, day_only=True).temp("1h", 37)
    assert verdicts(one, "PIT-02") == [Verdict("indeterminate", "date_only_time")]
