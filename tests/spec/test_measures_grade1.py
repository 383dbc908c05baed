"""PROTOCOL 5, grade 1: supportive care alone, and what exempts from it."""

from __future__ import annotations

import polars as pl
import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, hypotensive, verdict, verdicts
from tests.spec.patient import SOURCES, Patient, patient

# Fever from 0 h to 24 h: grade 1 throughout.


@pytest.mark.parametrize(
    ("at", "status"),
    [("0h", "not_met"), ("-1m", "met"), ("23h59m", "not_met"), ("24h", "met"), ("40h", "met")],
)
def test_tocilizumab_at_grade_1(at: str, status: str) -> None:
    assert verdict(febrile().tocilizumab(at), "G1-06")[0] == status


@pytest.mark.parametrize(("mg", "status"), [(10.0, "not_met"), (1.13, "not_met"), (1.125, "met"), (None, "not_met")])
def test_a_treatment_steroid_at_grade_1(mg: float | None, status: str) -> None:
    assert verdict(febrile().dexamethasone("5h", mg), "G1-06")[0] == status


def test_supportive_care_alone() -> None:
    assert verdict(febrile().acetaminophen("1h"), "G1-06") == ("met", None)


def test_each_clause_is_told() -> None:
    both = febrile().tocilizumab("5h").dexamethasone("6h").lab("0h", "alt", 20).icans("0h", 0)
    assert verdict(both, "G1-06") == ("not_met", "tocilizumab")
    assert clauses(both, "G1-06") == {
        ("no tocilizumab at grade 1", "false"), ("no treatment steroid at grade 1", "false"),
    }  # fmt: skip
    steroid = febrile().dexamethasone("6h").lab("0h", "alt", 20).icans("0h", 0)
    assert verdict(steroid, "G1-06") == ("not_met", "steroid")
    assert clauses(steroid, "G1-06") == {
        ("no tocilizumab at grade 1", "true"), ("no treatment steroid at grade 1", "false"),
    }  # fmt: skip


def test_grade_2_is_no_opportunity() -> None:
    assert verdict(hypotensive(), "G1-06") == ("not_applicable", None)


def test_without_a_mar_nobody_knows() -> None:
    assert verdict(patient(until="30d").temp("1h", 38.5), "G1-06") == ("indeterminate", "mar")


def test_a_broken_prohibition_is_never_censored() -> None:
    p = followed(until="6h").temp("0h", 38.5).sbp("0h", 120).tocilizumab("5h").lab("0h", "alt", 20).icans("0h", 0)
    assert verdict(p, "G1-06") == ("not_met", "tocilizumab")


def test_what_shows_exemptions_was_not_extracted() -> None:
    bare = febrile().tocilizumab("5h")
    assert verdict(bare, "G1-06") == ("not_met", "tocilizumab: exemption_unchecked")
    labs = febrile().tocilizumab("5h").lab("0h", "alt", 20)
    assert verdict(labs, "G1-06") == ("not_met", "tocilizumab: exemption_unchecked")
    assert verdict(labs, "G1-06", assessments=frozenset({"icans_grade"})) == ("not_met", "tocilizumab")
    assert verdict(febrile(), "G1-06") == ("met", None)


# exemptions ----------------------------------------------------------------------------------------------------------


def known(**cells: object) -> Patient:
    """Grade 1 with labs and ICANS extracted, both unremarkable."""
    return febrile(**cells).lab("-1d", "alt", 20).icans("-1d", 0)


@pytest.mark.parametrize(
    ("ferritin", "bound", "alt", "alt_at", "at", "status"),
    [
        (10001, None, 201, "4h", "5h", "excluded"),
        (10001, None, 201, "4h", "4h", "excluded"),
        (10001, None, 201, "4h", "3h59m", "not_met"),
        (10000, None, 201, "4h", "5h", "not_met"),
        (10000, ">", 201, "4h", "5h", "excluded"),
        (10000, ">=", 201, "4h", "5h", "not_met"),
        (9000, ">", 201, "4h", "5h", "not_met"),
        (20000, "<", 201, "4h", "5h", "not_met"),
        (10001, None, 200, "4h", "5h", "not_met"),
        (10001, None, 201, "52h", "5h", "excluded"),
        (10001, None, 201, "52h1m", "5h", "not_met"),
        (10001, None, 201, "-44h", "5h", "excluded"),
        (10001, None, 201, "-44h 1m", "5h", "not_met"),
    ],
)
def test_hlh_suspected(ferritin: float, bound: str | None, alt: float, alt_at: str, at: str, status: str) -> None:
    """Ferritin at 4 h; ALT grade 3 begins above 5 × 40."""
    p = known().lab("4h", "ferritin", ferritin, bound=bound).lab(alt_at, "alt", alt).tocilizumab(at)
    assert verdict(p, "G1-06")[0] == status


@pytest.mark.parametrize(
    ("lab", "value", "baseline", "ref_high", "severe"),
    [
        ("alt", 201, None, None, True),
        ("alt", 201, None, 41, False),
        ("alt", 206, None, 41, True),
        ("ast", 200, None, None, False),
        ("ast", 201, None, None, True),
        ("alt", 500, 100, None, False),
        ("alt", 501, 100, None, True),
        ("bilirubin", 3.6, None, None, False),
        ("bilirubin", 3.7, None, None, True),
        ("bilirubin", 6.0, 2.0, None, False),
        ("bilirubin", 6.1, 2.0, None, True),
        ("creatinine", 3.6, None, None, False),
        ("creatinine", 3.7, None, None, True),
        ("creatinine", 1.5, 0.5, None, False),
        ("creatinine", 1.6, 0.5, None, True),
        ("crp", 500, None, None, False),
    ],
)
def test_organ_toxicity_of_grade_3(
    lab: str, value: float, baseline: float | None, ref_high: float | None, severe: bool
) -> None:
    p = febrile().icans("-1d", 0).lab("4h", "ferritin", 20000).lab("4h", lab, value, ref_high=ref_high)
    if baseline is not None:
        p.lab("-1d", lab, baseline)
    assert verdict(p.tocilizumab("5h"), "G1-06")[0] == ("excluded" if severe else "not_met")


