"""An attacker who knows the rules tries to get withheld counts back from all that a shared report tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise, product
from random import Random
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from crs_audit.assemble import Assembled
from crs_audit.report.disclosure import ROWS, disclosed, tellable
from crs_audit.report.result import ACCOUNTING, AuditResult, MeasureSummary
from crs_audit.report.summaries import summarise
from crs_audit.summary import summary_document
from tests.report.sample import make

BELOW = 3
CELLS = ("met", "not_met", "excluded", "indeterminate")
MEASURES = ("BAS-01", "G1-01", "G1-04", "G2-02", "MON-01", "HLH-01")
"""Of each unit and kind: infusion R, episode R, C, R, day R, infusion I."""
ODDS = ((1, 0, 0, 0), (8, 1, 0, 0), (5, 5, 0, 1), (3, 3, 3, 3), (9, 0, 1, 1), (0, 0, 1, 0))
"""Of the CELLS."""


def _run(seed: int) -> AuditResult:
    """A made-up run of few infusions, so that every world that fits what is told can be tried."""
    rng, whole = Random(seed), make()[0]
    patients = [f"P{n}" for n in range(rng.randint(BELOW, 16))]
    owners = patients + [rng.choice(patients) for _ in range(rng.choice((0, 0, 1, 3)))]
    infusions, episodes, rows = [], [], []
    well = seed % 8 == 0
    odds = {id_: ODDS[0] if well else rng.choice(ODDS) for id_ in MEASURES}
    whys = rng.choice((("one",), ("one", "two: x")))
    for number, owner in enumerate(owners):
        grade = rng.choice((None, 0, 1, 2, 3, 4)) if rng.random() < 0.3 else rng.choice((0, 1, 2, 3))
        grade = 2 if well else grade
        count = 0 if not grade else 1 if well else rng.choice((1, 1, 1, 2))
        infusions.append((f"I{number}", owner, grade, count))
        episodes += [(f"I{number}", k) for k in range(1, count + 1)]
        for id_ in MEASURES:
            unit = whole.protocol.measures[id_].unit
            times = {"infusion": 1, "episode": count}.get(unit, 1 if well else rng.choice((0, 1, 2)))
            if not well and rng.random() < 0.1:
                times = 0
            for k in range(1, times + 1):
                status = rng.choices(CELLS, odds[id_])[0]
                status = "met" if whole.protocol.measures[id_].kind == "I" and status == "not_met" else status
                why = {"met": None, "not_met": rng.choice((None, "amber"))}.get(status, rng.choice(whys))
                rows.append((f"I{number}", id_, k, status, why, whole.protocol.measures[id_].kind))
            if not times:
                rows.append((f"I{number}", id_, 0, "not_applicable", None, whole.protocol.measures[id_].kind))
    names = ("infusion_id", "measure_id", "opportunity", "status", "reason", "kind")
    results = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"opportunity": pl.UInt32}, orient="row")
    columns = {"infusion_id": pl.String, "patient_id": pl.String, "max_grade": pl.UInt8, "episodes": pl.UInt16}
    accounting = [("vitals", 1, 90, 0, 90 - (bad := rng.choice((0, 2, 5))), bad, 0)]
    return replace(
        whole,
        infusions=pl.DataFrame(infusions, schema=columns, orient="row"),
        episodes=pl.DataFrame(episodes, schema={"infusion_id": pl.String, "episode": pl.UInt16}, orient="row"),
        results=results,
        measures=summarise(results, whole.protocol, frozenset(MEASURES)),
        accounting=pl.DataFrame(accounting, schema=ACCOUNTING, orient="row"),
        patients=len(patients) + 4,
        unaudited=tuple("abcd"[: rng.randint(0, 4)]),
    )


def _raw(measure: MeasureSummary) -> dict[str, int]:
    return {"met": measure.met, "not_met": measure.not_met, "excluded": measure.n_excluded,
            "indeterminate": measure.n_indeterminate}  # type: ignore[dict-item]  # fmt: skip


def _pattern(cells: tuple[int, ...]) -> str:
    """Which of the four cells are told, if each opportunity is another patient's: rule 3 in other words."""
    small = [0 < n < BELOW for n in cells]
    if not any(small):
        return "all"
    return "judged" if not any(small[:2]) and sum(cells[2:]) >= BELOW else "none"


