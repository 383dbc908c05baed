"""PROTOCOL 5, HLH-04: no improvement 48 to 72 h after the suspicion of HLH at 40 h, so from 88 h to 112 h."""

from __future__ import annotations

import pytest

from tests.spec.judged import clauses, followed, verdict, verdicts
from tests.spec.patient import Patient, patient


def sick(last: str = "130h", **cells: object) -> Patient:
    """HLH suspected at 40 h; fever from T0 and hypotension (grade 2) from 36 h on, charted up to `last`."""
    p = followed(**cells).lab("40h", "ferritin", 12000).lab("40h", "alt", 250).sbp("0h", 120)
    return p.every("4h", "0h", last, temperature=38.5).every("4h", "36h", last, sbp=85)


def test_never_lower() -> None:
    p = sick()
    (row,) = verdicts(p, "HLH-04")
    assert (row["status"], row["value"], row["time"], row["episode"]) == ("met", None, p.at("40h"), None)
    assert row["sentence"] == (
        "HLH suspected at grade 2, no lower grade seen 48 h to 72 h later; no etoposide charted from 48 h to 7 d after "
        "the suspicion."
    )


@pytest.mark.parametrize(("at", "status"), [("112h", "not_applicable"), ("112h1m", "met"), ("100h", "not_applicable")])
def test_lower_at_the_end_of_that_time(at: str, status: str) -> None:
    """The pressure is normal from `at` on."""
    p = followed().lab("40h", "ferritin", 12000).lab("40h", "alt", 250).sbp("0h", 120).sbp(at, 120).sbp("116h", 120)
    # No low pressure less than an hour before: it would be an artefact.
    p.every("4h", "0h", "130h", temperature=38.5).every("4h", "37h", p.at(at), sbp=85)
    assert verdict(p, "HLH-04")[0] == status


@pytest.mark.parametrize(("until", "status"), [("88h", "met"), ("88h1m", "not_applicable")])
def test_lower_up_to_the_beginning_of_that_time(until: str, status: str) -> None:
    """The pressure is normal from 84 h up to `until`."""
    p = followed().lab("40h", "ferritin", 12000).lab("40h", "alt", 250).sbp("0h", 120).sbp("84h", 120).sbp(until, 85)
    p.every("4h", "0h", "130h", temperature=38.5).every("4h", "36h", "84h", sbp=85).every("4h", "92h", "130h", sbp=85)
    assert verdict(p, "HLH-04")[0] == status


def test_a_higher_grade_is_not_lower() -> None:
    assert verdict(sick().start("90h", "norepinephrine", end="130h"), "HLH-04")[0] == "met"


@pytest.mark.parametrize(
    ("at", "hours"), [("87h59m", None), ("88h", 48.0), ("100h30m", 60.5), ("208h", 168.0), ("208h1m", None)]
)
def test_etoposide(at: str, hours: float | None) -> None:
    (row,) = verdicts(sick().give(at, "etoposide", 200).give("207h", "etoposide", 200, route="po"), "HLH-04")
    assert (row["status"], row["value"]) == ("met", hours if hours in (48.0, 60.5) else 167.0)
    (row,) = verdicts(sick().give(at, "etoposide", 200), "HLH-04")
    assert (row["status"], row["value"]) == ("met", hours)


def test_a_held_etoposide_was_not_given() -> None:
    assert verdicts(sick().mar("90h", "etoposide", "not_given", 200), "HLH-04")[0]["value"] is None
    assert verdicts(sick().mar("90h", "etoposide", "verify"), "HLH-04")[0]["value"] == 50.0


@pytest.mark.parametrize(("until", "result"), [("112h", ("excluded", "censored")), ("112h1m", ("met", None))])
def test_follow_up_of_hlh_04(until: str, result: tuple[str, str | None]) -> None:
    assert verdict(sick(until=until), "HLH-04") == result


def test_improvement_seen_before_the_end_of_follow_up_is_no_opportunity() -> None:
    p = sick("90h", until="100h").temp("90h", 36.8).sbp("90h", 120)
    assert verdict(p, "HLH-04") == ("not_applicable", None)


def test_nobody_looked() -> None:
    """The last vital signs of those days at 96 h hold for 6 h; what comes at 120 h is too late to tell."""
    p = sick("100h").well("120h", "130h")
    assert verdict(p, "HLH-04") == ("indeterminate", "unobserved")
    assert verdict(sick("100h").well("110h", "130h"), "HLH-04") == ("not_applicable", None)
    assert verdict(sick("100h", until="112h"), "HLH-04") == ("excluded", "censored")


def test_at_grade_0_no_grade_is_lower() -> None:
    p = followed().lab("40h", "ferritin", 12000).lab("40h", "alt", 250).well("0h", "90h")
    assert verdict(p, "HLH-04") == ("met", None)


def test_without_vitals_or_a_mar() -> None:
    p = followed().lab("40h", "ferritin", 12000).lab("40h", "alt", 250)
    (row,) = verdicts(p, "HLH-04")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "vitals", p.t0)
    p = patient(until="30d").lab("40h", "ferritin", 12000).lab("40h", "alt", 250).sbp("0h", 120)
    p.every("4h", "0h", "130h", temperature=38.5).every("4h", "36h", "130h", sbp=85)
    (row,) = verdicts(p, "HLH-04")
    assert (row["status"], row["reason"], row["time"]) == ("indeterminate", "mar", p.at("40h"))


def test_no_suspicion_is_no_opportunity() -> None:
    p = followed().lab("40h", "ferritin", 12000).every("4h", "0h", "130h", temperature=38.5, sbp=85)
    assert verdict(p, "HLH-04") == ("not_applicable", None)


def test_evidence_of_no_improvement() -> None:
    assert clauses(sick().give("90h", "etoposide", 200), "HLH-04") == {
        ("grade never lower 48 h to 72 h later", "true"), ("etoposide or none of it charted", "true"),
        ("HLH suspected: ferritin", "true"), ("HLH suspected: organ", "true"), ("grade at the suspicion", "true"),
    }  # fmt: skip
    assert ("grade never lower 48 h to 72 h later", "unknown") in clauses(sick("100h").well("120h", "130h"), "HLH-04")


def test_what_nobody_followed_is_not_affirmed() -> None:
    """Follow-up ends before the 72 h: neither the clause nor the sentence says that the grade was never lower."""
    p = sick(until="112h")
    (row,) = verdicts(p, "HLH-04")
    assert (row["status"], row["reason"]) == ("excluded", "censored")
    assert "HLH suspected at grade 2, not followed to 72 h later" in row["sentence"]
    assert ("grade never lower 48 h to 72 h later", "unknown") in clauses(p, "HLH-04")
