"""PROTOCOL 5, G4-03 on charts: grade 4 from 10 h, six high doses from 10 h to 70 h, and what comes after the last.
Every turn of the way itself is in test_ladder.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.judged import cited, clauses, followed, verdict, verdicts
from tests.spec.patient import Patient


def sick(recovered: int, *, seen: tuple[str, str] | None = None, high: int = 6, **cells: Any) -> Patient:
    """Grade 4 to `recovered` (hours), then grade 0, looked at up to day 14; `seen`: times nobody looked between."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", f"{recovered}h", temperature=38.5, sbp=120)
    for hour in range(10, recovered, 4):
        p.device(f"{hour}h", "invasive")
    p.device(f"{recovered}h", "none")
    for n in range(high):
        p.methylprednisolone(f"{10 + 12 * n}h", 500)
    if seen is None:
        return p.well(f"{recovered}h", "14d")
    return p.well(f"{recovered}h", seen[0]).well(seen[1], "14d")


def down(p: Patient, *amounts: float | None, start: int = 82, every: int = 12) -> Patient:
    """Doses of these amounts every 12 h, the first 12 h after the last high one."""
    for n, amount in enumerate(amounts):
        p.methylprednisolone(f"{start + every * n}h", amount)
    return p


TEXT = (250, 250, 250, 250, 125, 125, 125, 125, 60, 60)
SHORT = (250, 250, 125, 125)
"""The last dose at 118 h: the next is due by 132 h."""


def row(p: Patient, **facts: Any) -> tuple[str, str | None, float | None]:
    (found,) = verdicts(p, "G4-03", **facts)
    return found["status"], found["reason"], found["value"]


def test_the_texts_way_down() -> None:
    p = down(sick(200), *TEXT)
    (found,) = verdicts(p, "G4-03")
    assert (found["status"], found["value"], found["time"], found["episode"]) == ("met", 10.0, p.at("70h"), 1)
    assert found["sentence"] == (
        "After the last of 6 high doses: 4 doses of 250 mg; 4 doses of 125 mg; 2 doses of 60 mg; then none within "
        "14 h; grade 1 or lower first seen 190 h after grade 4: met."
    )
    assert clauses(p, "G4-03") == {
        ("down by 250 mg, 125 mg, 60 mg (± 10 %) with gaps ≤ 14 h", "true"), ("grade 4 reached", "true"),
        ("last high dose", "true"),
    }  # fmt: skip


@pytest.mark.parametrize(("recovered", "result"), [(132, ("met", None, 4.0)), (133, ("not_met", "too_few", 4.0))])
def test_to_the_first_grade_1(recovered: int, result: tuple[str, str | None, float]) -> None:
    assert row(down(sick(recovered), *SHORT)) == result


def test_fever_alone_is_grade_1() -> None:
    p = down(sick(132), *SHORT).every("4h", "132h", "160h", temperature=38.5)
    assert row(p) == ("met", None, 4.0)


def test_a_dose_that_is_no_step_is_told() -> None:
    p = down(sick(200), 250, 250, 500)
    assert row(p) == ("not_met", "off_ladder", 2.0)
    (found,) = verdicts(p, "G4-03")
    assert "2 doses of 250 mg; 0 doses of 125 mg; 0 doses of 60 mg; then one of 500 mg" in found["sentence"]
    clause = "down by 250 mg, 125 mg, 60 mg (± 10 %) with gaps ≤ 14 h"
    assert (clause, "false") in clauses(p, "G4-03")


@pytest.mark.parametrize(
    ("amounts", "reason"), [((250,) * 7, "too_many"), ((250, 125), "too_few"), ((), "too_few"), ((125,), "too_few")]
)
def test_how_it_fails(amounts: tuple[float, ...], reason: str) -> None:
    assert verdict(down(sick(200), *amounts), "G4-03") == ("not_met", reason)


def test_other_steroids_are_no_steps() -> None:
    p = down(sick(132), *SHORT).dexamethasone("90h", 40).give("100h", "hydrocortisone", 100)
    assert row(p) == ("met", None, 4.0)


def test_vials_make_one_step() -> None:
    p = down(sick(132), 250, 125, 125, 125).methylprednisolone("94h3m", 125)
    assert row(p) == ("met", None, 4.0)


def test_a_dose_of_unknown_amount_decides() -> None:
    assert row(down(sick(200), 250, 250, None, 125)) == ("indeterminate", "amount", 2.0)
    assert "then one of unknown amount" in verdicts(down(sick(200), 250, 250, None), "G4-03")[0]["sentence"]


# Lasting improvement --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("recovered", "result"), [(60, ("met", "improved")), (61, ("not_met", "too_few"))])
def test_no_way_down_after_a_day_of_grade_1(recovered: int, result: tuple[str, str]) -> None:
    """The dose was due by 84 h."""
    assert verdict(sick(recovered), "G4-03") == result


def test_a_relapse_within_the_day_is_no_lasting_improvement() -> None:
    assert verdict(sick(60).start("84h", "norepinephrine", end="90h"), "G4-03") == ("met", "improved")
    assert verdict(sick(60).start("83h59m", "norepinephrine", end="90h"), "G4-03") == ("not_met", "too_few")