def _worlds(told: dict[str, Any], opportunities: int, one_each: bool) -> Iterator[tuple[int, ...]]:
    """All cells that add up and agree with what summary.json tells; `one_each`: and with the rules as well."""
    pattern = "all" if told["excluded"] is not None else "judged" if told["met"] is not None else "none"
    low, high = told["met_band"] or (0, 1)
    for met, not_met, excluded in product(range(opportunities + 1), repeat=3):
        cells = (met, not_met, excluded, opportunities - met - not_met - excluded)
        if (
            cells[3] >= 0
            and low * opportunities <= met <= high * opportunities
            and all(told[cell] in (None, n) for cell, n in zip(CELLS, cells, strict=True))
            and (not one_each or _pattern(cells) == pattern)
        ):
            yield cells


RUNS = [run for run in map(_run, range(200)) if tellable(run, BELOW)]


@pytest.fixture(scope="module")
def attacked() -> list[tuple[AuditResult, AuditResult, dict[str, Any]]]:
    """Each run, what of it is disclosed, and the summary.json of that."""
    settings: Any = SimpleNamespace(preset="canonical", period=None, policies=())
    found = [(run, disclosed(run, BELOW)) for run in RUNS]
    return [(run, told, summary_document(Assembled(told, {}, []), settings)) for run, told in found]


def test_no_cell_of_a_measure_comes_back(attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]]) -> None:
    """Even with the number of opportunities known, a withheld small cell may be any number from 1 to BELOW − 1."""
    tried, patterns, bands = 0, [], 0
    for run, _, document in attacked:
        one_each = run.infusions["patient_id"].n_unique() == run.infusions.height
        for raw, told in zip(run.measures, document["measures"], strict=True):
            cells, n = _raw(raw), raw.opportunities or 0
            hidden = [cell for cell in CELLS if told[cell] is None]
            patterns.append(len(hidden))
            bands += told["met_band"] is not None
            if not hidden or n < BELOW:
                assert n < BELOW or not any(0 < cells[cell] < BELOW for cell in CELLS)
                assert n == 0 or n >= BELOW or len(hidden) == 4
                continue
            # A total that is withheld as a line hides cells that are not small.
            aware = one_each and raw.unit in ("infusion",) and told["opportunities"] is not None
            worlds = list(_worlds(told, n, aware))
            for cell in hidden:
                could = {world[CELLS.index(cell)] for world in worlds}
                assert cells[cell] in could
                assert len(could) > 1, (told, cells)
                if 0 < cells[cell] < BELOW:
                    tried += 1
                    assert could >= set(range(1, BELOW)), (told, cells)
    assert tried > 200
    assert bands > 20
    assert set(patterns) == {0, 2, 4}
    assert min(map(patterns.count, (0, 2, 4))) > 20


def test_no_reason_and_no_amber_comes_back(attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]]) -> None:
    hidden = shown = 0
    for run, _, document in attacked:
        for raw, told in zip(run.measures, document["measures"], strict=True):
            assert told["amber"] is None or not any(
                0 < n < BELOW for n in (told["amber"], told["not_met"] - told["amber"])
            )
            for status, counts in (("excluded", raw.excluded), ("indeterminate", raw.indeterminate)):
                parts = told[f"{status}_by_reason"]
                hidden, shown = hidden + (parts is None), shown + bool(parts)
                small = any(0 < (n or 0) < BELOW for _, n in counts)
                assert (parts is None) or not small
                assert told[status] is not None or parts is None
    assert min(hidden, shown) > 20


