"""Simulated infusions through the whole engine: the run, before anything of it is withheld."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from crs_audit import audit
from crs_audit.assemble import Assembled
from crs_audit.protocol.load import load_protocol
from crs_audit.report.result import AuditResult
from crs_audit.settings import Settings, load_settings, protocol_of
from crs_audit.simulate import simulate
from tests.report.bounds import EPISODES, Name
from tests.report.made_up_runs import CELLS


def cohort(folder: Path, infusions: int, seed: int) -> tuple[AuditResult, Settings]:
    """The result of a run of so many simulated infusions, and the settings of a shared report of it."""
    found: list[AuditResult] = []

    def keep(assembled: Assembled, _: Settings) -> Assembled:
        found.append(assembled.result)
        return Assembled(assembled.result, {}, [])

    simulate(folder / "extract", infusions=infusions, seed=seed)
    flags = {"audience": "share", "out": folder / "report", "as_of": "2027-01-01", "jobs": 1}
    settings = load_settings(folder / "extract", flags, load_protocol().measures)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "_for_sharing", keep)
        patch.setattr(audit, "render_site", lambda *_: None)
        audit.run(settings, protocol_of(settings), lambda _: None)
    return found[0], settings


def by_patient(run: AuditResult) -> dict[Name, Counter[str]]:
    """What each count of summary.json is made of: how many of it are each patient's."""
    owner = dict(run.infusions.select("infusion_id", "patient_id").iter_rows())
    infusions = run.infusions

    def people(rows: pl.DataFrame) -> Counter[str]:
        return Counter(owner[infusion] for infusion in rows["infusion_id"])

    true = {
        ("infusions",): people(infusions),
        ("infusions_with_episode",): people(infusions.filter(pl.col("episodes") > 0)),
        ("infusions_severe",): people(infusions.filter(pl.col("max_grade") >= 3)),
        ("infusions_not_gradable",): people(infusions.filter(pl.col("max_grade").is_null())),
        ("episodes",): people(run.episodes),
    }
    true[EPISODES] = true["episodes",] + true["infusions_not_gradable",]
    for measure in run.measures:
        rows = run.results.filter(pl.col("measure_id") == measure.measure_id)
        some = rows.filter(pl.col("status") != "not_applicable")
        true |= {(measure.measure_id, cell): people(some.filter(pl.col("status") == cell)) for cell in CELLS}
        true[measure.measure_id, "opportunities"] = people(some)
        true[measure.measure_id, "infusions"] = people(some.unique("infusion_id"))
        true[measure.measure_id, "not_applicable"] = people(rows.filter(pl.col("status") == "not_applicable"))
    return true
