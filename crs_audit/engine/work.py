"""What is done with one shard, in whatever process: read, drop duplicates, evaluate, draw the patient pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from crs_audit.cohort.research import FRAMES, cohort_frames
from crs_audit.cohort.treatment_times import treatment_times
from crs_audit.deidentify.frames import RESULT
from crs_audit.deidentify.pseudonyms import Pseudonyms
from crs_audit.deidentify.shard import without_names
from crs_audit.engine.shards import ShardPart
from crs_audit.evaluate import evaluate
from crs_audit.intake.duplicates import drop_duplicates
from crs_audit.protocol.load import Protocol
from crs_audit.quality import shard as profile
from crs_audit.quality.coverage import DRAWN
from crs_audit.quality.suspects import RunClock
from crs_audit.report.patient import render_patient
from crs_audit.report.result import PageContext
from crs_audit.report.views import patient_views
from crs_audit.review.adjudication import said_of
from crs_audit.review.fingerprint import fingerprints
from crs_audit.review.verdicts import Review
from crs_audit.tables import SCHEMAS, Facts, Tables

PARTS = ("timeline", "episodes", "results", "evidence", "flags", "infusions", *FRAMES, "treatment_times")
"""The frames of an Evaluation that the run keeps, and those made of it for research and for the first page."""


@dataclass(frozen=True)
class ShardTask:
    """One shard of a run; everything in it can be sent to another process."""

    number: int
    part: ShardPart
    infusions: pl.DataFrame
    """Accepted infusions of the shard's patients."""
    protocol: Protocol
    facts: Facts
    measures: frozenset[str] | None
    tokens: Mapping[str, str]
    """infusion_id → token of the infusions to report on, in the run's order. Others (outside the period) are
    evaluated too, since they bound windows and baselines, and left out here."""
    clock: RunClock
    context: PageContext
    reviews: tuple[Review, ...]
    """Reviewers' verdicts on findings of the shard's infusions."""
    pages: Path | None
    """Folder of the patients' pages; None: the report has none."""
    parts: Path
    names: Pseudonyms | None = None
    """Of the infusions to report on, where nobody shall be named."""


@dataclass(frozen=True)
class ShardOutcome:
    """What a shard leaves: files of its frames and counts."""

    number: int
    files: Mapping[str, Path]
    """Of PARTS."""
    profile: Mapping[str, Path]
    """Of `quality.shard.PARTS`."""
    duplicates: Mapping[int, int]
    """source → exact duplicates."""
    patients: int
    unaudited: tuple[str, ...]
    """Patients with rows and without an infusion."""


def read_shard(part: ShardPart) -> tuple[dict[str, pl.DataFrame], dict[int, int]]:
    """Accepted frames of a shard without exact duplicates, and the duplicates per source."""
    frames: dict[str, pl.DataFrame] = {}
    duplicates: dict[int, int] = {}
    for table in SCHEMAS:
        rows = part.read(table)
        if rows is None:
            continue
        kept, dropped = drop_duplicates(rows)
        frames[table] = kept.select(SCHEMAS[table].keys())
        if dropped:
            for source, n in rows.get_column("source").value_counts().iter_rows():
                duplicates[source] = duplicates.get(source, 0) + n
            for source, n in kept.get_column("source").value_counts().iter_rows():
                duplicates[source] -= n
    return frames, duplicates


def work(task: ShardTask) -> ShardOutcome:
    """Evaluates one shard and writes its frames and pages."""
    frames, duplicates = read_shard(task.part)
    audited_patients = set(task.infusions.get_column("patient_id"))
    seen: set[str] = set().union(*(frame.get_column("patient_id").unique() for frame in frames.values()))
    tables = Tables({**frames, "infusions": task.infusions})
    evaluation = evaluate(tables, task.protocol, task.facts, task.measures)
    kept = {name: _reported(frame, task.tokens) for name, frame in evaluation.frames.items()}
    rows = profile.rows_of(frames, task.infusions, task.facts, task.protocol)
    profiled = profile.shard_profile(rows, evaluation.chart, task.clock, task.protocol, task.tokens)
    kept |= {name: profiled[name] for name in ("cells", "coverage")}
    research = {**cohort_frames(evaluation.case), "treatment_times": treatment_times(evaluation.case)}
    kept |= {name: _reported(frame, task.tokens) for name, frame in research.items()}
    context, tokens = replace(task.context, reviews=_reviewed(task.reviews, kept)), task.tokens
    if task.names is not None:
        kept, tokens = without_names(kept, task.names, task.protocol), task.names.tokens
        profiled |= {name: kept[name] for name in ("cells", "coverage")}
    if task.pages is not None:
        for view in patient_views(kept, tokens):
            (task.pages / f"{view.token}.html").write_text(render_patient(view, context), encoding="utf-8")
    files, profile_files = {}, {}
    for name in PARTS:
        files[name] = task.parts / f"{name}-{task.number}.parquet"
        kept[name].write_parquet(files[name], compression="lz4")
    drawn = list(tokens)[:DRAWN]
    profiled["cells"] = profiled["cells"].filter(pl.col("infusion_id").is_in(drawn))
    for name in profile.PARTS:
        profile_files[name] = task.parts / f"profile-{name}-{task.number}.parquet"
        profiled[name].write_parquet(profile_files[name], compression="lz4")
    return ShardOutcome(
        number=task.number,
        files=files,
        profile=profile_files,
        duplicates=duplicates,
        patients=len(seen | audited_patients),
        unaudited=tuple(sorted(seen - audited_patients)),
    )


def _reviewed(reviews: tuple[Review, ...], kept: Mapping[str, pl.DataFrame]) -> dict[str, tuple[tuple[str, str], ...]]:
    if not reviews:
        return {}
    return said_of(reviews, fingerprints(kept["results"], kept["evidence"], {one.result_id for one in reviews}))


def _reported(frame: pl.DataFrame, tokens: Mapping[str, str]) -> pl.DataFrame:
    owner = pl.col("infusion_id") if "infusion_id" in frame.columns else pl.col("result_id").str.replace(RESULT, "")
    return frame.filter(owner.is_in(list(tokens)))
