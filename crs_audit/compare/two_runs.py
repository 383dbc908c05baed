"""`compare`: what became of the fallouts of one run in another, and whether the data or the rules made the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.errors import UsageError
from crs_audit.finished_run import FinishedRun, open_run

NEW, RESOLVED, PERSISTING, UNJUDGED = "new", "resolved", "persisting", "no longer judged"
"""Resolved: met now, or no longer required. No longer judged: not judgeable, excluded, or no opportunity any more; lost
data resolve nothing."""
WHATS = (NEW, PERSISTING, UNJUDGED, RESOLVED)
_JUDGED = ("met", "not_met")
DATA, RULES, PROGRAM, SETTINGS, NOT_TOLD = "data", "rules", "program", "settings", "not told apart"
CAUSES = (DATA, RULES, PROGRAM, SETTINGS, NOT_TOLD)
"""What made a change: the one thing in which the two runs differ (what was read; numbers and kinds of the rules;
version or vocabulary of the program; mapping, time zone and the like), as `_cause` finds it."""


_KEYS = ("parameters_sha256", "vocabulary_sha256", "inputs", "program", "timezone", "preset", "measures")


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
    measures_before: tuple[str, ...]
    """Ids that only the earlier run has."""
    measures_after: tuple[str, ...]
    same_rules: bool
    same_input: bool
    same_program: bool
    """Version and vocabulary."""
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
    hidden = [run.get("deidentified", False) for run in (old, new)]
    if hidden[0] != hidden[1]:
        raise UsageError("one of the two runs is de-identified: its infusions have other names; compare two of a kind")
    ours, theirs = _results(old_run), _results(new_run)
    shared = set(ours["infusion_id"]) & set(theirs["infusion_id"])
    if all(hidden) and not shared:
        raise UsageError("the two de-identified runs share no infusion; were they made with the same key?")
    audited = [{measure["measure_id"] for measure in run["measures"]} for run in (old, new)]
    measures = audited[0] & audited[1]
    comparable = pl.col("infusion_id").is_in(sorted(shared)) & pl.col("measure_id").is_in(sorted(measures))
    missed = (pl.col("status") == "not_met") & (pl.col("kind") == "R")
    ids = sorted({*ours.filter(comparable & missed)["result_id"], *theirs.filter(comparable & missed)["result_id"]})
    facts = _facts(old_run, ids), _facts(new_run, ids)
    tokens = _tokens(old_run) | _tokens(new_run)
    status = _status(ours, ids), _status(theirs, ids)
    same_input = _inputs(old) == _inputs(new)
    same_program = _program(old) == _program(new)
    differ = {
        DATA: not same_input,
        RULES: not same_rules,
        PROGRAM: not same_program,
        SETTINGS: [old[key] for key in ("timezone", "preset")] != [new[key] for key in ("timezone", "preset")],
    }
    findings = [
        _finding(
            id_,
            status[0].get(id_),
            status[1].get(id_),
            cause=_cause({what for what, other in differ.items() if other}, facts[0].get(id_) == facts[1].get(id_)),
            token=tokens.get(id_.rsplit("|", 2)[0]),
        )
        for id_ in ids
    ]
    return Comparison(
        findings=tuple(sorted(findings, key=lambda one: (WHATS.index(one.what), one.measure_id, one.result_id))),
        infusions_both=len(shared),
        infusions_before=len(set(ours["infusion_id"]) - shared),
        infusions_after=len(set(theirs["infusion_id"]) - shared),
        fallouts_before_only=ours.filter(~comparable & missed).height,
        fallouts_after_only=theirs.filter(~comparable & missed).height,
        measures_before=tuple(sorted(audited[0] - measures)),
        measures_after=tuple(sorted(audited[1] - measures)),
        same_rules=same_rules,
        same_input=same_input,
        same_program=same_program,
        programs=(old["program"]["version"], new["program"]["version"]),
    )


def _finding(
    result_id: str,
    before: tuple[str, str] | None,
    after: tuple[str, str] | None,
    *,
    cause: str,
    token: str | None,
) -> Finding:
    measure = result_id.rsplit("|", 2)[1]
    was, is_ = (found is not None and found == ("not_met", "R") for found in (before, after))
    statuses = [found[0] if found else None for found in (before, after)]
    gone = RESOLVED if statuses[1] in _JUDGED else UNJUDGED
    what = PERSISTING if was and is_ else gone if was else NEW
    return Finding(result_id, measure, what, statuses[0], statuses[1], None if what == PERSISTING else cause, token)


def _cause(differ: set[str], same_facts: bool) -> str:
    """What made a finding change. differ: in what the runs do; same_facts: whether the cells cited for it are the same.

    The only thing that differs is the cause: a verdict may also rest on what is not cited (follow-up, stays, product).
    Where nothing that is recorded differs, the mapping does. Where several things do, cells that differ under the same
    rules are other data (other rules may cite other rows of the same extract); nothing else can be told apart.
    """
    if not differ:
        return SETTINGS
    if len(differ) == 1:
        return next(iter(differ))
    return DATA if DATA in differ and RULES not in differ and not same_facts else NOT_TOLD


def _program(summary: Mapping[str, Any]) -> tuple[str, str]:
    return summary["program"]["version"], summary["vocabulary_sha256"]


def _inputs(summary: Mapping[str, Any]) -> list[str]:
    return sorted(source["sha256"] for source in summary["inputs"])


def _results(run: FinishedRun) -> pl.DataFrame:
    return run.table("results", "result_id", "infusion_id", "measure_id", "kind", "status", "opportunity")


def _status(results: pl.DataFrame, ids: list[str]) -> dict[str, tuple[str, str]]:
    rows = results.filter(pl.col("result_id").is_in(ids)).select("result_id", "status", "kind").iter_rows()
    return {id_: (status, kind) for id_, status, kind in rows}


def _facts(run: FinishedRun, ids: list[str]) -> dict[str, frozenset[tuple[Any, ...]]]:
    """result_id → the charted cells it rests on, whatever file they stand in."""
    # A de-identified run tells no rows, but of which table they are.
    cited = pl.col("result_id").is_in(ids) & pl.col("source_file").is_not_null()
    evidence = run.table("evidence", "result_id", "time", "raw_value", "source_file", where=cited)
    found: dict[str, set[tuple[Any, ...]]] = {}
    for result_id, *cell in evidence.select("result_id", pl.col("time").dt.epoch("us"), "raw_value").iter_rows():
        found.setdefault(result_id, set()).add(tuple(cell))
    return {id_: frozenset(cells) for id_, cells in found.items()}


def _tokens(run: FinishedRun) -> dict[str, str]:
    return dict(run.table("infusions", "infusion_id", "token").iter_rows())
