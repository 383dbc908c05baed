"""PROTOCOL 5, grade 1: antibiotics for fever in neutropenia (G1-04), tocilizumab for fever that persists (G1-07)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, verdict, verdicts
from tests.spec.patient import SOURCES, Patient, patient


def neutropenic(**cells: Any) -> Patient:
    """Fever from 0 h to 24 h; 100 neutrophils a day before."""
    return febrile(**cells).lab("-1d", "anc", 100)


# G1-04: whether there is an opportunity ------------------------------------------------------------------------------


def judged(p: Patient) -> bool:
    """Whether neutropenia at onset was seen; no antibiotic was given."""
    status, reason = verdict(p, "G1-04")
    assert (status, reason) in {("not_met", "never_given"), ("not_applicable", None)}
    return status == "not_met"


@pytest.mark.parametrize("lab", ["anc", "wbc"])
@pytest.mark.parametrize(
    ("value", "bound", "low"),
    [
        (499, None, True), (500, None, False),
        (500, "<", True), (501, "<", False), (100, "<", True),
        (499, "<=", True), (500, "<=", False),
        (500, ">", False), (499, ">", False), (500, ">=", False), (100, ">=", False),
        (None, None, False),
    ],
)  # fmt: skip
def test_neutropenia(lab: str, value: float | None, bound: str | None, low: bool) -> None:
    assert judged(febrile().lab("-1d", lab, value, bound=bound)) is low


@pytest.mark.parametrize(("at", "low"), [("-72h", True), ("-72h 1m", False), ("0h", True), ("1m", False)])
def test_the_count_is_of_the_three_days_before_onset(at: str, low: bool) -> None:
    assert judged(febrile().lab(at, "anc", 100)) is low


@pytest.mark.parametrize(("earlier", "later", "low"), [(100, 900, False), (900, 100, True)])
def test_the_last_count_decides(earlier: float, later: float, low: bool) -> None:
    assert judged(febrile().lab("-1h", "anc", later).lab("-10h", "anc", earlier)) is low


def test_of_two_counts_at_one_instant_the_lower_holds() -> None:
    assert judged(febrile().lab("-1h", "anc", 900).lab("-1h", "anc", 100).lab("-1h", "anc", 800))


@pytest.mark.parametrize(("value", "bound"), [(600, "<"), (400, ">"), (500, "<="), (None, None)])
def test_a_count_that_leaves_it_open_is_none(value: float | None, bound: str | None) -> None:
    p = febrile().lab("-10h", "anc", 100).lab("-1h", "anc", value, bound=bound)
    assert judged(p)
    p = febrile().lab("-10h", "anc", 900).lab("-1h", "anc", value, bound=bound).lab("-1h", "wbc", 100)
    assert not judged(p)


def test_white_cells_are_asked_only_without_neutrophils() -> None:
    assert not judged(febrile().lab("-10h", "anc", 900).lab("-1h", "wbc", 100))
    assert judged(febrile().lab("-10h", "anc", 100).lab("-1h", "wbc", 9000))
    assert judged(febrile().lab("-10h", "anc", 600, bound="<").lab("-1h", "wbc", 100))
    assert judged(febrile().lab("-73h", "anc", 900).lab("-1h", "wbc", 100))


# G1-04: whether it was met -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-24h", ("met", None, -1440.0)),
        ("-24h 1m", ("not_met", "never_given", None)),
        ("24h", ("met", None, 1440.0)),
        ("24h1m", ("not_met", "late", 1441.0)),
    ],
)
def test_an_antibiotic_around_onset(at: str, result: tuple[str, str | None, float | None]) -> None:
    (row,) = verdicts(neutropenic().give(at, "cefepime", 2000), "G1-04")
    assert (row["status"], row["reason"], row["value"], row["kind"]) == (*result, "C")


@pytest.mark.parametrize(
    ("drug", "action", "route", "status"),
    [
        ("meropenem", "given", "im", "met"), ("aztreonam", "given", None, "met"),
        ("piperacillin_tazobactam", "rate_change", "iv", "met"), ("cefepime", "given", "po", "not_met"),
        ("cefepime", "not_given", "iv", "not_met"), ("fluconazole", "given", "iv", "not_met"),
    ],
)  # fmt: skip
def test_what_is_a_broad_spectrum_antibiotic(drug: str, action: str, route: str | None, status: str) -> None:
    assert verdict(neutropenic().mar("2h", drug, action, 1000, route=route), "G1-04")[0] == status


@pytest.mark.parametrize(
    ("until", "result"), [("24h", ("excluded", "censored")), ("24h1m", ("not_met", "never_given"))]
)
def test_follow_up_of_g1_04(until: str, result: tuple[str, str]) -> None:
    assert verdict(neutropenic(until=until), "G1-04") == result


def test_without_labs_nobody_knows_of_neutropenia() -> None:
    (row,) = verdicts(febrile("6h"), "G1-04")
    assert (row["status"], row["reason"], row["time"], row["episode"]) == ("indeterminate", "labs", patient().t0, None)
    assert verdict(febrile().lab("-7d 1m", "anc", 100), "G1-04") == ("indeterminate", "labs")
    assert verdict(febrile().lab("-7d", "crp", 5), "G1-04") == ("not_applicable", None)
    assert verdict(followed().well("0h", "1d"), "G1-04") == ("not_applicable", None)


def test_other_missing_tables_of_g1_04() -> None:
    assert verdict(followed().lab("-1d", "anc", 100), "G1-04") == ("indeterminate", "vitals")
    p = patient(until="30d").every("4h", "0h", "24h", temperature=38.5).lab("-1d", "anc", 100)
    assert verdict(p, "G1-04") == ("indeterminate", "mar")


def test_evidence_of_an_antibiotic() -> None:
    name = "broad-spectrum antibiotic 24 h before to 24 h after onset"
    p = neutropenic().lab("-2d", "anc", 50).give("2h", "cefepime", 2000)
    assert clauses(p, "G1-04") == {(name, "true"), ("neutropenia", "true"), ("onset", "true")}
    assert (name, "false") in clauses(neutropenic(), "G1-04")
    cited = evaluated(p, "G1-04").evidence.filter(clause="neutropenia")
    assert cited.select("source", "row", "raw_value").rows() == [(SOURCES["labs"], 2, "100")]


# G1-07: fever from 0 h to 84 h, so it has persisted at 72 h ----------------------------------------------------------


def persisting(**cells: Any) -> Patient:
    return febrile(end="84h", **cells)


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-1m", ("not_met", "never_given", None)),
        ("0h", ("met", None, -4320.0)),
        ("74h", ("met", None, 120.0)),
        ("74h1m", ("not_met", "late", 121.0)),
    ],
)
def test_tocilizumab_for_persisting_fever(at: str, result: tuple[str, str | None, float | None]) -> None:
    (row,) = verdicts(persisting().tocilizumab(at), "G1-07")
    assert (row["status"], row["reason"], row["value"]) == result
    assert (row["time"], row["episode"]) == (patient().at("72h"), 1)


def test_never_given() -> None:
    assert verdict(persisting(), "G1-07") == ("not_met", "never_given")


@pytest.mark.parametrize(("end", "status"), [("72h", "not_applicable"), ("72h1m", "not_met")])
def test_how_long_fever_persists(end: str, status: str) -> None:
    assert verdict(febrile(end="70h").temp("70h", 38.5).temp(end, 36.8), "G1-07")[0] == status


def test_it_has_persisted_at_the_first_fever_after_three_days() -> None:
    p = followed().every("4h", "0h", "64h", temperature=38.5, sbp=120).every("4h", "64h", "80h", temperature=36.8)
    p.every("4h", "80h", "92h", temperature=38.5).every("4h", "64h", "92h", sbp=120)
    (row,) = verdicts(p, "G1-07")
    assert (row["status"], row["time"]) == ("not_met", p.at("80h"))


@pytest.mark.parametrize(("well_until", "persisted"), [("50h", True), ("51h", False)])
def test_a_known_fever_free_day_ends_it(well_until: str, persisted: bool) -> None:
    """Afebrile from 27 h; a support that goes on holds the episode together."""
    p = followed().every("1h", "0h", "27h", temperature=38.5).every("1h", "27h", well_until, temperature=36.8)
    p.every("2h", well_until, "84h", temperature=38.5).every("4h", "0h", "84h", sbp=120)
    assert (verdicts(p, "G1-07")[0]["status"] == "not_met") is persisted


@pytest.mark.parametrize(("at", "status"), [("74h", "not_applicable"), ("74h1m", "not_met"), ("5h", "not_applicable")])
def test_grade_2_makes_it_another_rule(at: str, status: str) -> None:
    assert verdict(persisting().sbp(at, 85), "G1-07")[0] == status


@pytest.mark.parametrize(
    ("times", "capped"), [(("49h", "57h", "65h"), True), (("48h", "57h", "65h"), False), (("57h", "65h", "72h"), False)]
)
def test_the_cap_is_counted_when_fever_has_persisted(times: tuple[str, ...], capped: bool) -> None:
    p = persisting()
    for at in times:
        p.tocilizumab(at)
    assert verdict(p, "G1-07") == (("excluded", "cap") if capped else ("met", None))


@pytest.mark.parametrize(
    ("until", "result"), [("74h", ("excluded", "censored")), ("74h1m", ("not_met", "never_given"))]
)
def test_follow_up_of_g1_07(until: str, result: tuple[str, str]) -> None:
    assert verdict(persisting(until=until), "G1-07") == result


def test_no_opportunity_and_no_table_of_g1_07() -> None:
    assert verdict(febrile(), "G1-07") == ("not_applicable", None)
    assert verdict(followed(), "G1-07") == ("indeterminate", "vitals")
    bare = patient(until="30d").every("4h", "0h", "84h", temperature=38.5)
    assert verdict(bare, "G1-07") == ("indeterminate", "mar")


def test_evidence_of_persisting_fever() -> None:
    name = "tocilizumab from onset to 2 h after fever had persisted"
    p = persisting().tocilizumab("73h")
    assert clauses(p, "G1-07") == {(name, "true"), ("onset", "true"), ("fever persisted", "true")}
    assert (name, "false") in clauses(persisting(), "G1-07")
    cited = evaluated(p, "G1-07").evidence.filter(clause="fever persisted")
    assert cited.select("source", "time", "raw_value").rows() == [(SOURCES["vitals"], p.at("72h"), "38.5")]
