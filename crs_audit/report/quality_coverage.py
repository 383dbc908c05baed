"""The data-quality page on what was charted of each window: all infusions, each one, some in pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from crs_audit.quality.coverage import COVERED, DRAWN
from crs_audit.report.clock import micros
from crs_audit.report.pictures.charted import charted_strip, cohort_picture, shade

if TYPE_CHECKING:
    from crs_audit.report.result import AuditResult

VITAL_SIGNS = ("temperature", "blood_pressure", "heart_rate", "respiratory_rate", "spo2")
"""What a round of vital signs holds (that of MON-03): the longest gap told is the worst of theirs."""
LISTED = 500
"""Infusions in the table, those with the least charted; data/coverage has them all."""


def over_time(result: AuditResult) -> Markup | None:
    """The picture of all infusions."""
    told = result.quality.over_time.filter(pl.col("infusions") > 0)
    return cohort_picture(told.sort("at").iter_rows(named=True)) if told.height else None


def infusions(result: AuditResult) -> list[dict[str, Any]]:
    """A row per infusion: token, hours of the window and of follow-up, and for each entry of COVERED its share and
    shade up to the end of follow-up. Those with the least charted come first."""
    tokens = dict(result.infusions.select("infusion_id", "token").iter_rows())
    by_id: dict[str, dict[str, Any]] = {}
    for row in result.quality.coverage.iter_rows(named=True):
        one = by_id.setdefault(row["infusion_id"], {"id": row["infusion_id"], "shares": {}})
        one["shares"][row["name"]] = row["share_followed"]
        if row["unit"] == "hour":
            one |= {"window": row["window"], "followed": row["followed"]}
            if row["name"] in VITAL_SIGNS:
                one["gap"] = max(one.get("gap", 0), row["longest_gap"])
    rows = []
    for id_, one in by_id.items():
        shares = [one["shares"].get(name) for name in COVERED]
        one["cells"] = [(share, shade(share)) for share in shares]
        one["token"] = tokens.get(id_)
        rows.append((sum(share or 0 for share in shares), id_, one))
    return [one for _, _, one in sorted(rows, key=lambda row: row[:2])]


def strips(result: AuditResult) -> list[tuple[str, str, Markup]]:
    """(token, infusion_id, picture) of the infusions whose cells were kept, in the order of the run."""
    if result.quality.coverage.is_empty():
        return []
    shown = result.infusions.sort("patient_id", "t0").head(DRAWN)
    cells = _by_infusion(result.quality.cells)
    onsets = _by_infusion(result.episodes.select("infusion_id", "onset"))
    spans = [(micros(t0), micros(e)) for t0, e in shown.select("t0", "e").iter_rows()]
    length = max(e - t0 for t0, e in spans)
    found = []
    for (id_, token), (t0, e) in zip(shown.select("infusion_id", "token").iter_rows(), spans, strict=True):
        marks = [cell["onset"] for cell in onsets.get(id_, ())]
        drawn = charted_strip(cells.get(id_, ()), (t0, e), length, marks, f"strip-{token}")
        found.append((token, id_, drawn))
    return found


def _by_infusion(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame.with_columns(pl.selectors.datetime().dt.epoch("us")).iter_rows(named=True):
        found.setdefault(row["infusion_id"], []).append(row)
    return found
