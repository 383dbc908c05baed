"""PROTOCOL 5, grade 3: a bed in intensive care, an echocardiogram. Grade 3 from 10 h to 20 h."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import clauses, febrile, followed, on_norepinephrine, verdict, verdicts
from tests.spec.patient import Patient


def on_the_ward(**cells: Any) -> Patient:
    return on_norepinephrine(**cells).stay("ward", "0h")


def row(p: Patient, measure: str, **facts: Any) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, measure, **facts)
    return found["status"], found["reason"], found["value"]


# G3-01 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "result"),
    [
        ("10h", None, ("met", None, 0.0)),
        ("14h", "20h", ("met", None, 240.0)),
        ("14h1m", "20h", ("not_met", "late", 241.0)),
        ("5h", None, ("met", None, -300.0)),
        ("5h", "10h1m", ("met", None, -300.0)),
        ("5h", "10h", ("not_met", "not_done", None)),
        ("11h", "11h30m", ("met", None, 60.0)),
        ("29d 23h", None, ("not_met", "late", 42540.0)),
        ("30d", None, ("not_met", "not_done", None)),
    ],
)
def test_intensive_care_after_grade_3(
    start: str, end: str | None, result: tuple[str, str | None, float | None]
) -> None:
    assert row(on_the_ward().stay("icu", start, end), "G3-01") == result


@pytest.mark.parametrize("location", ["ward", "ed", "other"])
def test_another_bed_is_none(location: str) -> None:
    assert row(on_the_ward().stay(location, "10h"), "G3-01") == ("not_met", "not_done", None)


def test_the_earliest_stay_that_had_not_ended_counts() -> None:
    p = on_the_ward().stay("icu", "1h", "9h").stay("icu", "16h").stay("icu", "13h", "14h")
    assert row(p, "G3-01") == ("met", None, 180.0)
    p = on_the_ward().stay("icu", "13h", "14h").stay("icu", "-5h", "40h")
    assert row(p, "G3-01") == ("met", None, -900.0)


@pytest.mark.parametrize(("until", "result"), [("14h", ("excluded", "censored")), ("14h1m", ("not_met", "not_done"))])
def test_follow_up_of_g3_01(until: str, result: tuple[str, str]) -> None:
    assert verdict(on_the_ward(until=until), "G3-01") == result


def test_stays_were_not_extracted() -> None:
    assert verdict(on_norepinephrine(), "G3-01") == ("indeterminate", "adt")
    # A stay that was over a week before the infusion says nothing of it.
    assert verdict(on_norepinephrine().stay("icu", "-9d", "-8d"), "G3-01") == ("indeterminate", "adt")


def test_no_opportunity_for_intensive_care() -> None:
    assert verdict(febrile().stay("icu", "0h"), "G3-01") == ("not_applicable", None)
    assert verdict(followed().stay("icu", "0h"), "G3-01") == ("indeterminate", "vitals")


def test_evidence_of_g3_01() -> None:
    p = on_the_ward().stay("icu", "11h")
    (found,) = verdicts(p, "G3-01")
    assert (found["time"], found["episode"], found["unit"], found["threshold"]) == (p.at("10h"), 1, "min", "≤ 4 h")
    assert found["sentence"] == "Taken to intensive care 60 min after grade 3 (limit 4 h after): met."
    assert clauses(p, "G3-01") == {("in intensive care within 4 h after grade 3", "true"), ("grade 3 reached", "true")}
    (none,) = verdicts(on_the_ward(), "G3-01")
    assert none["sentence"].startswith("No stay in intensive care charted after grade 3 was reached: not met")
    assert ("in intensive care within 4 h after grade 3", "false") in clauses(on_the_ward(), "G3-01")


# G3-07 ----------------------------------------------------------------------------------------------------------------

EXTRACTED = frozenset({"echocardiogram"})


@pytest.mark.parametrize(
    ("at", "result"),
    [
        ("-14h", ("met", None, -24.0)),
        ("-14h 1m", ("not_met", "not_done", None)),
        ("10h", ("met", None, 0.0)),
        ("58h", ("met", None, 48.0)),
        ("58h30m", ("not_met", "late", 48.5)),
        ("58h1m", ("not_met", "late", 48.016667)),
        ("30d", ("not_met", "not_done", None)),
    ],
)
def test_an_echocardiogram_around_grade_3(at: str, result: tuple[str, str | None, float | None]) -> None:
    assert row(on_norepinephrine().procedure(at, "echocardiogram"), "G3-07", procedures=EXTRACTED) == result


def test_another_procedure_is_none() -> None:
    p = on_norepinephrine().procedure("10h", "chest_xray")
    assert verdict(p, "G3-07", procedures=EXTRACTED) == ("not_met", "not_done")


@pytest.mark.parametrize(("until", "result"), [("58h", ("excluded", "censored")), ("58h1m", ("not_met", "not_done"))])
def test_follow_up_of_g3_07(until: str, result: tuple[str, str]) -> None:
    assert verdict(on_norepinephrine(until=until), "G3-07", procedures=EXTRACTED) == result


def test_echocardiograms_were_not_extracted() -> None:
    p = on_norepinephrine().procedure("10h", "chest_xray")
    assert verdict(p, "G3-07") == ("indeterminate", "procedures: echocardiogram")
    assert verdict(febrile(), "G3-07") == ("not_applicable", None)
    assert verdict(followed(), "G3-07") == ("indeterminate", "vitals")


def test_evidence_of_g3_07() -> None:
    p = on_norepinephrine().procedure("8h", "echocardiogram")
    (found,) = verdicts(p, "G3-07")
    assert found["sentence"] == "Echocardiogram 2 h before grade 3 (limit 48 h after): met."
    assert clauses(p, "G3-07") == {
        ("echocardiogram 24 h before to 48 h after grade 3", "true"), ("grade 3 reached", "true"),
    }  # fmt: skip
    (none,) = verdicts(on_norepinephrine(), "G3-07", procedures=EXTRACTED)
    assert none["sentence"].startswith("No echocardiogram charted from 24 h before grade 3 on: not met")