def test_nobody_looked() -> None:
    """Grade 0 from 60 h on, but for some hours of the day after it nobody looked: unknown, not improved."""
    assert verdict(sick(60, seen=("62h", "70h")), "G4-03") == ("indeterminate", "unobserved")
    assert verdict(sick(60, seen=("62h", "66h")), "G4-03") == ("met", "improved")
    assert verdict(sick(61, seen=("62h", "70h")), "G4-03") == ("not_met", "too_few")


def unseen_from(hour: int, **cells: Any) -> Patient:
    """Grade 4 to 128 h, no vitals from `hour` on to day 10."""
    p = followed(**cells).icans("-1d", 0).every("4h", "0h", f"{hour}h", temperature=38.5, sbp=120)
    for at in range(10, 128, 4):
        p.device(f"{at}h", "invasive")
    p.device("128h", "none")
    for n in range(6):
        p.methylprednisolone(f"{10 + 12 * n}h", 500)
    return down(p, *SHORT).well("10d", "11d")


def test_nobody_saw_the_first_grade_1() -> None:
    assert verdict(unseen_from(120), "G4-03") == ("indeterminate", "unobserved")
    assert verdict(unseen_from(128), "G4-03") == ("met", None)  # the reading of 124 h holds to 130 h


def test_what_nobody_saw_after_follow_up_is_no_improvement() -> None:
    assert verdict(unseen_from(120, until="128h"), "G4-03") == ("excluded", "censored")
    assert verdict(unseen_from(120, until="128h1m"), "G4-03") == ("indeterminate", "unobserved")


@pytest.mark.parametrize(("out", "status"), [("128h", "excluded"), ("128h1m", "indeterminate")])
def test_follow_up_that_ends_with_a_stay(out: str, status: str) -> None:
    assert verdict(unseen_from(120, until=None).stay("icu", "0h", out), "G4-03")[0] == status


# The opportunity ------------------------------------------------------------------------------------------------------


def test_only_a_whole_course_is_followed() -> None:
    assert verdict(sick(200, high=4), "G4-03") == ("not_applicable", None)
    assert verdict(sick(200, high=5), "G4-03") == ("not_met", "too_few")
    assert verdict(sick(50, high=4), "G4-02") == ("met", "improved")
    assert verdict(sick(50, high=4), "G4-03") == ("not_applicable", None)


def test_from_the_last_dose_of_an_extended_course() -> None:
    p = down(sick(156, high=8), *SHORT, start=106)
    (found,) = verdicts(p, "G4-03")
    assert (found["status"], found["time"]) == ("met", p.at("94h"))


def test_high_doses_of_unknown_amount_make_no_course() -> None:
    p = sick(200, high=4).methylprednisolone("58h", None).methylprednisolone("70h", None)
    assert verdict(p, "G4-03") == ("not_applicable", None)


def test_an_intubation_for_the_airway() -> None:
    assert verdict(sick(200).icans("10h", 3), "G4-03") == ("excluded", "airway_protection")
    assert verdict(down(sick(200), *TEXT).icans("10h", 3), "G4-03") == ("excluded", "airway_protection")
    assert verdict(sick(200).icans("22h1m", 3), "G4-03") == ("not_met", "too_few")
    nothing = frozenset[str]()
    assert verdict(sick(200), "G4-03", assessments=nothing) == ("not_met", "too_few: exemption_unchecked")


@pytest.mark.parametrize(("until", "result"), [("108h", ("excluded", "censored")), ("108h1m", ("not_met", "too_few"))])
def test_follow_up_of_g4_03(until: str, result: tuple[str, str]) -> None:
    """Two steps, the last at 94 h: the next was due by 108 h."""
    assert verdict(down(sick(200, until=until), 250, 250), "G4-03") == result


def test_a_wrong_step_is_wrong_whenever_follow_up_ends() -> None:
    assert verdict(down(sick(200, until="107h"), 250, 250, 500), "G4-03") == ("not_met", "off_ladder")


def test_each_episode_has_its_own_way() -> None:
    p = down(sick(132), *SHORT)
    p.every("4h", "300h", "344h", temperature=38.5, sbp=120)
    for hour in range(304, 344, 4):
        p.device(f"{hour}h", "invasive")
    p.device("344h", "none").well("344h", "25d")
    for n in range(5):
        p.methylprednisolone(f"{304 + 12 * n}h", 500)
    found = verdicts(p, "G4-03")
    assert [(one["episode"], one["status"], one["reason"]) for one in found] == [
        (1, "met", None), (2, "not_met", "too_few"),
    ]  # fmt: skip


def test_the_steps_and_what_was_none_are_cited() -> None:
    p = down(sick(200), 250, 250, 500, 125)
    assert cited(p, "G4-03", "last high dose") == ["70 h methylprednisolone 500 mg given"]
    assert cited(p, "G4-03", "down by 250 mg, 125 mg, 60 mg (± 10 %) with gaps ≤ 14 h") == [
        "82 h methylprednisolone 250 mg given", "94 h methylprednisolone 250 mg given",
        "106 h methylprednisolone 500 mg given",
    ]  # fmt: skip
