"""`explain`: one verdict of a published run, with its clauses and the rows they rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from crs_audit.answers import as_json
from crs_audit.console import aligned
from crs_audit.deidentify.pseudonyms import tokens_for
from crs_audit.errors import UsageError
from crs_audit.finished_run import FinishedRun, open_run
from crs_audit.report import words
from crs_audit.report.result import RESULTS

_EVIDENCE = ("result_id", "clause", "outcome", "source_file", "sheet", "source_row", "time", "raw_value")


def explain(run: Path, result_id: str, as_document: bool, site_key: str | None = None) -> str:
    """The answer of `explain`, text or JSON.

    result_id: `<infusion id>|<measure>|<opportunity>`; a page token may stand for the infusion id, and with the site's
    key the token that the infusion has in de-identified reports.
    Raises InputError where `run` is no report, UsageError where it has no such verdict.
    """
    found = open_run(run)
    verdict = _verdict(found, result_id, site_key)
    evidence = found.table("evidence", *_EVIDENCE, where=pl.col("result_id") == verdict["result_id"]).to_dicts()
    if as_document:
        return as_json({**verdict, "clauses": evidence})
    return _text(verdict, evidence)


def _verdict(run: FinishedRun, result_id: str, site_key: str | None) -> dict[str, Any]:
    parts = result_id.rsplit("|", 2)
    if len(parts) != 3:
        raise UsageError("a result id has three parts, <infusion id or page token>|<measure>|<opportunity>; quote it")
    infusion, measure, opportunity = parts
    known = run.table("infusions", "infusion_id", "token")
    ids = [id_ for id_, token in known.iter_rows() if infusion in (id_, token)]
    if not ids and site_key:
        hidden = tokens_for(known.get_column("infusion_id").to_list(), "infusion_id", site_key)
        ids = [id_ for id_, token in hidden.items() if token == infusion]
    wanted = [f"{id_}|{measure.upper()}|{opportunity}" for id_ in ids]
    rows = run.table("results", *RESULTS, where=pl.col("result_id").is_in(wanted)).to_dicts()
    if not rows:
        raise UsageError(f"{run.path}: has no such verdict; result ids are in data/results.csv")
    return rows[0]


def _text(verdict: dict[str, Any], evidence: list[dict[str, Any]]) -> str:
    shown = words.STATUS[words.shown_status(verdict["status"], verdict["reason"], verdict["kind"])]
    status = shown + (f" ({words.reason(verdict['reason'])})" if verdict["reason"] else "")
    rows = [["verdict", status], ["in words", verdict["sentence"] or ""], ["time", _time(verdict["time"])]]
    if verdict["value"] is not None:
        rows.append(["value", _spaced(words.measured(verdict["value"], verdict["unit"]))])
    if verdict["threshold"]:
        rows.append(["limit", _spaced(words.limit(verdict["threshold"], verdict["unit"]))])
    parts = [f"{verdict['measure_id']}, opportunity {verdict['opportunity']}", aligned(rows, indent="  ")]
    if evidence:
        table = [["clause", "outcome", "time", "charted", "file", "row"]] + [
            [words.clause(row["clause"]), row["outcome"], _time(row["time"]), row["raw_value"] or "", _place(row),
             "" if row["source_row"] is None else str(row["source_row"])]
            for row in evidence
        ]  # fmt: skip
        parts.append(aligned(table, right=(5,), indent="  "))
    return "\n\n".join(parts)


def _spaced(text: str) -> str:
    """A page's text for a terminal: spaces that may not break are spaces like others there."""
    return text.replace("\u00a0", " ")


def _time(value: Any) -> str:
    return value.isoformat(sep=" ", timespec="minutes") if value is not None else ""


def _place(row: dict[str, Any]) -> str:
    return f"{row['source_file'] or ''}{' [' + row['sheet'] + ']' if row['sheet'] else ''}"
