"""Made-up runs of few infusions, so that every world that fits what is told of them can be tried."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import SimpleNamespace
from typing import Any

import polars as pl

from crs_audit.assemble import Assembled
from crs_audit.report.disclosure import disclosed, tellable
from crs_audit.report.result import ACCOUNTING, AuditResult
from crs_audit.report.summaries import summarise
from crs_audit.summary import summary_document
from tests.report.sample import make

BELOW = 3
CELLS = ("met", "not_met", "excluded", "indeterminate")
MEASURES = ("BAS-01", "G1-01", "G1-04", "G2-02", "MON-01", "HLH-01")
"""Of each unit and kind: infusion R, episode R, C, R, day R, infusion I."""
ODDS = ((1, 0, 0, 0), (8, 1, 0, 0), (5, 5, 0, 1), (3, 3, 3, 3), (9, 0, 1, 1), (0, 0, 1, 0))
"""Of the CELLS."""


Attacked = list[tuple[AuditResult, AuditResult, dict[str, Any]]]
"""Each run, what of it is disclosed, and the summary.json of that."""


def shared() -> Attacked:
    """Two hundred runs, but for those with too few patients to tell anything."""
    settings: Any = SimpleNamespace(preset="canonical", period=None, charted_until=None, policies=())
    runs = [run for run in map(_run, range(200)) if tellable(run, BELOW)]
    found = [(run, disclosed(run, BELOW)) for run in runs]
    return [(run, told, summary_document(Assembled(told, {}, []), settings)) for run, told in found]


def _run(seed: int) -> AuditResult:
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
