"""What the flags say: `flags.csv`, one row for every word a row can be flagged with."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

SUSPECT, READING = "suspect", "reading"
"""Kinds of flags: the row looks wrong; the flag tells how it was read."""


@cache
def flag_words() -> dict[str, tuple[str, str]]:
    """flag → kind, sentence."""
    text = files("crs_audit.quality").joinpath("flags.csv").read_text(encoding="utf-8")
    return {row["flag"]: (row["kind"], row["says"]) for row in csv.DictReader(text.splitlines())}
