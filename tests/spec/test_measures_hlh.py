"""PROTOCOL 5, HLH: ferritin, bone marrow, treatment as grade 3. HLH is suspected at 40 h unless told otherwise."""

from __future__ import annotations

import polars as pl
import pytest

from tests.spec.judged import clauses, evaluated, followed, verdict, verdicts
from tests.spec.patient import Patient, patient

# HLH-01 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "bound", "status", "reason", "told"),
    [
        (10000, None, "not_applicable", None, None),
        (10000.1, None, "met", None, 10000.1),
        (10000, ">", "met", None, 10000.0),
        (9999, ">", "indeterminate", "bound", 9999.0),
        (10000, ">=", "indeterminate", "bound", 10000.0),
        (10001, ">=", "met", None, 10001.0),
        (500, "<", "not_applicable", None, None),
        (20000, "<", "not_applicable", None, None),
        (None, None, "not_applicable", None, None),
    ],
)
def test_ferritin(value: float | None, bound: str | None, status: str, reason: str | None, told: float | None) -> None:
    (row,) = verdicts(followed().lab("20h", "ferritin", value, bound=bound), "HLH-01")
    assert (row["status"], row["reason"], row["value"]) == (status, reason, told)


@pytest.mark.parametrize(
    ("at", "status"),
    [("0h", "met"), ("-1m", "not_applicable"), ("29d 23h 59m", "met"), ("30d", "not_applicable")],
)
def test_ferritin_of_the_window(at: str, status: str) -> None:
    assert verdict(followed().lab("0h", "crp", 9).lab(at, "ferritin", 12000), "HLH-01")[0] == status


def test_the_first_that_is_above_outweighs_one_that_leaves_it_open() -> None:
    p = followed().lab("10h", "ferritin", 5000, bound=">").lab("30h", "ferritin", 12000).lab("50h", "ferritin", 30000)
    (row,) = verdicts(p, "HLH-01")
    assert (row["status"], row["value"], row["time"]) == ("met", 12000.0, p.at("30h"))


def test_the_first_that_leaves_it_open() -> None:
    p = followed().lab("30h", "ferritin", 7000, bound=">").lab("10h", "ferritin", 5000, bound=">")
    (row,) = verdicts(p, "HLH-01")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "bound", p.at("10h"))
    assert row["sentence"].startswith("Ferritin >5000 ng/mL; no organ value within 48 h: cannot be judged")


def test_of_two_at_one_instant_the_highest_is_told() -> None:
    p = followed().lab("30h", "ferritin", 12000).lab("30h", "ferritin", 15000).lab("30h", "ferritin", 11000)
    assert [row["value"] for row in verdicts(p, "HLH-01")] == [15000.0]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("52h", "worst organ grade within 48 h: 3 (ALT)"), ("51h59m", "no organ value within 48 h"),
        ("148h", "worst organ grade within 48 h: 3 (ALT)"), ("148h1m", "no organ value within 48 h"),
    ],
)  # fmt: skip
def test_organ_grades_are_told_beside(at: str, told: str) -> None:
    p = followed().lab("100h", "ferritin", 12000).lab(at, "alt", 250)
    (row,) = verdicts(p, "HLH-01")
    assert row["sentence"] == f"Ferritin 12000 ng/mL; {told}."


def test_the_worst_of_every_organ_is_cited() -> None:
    p = followed().lab("100h", "ferritin", 12000).lab("90h", "alt", 250).lab("100h", "alt", 130)
    p.lab("100h", "ast", 210).lab("100h", "bilirubin", 0.6)
    (row,) = verdicts(p, "HLH-01")
    assert "worst organ grade within 48 h: 3 (ALT, AST)" in row["sentence"]
    cited = evaluated(p, "HLH-01").evidence.filter(clause="organ grade beside it")
    assert cited.get_column("raw_value").sort().to_list() == [
        "alt 250, grade 3", "ast 210, grade 3", "bilirubin 0.6, grade 0",
    ]  # fmt: skip
    assert ("ferritin above 10000 ng/mL", "true") in clauses(p, "HLH-01")


@pytest.mark.parametrize("measure", ["HLH-01", "HLH-03", "HLH-04"])
def test_without_labs_nobody_knows(measure: str) -> None:
    p = followed().well("0h", "1d")
    (row,) = verdicts(p, measure)
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "labs", p.t0)
    assert verdict(p.lab("0h", "crp", 9), measure) == ("not_applicable", None)


# HLH-02 --------------------------------------------------------------------------------------------------------------

MARROW = "bone_marrow_hemophagocytosis"


def test_bone_marrow() -> None:
    (row,) = verdicts(followed().procedure("0h", MARROW).procedure("50h", MARROW), "HLH-02")
    assert (row["status"], row["value"], row["time"]) == ("met", 2.0, patient().t0)
    assert row["sentence"] == ("Hemophagocytosis in the bone marrow charted in 2 rows, first 0 h after the infusion.")


@pytest.mark.parametrize("at", ["-1m", "30d"])
def test_bone_marrow_outside_the_window(at: str) -> None:
    assert verdict(followed().procedure(at, MARROW), "HLH-02") == ("not_applicable", None)


def test_bone_marrow_that_was_not_extracted() -> None:
    (row,) = verdicts(followed(), "HLH-02")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", f"procedures: {MARROW}", patient().t0)
    assert verdict(followed(), "HLH-02", procedures=frozenset({MARROW})) == ("not_applicable", None)


# HLH-03 --------------------------------------------------------------------------------------------------------------


