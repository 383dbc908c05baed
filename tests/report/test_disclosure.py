"""An attacker who knows the rules tries to get withheld counts back from all that a shared report tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import product
from typing import Any

import polars as pl

from crs_audit.report.disclosure import ROWS, disclosed
from crs_audit.report.result import AuditResult, MeasureSummary
from tests.report.made_up_runs import BELOW, CELLS, Attacked
from tests.report.sample import make


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


def test_no_cell_of_a_measure_comes_back(attacked: Attacked) -> None:
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
            # What is withheld for the sake of others hides cells that are not small.
            pattern = {0: "all", 2: "judged", 4: "none"}[len(hidden)]
            aware = one_each and raw.unit in ("infusion",) and _pattern(tuple(cells.values())) == pattern
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
    assert min(map(patterns.count, (0, 2, 4))) > 10


def test_no_reason_and_no_amber_comes_back(attacked: Attacked) -> None:
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
    attacked: Attacked,
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


def test_no_two_nested_totals_differ_by_few(attacked: Attacked) -> None:
    """Infusions, those with an episode, episodes, a measure's infusions and opportunities: the difference of nested
    totals is a cell. Where one is withheld its distance to its neighbour may be any small number."""
    withheld = pairs = 0
    for run, result, document in attacked:
        counts, steps = document["counts"], {row["step"]: row["count"] for row in document["attrition"]}
        infusions, with_episode = counts["infusions"], counts["infusions_with_episode"]
        nested = [(infusions, with_episode), (counts["episodes"], with_episode),
                  (with_episode, counts["infusions_severe"]),
                  (infusions, counts["infusions_with_fallout"]),
                  (steps["patients"], steps["patients with an infusion"])]  # fmt: skip
        for raw, told, m in zip(run.measures, document["measures"], result.measures, strict=True):
            nested += [(infusions, told["infusions"]), (told["opportunities"], told["infusions"]),
                       (told["infusions"], m.infusions_judged)]  # fmt: skip
            if raw.unit == "episode":
                nested += [(counts["episodes"], told["opportunities"]), (with_episode, told["infusions"])]
            assert (told["infusions"] is None) == (told["not_applicable"] is None)
            withheld += told["infusions"] is None
        for whole, part in nested:
            if whole is not None and part is not None:
                pairs += 1
                assert whole - part == 0 or whole - part >= BELOW, (whole, part)
    assert withheld > 100
    assert pairs > 1000


def test_no_grade_comes_back(attacked: Attacked) -> None:
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
    attacked: Attacked,
) -> None:
    told_once = set()
    for _, _, document in attacked:
        for name, part in (("opportunities", "opportunities"), ("fallouts", "fallouts"), ("indeterminate",) * 2):
            parts = [measure[part] for measure in document["measures"] if measure["kind"] != "I"]
            assert document["counts"][name] == (None if None in parts else sum(parts))
            told_once.add((name, document["counts"][name] is not None))
        rows = [document["counts"][f"rows_{name}"] for name in ("accepted", "rejected", "duplicates")]
        assert rows == [None] * 3 or not any(0 < n < BELOW for n in rows)
    assert len(told_once) > 3


def test_nothing_with_rows_of_persons_is_left() -> None:
    """Pages are made from the disclosed result; what is not in it cannot be on them."""
    told = disclosed(replace(make()[0], outside_period=4), 5)
    assert all(getattr(told, name).is_empty() for name in ROWS)
    frames = {one.name for one in fields(AuditResult) if isinstance(getattr(told, one.name), pl.DataFrame)}
    assert frames == {*ROWS, "attrition"}
    assert not any(
        (told.sources, told.looked_up, told.skipped, told.unaudited, told.trends, told.input_name, told.outside_period)
    )
    assert told.adjudication is None
