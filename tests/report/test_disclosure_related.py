"""An attacker who knows the protocol: which counts of different measures are of the same episodes, doses and days.

`relations.csv` is what he knows, each line with the reason. The program has no such list: it looks at the rows.
What must not follow from all that is told, for a count that belongs to fewer than `below` patients (a withheld one, or
the rest of one told count in another): if it is below `below` itself, any number from 1 to `below` − 1 being ruled out;
if it is greater (a few patients' doses and days), a range of fewer than `below` numbers.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crs_audit.assemble import Assembled
from crs_audit.report.disclosure import disclosed
from crs_audit.report.result import AuditResult
from crs_audit.summary import summary_document
from tests.report.bounds import Bounds, Name, system
from tests.report.cohorts import by_patient, cohort

COHORTS = ((60, 1), (150, 2), (500, 3))
"""Infusions and seed; of the last one two counts were once had by subtraction."""
THRESHOLDS = (5, 11)

Shared = tuple[AuditResult, dict[str, Any], int]
"""A run, the summary.json that is shared of it, the threshold."""

Side = tuple[Name, ...]
"""Summands."""


@pytest.fixture(scope="module", params=COHORTS, ids=str)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Shared]:
    run, settings = cohort(tmp_path_factory.mktemp("cohort"), *request.param)
    return [(run, summary_document(Assembled(disclosed(run, below), {}, []), settings), below) for below in THRESHOLDS]


def _relations() -> list[tuple[Side, str, Side]]:
    def side(text: str) -> Side:
        return tuple(tuple(name.split(".")) for name in text.split(" + "))

    with (Path(__file__).parent / "relations.csv").open(encoding="utf-8", newline="") as file:
        return [(side(row["left"]), row["relation"], side(row["right"])) for row in csv.DictReader(file)]


def _name(side: Side) -> Name:
    return side[0] if len(side) == 1 else tuple(" ".join(name) for name in side)


def _related(run: AuditResult, document: dict[str, Any]) -> Bounds:
    bounds = system(document, {rule.id: rule.unit for rule in run.protocol.measures.values()})
    for left, relation, right in _relations():
        for side in (left, right):
            if len(side) > 1:
                bounds.add(_name(side), None)
                bounds.sums.append((_name(side), list(side)))
        if relation == "=":
            bounds.sums.append((_name(left), [_name(right)]))
        else:
            bounds.up_to(_name(left), _name(right))
    return bounds


def _true(run: AuditResult) -> dict[Name, Counter[str]]:
    true = by_patient(run)
    sides = {side for left, _, right in _relations() for side in (left, right)}
    return true | {_name(side): sum((true[name] for name in side), start=Counter()) for side in sides}


def test_the_relations_hold(shared: list[Shared]) -> None:
    """Of each single patient: the attacker is not misled."""
    true = _true(shared[0][0])
    for left, relation, right in _relations():
        one, other = true[_name(left)], true[_name(right)]
        assert one == other if relation == "=" else one <= other, (left, right)


def test_what_the_protocol_tells_beside_it_narrows_no_count_of_few(shared: list[Shared]) -> None:
    tried = 0
    for run, document, below in shared:
        bounds, true = _related(run, document), _true(run)
        bounds.narrow()
        true |= {rest: true[whole] - true[part] for rest, (whole, part) in bounds.rests.items() if part in true}
        for name, people in true.items():
            least, most, n = bounds.least[name], bounds.most[name], people.total()
            assert least <= n <= most, name
            if 0 < len(people) < below:
                tried += 1
                if n < below:
                    assert (least <= 1, most >= below - 1) == (True, True), (name, n, least, most)
                else:
                    assert most - least >= below - 1, (name, n, least, most)
    assert tried > 50


def test_the_attack_finds_what_is_told_carelessly(shared: list[Shared]) -> None:
    """What was told when each measure was looked at by itself."""
    run, document, _ = shared[-1]
    raw = {measure.measure_id: measure for measure in run.measures}
    careless = [dict(told) for told in document["measures"]]
    for told in careless:
        measure = raw[told["measure_id"]]
        if measure.measure_id in ("MON-01", "MON-03", "G2-01", "G2-02"):
            names = ("opportunities", "met", "not_met")
            told |= {name: getattr(measure, name) for name in names} | {"met_band": None}
    true, bounds = _true(run), _related(run, {**document, "measures": careless})
    bounds.narrow()
    days: Name = ("MON-03", "opportunities", "rest of", "MON-01", "opportunities")
    judged: Name = ("G2-01 met", "G2-01 not_met", "rest of", "G2-02 met", "G2-02 not_met")
    for rest in (days, judged):
        whole, part = bounds.rests[rest]
        n = true[whole].total() - true[part].total()
        assert (bounds.least[rest], bounds.most[rest]) == (n, n)


def test_what_a_reviewer_got_back(shared: list[Shared]) -> None:
    """Two recoveries out of a report of 500 infusions, and one of days: each sum lacks a summand, or is of nobody or
    of many."""
    for _, document, below in shared:
        told = {(m["measure_id"], name): n for m in document["measures"] for name, n in m.items()}

        def total(*terms: tuple[int, str, str], told: dict[tuple[str, str], Any] = told) -> int | None:
            found = [told[id_, name] for _, id_, name in terms]
            return None if None in found else sum(n * sign for n, (sign, _, _) in zip(found, terms, strict=True))

        never_given_and_not_judged = total(
            (1, "G2-02", "not_met"), (-1, "G2-01", "met"), (1, "G2-02", "met"), (-1, "G2-01", "not_met")
        )
        given_but_not_judged = total((1, "PIT-01", "opportunities"), (-1, "G2-01", "met"))
        outside_the_stays = total((1, "MON-01", "opportunities"), (-1, "MON-03", "opportunities"))
        for n in (never_given_and_not_judged, given_but_not_judged, outside_the_stays):
            assert n is None or n == 0 or n >= below