def suspected(**cells: object) -> Patient:
    """A ferritin of 12,000 and an ALT of grade 3 at 40 h."""
    return followed(**cells).lab("40h", "ferritin", 12000).lab("40h", "alt", 250)


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("16h", ("met", None)), ("15h59m", ("not_met", "never_given")), ("40h", ("met", None)), ("64h", ("met", None)),
        ("64h1m", ("not_met", "late")),
    ],
)  # fmt: skip
def test_both_within_a_day(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(suspected().tocilizumab(at).dexamethasone("40h"), "HLH-03") == result
    assert verdict(suspected().tocilizumab("40h").dexamethasone(at), "HLH-03") == result


def test_one_without_the_other_is_not_enough() -> None:
    assert verdict(suspected().tocilizumab("40h"), "HLH-03") == ("not_met", "never_given")
    assert verdict(suspected().dexamethasone("40h"), "HLH-03") == ("not_met", "never_given")


@pytest.mark.parametrize(
    ("ferritin", "alt", "organ_at", "status"),
    [
        (10000, 250, "40h", "not_applicable"), (10001, 250, "40h", "not_met"), (12000, 200, "40h", "not_applicable"),
        (12000, 200.1, "40h", "not_met"), (12000, 250, "88h", "not_met"), (12000, 250, "88h1m", "not_applicable"),
    ],
)  # fmt: skip
def test_when_hlh_is_suspected(ferritin: float, alt: float, organ_at: str, status: str) -> None:
    p = followed().lab("40h", "ferritin", ferritin).lab(organ_at, "alt", alt)
    assert verdict(p, "HLH-03")[0] == status


@pytest.mark.parametrize(("organ_at", "status"), [("-8h", "not_met"), ("-8h 1m", "not_applicable")])
def test_an_organ_grade_before_the_infusion(organ_at: str, status: str) -> None:
    p = followed().lab("40h", "ferritin", 12000).lab(organ_at, "creatinine", 4)
    assert verdict(p, "HLH-03")[0] == status


def test_the_first_ferritin_with_an_organ_beside_it_is_the_anchor() -> None:
    p = followed().lab("10h", "ferritin", 12000).lab("100h", "ferritin", 15000).lab("110h", "creatinine", 4)
    assert [row["time"] for row in verdicts(p, "HLH-03")] == [p.at("100h")]


def test_a_cap_waives_tocilizumab_but_not_the_steroid() -> None:
    p = suspected()
    for hour in range(4):
        p.tocilizumab(f"{hour}h")
    assert verdict(p, "HLH-03") == ("not_met", "never_given")
    assert verdict(p.dexamethasone("40h"), "HLH-03") == ("met", None)
    p = suspected().dexamethasone("40h")
    for hour in range(3):
        p.tocilizumab(f"{hour}h")
    assert verdict(p, "HLH-03") == ("not_met", "never_given")


@pytest.mark.parametrize(("mg", "status"), [(9, "met"), (8.9, "not_met"), (None, "indeterminate")])
def test_how_much_steroid(mg: float | None, status: str) -> None:
    assert verdict(suspected().tocilizumab("40h").dexamethasone("40h", mg), "HLH-03")[0] == status


def test_unknown_amounts() -> None:
    p = suspected().dexamethasone("40h", None)
    assert verdict(p, "HLH-03") == ("not_met", "never_given")
    assert verdict(p.tocilizumab("40h"), "HLH-03") == ("indeterminate", "amount")
    assert verdict(p.dexamethasone("50h", 10), "HLH-03") == ("met", None)


@pytest.mark.parametrize(
    ("until", "result"), [("64h", ("excluded", "censored")), ("64h1m", ("not_met", "never_given"))]
)
def test_follow_up_of_hlh_03(until: str, result: tuple[str, str]) -> None:
    assert verdict(suspected(until=until), "HLH-03") == result
    assert verdict(suspected(until=until).tocilizumab("40h"), "HLH-03") == result
    assert verdict(suspected(until=until).tocilizumab("40h").dexamethasone("41h"), "HLH-03") == ("met", None)


def test_doses_before_the_infusion_never_count() -> None:
    p = followed().lab("2h", "ferritin", 12000).lab("2h", "alt", 250).tocilizumab("-1h").dexamethasone("-1h")
    assert verdict(p, "HLH-03") == ("not_met", "never_given")


def test_without_a_mar() -> None:
    p = patient(until="30d").lab("40h", "ferritin", 12000).lab("40h", "alt", 250)
    (row,) = verdicts(p, "HLH-03")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", p.at("40h"))


def test_evidence_of_the_suspicion() -> None:
    p = suspected().tocilizumab("40h")
    assert clauses(p, "HLH-03") == {
        ("tocilizumab 24 h before to 24 h after, or a cap reached", "true"),
        ("steroid dose worth 9 mg dexamethasone 24 h before to 24 h after", "false"),
        ("HLH suspected: ferritin", "true"), ("HLH suspected: organ", "true"),
    }  # fmt: skip
    evidence = evaluated(p, "HLH-03").evidence
    assert evidence.filter(pl.col("clause").str.starts_with("HLH")).get_column("raw_value").sort().to_list() == [
        "12000", "alt 250, grade 3",
    ]  # fmt: skip


@pytest.mark.parametrize(("at", "status"), [("-12h", "indeterminate"), ("36h", "met"), ("84h", "not_met")])
def test_a_steroid_that_is_a_date_only(at: str, status: str) -> None:
    """Dates of two days before, of the suspicion, of two days after."""
    p = suspected().tocilizumab("40h").dexamethasone(at, day_only=True)
    assert verdict(p, "HLH-03")[0] == ("not_met" if at == "-12h" else status)
