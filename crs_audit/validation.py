"""`validate`: an extract read and validated, nothing scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from crs_audit import errors
from crs_audit.accounting import accounting_rows, flags_told, rejects_by_reason, totals
from crs_audit.engine.work import read_shard
from crs_audit.intake.names import VALUE
from crs_audit.intake.rejects import A_NAME
from crs_audit.intake.take_in import Intake, take_in
from crs_audit.limits import beyond
from crs_audit.protocol.load import Protocol
from crs_audit.quality.run import flagged
from crs_audit.quality.shard import rows_of
from crs_audit.quality.suspects import RunClock, suspects
from crs_audit.quality.tally import TALLIES
from crs_audit.scratch import scratch_folder
from crs_audit.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ValidateOutcome:
    """What `validate` answers with: accounting, rejects by reason, unmatched names, notes; why `run` would refuse; and
    what was taken in, the rows aside."""

    document: dict[str, Any]
    unfit: str | None
    exit_code: int
    intake: Intake


def validate(settings: Settings, protocol: Protocol, progress: Progress) -> ValidateOutcome:
    """Reads and validates `settings.input`; scores and publishes nothing. Shows what came of the rows even where `run`
    would refuse them all."""
    with scratch_folder() as folder:
        intake = take_in(settings, protocol, folder, progress)
        duplicates: dict[int, int] = {}
        texts = intake.unmatched.get_column("text").unique()
        patients = set(intake.infusions.get_column("patient_id"))
        clock, of_shard = RunClock.of(intake.infusions, settings.as_of), intake.store.shards_of(intake.infusions)
        marked = []
        for shard in range(intake.store.shards):
            frames, dropped = read_shard(intake.store.part(shard))
            found = rows_of(frames, intake.infusions.filter(of_shard == shard), intake.facts, protocol)
            marked.append(suspects(found, clock, intake.facts, protocol))
            for source, n in dropped.items():
                duplicates[source] = duplicates.get(source, 0) + n
            for frame in frames.values():
                patients.update(texts.filter(texts.is_in(frame.get_column("patient_id").unique().implode())))
        rows = accounting_rows(intake, duplicates)
    counted = TALLIES["flags"].combined([flags for flags, _, _ in marked])
    flags = flagged(counted, [places for _, _, places in marked], intake.rejects)
    # A map gone wrong puts patients' ids and values where names of drugs or vitals should stand.
    names, notes = intake.unmatched, list(intake.notes)
    for what, wrong in (
        ("patient ids", pl.col("text").is_in(patients)),
        ("numbers or times", pl.col("text").str.contains(VALUE)),
    ):
        hidden = names.filter(wrong).select("column", "table").unique().sort("table", "column")
        if hidden.height:
            which = ", ".join(f"{column} of {table}" for column, table in hidden.iter_rows())
            notes.append(f"{what} stand in {which}, and are not shown: look at the columns mapped to it")
        names = names.filter(~wrong)
    few = pl.col("some_patients").list.len() < A_NAME
    if withheld := names.filter(few).height:
        which = "1 other name" if withheld == 1 else f"{withheld:,} other names"
        notes.append(
            f"{which} without a match, each in rows of fewer than {A_NAME} patients and perhaps a patient's own: not "
            "shown here, listed on the data-quality page of a run"
        )
    names = names.filter(~few).drop("some_patients")
    document = {
        "accounting": rows,
        "rejects": rejects_by_reason(intake),
        "flags": flags_told(intake, flags),
        "unmatched": names.to_dicts(),
        "unmatched_not_shown": withheld,
        "infusions": intake.infusions.height,
        "notes": notes,
    }
    rejected = beyond(totals(rows)["rejected_share"], settings.max_rejected)
    code = errors.INPUT if intake.unfit is not None else errors.REJECTS if rejected else errors.OK
    return ValidateOutcome(document, intake.unfit, code, intake)
