"""`review`: verdicts of a worklist are taken into a report, stale and foreign ones refused by row."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from crs_audit.errors import OutputError
from crs_audit.finished_run import open_run
from crs_audit.protocol.load import Protocol, load_protocol
from crs_audit.publish import holding
from crs_audit.report.result import RESULTS
from crs_audit.report.summaries import summarise
from crs_audit.review.adjudication import Adjudication, adjudicate
from crs_audit.review.filled import Filled, read_worklist
from crs_audit.review.fingerprint import fingerprints
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
    found = open_run(run)
    filled = read_worklist(worklist, now.date())
    with holding(run):
        results = found.table("results", *RESULTS)
        evidence = found.table("evidence", "result_id", "clause", "outcome", "time", "raw_value", "source_row")
        kept = read_reviews(run)
        current = fingerprints(results, evidence, {one.result_id for one in (*kept, *filled.reviews)})
        sound, refused = _sorted_out(filled, current)
        every = merged(kept, sound)
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


def _sorted_out(filled: Filled, current: dict[str, str]) -> tuple[list[Review], list[tuple[int, str]]]:
    sound, refused = [], []
    for row, review in zip(filled.rows, filled.reviews, strict=True):
        measure = review.result_id.split("|")[-2] if review.result_id.count("|") > 1 else "unknown measure"
        if review.result_id not in current:
            refused.append((row, f"{measure}: foreign, the report has no such finding"))
        elif current[review.result_id] != review.fingerprint:
            refused.append((row, f"{measure}: stale, its facts changed since the worklist was written"))
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
