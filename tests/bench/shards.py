"""What `speed` does with a shard."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from crs_audit.chart import build_chart
from crs_audit.engine.shards import ShardPart
from crs_audit.engine.work import read_shard
from crs_audit.evaluate import evaluate
from crs_audit.grading.astct import grade
from crs_audit.medication.given import medication
from crs_audit.protocol.load import Protocol
from crs_audit.tables import Facts, Tables


@dataclass(frozen=True)
class ScoreTask:
    part: ShardPart
    infusions: pl.DataFrame
    protocol: Protocol
    facts: Facts


def _tables(task: ScoreTask) -> Tables:
    return Tables({**read_shard(task.part)[0], "infusions": task.infusions})


def grade_shard(task: ScoreTask) -> int:
    """Timeline rows of the shard; no measure."""
    chart = build_chart(_tables(task), task.protocol, task.facts)
    given = medication(chart, task.protocol)
    return grade(chart, given.boluses, given.sparing, task.protocol).timeline.height


def score_shard(task: ScoreTask) -> int:
    """Result rows of the shard."""
    return evaluate(_tables(task), task.protocol, task.facts).results.height
