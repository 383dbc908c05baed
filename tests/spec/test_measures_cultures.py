"""PROTOCOL 5, monitoring: cultures and chest radiograph at onset. Fever from T0 on."""

from __future__ import annotations

import polars as pl
import pytest

from tests.spec.judged import clauses, evaluated, febrile, followed, verdict, verdicts
from tests.spec.patient import Patient

KINDS = ("blood_culture", "urine_culture", "chest_xray")
SAID = {"blood_culture": "blood culture", "urine_culture": "urine culture", "chest_xray": "chest X-ray"}
ALL = frozenset(KINDS)


def done(at: str = "1h", *without: str, p: Patient | None = None) -> Patient:
    p = p or febrile()
    for kind in KINDS:
        if kind not in without:
            p.procedure(at, kind)
    return p


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-24h", ("met", None)),
        ("-24h 1m", ("not_met", "missing: blood_culture, urine_culture, chest_xray")),
        ("0h", ("met", None)),
        ("24h", ("met", None)),
        ("24h1m", ("not_met", "missing: blood_culture, urine_culture, chest_xray")),
    ],
)
def test_around_onset(at: str, result: tuple[str, str | None]) -> None:
    assert verdict(done(at), "MON-02") == result


@pytest.mark.parametrize("kind", KINDS)
def test_one_not_done(kind: str) -> None:
    (row,) = verdicts(done("1h", kind).procedure("3d", kind), "MON-02")
    assert (row["status"], row["reason"], row["value"]) == ("not_met", f"missing: {kind}", 2.0)
    there = ", ".join(SAID[other] for other in KINDS if other != kind)
    assert row["sentence"] == (
        f"Charted from 24 h before to 24 h after onset: {there}: not met, missing {SAID[kind]}."
    )  # fmt: skip


def test_none_done() -> None:
    (row,) = verdicts(febrile(), "MON-02", procedures=ALL)
    assert (row["status"], row["value"]) == ("not_met", 0.0)
    assert row["sentence"].startswith(
        "Charted from 24 h before to 24 h after onset: none of blood culture, urine culture, chest X-ray: not met"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_was_not_extracted(kind: str) -> None:
    assert verdict(done("1h", kind), "MON-02") == ("indeterminate", f"procedures: {kind}")


def test_what_was_not_done_outweighs_what_nobody_knows() -> None:
    p = done("1h", "urine_culture", "chest_xray")
    known = frozenset({"blood_culture", "chest_xray"})
    assert verdict(p, "MON-02", procedures=known) == ("not_met", "missing: chest_xray")


@pytest.mark.parametrize(("until", "status"), [("24h", "excluded"), ("24h1m", "not_met")])
def test_follow_up(until: str, status: str) -> None:
    assert verdict(done("1h", "urine_culture", p=febrile(until=until)), "MON-02", procedures=ALL)[0] == status


def test_what_was_done_is_not_censored() -> None:
    assert verdict(done(p=febrile(until="2h")), "MON-02") == ("met", None)


def test_what_was_not_extracted_is_not_censored() -> None:
    p = done("1h", "urine_culture", p=febrile(until="2h"))
    assert verdict(p, "MON-02") == ("indeterminate", "procedures: urine_culture")


def test_each_episode_has_its_own() -> None:
    p = done("1h", p=followed().temp("0h", 38.5).well("4h", "5d").temp("5d", 38.5).well("5d 4h", "7d"))
    assert [(row["episode"], row["status"]) for row in verdicts(p, "MON-02")] == [(1, "met"), (2, "not_met")]


def test_no_opportunity_and_no_vitals() -> None:
    assert verdict(followed().well("0h", "2d"), "MON-02") == ("not_applicable", None)
    assert verdict(done(p=followed()), "MON-02") == ("indeterminate", "vitals")


def test_a_date_without_a_time() -> None:
    """T0 is 12:00 of the second; 00:00 and 23:59:59 of that date are both near enough, of the fourth both too late."""
    p = done("1h", "chest_xray")
    assert verdict(p.procedure("-12h", "chest_xray", day_only=True), "MON-02") == ("met", None)
    p = done("1h", "chest_xray")
    assert verdict(p.procedure("12h", "chest_xray", day_only=True), "MON-02")[0] == "indeterminate"
    p = done("1h", "chest_xray")
    assert verdict(p.procedure("36h", "chest_xray", day_only=True), "MON-02")[0] == "not_met"


def test_evidence() -> None:
    found = clauses(done("1h", "urine_culture"), "MON-02", procedures=ALL)
    assert found == {
        ("blood_culture from 24 h before to 24 h after onset", "true"),
        ("urine_culture from 24 h before to 24 h after onset", "false"),
        ("chest_xray from 24 h before to 24 h after onset", "true"),
        ("onset", "true"),
    }
    unknown = clauses(done("1h", "urine_culture"), "MON-02")
    assert ("urine_culture from 24 h before to 24 h after onset", "unknown") in unknown
    cited = evaluated(done(), "MON-02").evidence.filter(pl.col("clause").str.starts_with("blood"))
    assert cited.select("row", "raw_value").rows() == [(2, "blood_culture")]
