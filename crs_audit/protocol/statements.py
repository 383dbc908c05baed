"""The source text line by line: the gist of each statement in our own words, and which measures answer to it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

GRADING = "grading"
"""Stands among the measures of a statement that the grade itself answers to."""

HEADING = "heading"


@dataclass(frozen=True)
class Statement:
    """One statement. `measures`: ids, or `grading`; without any `why_not` says why nothing measures it (`heading`: it
    states nothing)."""

    line: int
    gist: str
    measures: tuple[str, ...]
    why_not: str


@cache
def statements() -> tuple[Statement, ...]:
    """All lines of the source text (`text.csv`), in order; a line with two statements stands twice."""
    text = files("crs_audit.protocol").joinpath("text.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Statement(int(row["line"]), row["gist"], tuple(row["measures"].split()), row["why_not"]) for row in rows
    )


def of_measure(id_: str) -> tuple[Statement, ...]:
    """The statements a measure answers to."""
    return tuple(statement for statement in statements() if id_ in statement.measures)
