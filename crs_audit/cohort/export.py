"""`cohort`: the research rows of a published run, chosen by criteria, de-identified on demand, with attrition and
dictionary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from crs_audit import __version__
from crs_audit.answers import as_json
from crs_audit.cohort.criteria import chosen, read_criteria
from crs_audit.cohort.dictionary import as_markdown, dictionary
from crs_audit.cohort.research import FRAMES
from crs_audit.console import aligned
from crs_audit.deidentify.columns import MOVED, TOKEN, YEARS, fates
from crs_audit.deidentify.frames import deidentified
from crs_audit.deidentify.pseudonyms import pseudonyms
from crs_audit.deidentify.shared_ends import shared_ends
from crs_audit.errors import OutputError, UsageError
from crs_audit.finished_run import open_run
from crs_audit.protocol.load import load_protocol
from crs_audit.protocol.scales import load_scales
from crs_audit.publish import staging
from crs_audit.report.tables import in_iso
from crs_audit.tokens import checked_key

COHORT_MARK = "cohort.json"
"""A folder that holds this file is a cohort of ours and may be replaced."""
SCHEMA_VERSION = "1.0"
UNZONED = "UTC"
"""The zone of criteria on times that have none: those of a de-identified report."""


@dataclass(frozen=True)
class CohortOutcome:
    """The folder that was put in place, cohort.json as a document, notes for the person."""

    out: Path
    document: dict[str, Any]
    notes: tuple[str, ...] = ()


def cohort(run: Path, out: Path | None, criteria: Path | None, deidentify: bool, site_key: str | None) -> CohortOutcome:
    """Writes the cohort of a report to `out` (beside it unless told), whole or not at all.

    Raises InputError where `run` is no report with research rows, UsageError for a criterion or a key that will not
    do, OutputError where `out` cannot be written.
    """
    summary, frames = _read(run)
    if already := summary.get("deidentified", False):
        if deidentify:
            raise UsageError(f"{run}: is de-identified already; leave --deidentify out")
        deidentify = True
    elif deidentify and summary["charted_until"] is not None:
        raise UsageError(
            f"{run}: was made with charted_until, one day for all, from which everybody's true dates could be counted; "
            "run the audit without it, or leave --deidentify out"
        )
    zone = summary["timezone"] or UNZONED
    key = checked_key(site_key) if deidentify and not already else None
    every = frames["cohort"]
    asked = read_criteria(criteria) if criteria is not None else []
    hidden = [name for name, fate in fates()["cohort"].items() if fate in (TOKEN, MOVED, YEARS)] if deidentify else []
    for criterion in asked if already else ():
        if criterion.column in hidden:
            what = f"{run}: is de-identified, so that no criterion on {criterion.column} can be judged"
            raise UsageError(f"{what}; choose in the internal report, with --deidentify")
    rows, attrition = chosen(every, asked, zone, hidden)
    days = frames["steroid_days"].join(rows.select("infusion_id"), on="infusion_id", how="semi", maintain_order="left")
    told = {"cohort": rows, "steroid_days": days}
    notes: tuple[str, ...] = ()
    if key:
        ends = rows.select("patient_id", t0="infusion_time", e="follow_up_end")
        notes = shared_ends(ends, load_protocol().span("window.length"))
        names = pseudonyms(every.select("infusion_id", "patient_id", "infusion_time"), key, zone)
        told = {name: deidentified(frame, name, names) for name, frame in told.items()}
    if deidentify:
        # A reason is free text of the study's own: it may name whom it leaves out.
        attrition = attrition.drop("why")
    told["attrition"] = attrition
    document = _document(summary, rows, every, attrition, deidentify)
    out = out or _beside(run, deidentify)
    _refuse_in_place_of_another(out, deidentify)
    with staging(out, mark=COHORT_MARK, what="cohort") as fresh:
        for name, frame in told.items():
            in_iso(frame).write_csv(fresh / f"{name}.csv")
        told["cohort"].write_parquet(fresh / "cohort.parquet", compression="zstd")
        told["steroid_days"].write_parquet(fresh / "steroid_days.parquet", compression="zstd")
        meanings = dictionary(told, deidentify)
        meanings.write_csv(fresh / "dictionary.csv")
        (fresh / "dictionary.md").write_text(as_markdown(meanings), encoding="utf-8")
        (fresh / COHORT_MARK).write_text(as_json(document) + "\n", encoding="utf-8")
    return CohortOutcome(out, document, notes)


def _beside(run: Path, deidentify: bool) -> Path:
    """Apart, so that a cohort with names never takes the place of one that was made to be handed on; and that under a
    name that does not tell what the report was called after."""
    own = run.resolve()
    return own.with_name("cohort-deidentified" if deidentify else f"{own.name}-cohort")


def _refuse_in_place_of_another(out: Path, deidentified: bool) -> None:
    """What names patients does not come into a folder that others were given, nor the other way round."""
    try:
        there = json.loads((out / COHORT_MARK).read_text(encoding="utf-8")).get("deidentified", False)
    except (OSError, ValueError, AttributeError):
        return
    if there != deidentified:
        kinds = ("a cohort with names", "a de-identified cohort")
        raise OutputError(
            f"{out}: holds {kinds[there]}, which {kinds[deidentified]} does not replace; choose another --out"
        )


def _read(run: Path) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    found = open_run(run, "input", "generated", "timezone", "charted_until", "parameters_sha256")
    return found.summary, {name: found.table(name) for name in FRAMES}


def _document(
    summary: dict[str, Any], rows: pl.DataFrame, every: pl.DataFrame, attrition: pl.DataFrame, deidentify: bool
) -> dict[str, Any]:
    """Without the run's time, zone and input where nobody shall be found by them."""
    of_run = {name: None if deidentify else summary[name] for name in ("input", "generated", "timezone")}
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "crs-audit", "version": __version__},
        "run": {**of_run, "parameters_sha256": summary["parameters_sha256"]},
        "scales_sha256": load_scales().hash,
        "deidentified": deidentify,
        "infusions": rows.height,
        "patients": rows["patient_id"].n_unique(),
        "infusions_audited": every.height,
        "attrition": attrition.to_dicts(),
    }


def cohort_text(outcome: CohortOutcome) -> str:
    """The answer of `cohort`: how many, who was left out by what, where it lies."""
    document = outcome.document
    head = ["", "criterion", "before", "left out", "left out, unknown", "kept, unknown", "after"]
    rows = [head] + [
        [step["kind"], step["criterion"], "" if step["before"] is None else f"{step['before']:,}",
         *(f"{step[name]:,}" if step["step"] else "" for name in ("left_out", "left_out_unknown", "kept_unknown")),
         f"{step['after']:,}"]
        for step in document["attrition"]
    ]  # fmt: skip
    n, patients, of = document["infusions"], document["patients"], document["infusions_audited"]
    return "\n\n".join(
        [
            f"{n:,} of {of:,} audited infusions, patients: {patients:,}"
            + (", de-identified" if document["deidentified"] else ""),
            aligned(rows, right=(2, 3, 4, 5, 6)),
            f"cohort: {outcome.out}",
        ]
    )
