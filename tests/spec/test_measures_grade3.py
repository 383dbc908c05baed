"""PROTOCOL 5, grade 3: tocilizumab goes on, steroids begin. Grade 3 from 10 h to 20 h."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, febrile, followed, on_norepinephrine, verdict, verdicts
from tests.spec.patient import patient


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("2h", ("met", None)), ("1h59m", ("not_met", "never_given")), ("10h", ("met", None)), ("12h", ("met", None)),
        ("12h1m", ("not_met", "late")),
    ],
)  # fmt: skip
def test_tocilizumab_around_grade_3(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(on_norepinephrine().tocilizumab(at), "G3-02") == result


def test_grade_3_by_oxygen() -> None:
    p = febrile().oxygen("9h", "none").oxygen("10h", "nasal cannula", 6.5).oxygen("14h", "none")
    assert verdict(p.tocilizumab("11h"), "G3-02") == ("met", None)
    p = febrile().oxygen("9h", "none").oxygen("10h", "nasal cannula", 6).oxygen("14h", "none")
    assert verdict(p.tocilizumab("11h"), "G3-02") == ("not_applicable", None)


@pytest.mark.parametrize(("until", "status"), [("12h", "excluded"), ("12h1m", "not_met")])
def test_follow_up_of_g3_02(until: str, status: str) -> None:
    assert verdict(on_norepinephrine(until=until), "G3-02")[0] == status


def test_the_cap_is_counted_at_grade_3() -> None:
    p = on_norepinephrine()
    for at in ("0h", "1h", "9h59m"):
        p.tocilizumab(at)
    assert verdict(p, "G3-02") == ("excluded", "cap")
    p = on_norepinephrine()
    for at in ("0h", "1h", "10h"):
        p.tocilizumab(at)
    assert verdict(p, "G3-02") == ("met", None)


@pytest.mark.parametrize(
    ("at", "status", "reason", "minutes"),
    [
        ("4h", "met", None, -360.0),
        ("3h59m", "not_met", "never_given", None),
        ("10h", "met", None, 0.0),
        ("11h", "met", None, 60.0),
        ("11h1m", "not_met", "amber", 61.0),
        ("12h", "not_met", "amber", 120.0),
        ("12h1m", "not_met", "late", 121.0),
    ],
)
def test_the_steroid_of_grade_3(at: str, status: str, reason: str | None, minutes: float | None) -> None:
    (row,) = verdicts(on_norepinephrine().dexamethasone(at), "G3-03")
    assert (row["status"], row["reason"], row["value"]) == (status, reason, minutes)


@pytest.mark.parametrize(
    ("drug", "mg", "status"),
    [
        ("dexamethasone", 9, "met"), ("dexamethasone", 8.9, "not_met"), ("methylprednisolone", 48, "met"),
        ("methylprednisolone", 47, "not_met"), ("hydrocortisone", 240, "met"), ("hydrocortisone", 239, "not_met"),
        ("prednisone", 60, "met"), ("fludrocortisone", 100, "not_met"),
    ],
)  # fmt: skip
def test_worth_ten_mg_of_dexamethasone(drug: str, mg: float, status: str) -> None:
    assert verdict(on_norepinephrine().give("10h", drug, mg), "G3-03")[0] == status


def test_two_small_doses_are_none() -> None:
    assert verdict(on_norepinephrine().dexamethasone("10h", 5).dexamethasone("10h30m", 5), "G3-03")[0] == "not_met"


def test_two_vials_are_one_dose() -> None:
    assert verdict(on_norepinephrine().dexamethasone("10h", 5).dexamethasone("10h5m", 4), "G3-03")[0] == "met"


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("10h30m", ("indeterminate", "amount")), ("4h", ("indeterminate", "amount")),
        ("3h59m", ("not_met", "never_given")), ("11h1m", ("not_met", "never_given")),
    ],
)  # fmt: skip
def test_a_dose_of_unknown_amount_leaves_it_open(at: str, result: tuple[str, str]) -> None:
    assert verdict(on_norepinephrine().dexamethasone(at, None), "G3-03") == result


def test_a_known_dose_outweighs_an_unknown_one() -> None:
    assert verdict(on_norepinephrine().dexamethasone("9h", None).dexamethasone("10h"), "G3-03") == ("met", None)


def test_a_held_dexamethasone_was_not_given() -> None:
    p = on_norepinephrine().mar("10h", "dexamethasone", "not_given", 10)
    assert verdict(p, "G3-03") == ("not_met", "never_given")


def test_a_steroid_before_the_infusion_never_counts() -> None:
    """Grade 3 from 2 h: the steroid at -1 h lies inside the 6 h before it."""
    p = followed().every("4h", "0h", "24h", temperature=38.5, sbp=120).start("2h", "norepinephrine")
    assert verdict(p.dexamethasone("-1h"), "G3-03") == ("not_met", "never_given")
    assert verdict(p.dexamethasone("0h"), "G3-03") == ("met", None)


@pytest.mark.parametrize(("until", "status"), [("11h", "excluded"), ("11h1m", "not_met")])
def test_follow_up_of_g3_03(until: str, status: str) -> None:
    assert verdict(on_norepinephrine(until=until), "G3-03")[0] == status


@pytest.mark.parametrize("measure", ["G3-02", "G3-03"])
def test_no_opportunity_and_no_table(measure: str) -> None:
    assert verdict(febrile(), measure) == ("not_applicable", None)
    assert verdict(followed(), measure) == ("indeterminate", "vitals")
    mask = patient(until="30d").every("4h", "0h", "24h", temperature=38.5, sbp=120).oxygen("10h", "mask", 10)
    assert verdict(mask, measure) == ("indeterminate", "mar")


def test_evidence_of_grade_3() -> None:
    p = on_norepinephrine().tocilizumab("10h").dexamethasone("10h").icans("15h", 2)
    assert clauses(p, "G3-02") == {
        ("tocilizumab 8 h before to 2 h after grade 3", "true"), ("grade 3 reached", "true"),
    }  # fmt: skip
    assert clauses(p, "G3-03") == {
        ("steroid dose worth 9 mg dexamethasone at most 60 min after grade 3", "true"), ("grade 3 reached", "true"),
        ("indication=ambiguous", "true"),
    }  # fmt: skip