def test_rates_and_intervals_are_of_told_counts(
    attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]],
) -> None:
    rates = 0
    for _, result, document in attacked:
        for measure, told in zip(result.measures, document["measures"], strict=True):
            rates += told["rate"] is not None
            assert told["rate"] is None or None not in (told["met"], told["not_met"])
            bounds = (told["rate_if_indeterminate_not_met"], told["rate_if_indeterminate_met"])
            assert bounds == (None, None) or None not in (told["met"], told["not_met"], told["indeterminate"])
            assert (told["low"] is None) == (measure.interval_of is None)
            if measure.interval_of is not None and measure.interval_met is not None:
                parts = (measure.interval_met, measure.interval_of - measure.interval_met)
                assert not any(0 < n < BELOW for n in parts)
            if told["met"] is None:
                assert [told["rate"], told["low"], measure.interval_met, measure.infusions_judged] == [None] * 4
    assert rates > 100


def test_no_two_totals_differ_by_few(attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]]) -> None:
    """Infusions, those with an episode, episodes, a measure's infusions and opportunities: the difference of nested
    totals is a cell. Where one is withheld its distance to its neighbour may be any small number."""
    withheld = 0
    for run, result, document in attacked:
        counts, steps = document["counts"], {row["step"]: row["count"] for row in document["attrition"]}
        lines = [0, counts["infusions"], counts["infusions_with_episode"], counts["episodes"],
                 counts["infusions_severe"], counts["infusions_with_fallout"], steps["patients"],
                 steps["patients with an infusion"]]  # fmt: skip
        for raw, told, m in zip(run.measures, document["measures"], result.measures, strict=True):
            lines += [told["infusions"], m.infusions_judged]
            assert (told["infusions"] is None) == (told["not_applicable"] is None)
            if raw.unit in ("infusion", "episode"):
                lines.append(told["opportunities"])
            withheld += told["infusions"] is None
            without, known = raw.not_applicable or 0, told["opportunities"]
            if told["infusions"] is None and known is not None and 0 < without < BELOW:
                assert known >= counts["infusions"] - 1, "fewer opportunities than infusions narrow it"
        known = sorted({line for line in lines if line is not None})
        assert all(b - a >= BELOW for a, b in pairwise(known)), known
    assert withheld > 100


def test_no_grade_comes_back(attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]]) -> None:
    levels = set()
    for run, _, document in attacked:
        counts, infusions = document["counts"], document["counts"]["infusions"]
        raw = run.headline
        with_episode, severe = counts["infusions_with_episode"], counts["infusions_severe"]
        levels.add((document["max_grade"] is not None, severe is not None, with_episode is not None))
        if document["max_grade"] is not None:
            assert not any(0 < n < BELOW for n in document["max_grade"].values())
        if severe is not None:
            well = infusions - with_episode - counts["infusions_not_gradable"]
            assert not any(0 < n < BELOW for n in (severe, with_episode - severe, well, infusions - with_episode))
        elif with_episode is not None:
            assert counts["infusions_not_gradable"] is None
            pairs = ((raw.severe, with_episode), (raw.ungraded, infusions - with_episode))
            for part, total in pairs:
                assert part is None or not 0 < part < BELOW or total >= BELOW
    assert len(levels) == 4


def test_a_sum_is_told_only_if_all_its_parts_are(
    attacked: list[tuple[AuditResult, AuditResult, dict[str, Any]]],
) -> None:
    told_once = set()
    for _, _, document in attacked:
        for name, part in (("opportunities", "opportunities"), ("fallouts", "fallouts"), ("indeterminate",) * 2):
            parts = [measure[part] for measure in document["measures"]]
            assert document["counts"][name] == (None if None in parts else sum(parts))
            told_once.add((name, document["counts"][name] is not None))
        rows = [document["counts"][f"rows_{name}"] for name in ("accepted", "rejected", "duplicates")]
        assert rows == [None] * 3 or not any(0 < n < BELOW for n in rows)
    assert len(told_once) > 3


def test_nothing_with_rows_of_persons_is_left() -> None:
    """Pages are made from the disclosed result; what is not in it cannot be on them."""
    told = disclosed(make()[0], 5)
    assert all(getattr(told, name).is_empty() for name in ROWS)
    frames = {one.name for one in fields(AuditResult) if isinstance(getattr(told, one.name), pl.DataFrame)}
    assert frames == {*ROWS, "attrition"}
    assert not any((told.sources, told.looked_up, told.skipped, told.unaudited, told.trends, told.input_name))
    assert told.adjudication is None
