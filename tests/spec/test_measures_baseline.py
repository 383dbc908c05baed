"""PROTOCOL 5, baseline: what is collected in the 72 h before the infusion."""

from __future__ import annotations

import polars as pl
import pytest

from tests.spec.judged import clauses, evaluated, followed, verdict, verdicts
from tests.spec.patient import Patient

COUNTS = ("wbc", "hemoglobin", "platelets")
CMP = (
    "sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine", "glucose", "calcium", "albumin",
    "total_protein", "alp", "alt", "ast", "bilirubin",
)  # fmt: skip
FIRST = (*COUNTS, *CMP, "magnesium", "phosphorus")
SECOND = ("crp", "ferritin", "ldh", "uric_acid", "fibrinogen", "pt", "ptt")


def drawn(labs: tuple[str, ...], *without: str, at: str = "-1h", **cells: object) -> Patient:
    """All of `labs` but some drawn at once."""
    p = followed(**cells)
    for lab in labs:
        if lab not in without:
            p.lab(at, lab, 5)
    return p


@pytest.mark.parametrize(("measure", "labs"), [("BAS-01", FIRST), ("BAS-02", SECOND)])
def test_all_of_it(measure: str, labs: tuple[str, ...]) -> None:
    (row,) = verdicts(drawn(labs), measure)
    assert (row["status"], row["reason"], row["value"], row["time"]) == ("met", None, 0.0, followed().t0)


@pytest.mark.parametrize("measure", ["BAS-01", "BAS-02"])
@pytest.mark.parametrize(
    ("at", "status"), [("-72h", "met"), ("-72h 1m", "not_met"), ("-1m", "met"), ("0h", "not_met"), ("1h", "not_met")]
)
def test_the_time_before_the_infusion(measure: str, at: str, status: str) -> None:
    assert verdict(drawn((*FIRST, *SECOND), at=at), measure)[0] == status


@pytest.mark.parametrize("lab", [*COUNTS, "magnesium", "phosphorus"])
def test_one_missing_of_the_first(lab: str) -> None:
    (row,) = verdicts(drawn(FIRST, lab), "BAS-01")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", f"missing: {lab}", 1.0)
    assert row["sentence"] == (
        f"5 of 6 charted as collected in the 72 h before the infusion; 14 of 14 CMP analytes: not met, "
        f"missing {lab.replace('wbc', 'WBC')}."
    )


@pytest.mark.parametrize(
    ("lab", "told"),
    [("crp", "CRP"), ("ferritin", "ferritin"), ("ldh", "LDH"), ("uric_acid", "uric acid"),
     ("fibrinogen", "fibrinogen"), ("pt", "PT or INR"), ("ptt", "PTT")],
)  # fmt: skip
def test_one_missing_of_the_second(lab: str, told: str) -> None:
    (row,) = verdicts(drawn(SECOND, lab), "BAS-02")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", f"missing: {lab}", 1.0)
    assert row["sentence"] == (f"6 of 7 charted as collected in the 72 h before the infusion: not met, missing {told}.")


@pytest.mark.parametrize(
    ("missing", "result"),
    [
        (CMP[:2], ("met", None)),
        (CMP[-2:], ("met", None)),
        (CMP[:3], ("not_met", "missing: cmp")),
        (CMP, ("not_met", "missing: cmp")),
        (("phosphorus", "magnesium", *CMP[:3]), ("not_met", "missing: cmp, magnesium, phosphorus")),
        (FIRST[1:], ("not_met", "missing: hemoglobin, platelets, cmp, magnesium, phosphorus")),
    ],
)
def test_twelve_of_the_fourteen(missing: tuple[str, ...], result: tuple[str, str | None]) -> None:
    assert verdict(drawn(FIRST, *missing), "BAS-01") == result


def test_one_analyte_twice_is_one() -> None:
    p = drawn(FIRST, *CMP[:3])
    assert verdict(p.lab("-2h", "alt", 9).lab("-3h", "alt", 9), "BAS-01") == ("not_met", "missing: cmp")


def test_inr_stands_for_pt() -> None:
    assert verdict(drawn(SECOND, "pt").lab("-1h", "inr", 1.1), "BAS-02") == ("met", None)
    assert verdict(drawn(SECOND, "pt", "ptt").lab("-1h", "inr", 1.1), "BAS-02") == ("not_met", "missing: ptt")


def test_a_row_without_a_value_was_collected() -> None:
    assert verdict(drawn(FIRST, "wbc").lab("-1h", "wbc", None), "BAS-01") == ("met", None)


@pytest.mark.parametrize("measure", ["BAS-01", "BAS-02"])
def test_without_labs_nobody_knows(measure: str) -> None:
    assert verdict(followed(), measure) == ("indeterminate", "labs")
    assert verdict(followed().lab("-7d 1m", "wbc", 5), measure) == ("indeterminate", "labs")
    assert verdict(followed().lab("-7d", "anc", 5), measure)[0] == "not_met"
    assert verdict(followed().lab("29d", "anc", 5), measure)[0] == "not_met"


@pytest.mark.parametrize("measure", ["BAS-01", "BAS-02"])
def test_it_is_never_censored(measure: str) -> None:
    assert verdict(followed(until="1m").lab("-6d", "anc", 5), measure)[0] == "not_met"


def test_a_second_infusion_has_a_baseline_of_its_own() -> None:
    p = drawn(FIRST, until=None).infusion("10d").lab("11d", "anc", 5)
    assert [row["status"] for row in verdicts(p, "BAS-01")] == ["met", "not_met"]
    for lab in FIRST:
        p.lab("9d", lab, 5)
    assert [row["status"] for row in verdicts(p, "BAS-01")] == ["met", "met"]


@pytest.mark.parametrize(("at", "result"), [("-12h", "indeterminate"), ("-36h", "met"), ("-84h", "indeterminate")])
def test_a_date_without_a_time(at: str, result: str) -> None:
    """T0 is 12:00: of its own date, and of the one on which the 72 h begin, nobody knows which side it was."""
    assert verdict(drawn(FIRST, "wbc").lab(at, "wbc", 5, day_only=True), "BAS-01")[0] == result


def test_each_part_is_told() -> None:
    parts = {*COUNTS, "at least 12 of 14 CMP analytes", "magnesium", "phosphorus"}
    told = {(f"{part} collected in the 72 h before the infusion", "true") for part in parts}
    assert clauses(drawn(FIRST), "BAS-01") == told
    none = {(f"{part} collected in the 72 h before the infusion", "false") for part in parts}
    assert clauses(followed().lab("1h", "anc", 5), "BAS-01") == none
    assert ("pt or inr collected in the 72 h before the infusion", "true") in clauses(drawn(SECOND), "BAS-02")


def test_what_was_collected_is_cited() -> None:
    p = drawn(("wbc", "alt", "ast")).lab("0h", "wbc", 5)
    cited = evaluated(p, "BAS-01").evidence.filter(pl.col("row").is_not_null())
    assert cited.select("clause", "row").rows() == [
        ("at least 12 of 14 CMP analytes collected in the 72 h before the infusion", 3),
        ("at least 12 of 14 CMP analytes collected in the 72 h before the infusion", 4),
        ("wbc collected in the 72 h before the infusion", 2),
    ]
