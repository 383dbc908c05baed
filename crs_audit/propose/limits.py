"""The numbers of a proposal: how much is looked at, and what counts as evidence. Each stands in `limits.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def document(name: str) -> dict[str, Any]:
    """A TOML table that lies beside this file."""
    return tomllib.loads(files("crs_audit.propose").joinpath(name).read_text(encoding="utf-8"))


def limit(section: str, name: str) -> float:
    """One number of `limits.toml`."""
    return float(document("limits.toml")[section][name]["value"])


def blank_texts() -> tuple[frozenset[str], frozenset[str]]:
    """Texts that surely stand for a blank, and those that may mean something; lower case."""
    blanks = document("limits.toml")["blanks"]
    sure, doubtful = ({text.lower() for text in blanks[name]} for name in ("sure", "doubtful"))
    return frozenset(sure), frozenset(doubtful)
