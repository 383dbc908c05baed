"""`review`: verdicts of a worklist are taken into a report, stale and foreign ones refused by row."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from crs_audit.errors import InputError, OutputError
from crs_audit.finished_run import open_run
from crs_audit.protocol.load import Protocol, load_protocol
from crs_audit.publish import holding
from crs_audit.report.clock import SiteClock
from crs_audit.report.result import RESULTS
from crs_audit.report.summaries import summarise
from crs_audit.review.adjudication import Adjudication, adjudicate
from crs_audit.review.filled import MOVED, Filled, read_worklist
from crs_audit.review.fingerprint import FACTS, FINDING, RULES, change_of, fingerprints
from crs_audit.review.verdicts import FILE, Review, as_csv, merged, read_reviews


@dataclass(frozen=True)
class Taken:
    """What came of a worklist. `refused`: row and why."""

    taken: int
    blank: int
    refused: tuple[tuple[int, str], ...]
    adjudication: Adjudication | None


def take_in_reviews(run: Path, worklist: Path, now: datetime) -> Taken:
    """Keeps the sound verdicts of `worklist` in `run`/data/reviews.csv.

    Raises InputError where `run` is no report or `worklist` no worklist, OutputError where it cannot be written.
    """
    found = open_run(run, "timezone")
    if found.summary.get("deidentified", False):
        what = "is de-identified, and what reviewers write may name somebody"
        raise InputError(f"{run}: {what}; take reviews into the internal report")
    clock = SiteClock(found.summary["timezone"])
    filled = read_worklist(worklist, now.astimezone(clock.zone).date())
    with holding(run):
        results = found.table("results", *RESULTS)
        evidence = found.table("evidence", "result_id", "clause", "outcome", "time", "raw_value", "source_row")
        kept = read_reviews(run)
        current = fingerprints(results, evidence, {one.result_id for one in (*kept, *filled.reviews)})
        named = results.filter(pl.col("result_id").is_in([one.result_id for one in filled.reviews]))
        times = dict(named.select("result_id", pl.col("time").dt.epoch("us")).iter_rows())
        sound, refused = _sorted_out(filled, kept, current, times, clock)
        # What was said of other facts makes room, whatever its date.
        judged = {(one.result_id, one.by) for one in sound}
        stands = [one for one in kept if (one.result_id, one.by) not in judged or _current(one, current)]
        every = merged(stands, sound)
        if sound:
            _write(run / "data" / FILE, as_csv(every))
    protocol = _protocol_of(results)
    raw = summarise(results, protocol, frozenset(protocol.measures))
    adjudication = adjudicate(results, protocol, raw, every, current)
    return Taken(len(sound), filled.blank, tuple(sorted([*filled.refused, *refused])), adjudication)


def _protocol_of(results: pl.DataFrame) -> Protocol:
    """The rules of the run as its results tell them: its measures, each of its kind (a policy may have changed it)."""
    protocol = load_protocol()
    kinds = dict(results.select("measure_id", "kind").unique().iter_rows())
    rules = {id_: replace(rule, kind=kinds[id_]) for id_, rule in protocol.measures.items() if id_ in kinds}
    return replace(protocol, measures=rules)


def _current(review: Review, current: Mapping[str, str]) -> bool:
    return current.get(review.result_id) == review.fingerprint


_STALE = {
    FACTS: "stale, its facts changed since the worklist was written",
    RULES: "stale, a limit or rule changed since the worklist was written, over the same facts",
    FINDING: "stale, the finding changed since the worklist was written",
}


def _sorted_out(
    filled: Filled,
    kept: Sequence[Review],
    current: Mapping[str, str],
    times: Mapping[str, int | None],
    clock: SiteClock,
) -> tuple[list[Review], list[tuple[int, str]]]:
    """The reviews that can be taken, and the rows of the others with why. times: result_id → its time."""
    sound, refused = [], []
    said = {(one.result_id, one.by): one.date for one in kept if _current(one, current)}
    for row, shown, review in zip(filled.rows, filled.times, filled.reviews, strict=True):
        measure = review.result_id.split("|")[-2] if review.result_id.count("|") > 1 else "unknown measure"
        if review.result_id not in current:
            refused.append((row, f"{measure}: foreign, the report has no such finding"))
        elif not _current(review, current):
            refused.append((row, f"{measure}: {_STALE[change_of(review.fingerprint, current[review.result_id])]}"))
        elif shown != clock.text(times[review.result_id]):
            refused.append((row, f"{measure}: {MOVED}"))
        elif times[review.result_id] is not None and review.date < clock.date(times[review.result_id]):
            refused.append((row, f"{measure}: column Date lies before the finding"))
        elif review.date < said.get((review.result_id, review.by), ""):
            refused.append((row, f"{measure}: a later verdict of this reviewer is kept already"))
        else:
            sound.append(review)
    return sound, refused


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8", newline="")
        os.replace(fresh, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
