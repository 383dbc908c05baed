"""A hand-made run for the pages: a dozen infusions that look like real ones, without the engine.

Not a clinical truth: verdicts are made up, so that every status, lane and table of a page has something to show.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl

from crs_audit.protocol.load import load_protocol
from crs_audit.report import result as shapes
from crs_audit.report.attrition import attrition
from crs_audit.report.patient import render_patient
from crs_audit.report.result import AuditResult, PageContext, PatientView, Trend, TrendPoint
from crs_audit.report.site import render_site
from crs_audit.report.summaries import summarise
from crs_audit.report.views import patient_views
from tests.report.charts import Maker
from tests.report.looks import looks
from tests.report.stories import SOURCES

ZONE = "America/New_York"
GENERATED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ACCOUNTING = [
    ("vitals", 1, 20_634, 400, 20_590, 14, 30), ("labs", 2, 5_010, 0, 5_002, 8, 0), ("mar", 3, 3_190, 0, 3_180, 0, 10),
    ("adt", 4, 60, 0, 60, 0, 0), ("assessments", 5, 300, 0, 300, 0, 0), ("infusions", 6, 12, 0, 12, 0, 0),
]  # fmt: skip
TREATMENT = {
    "infusion_id": pl.String, "episode": pl.UInt16, "drug": pl.String, "since": pl.String, "minutes": pl.Float64,
    "followed": pl.Float64, "ended": pl.Boolean, "left_out": pl.String,
}  # fmt: skip
MONTHS = ("Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026")
UNMATCHED = [("mar", "drug", "MYSTERY <script>alert(2)</script>", 12), ("vitals", "o2_device", "blender", 3)]


@cache
def make(copies: int = 1) -> tuple[AuditResult, dict[str, pl.DataFrame]]:
    """The run and the frames its patient pages are made from; `copies` dozens of infusions."""
    protocol = load_protocol()
    maker = Maker(protocol, copies)
    frames = {name: maker.frame(name) for name in maker.rows if maker.rows[name]}
    results = frames["results"]
    points = tuple(TrendPoint(month, (7 * i) % 5 + 3, 8, 0.21, 1.0) for i, month in enumerate(MONTHS))
    rejects = [
        ("vitals", 1, 17 + 3 * i, "value", "outside plausible range", f"<b>{900 + i}</b>", ("map", "sbp")[i % 2])
        for i in range(14)
    ]
    rejects += [("labs", 2, 40 + i, "time", "not a time", "31/02/2026", "crp") for i in range(8)]
    look, charted = looks(frames), {"coverage": "coverage", "cells": "cells"}
    frames |= {name: getattr(look, part) for name, part in charted.items()}
    run = AuditResult(
        program_version="0.1.0",
        input_name="demo extract <2026>",
        generated=GENERATED,
        timezone=ZONE,
        timezone_defaulted=False,
        protocol=protocol,
        parameters_hash=protocol.hash,
        infusions=frames["infusions"],
        episodes=frames["episodes"],
        results=results,
        measures=summarise(results, protocol),
        timeline=frames["timeline"],
        evidence=frames["evidence"],
        flags=frames["flags"],
        sources=SOURCES,  # type: ignore[arg-type]
        attrition=pl.DataFrame(schema=shapes.ATTRITION),
        accounting=pl.DataFrame(ACCOUNTING, schema=shapes.ACCOUNTING, orient="row"),
        rejects=pl.DataFrame(rejects, schema=shapes.REJECTS, orient="row"),
        quality=look,
        unmatched=pl.DataFrame(UNMATCHED, schema=shapes.UNMATCHED, orient="row"),
        skipped=("notes.docx", "labs.xlsx [pivot]"),
        patients=14 * copies,
        unaudited=("MRN-0900", "MRN-0901", "MRN-0902"),
        notes=("Only infusions from 2026-01-01 to 2026-12-31 are audited.",),
        libraries={"polars": "2.1.0", "jinja2": "3.1.6"},
        treatment=_treatment(frames["episodes"]),
        trends=(Trend("G2-02", points, 0.66, ("A run of 7 periods on one side of the centre line.",), "", "concern"),),
    )
    return replace(run, attrition=pl.DataFrame(attrition(run), schema=shapes.ATTRITION)), frames


def _treatment(episodes: pl.DataFrame) -> pl.DataFrame:
    """Times to treatment as made up as the rest: tocilizumab 95 min after grade 2, a steroid 40 min after grade 3."""
    rows = []
    for row in episodes.iter_rows(named=True):
        for drug, since, start, given in (
            ("tocilizumab", "grade_2", row["first_grade_2"], 95.0), ("steroid", "grade_3", row["first_grade_3"], 40.0),
        ):  # fmt: skip
            if start is not None:
                followed = (row["end"] - start).total_seconds() / 60
                rows.append((row["infusion_id"], row["episode"], drug, since, given, followed, True, None))
    return pl.DataFrame(rows, schema=TREATMENT, orient="row")


def context(run: AuditResult) -> PageContext:
    return PageContext(run.program_version, run.input_name, run.generated, run.timezone, run.protocol, run.sources)


def views(run: AuditResult, frames: dict[str, pl.DataFrame]) -> list[PatientView]:
    pairs = run.infusions.select("infusion_id", "token").iter_rows()
    return list(patient_views(frames, dict(pairs)))


def write(folder: Path) -> Path:
    """The whole report of the run under `folder`."""
    run, frames = make()
    (folder / "patients").mkdir()
    for view in views(run, frames):
        (folder / "patients" / f"{view.token}.html").write_text(render_patient(view, context(run)), encoding="utf-8")
    render_site(run, folder)
    return folder
