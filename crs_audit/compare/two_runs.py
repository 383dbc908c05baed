"""`compare`: what became of the fallouts of one run in another, and whether the data or the rules made the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.errors import UsageError
from crs_audit.finished_run import FinishedRun, open_run

NEW, RESOLVED, PERSISTING = "new", "resolved", "persisting"
DATA, RULES, PROGRAM = "data", "rules", "program"
"""What made a change: other charted facts; other numbers of the rules over the same facts; neither, so the program."""


_KEYS = ("parameters_sha256", "inputs", "program")


@dataclass(frozen=True)
class Finding:
    """One finding that is a fallout in one of the runs. `before`, `after`: its status, None where the run has it not.

    cause: None for a persisting one.
    """

    result_id: str
    measure_id: str
    what: str
    before: str | None
    after: str | None
    cause: str | None
    token: str | None
    """Of the later run's page; of the earlier one's where the later has none."""


@dataclass(frozen=True)
class Comparison:
    """Fallouts of infusions that both runs audit, by what became of them; those of one run only are counted apart."""

    findings: tuple[Finding, ...]
    infusions_both: int
    infusions_before: int
    """Audited by the earlier run alone."""
    infusions_after: int
    fallouts_before_only: int
    """Fallouts of infusions or measures that only the earlier run has."""
    fallouts_after_only: int
    same_rules: bool
    same_input: bool
    programs: tuple[str, str]


def compare(before: Path, after: Path, *, other_rules: bool) -> Comparison:
    """Compares two published runs. other_rules: whether runs of two rule sets may be compared.

    Raises InputError where a folder is no run, UsageError for two rule sets that nobody said may be compared.
    """
    old_run, new_run = open_run(before, *_KEYS), open_run(after, *_KEYS)
    old, new = old_run.summary, new_run.summary
    same_rules = old["parameters_sha256"] == new["parameters_sha256"]
    if not same_rules and not other_rules:
        raise UsageError(
            "the two runs have different rules (parameters_sha256), so that findings differ for that alone; add "
            "--other-rules to compare them nevertheless"
        )
    ours, theirs = _results(old_run), _results(new_run)
    shared = set(ours["infusion_id"]) & set(theirs["infusion_id"])
    measures = set(ours["measure_id"]) & set(theirs["measure_id"])
    comparable = pl.col("infusion_id").is_in(sorted(shared)) & pl.col("measure_id").is_in(sorted(measures))
    missed = (pl.col("status") == "not_met") & (pl.col("kind") == "R")
    ids = sorted({*ours.filter(comparable & missed)["result_id"], *theirs.filter(comparable & missed)["result_id"]})
    facts = _facts(old_run, ids), _facts(new_run, ids)
    tokens = _tokens(old_run) | _tokens(new_run)
    status = _status(ours, ids), _status(theirs, ids)
    same_input = _inputs(old) == _inputs(new)
    findings = [
        _finding(
            id_,
            status[0].get(id_),
            status[1].get(id_),
            # Other rules may cite other rows of the same extract: that is no change of the data.
            same_facts=same_input or facts[0].get(id_) == facts[1].get(id_),
            same_rules=same_rules,
            token=tokens.get(id_.rsplit("|", 2)[0]),
        )
        for id_ in ids
    ]
    order = {NEW: 0, PERSISTING: 1, RESOLVED: 2}
    return Comparison(
        findings=tuple(sorted(findings, key=lambda one: (order[one.what], one.measure_id, one.result_id))),
        infusions_both=len(shared),
        infusions_before=len(set(ours["infusion_id"]) - shared),
        infusions_after=len(set(theirs["infusion_id"]) - shared),
        fallouts_before_only=ours.filter(~comparable & missed).height,
        fallouts_after_only=theirs.filter(~comparable & missed).height,
        same_rules=same_rules,
        same_input=same_input,
        programs=(old["program"]["version"], new["program"]["version"]),
    )


def _finding(
    result_id: str,
    before: tuple[str, str] | None,
    after: tuple[str, str] | None,
    *,
    same_facts: bool,
    same_rules: bool,
    token: str | None,
) -> Finding:
    measure = result_id.rsplit("|", 2)[1]
    was, is_ = (found is not None and found == ("not_met", "R") for found in (before, after))
    what = PERSISTING if was and is_ else RESOLVED if was else NEW
    cause = None
    if what != PERSISTING:
        # With the same facts a finding can only change by the rules, or by the program that reads them.
        cause = DATA if not same_facts else PROGRAM if same_rules else RULES
    statuses = [found[0] if found else None for found in (before, after)]
    return Finding(result_id, measure, what, statuses[0], statuses[1], cause, token)


def _inputs(summary: Mapping[str, Any]) -> list[str]:
    return sorted(source["sha256"] for source in summary["inputs"])


def _results(run: FinishedRun) -> pl.DataFrame:
    return run.table("results", "result_id", "infusion_id", "measure_id", "kind", "status", "opportunity")


def _status(results: pl.DataFrame, ids: list[str]) -> dict[str, tuple[str, str]]:
    rows = results.filter(pl.col("result_id").is_in(ids)).select("result_id", "status", "kind").iter_rows()
    return {id_: (status, kind) for id_, status, kind in rows}


def _facts(run: FinishedRun, ids: list[str]) -> dict[str, frozenset[tuple[Any, ...]]]:
    """result_id → the charted cells it rests on, whatever file they stand in."""
    cited = pl.col("result_id").is_in(ids) & pl.col("source_row").is_not_null()
    evidence = run.table("evidence", "result_id", "time", "raw_value", "source_row", where=cited)
    found: dict[str, set[tuple[Any, ...]]] = {}
    for result_id, *cell in evidence.select("result_id", pl.col("time").dt.epoch("us"), "raw_value").iter_rows():
        found.setdefault(result_id, set()).add(tuple(cell))
    return {id_: frozenset(cells) for id_, cells in found.items()}


def _tokens(run: FinishedRun) -> dict[str, str]:
    return dict(run.table("infusions", "infusion_id", "token").iter_rows())
