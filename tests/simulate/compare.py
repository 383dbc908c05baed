"""Differences between what the audit says and what was planted; an empty list is agreement."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

KEY = ["infusion_id", "measure_id", "opportunity"]
"""What names an opportunity in `results` and in `truth/planted.csv`."""


def planted(folder: Path) -> pl.DataFrame:
    """`truth/planted.csv`: KEY, episode (Int64 or null), status, reason, listed, note (null = none)."""
    frame = pl.read_csv(folder / "truth" / "planted.csv", infer_schema_length=0)
    return frame.with_columns(pl.col("opportunity", "episode").cast(pl.Int64))


def cut_short(folder: Path) -> frozenset[str]:
    """Infusions whose follow-up the plan ends early: what is not listed may be censored there."""
    scenarios = pl.read_csv(folder / "truth" / "scenarios.csv", infer_schema_length=0)
    return frozenset(scenarios.filter(pl.col("follow_up_cut").is_not_null())["infusion_id"])


def planted_differences(results: pl.DataFrame, truth: pl.DataFrame, cut: frozenset[str] = frozenset()) -> list[str]:
    """Every opportunity that is missing, unplanned or judged otherwise.

    `results` has at least KEY, kind, status, reason, episode. Of the measures whose rows say `listed` = `every`, each
    opportunity must be listed. Of every other one only what `is_worth_listing` must be: the rest is met, no
    opportunity, or (infusions of `cut`) censored. A planted reason is a word that must occur in the result's reason; a
    planted episode must be the result's. What is blank in the truth is not compared.
    """
    everywhere = truth.filter(listed="every")["measure_id"].unique()
    worth = pl.col("measure_id").is_in(everywhere.implode()) | is_worth_listing(cut)
    found = results.with_columns(pl.col("opportunity").cast(pl.Int64), worth=worth)
    found = found.select(*KEY, "status", "reason", "episode", "worth")
    both = truth.join(found, on=KEY, how="full", coalesce=True, suffix="_found").sort(KEY)
    differences = []
    for row in both.iter_rows(named=True):
        what = " ".join(str(row[column]) for column in KEY)
        if row["status"] is None:
            if row["worth"]:
                differences.append(f"{what}: not planted, found {row['status_found']} ({row['reason_found']})")
        elif row["status_found"] is None:
            differences.append(f"{what}: planted {row['status']}, not found")
        elif row["status"] != row["status_found"]:
            differences.append(f"{what}: planted {row['status']}, found {row['status_found']} ({row['reason_found']})")
        elif row["reason"] and not _names(row["reason_found"], row["reason"]):
            differences.append(f"{what}: planted reason {row['reason']}, found {row['reason_found']}")
        elif row["episode"] is not None and row["episode"] != row["episode_found"]:
            differences.append(f"{what}: planted episode {row['episode']}, found {row['episode_found']}")
    return differences


def is_worth_listing(cut: frozenset[str]) -> pl.Expr:
    """Of a result: a failure, an exclusion, something nobody knows; of the informational, presence. A documented grade
    that agrees is the rule and not listed."""
    censored = pl.col("reason").str.contains("censored").fill_null(False) & pl.col("infusion_id").is_in(list(cut))
    agrees = pl.col("reason").str.contains("agree").fill_null(False)
    told = pl.col("status").is_in(["not_met", "indeterminate"])
    present = (pl.col("kind") == "I") & (pl.col("status") == "met") & ~agrees
    return told | present | ((pl.col("status") == "excluded") & ~censored)


def _names(reason: str | None, word: str) -> bool:
    """The word stands in the reason as a word of its own; `_` parts words too: `no_mar` names the MAR."""
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", reason or "") is not None


def grades(folder: Path) -> pl.DataFrame:
    """`truth/grades.csv`: infusion_id, start, end (UTC), grade."""
    return _instants(pl.read_csv(folder / "truth" / "grades.csv", schema_overrides={"grade": pl.Int64}), "start", "end")


def timeline_differences(timeline: pl.DataFrame, truth: pl.DataFrame) -> list[str]:
    """Every stretch on which two timelines have not the same grade: infusion_id, start, end, grade of each.

    Both are piecewise constant and may be cut differently; a stretch that one of them lacks is a difference.
    """
    pieces = {"found": _pieces(timeline), "true": _pieces(truth)}
    differences = []
    for infusion in sorted(pieces["found"].keys() | pieces["true"].keys()):
        found, true = pieces["found"][infusion], pieces["true"][infusion]
        edges = sorted({edge for start, end, _ in [*found, *true] for edge in (start, end)})
        for start, end in pairwise(edges):
            is_grade, should = _grade_at(found, start), _grade_at(true, start)
            if is_grade != should:
                differences.append(
                    f"{infusion} {start.isoformat()} to {end.isoformat()}: true {should}, found {is_grade}"
                )
    return differences


def episode_differences(episodes: pl.DataFrame, folder: Path) -> list[str]:
    """Differences of onset, end, worst grade and first grades, episode by episode."""
    times = ["onset", "end", "first_grade_1", "first_grade_2", "first_grade_3", "first_grade_4"]
    truth = pl.read_csv(folder / "truth" / "episodes.csv", infer_schema_length=0)
    truth = _instants(truth, *times).with_columns(pl.col("episode", "max_grade").cast(pl.Int64))
    columns = ["infusion_id", "episode", *times, "max_grade"]
    found = episodes.select(columns).with_columns(
        pl.col("episode", "max_grade").cast(pl.Int64), pl.col(times).dt.convert_time_zone("UTC")
    )
    rows = {"true": _keyed(truth.select(columns)), "found": _keyed(found)}
    return [
        f"{key}: true {rows['true'].get(key)}, found {rows['found'].get(key)}"
        for key in sorted(rows["true"].keys() | rows["found"].keys())
        if rows["true"].get(key) != rows["found"].get(key)
    ]


def _keyed(frame: pl.DataFrame) -> dict[tuple[str, int], tuple[Any, ...]]:
    return {(row[0], row[1]): row[2:] for row in frame.iter_rows()}


def _instants(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(columns).str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", time_unit="us", time_zone="UTC"))


Piece = tuple[datetime, datetime, int]


def _pieces(timeline: pl.DataFrame) -> dict[str, list[Piece]]:
    pieces: dict[str, list[Piece]] = defaultdict(list)
    # In UTC: two times of one zone are compared by their clock, which doubles an hour in autumn.
    instants = timeline.with_columns(pl.col("start", "end").dt.convert_time_zone("UTC"))
    for infusion, start, end, grade in instants.select("infusion_id", "start", "end", "grade").iter_rows():
        pieces[infusion].append((start, end, grade))
    return pieces


def _grade_at(pieces: Iterable[Piece], instant: datetime) -> int | None:
    return next((grade for start, end, grade in pieces if start <= instant < end), None)
