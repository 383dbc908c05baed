"""The vocabulary's tables as they are shipped: CSV rows and word lists, read from inside the package."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from functools import lru_cache
from importlib.resources import files

TABLES = (
    "drugs.csv", "denied_drugs.csv", "products.csv", "actions.csv", "routes.csv", "devices.csv", "labs.csv",
    "denied_labs.csv", "words.toml",
)  # fmt: skip


def read_rows(table: str) -> list[dict[str, str]]:
    """The rows of one CSV table; an empty cell is an empty text."""
    return list(csv.DictReader(_text(table).splitlines()))


def word_lists(section: str) -> dict[str, tuple[str, ...]]:
    """The word lists of one section of `words.toml`."""
    return {name: tuple(listed) for name, listed in tomllib.loads(_text("words.toml"))[section].items()}


def listed(cell: str) -> list[str]:
    """The names of a cell, which are divided by `|`."""
    return [name for name in cell.split("|") if name]


@lru_cache(maxsize=1)
def vocabulary_hash() -> str:
    """SHA-256 over all tables: two runs with the same hash read every text alike."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(f"{table}\0{_text(table)}\0".encode())
    return digest.hexdigest()


def _text(table: str) -> str:
    return files("crs_audit.vocabulary").joinpath(table).read_text(encoding="utf-8")