def test_the_baseline_is_the_last_before_the_infusion() -> None:
    p = known().lab("-3h", "alt", 100).lab("4h", "ferritin", 20000).lab("4h", "alt", 300).tocilizumab("5h")
    assert verdict(p, "G1-06")[0] == "not_met"


def test_a_ferritin_before_the_infusion_suspects_nothing() -> None:
    p = known().lab("-1h", "ferritin", 20000).lab("1h", "alt", 300).tocilizumab("5h")
    assert verdict(p, "G1-06")[0] == "not_met"


@pytest.mark.parametrize(
    ("grade", "at", "status"),
    [
        (2, "5h", "excluded"), (2, "17h", "excluded"), (2, "17h1m", "not_met"), (2, "-7h", "excluded"),
        (2, "-7h 1m", "not_met"), (1, "5h", "not_met"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("drug", ["tocilizumab", "dexamethasone"])
def test_icans_close_by(drug: str, grade: int, at: str, status: str) -> None:
    """The dose at 5 h; ICANS charted up to 12 h before or after it."""
    p = known().icans(at, grade)
    p = p.tocilizumab("5h") if drug == "tocilizumab" else p.dexamethasone("5h")
    assert verdict(p, "G1-06")[0] == status


def test_a_steroid_beside_icans_is_ambiguous() -> None:
    assert ("indication=ambiguous", "true") in clauses(known().icans("5h", 2).dexamethasone("6h"), "G1-06")
    assert ("indication=ambiguous", "true") not in clauses(known().dexamethasone("6h"), "G1-06")


@pytest.mark.parametrize(
    ("product", "drug", "status"),
    [
        ("axi-cel", "dexamethasone", "excluded"), ("brexu-cel", "dexamethasone", "excluded"),
        ("axi-cel", "tocilizumab", "not_met"), ("liso-cel", "dexamethasone", "not_met"),
        (None, "dexamethasone", "not_met"),
    ],
)  # fmt: skip
def test_a_product_that_permits_early_steroids(product: str | None, drug: str, status: str) -> None:
    p = known(product=product)
    p = p.tocilizumab("5h") if drug == "tocilizumab" else p.dexamethasone("5h")
    assert verdict(p, "G1-06")[0] == status


@pytest.mark.parametrize(("at", "status"), [("72h", "excluded"), ("71h59m", "not_met"), ("80h", "excluded")])
def test_fever_that_persists_is_managed_as_grade_2(at: str, status: str) -> None:
    p = febrile(end="84h").lab("-1d", "alt", 20).icans("-1d", 0)
    assert verdict(p.tocilizumab(at), "G1-06")[0] == status


@pytest.mark.parametrize(("well_until", "status"), [("50h", "excluded"), ("51h", "not_met")])
def test_a_fever_free_day_ends_the_persistence(well_until: str, status: str) -> None:
    """Afebrile from 27 h: for less than a day the fever persists, for a day it does not (and is a new cluster)."""
    p = followed().every("1h", "0h", "27h", temperature=38.5, sbp=120).every("1h", "27h", well_until, temperature=36.8)
    p.every("2h", well_until, "84h", temperature=38.5).every("4h", "27h", "84h", sbp=120).well("84h", "5d")
    p.lab("-1d", "alt", 20).icans("-1d", 0).tocilizumab("80h")
    assert verdicts(p, "G1-06")[-1]["status"] == status


def test_the_reason_names_the_exemptions() -> None:
    p = known().icans("5h", 2).tocilizumab("5h")
    assert verdict(p, "G1-06") == ("excluded", "exempt: ICANS")


def test_one_dose_without_an_exemption_is_enough() -> None:
    p = known().icans("20h", 2).tocilizumab("1h").dexamethasone("20h")
    assert verdict(p, "G1-06")[0] == "not_met"


def test_an_exemption_cites_the_rows_it_rests_on() -> None:
    """A reader must find the ferritin and the ICANS grade, not only be told of them."""
    p = known().lab("4h", "ferritin", 20000).lab("4h", "alt", 400).tocilizumab("5h").icans("6h", 3)
    evidence = evaluated(p, "G1-06").evidence.filter(~pl.col("result_id").str.contains(r"\|timeline\|"))
    told = evidence.filter(pl.col("clause").is_in(["HLH suspected", "ICANS close to a dose"])).sort("clause")
    assert told.select("clause", "time", "source").rows() == [
        ("HLH suspected", p.at("4h"), SOURCES["labs"]),
        ("ICANS close to a dose", p.at("6h"), SOURCES["assessments"]),
    ]
    assert told["row"].null_count() == 0


def test_what_no_dose_needed_is_not_cited() -> None:
    p = known().lab("4h", "ferritin", 20000).lab("4h", "alt", 400).tocilizumab("3h").icans("20h", 3)
    assert not {"HLH suspected", "ICANS close to a dose"} & {clause for clause, _ in clauses(p, "G1-06")}
